import type { ProjectProfile } from '../../../schemas/project-profile.ts';
import type { Profile } from '../../profiles/profile.ts';
import type { GeneratedFile } from '../artifact.ts';
import type { FoundTool, ProfileChoice, Survey } from '../project.ts';
import { presentResourceTypes } from '../present-resources.ts';
import { shippedRouter } from '../tools/shipped-tools.ts';
import { commentText, yamlList, yamlText } from './yaml-text.ts';

const longestName = 200;
const longestId = 100;
const mostReasons = 8;

/** Below the folder of the store, which version control ignores and no scan enters. */
const frameworkPaths: ProjectProfile['framework_paths'] = {
  tasks_dir: '.stateyard/tasks',
  ledger_dir: '.stateyard/ledger',
  worktrees_dir: '.stateyard/worktrees',
  quarantine_dir: '.stateyard/quarantine',
  registry_file: '.stateyard/registry.json',
};

/**
 * `PROJECT_PROFILE.yaml`, a project_profile.v1 with comments that say which profile was taken and why. The same survey, choice,
 * profile and tools give the same text: it holds no time and nothing of this machine. Constraints are those of the profile,
 * loosened where the project shows that it cannot keep them.
 */
export function generateProfile(input: {
  readonly survey: Survey;
  readonly choice: ProfileChoice;
  readonly profile: Profile;
  readonly tools: readonly FoundTool[];
}): GeneratedFile {
  const { survey, choice, profile, tools } = input;
  const { document } = profile;
  const name = projectName(survey);
  const lines = [
    ...introduction(choice, profile),
    `project_id: ${yamlText(projectId(name))}`,
    `project_name: ${yamlText(name)}`,
    "project_root: '.'",
    `domain: ${document.domain ?? 'mixed'}`,
    `profile_id: ${yamlText(document.profile_id)}`,
    `profile_version: ${yamlText(document.profile_version)}`,
    '# Kinds of files that are here, with the folder that holds them all.',
    ...resourceTypeLines(survey, profile),
    '# Programs that were found on PATH, and the kinds of tasks that they can do.',
    ...toolLines(tools),
    '# Where the framework keeps what is its own.',
    'framework_paths:',
    ...Object.entries(frameworkPaths).map(([key, path]) => `  ${key}: ${path}`),
    '# What changes must keep to.',
    ...constraintLines(survey, profile),
  ];
  return { path: 'PROJECT_PROFILE.yaml', type: 'project_profile', text: `${lines.join('\n')}\n` };
}

function introduction(choice: ProfileChoice, { document }: Profile): readonly string[] {
  const confidence = `${Math.round(choice.confidence * 100)} %`;
  const isChoice = choice.profileId === document.profile_id;
  const why = isChoice
    ? [`# The profile ${commentText(document.profile_id)} was taken with a confidence of ${confidence}:`]
    : [
        `# The profile ${commentText(document.profile_id)} was asked for; ${commentText(choice.profileId)} was found to fit with a confidence of ${confidence}:`,
      ];
  return [
    '# The profile of this project, as `stateyard init` found it. Edit it as you like: init asks before it replaces it.',
    '#   stateyard validate PROJECT_PROFILE.yaml    checks it',
    '#   stateyard init --profile ID                takes another profile',
    ...why,
    ...choice.reasons.slice(0, mostReasons).map((reason) => `#   - ${commentText(reason)}`),
  ];
}

/** The name without what no file can hold; at most as long as an id may be, and never empty. */
function projectName({ name }: Survey): string {
  const readable = Array.from(name.replace(/\p{Surrogate}/gu, '\uFFFD'));
  let length = 0;
  const kept = readable.filter((character) => (length += character.length) <= longestName).join('');
  return kept.trim() === '' ? 'project' : kept;
}

/** Lower case letters, digits and `-`; accents are taken off, and a name in another script leaves `project`. */
function projectId(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase();
  const id = plain
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longestId)
    .replace(/^-|-$/g, '');
  return id === '' ? 'project' : id;
}

function resourceTypeLines(survey: Survey, profile: Profile): readonly string[] {
  const present = presentResourceTypes(survey, profile);
  if (present.length === 0) return ['resource_types: {}'];
  const trackedBy = survey.versionControl === null ? '' : `, tracked_by: ${yamlText(survey.versionControl)}`;
  return ['resource_types:', ...present.map(({ type, root }) => `  ${yamlText(type)}: { root: ${yamlText(root)}${trackedBy} }`)];
}

function toolLines(tools: readonly FoundTool[]): readonly string[] {
  // What can do no task is of no use to whoever reads the profile: a shell, a runtime, a client of a database.
  const able = tools.filter(({ capabilities }) => capabilities.length > 0);
  if (able.length === 0) return ['available_tools: []'];
  const sorted = able.toSorted((one, other) => (one.toolId < other.toolId ? -1 : 1));
  return [
    'available_tools:',
    ...sorted.flatMap(({ toolId, command, capabilities }) => {
      const mostParallel = shippedRouter.apps[toolId]?.limits?.max_parallel;
      return [
        `  - tool_id: ${yamlText(toolId)}`,
        `    command: ${yamlText(command)}`,
        `    capabilities: ${yamlList(capabilities)}`,
        ...(mostParallel === undefined ? [] : [`    max_parallel: ${mostParallel}`]),
      ];
    }),
  ];
}

function constraintLines({ inferred }: Survey, { document }: Profile): readonly string[] {
  const given = document.adds_constraints ?? {};
  const constraints: ProjectProfile['constraints'] = {
    ...given,
    patch_only: (given.patch_only ?? true) && inferred.patch_only,
    tests_must_pass: (given.tests_must_pass ?? true) && inferred.tests_must_pass,
    ascii_only: (given.ascii_only ?? true) && inferred.ascii_only,
  };
  const reasons: Readonly<Record<string, string>> = {
    patch_only: inferred.patch_only ? '' : ' # the project is not under version control',
    tests_must_pass: inferred.tests_must_pass ? '' : ' # no tests were found',
    ascii_only: inferred.ascii_only ? '' : ' # the project has files that are not ASCII',
  };
  return ['constraints:', ...Object.entries(constraints).map(([key, value]) => `  ${key}: ${value}${reasons[key] ?? ''}`)];
}
