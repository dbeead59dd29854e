import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { RunId } from '../../schemas/ids.ts';
import { projectProfileSchema } from '../../schemas/project-profile.ts';
import { scopeOf } from '../../router/scope.ts';
import { findChecks } from '../../src/bootstrap/checks/find-checks.ts';
import { generateWorkflow } from '../../src/bootstrap/generate/first-workflow.ts';
import { generateProfile } from '../../src/bootstrap/generate/project-profile.ts';
import { presentResourceTypes } from '../../src/bootstrap/present-resources.ts';
import { loadProfile } from '../../src/profiles/load-profiles.ts';
import { loadWorkflow } from '../../src/workflow/load.ts';
import type { Workflow } from '../../src/workflow/model.ts';
import { renderTemplate } from '../../src/workflow/template.ts';
import { foundTools, surveyOfPaths } from '../unit/bootstrap/project-fixture.ts';

/** Texts that mean something to YAML, to a shell or to an expression, beside any others. */
const hostile = fc.oneof(
  fc.constantFrom(
    '${{ params.x }}',
    '${{',
    '}}',
    "'",
    '"',
    '$(id)',
    '`id`',
    '\n',
    '\r',
    '\t',
    '---',
    '# a',
    ': ',
    '- ',
    '&a',
    '*a',
    '!!js',
    '%',
    '\u0085',
  ),
  fc.constantFrom(
    '\u2028',
    '\uFEFF',
    '\u0007',
    '\u007F',
    '\uD800',
    '😀',
    'null',
    'yes',
    '1e3',
    '0x1',
    '~',
    '{',
    '[',
    ',',
    '\\',
    '..',
    '-rf',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const anyText = fc.array(hostile, { maxLength: 5 }).map((parts) => parts.join(''));
const anyPath = fc
  .tuple(
    fc.array(anyText, { maxLength: 2 }),
    anyText,
    fc.constantFrom('.sh', '.tf', '.go', '.py', '/Chart.yaml', '/dbt_project.yml', '/Dockerfile', '/conf.py'),
  )
  .map(([folders, name, end]) => [...folders, name].map((part) => part.replaceAll('/', '_') || 'x').join('/') + end);
const programs = foundTools('shellcheck', 'terraform', 'go', 'gofmt', 'python3', 'helm', 'dbt', 'hadolint', 'npm', 'make');

describe('what is generated for any project', () => {
  test('a workflow that loads, whose commands are what was found, word for word', () => {
    const scripts = fc.dictionary(fc.constantFrom('test', 'lint', 'build', 'lint:a', 'test:b'), anyText, { maxKeys: 4 });
    fc.assert(
      fc.property(fc.array(anyPath, { maxLength: 8 }), scripts, anyText, (paths, named, name) => {
        const plain = surveyOfPaths([...new Set(paths)], { name });
        const node = {
          name,
          scripts: named,
          dependencies: new Set<string>(),
          packageManager: 'npm',
          lockFile: null,
          hasWorkspaces: false,
        } as const;
        const survey = { ...plain, manifests: { ...plain.manifests, node: Object.keys(named).length === 0 ? null : node } };
        const checks = findChecks(survey, programs);
        const file = generateWorkflow(survey, checks);
        expect(file === null).toBe(checks.checks.length === 0);
        if (file === null) return;
        const loaded = loadWorkflow({ path: file.path, text: file.text });
        expect(loaded.ok ? [] : loaded.diagnostics).toEqual([]);
        expect(loaded.ok && commandsIn(loaded.workflow)).toEqual(
          Object.fromEntries(checks.checks.map(({ id, command }) => [id, command])),
        );
      }),
      { numRuns: 100 },
    );
  });

  test('commands of any words come back from the file', () => {
    const word = anyText.map((text) => text.replace(/\p{Surrogate}/gu, ''));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), anyText, (words, reason) => {
        const check = { id: 'a', type: 'lint', command: ['x', ...words], needs: [], reason } as const;
        const text =
          generateWorkflow(surveyOfPaths([]), {
            checks: [{ ...check, command: ['x', ...words] }],
            missing: [{ check, program: reason }],
          })?.text ?? '';
        const loaded = loadWorkflow({ path: 'a.yaml', text });
        expect(loaded.ok && commandsIn(loaded.workflow)).toEqual({ a: check.command });
      }),
      { numRuns: 100 },
    );
  });

  test('a profile that is valid and keeps the name', () => {
    const profile = loadProfile('generic');
    fc.assert(
      fc.property(anyText, anyText, fc.array(anyText, { maxLength: 3 }), (name, versionControl, reasons) => {
        const survey = surveyOfPaths(['a.md'], { name, versionControl });
        const choice = { profileId: 'generic', confidence: 0.3, reasons, considered: [] };
        const tools = [{ toolId: 'a', command: name || 'a', path: '/a', version: null, capabilities: reasons }];
        const document = projectProfileSchema.parse(parse(generateProfile({ survey, choice, profile, tools }).text));
        const readable = (text: string): string => text.replace(/\p{Surrogate}/gu, '\uFFFD');
        expect(document.project_name).toBe(readable(name).trim() === '' ? 'project' : readable(name));
        // A tool that can do nothing is not listed.
        expect(document.available_tools.map(({ capabilities }) => capabilities)).toEqual(
          reasons.length === 0 ? [] : [reasons.map(readable)],
        );
        expect(document.constraints.patch_only).toBe(false);
      }),
      { numRuns: 100 },
    );
  });
});

test('a resource type is present exactly where its pattern takes a path, in the language of the scopes', () => {
  const piece = fc.constantFrom('*', '**', '?', 'a', 'b.py', '*.py', 'a*', '[ab]', '[!a]', '{a,b}', '*.{py,a}', 'a/**');
  const patterns = fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join('/'));
  const paths = fc
    .array(fc.constantFrom('a', 'b', 'ab', 'b.py', 'a.py', '.py', 'é'), { minLength: 1, maxLength: 4 })
    .map((names) => names.join('/'));
  const { document } = loadProfile('generic');
  fc.assert(
    fc.property(patterns, paths, (pattern, path) => {
      const types = [{ type: 'it', scope_format: pattern, operations: [] }];
      const present = presentResourceTypes(surveyOfPaths([path]), {
        document: { ...document, adds_resource_types: types },
        templates: [],
      });
      expect(present.some(({ type }) => type === 'it')).toBe(scopeOf([pattern]).contains(path));
    }),
    { numRuns: 200 },
  );
});

function commandsIn(workflow: Workflow): unknown {
  const status = { success: true, failure: false, cancelled: false };
  const context = { params: {}, env: {}, steps: {}, run: { id: '' as RunId, workflow: '' }, status };
  return Object.fromEntries(
    workflow.steps.map(({ id, action }) => [
      id,
      action.kind === 'command' ? action.argv.map((word) => renderTemplate(word, context)) : action.kind,
    ]),
  );
}
