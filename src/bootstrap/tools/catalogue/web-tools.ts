import type { NodeManifest, Survey } from '../../project.ts';
import { dependsOnPackage, hasFile, hasScript } from '../evidence.ts';
import type { CatalogueTool } from './catalogue-tool.ts';
import { check, declines, declinesBySaying, refuses } from './catalogue-tool.ts';

const web = ['javascript', 'typescript'] as const;

/** What npx says where the package is not installed: as in the shipped configuration. */
const notInstalled =
  '^npm (error|ERR!) (npx canceled due to missing packages|could not determine executable|code (E404|ENOTCACHED|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH))';

function absent(name: string) {
  return declinesBySaying(notInstalled, `${name} is not installed in this project`);
}

/** Tools of node_modules, beside eslint, prettier and vitest, which ship; npx never downloads them. */
const packageTools: readonly CatalogueTool[] = [
  check({
    toolId: 'tsc',
    command: 'npx',
    args: ['--no-install', 'tsc', '--noEmit'],
    kinds: ['lint', 'validation'],
    domains: ['typescript'],
    tier: 'low',
    timeout: 900,
    outcomes: [absent('typescript'), refuses([1, 2], 'the types do not fit')],
    isUsed: (survey) => dependsOnPackage(survey, 'typescript') && hasFile(survey, 'tsconfig.json'),
  }),
  check({
    toolId: 'biome',
    command: 'npx',
    args: ['--no-install', 'biome', 'lint', '.'],
    kinds: ['lint', 'validation'],
    domains: [...web, 'json', 'css'],
    tier: 'low',
    timeout: 300,
    outcomes: [absent('biome'), refuses([1], 'biome has findings')],
    isUsed: (survey) => dependsOnPackage(survey, '@biomejs/biome'),
  }),
  check({
    toolId: 'biome-format',
    command: 'npx',
    args: ['--no-install', 'biome', 'format', '.'],
    kinds: ['format'],
    domains: [...web, 'json', 'css'],
    tier: 'low',
    timeout: 300,
    outcomes: [absent('biome'), refuses([1], 'files are not formatted')],
    isUsed: (survey) => dependsOnPackage(survey, '@biomejs/biome'),
  }),
  check({
    toolId: 'oxlint',
    command: 'npx',
    args: ['--no-install', 'oxlint'],
    kinds: ['lint', 'validation'],
    domains: web,
    tier: 'low',
    timeout: 300,
    outcomes: [absent('oxlint'), refuses([1], 'oxlint has findings')],
    isUsed: (survey) => dependsOnPackage(survey, 'oxlint'),
  }),
  check({
    toolId: 'jest',
    command: 'npx',
    args: ['--no-install', 'jest', '--ci'],
    kinds: ['test'],
    domains: web,
    tier: 'medium',
    timeout: 1_800,
    outcomes: [
      absent('jest'),
      declinesBySaying('^No tests found, exiting with code 1', 'there are no tests for jest here'),
      refuses([1], 'tests fail'),
    ],
    isUsed: (survey) => dependsOnPackage(survey, 'jest'),
  }),
];

const managers = ['npm', 'pnpm', 'yarn', 'bun'] as const satisfies readonly NodeManifest['packageManager'][];

/** What a script is for, by its name; `test` and `build` of npm ship. */
const scripts = [
  { script: 'lint', kinds: ['lint', 'validation'], fails: 'the script lint has findings' },
  { script: 'test', kinds: ['test'], fails: 'tests fail' },
  { script: 'build', kinds: ['build'], fails: 'the build fails' },
] as const;

/** Scripts of package.json, run by the package manager whose lock file is there: `npm-lint`, `pnpm-test`, `yarn-build`, … */
const scriptTools: readonly CatalogueTool[] = managers.flatMap((manager) =>
  scripts
    .filter(({ script }) => manager !== 'npm' || script === 'lint')
    .map(({ script, kinds, fails }) =>
      check({
        toolId: `${manager}-${script}`,
        command: manager,
        args: ['run', script],
        kinds,
        domains: web,
        tier: 'medium',
        timeout: 1_800,
        outcomes: [
          declinesBySaying(
            '([Mm]issing script|Script not found|Couldn.t find a script|Command "[a-z]+" not found)',
            'package.json has no such script',
          ),
          declinesBySaying('Error: no test specified', 'package.json names no tests'),
          refuses([1, 2], fails),
          declines([127], 'a program that the script starts is not installed'),
        ],
        isUsed: (survey: Survey) => survey.manifests.node?.packageManager === manager && hasScript(survey, script),
      }),
    ),
);

/** What the project itself calls lint, test and build goes first. Exit codes are those of tsc, Biome ("CLI"), oxlint, Jest ("CLI options") and of the package managers' `run`. */
export const webTools: readonly CatalogueTool[] = [...scriptTools, ...packageTools];
