import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { projectProfileSchema, type ProjectProfile } from '../../../../schemas/project-profile.ts';
import { generatePhases } from '../../../../src/bootstrap/generate/phase-files.ts';
import { generateProfile } from '../../../../src/bootstrap/generate/project-profile.ts';
import type { FoundTool, ProfileChoice, Survey } from '../../../../src/bootstrap/project.ts';
import { profileIds } from '../../../../src/profiles/profile-ids.ts';
import { loadProfile } from '../../../../src/profiles/load-profiles.ts';
import { loadWorkflow } from '../../../../src/workflow/load.ts';
import { surveyOfPaths } from '../project-fixture.ts';

const go = loadProfile('software-dev-go');
const choice: ProfileChoice = {
  profileId: 'software-dev-go',
  confidence: 0.87,
  reasons: ['go.mod', '95 % of the project is Go'],
  considered: [],
};
const tools: readonly FoundTool[] = [
  { toolId: 'go', command: 'go', path: '/opt/secret/bin/go', version: '1.23', capabilities: ['build', 'test'] },
  { toolId: 'claude', command: 'claude', path: '/home/someone/claude', version: null, capabilities: ['code_edit'] },
];

function documentOf(survey: Survey, more: Partial<Parameters<typeof generateProfile>[0]> = {}): ProjectProfile {
  return projectProfileSchema.parse(parse(generateProfile({ survey, choice, profile: go, tools, ...more }).text));
}

describe('the profile of a project', () => {
  test('says what was found, and nothing of this machine', () => {
    const inferred = { tests_must_pass: true, lint_required: true, patch_only: true, ascii_only: false };
    const survey = surveyOfPaths(['go.mod', 'cmd/a/main.go', 'cmd/b/main.go'], {
      name: 'Größe 2',
      versionControl: 'git',
      inferred,
    });
    const file = generateProfile({ survey, choice, profile: go, tools });
    expect(file).toMatchObject({ path: 'PROJECT_PROFILE.yaml', type: 'project_profile' });
    expect(file.text).toContain('taken with a confidence of 87 %:\n#   - go.mod\n#   - 95 % of the project is Go\n');
    expect(file.text).not.toMatch(/secret|someone|\/project/);
    const document = documentOf(survey);
    expect(document).toMatchObject({
      project_id: 'gro-e-2',
      project_name: 'Größe 2',
      project_root: '.',
      domain: 'software-dev',
      profile_id: 'software-dev-go',
      available_tools: [
        { tool_id: 'claude', command: 'claude', capabilities: ['code_edit'], max_parallel: 2 },
        { tool_id: 'go', command: 'go', capabilities: ['build', 'test'] },
      ],
      constraints: { patch_only: true, tests_must_pass: true, ascii_only: false },
    });
    expect(Object.values(document.resource_types)).toContainEqual({ root: 'cmd', tracked_by: 'git' });
  });

  test('loosens what the project cannot keep to, and says why', () => {
    const { text } = generateProfile({ survey: surveyOfPaths([]), choice, profile: go, tools: [] });
    expect(text).toContain('patch_only: false # the project is not under version control');
    expect(text).toContain('tests_must_pass: false # no tests were found');
    expect(documentOf(surveyOfPaths([]), { tools: [] })).toMatchObject({ available_tools: [], resource_types: {} });
  });

  test('says when another profile was asked for than the one that fits', () => {
    const { text } = generateProfile({
      survey: surveyOfPaths([]),
      choice: { ...choice, profileId: 'generic' },
      profile: go,
      tools,
    });
    expect(text).toContain('software-dev-go was asked for; generic was found to fit');
  });

  test.each([
    ['', 'project', 'project'],
    ['日本', '日本', 'project'],
    ['@scope/Name.js', '@scope/Name.js', 'scope-name-js'],
    ['- a: b # c', '- a: b # c', 'a-b-c'],
    ['\uD800x', '\uFFFDx', 'x'],
    ['yes', 'yes', 'yes'],
    ['1.0', '1.0', '1-0'],
    [`${'a'.repeat(199)}😀b`, 'a'.repeat(199), 'a'.repeat(100)],
  ])('of this name is valid: %j', (name, expectedName, expectedId) => {
    expect(documentOf(surveyOfPaths([], { name }))).toMatchObject({ project_name: expectedName, project_id: expectedId });
  });
});

test('the phase templates of every profile become files that can be loaded', () => {
  for (const profileId of profileIds) {
    const files = generatePhases(loadProfile(profileId));
    expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
    for (const { path, text } of files)
      expect([path, loadWorkflow({ path, text }).ok]).toEqual([expect.stringMatching(/^phases\/[\w-]+\.yaml$/), true]);
  }
});
