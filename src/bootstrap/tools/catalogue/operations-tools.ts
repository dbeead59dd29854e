import type { Survey } from '../../project.ts';
import { hasFile, hasFileEnding, usesFramework } from '../evidence.ts';
import type { CatalogueTool } from './catalogue-tool.ts';
import { cannotRun, check, declines, declinesBySaying, refuses } from './catalogue-tool.ts';

const isTerraform = (survey: Survey): boolean => hasFileEnding(survey, '.tf', '.tofu');

function terraform(command: 'terraform' | 'tofu'): readonly CatalogueTool[] {
  const common = {
    command,
    domains: ['terraform', 'hcl'],
    tier: 'low',
    timeout: 300,
    versionArgs: ['version'],
    isUsed: isTerraform,
  } as const;
  return [
    check({
      ...common,
      toolId: `${command}-fmt`,
      args: ['fmt', '-check', '-recursive'],
      kinds: ['format'],
      outcomes: [refuses([3], 'files are not formatted'), refuses([2], 'a file cannot be read')],
    }),
    check({
      ...common,
      toolId: `${command}-validate`,
      args: ['validate', '-no-color'],
      kinds: ['lint', 'validation'],
      outcomes: [
        declinesBySaying(
          '(Missing required provider|Module not installed|[Rr]un "?(terraform|tofu) init)',
          'the folder is not initialised: run init first',
        ),
        refuses([1], 'the configuration is not valid'),
      ],
    }),
  ];
}

/** So many scripts are named one by one; of more a list would soon be wrong. */
const mostScripts = 200;

/** Shell scripts whose paths need no care: one with a brace could be taken for a placeholder, and one with a dash at its front for an option. */
function shellScripts({ project }: Survey): readonly string[] {
  const scripts = project.files.map(({ path }) => path).filter((path) => /\.(sh|bash|ksh|bats)$/.test(path));
  const plain = scripts.every((path) => /^[\w.][\w./@+ -]*$/.test(path));
  return plain && scripts.length <= mostScripts ? scripts : [];
}

/** Exit codes are those of the tools' documentation: terraform ("fmt", "validate"), tflint (since 0.32), ansible-lint, yamllint, ShellCheck, actionlint. */
export const operationsTools: readonly CatalogueTool[] = [
  check({
    toolId: 'tflint',
    command: 'tflint',
    args: ['--recursive'],
    kinds: ['lint', 'validation'],
    domains: ['terraform', 'hcl'],
    tier: 'low',
    timeout: 300,
    outcomes: [declines([1], cannotRun('tflint')), refuses([2], 'tflint has findings')],
    isUsed: isTerraform,
  }),
  ...terraform('terraform'),
  ...terraform('tofu'),
  check({
    toolId: 'ansible-lint',
    command: 'ansible-lint',
    args: ['--offline', '--nocolor'],
    kinds: ['lint', 'validation'],
    domains: ['ansible', 'yaml'],
    tier: 'low',
    timeout: 900,
    outcomes: [refuses([2], 'ansible-lint has findings'), declines([1, 3, 4, 5], cannotRun('ansible-lint'))],
    versionArgs: ['--offline', '--version'],
    isUsed: (survey) =>
      hasFile(survey, '.ansible-lint', '.ansible-lint.yml', 'ansible.cfg', 'galaxy.yml') || usesFramework(survey, 'ansible'),
  }),
  check({
    toolId: 'yamllint',
    command: 'yamllint',
    args: ['--format', 'parsable', '.'],
    kinds: ['lint', 'validation'],
    domains: ['yaml', 'ansible', 'kubernetes'],
    tier: 'low',
    timeout: 300,
    outcomes: [
      declinesBySaying('^(invalid config|usage: yamllint)', cannotRun('yamllint')),
      refuses([1, 2], 'yamllint has findings'),
    ],
    isUsed: (survey) => hasFile(survey, '.yamllint', '.yamllint.yaml', '.yamllint.yml'),
  }),
  check({
    toolId: 'shellcheck',
    command: 'shellcheck',
    args: ['--format=gcc', '--color=never', '--'],
    kinds: ['lint', 'validation'],
    domains: ['shell'],
    tier: 'low',
    timeout: 300,
    outcomes: [refuses([1], 'shellcheck has findings'), declines([2, 3, 4], cannotRun('shellcheck'))],
    isUsed: (survey) => shellScripts(survey).length > 0,
    files: shellScripts,
  }),
  check({
    toolId: 'actionlint',
    command: 'actionlint',
    args: ['-no-color'],
    kinds: ['lint', 'validation'],
    domains: ['github-actions'],
    tier: 'low',
    timeout: 300,
    outcomes: [refuses([1], 'actionlint has findings'), declines([2, 3], cannotRun('actionlint'))],
    versionArgs: ['-version'],
    isUsed: ({ project }) => project.files.some(({ path }) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path)),
  }),
];
