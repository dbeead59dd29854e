import type { Survey } from '../../project.ts';
import { hasFile, hasMakeTarget, usesFramework, usesPythonTool } from '../evidence.ts';
import type { CatalogueTool } from './catalogue-tool.ts';
import { cannotRun, check, declines, declinesBySaying, refuses, refusesBySaying } from './catalogue-tool.ts';

const documentation = { domains: ['documentation', 'markdown'], tier: 'medium', timeout: 900 } as const;

/** Exit codes are those of the tools' documentation: mkdocs ("build --strict"), Hugo, mdBook, Vale, markdownlint-cli2, codespell, typos. */
const documentationTools: readonly CatalogueTool[] = [
  check({
    ...documentation,
    toolId: 'mkdocs',
    command: 'mkdocs',
    args: ['build', '--strict'],
    kinds: ['build'],
    outcomes: [
      declinesBySaying("^Error: Config file 'mkdocs\\.yml' does not exist", 'there is no mkdocs.yml here'),
      refuses([1], 'the site cannot be built without warnings'),
    ],
    isUsed: (survey) => hasFile(survey, 'mkdocs.yml', 'mkdocs.yaml'),
  }),
  check({
    ...documentation,
    toolId: 'hugo',
    command: 'hugo',
    args: [],
    kinds: ['build'],
    outcomes: [
      declinesBySaying('Unable to locate config file', 'there is no site of Hugo here'),
      refuses([1], 'the site cannot be built'),
    ],
    versionArgs: ['version'],
    isUsed: (survey) => hasFile(survey, 'hugo.toml', 'hugo.yaml', 'hugo.json') || usesFramework(survey, 'hugo'),
  }),
  check({
    ...documentation,
    toolId: 'mdbook',
    command: 'mdbook',
    args: ['build'],
    kinds: ['build'],
    outcomes: [refuses([1, 101], 'the book cannot be built')],
    isUsed: (survey) => hasFile(survey, 'book.toml'),
  }),
  check({
    ...documentation,
    toolId: 'vale',
    command: 'vale',
    args: ['--output=line', '.'],
    kinds: ['lint', 'validation'],
    tier: 'low',
    outcomes: [refuses([1], 'vale has findings'), declines([2], cannotRun('vale'))],
    isUsed: (survey) => hasFile(survey, '.vale.ini', '_vale.ini'),
  }),
  check({
    ...documentation,
    toolId: 'markdownlint-cli2',
    command: 'markdownlint-cli2',
    args: ['**/*.md', '#node_modules'],
    kinds: ['lint', 'validation'],
    tier: 'low',
    outcomes: [refuses([1], 'markdownlint has findings'), declines([2], cannotRun('markdownlint-cli2'))],
    isUsed: usesMarkdownlint,
  }),
  check({
    ...documentation,
    toolId: 'codespell',
    command: 'codespell',
    args: [],
    kinds: ['lint', 'validation'],
    tier: 'low',
    outcomes: [refusesBySaying(' ==> ', 'codespell has findings'), declines([64, 65, 78], cannotRun('codespell'))],
    isUsed: (survey) => hasFile(survey, '.codespellrc') || usesPythonTool(survey, 'codespell'),
  }),
  check({
    ...documentation,
    toolId: 'typos',
    command: 'typos',
    args: ['--format=brief'],
    kinds: ['lint', 'validation'],
    tier: 'low',
    outcomes: [refuses([2], 'typos has findings'), declines([1, 64, 65, 78], cannotRun('typos'))],
    isUsed: (survey) => hasFile(survey, 'typos.toml', '_typos.toml', '.typos.toml'),
  }),
];

function usesMarkdownlint({ project }: Survey): boolean {
  return project.rootEntries.some((name) => /^\.markdownlint(-cli2)?\.(jsonc?|ya?ml|cjs|mjs)$/.test(name));
}

/** Exit codes are those of sqlfluff ("CLI": 1 issues, 2 an error) and dbt ("Exit codes": 1 handled, 2 unhandled). */
const dataTools: readonly CatalogueTool[] = [
  check({
    toolId: 'sqlfluff',
    command: 'sqlfluff',
    args: ['lint', '--nocolor', '.'],
    kinds: ['lint', 'validation'],
    domains: ['sql'],
    tier: 'medium',
    timeout: 900,
    outcomes: [refuses([1], 'sqlfluff has findings'), declines([2], cannotRun('sqlfluff'))],
    isUsed: (survey) => hasFile(survey, '.sqlfluff') || usesPythonTool(survey, 'sqlfluff'),
  }),
  check({
    toolId: 'dbt-parse',
    command: 'dbt',
    args: ['--no-send-anonymous-usage-stats', '--no-use-colors', 'parse'],
    kinds: ['validation'],
    domains: ['sql', 'dbt'],
    tier: 'medium',
    timeout: 900,
    outcomes: [
      declinesBySaying('Could not find (profile|adapter)', 'dbt has no profile, or no adapter, for this project'),
      refuses([1], 'the project of dbt cannot be parsed'),
      declines([2], cannotRun('dbt')),
    ],
    isUsed: (survey) => hasFile(survey, 'dbt_project.yml'),
  }),
];

/** Targets by what they are for; the default target ships as `make`. */
const targets = [
  { target: 'lint', kinds: ['lint', 'validation'], fails: 'the target lint fails' },
  { target: 'test', kinds: ['test'], fails: 'tests fail' },
  { target: 'check', kinds: ['test'], fails: 'the target check fails' },
] as const;

/** GNU make ends with 2 where a target fails or is not there. */
const makeTools: readonly CatalogueTool[] = targets.map(({ target, kinds, fails }) =>
  check({
    toolId: `make-${target}`,
    command: 'make',
    args: [target],
    kinds,
    tier: 'medium',
    timeout: 1_800,
    outcomes: [
      declinesBySaying(`No rule to make target '${target}'`, `the makefile has no target ${target}`),
      refuses([2], fails),
    ],
    isUsed: (survey) => hasMakeTarget(survey, target),
  }),
);

/** Tools for texts and data, and the targets of a makefile, which go last everywhere. */
export const contentTools: readonly CatalogueTool[] = [...documentationTools, ...dataTools, ...makeTools];
