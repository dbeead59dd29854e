import type { App } from '../../../schemas/router-config.ts';
import { catalogue } from './catalogue/catalogue.ts';
import { shippedRouter } from './shipped-tools.ts';

/** A program that is looked for. */
export interface KnownProgram {
  readonly toolId: string;
  readonly command: string;
  /** What makes it say its version and end; null: it is not asked. */
  readonly versionArgs: readonly string[] | null;
  /** Its first group is the version; null: the first number with a point in it. */
  readonly versionPattern: RegExp | null;
  /** Kinds of tasks that a router may give it. */
  readonly capabilities: readonly string[];
  /** Whether it needs more than half a second to answer: a virtual machine that starts, thousands of modules that are read. */
  readonly isSlow: boolean;
}

/** Programs that no configuration of a router names, by what they do. */
const plain: Readonly<Record<string, readonly string[]>> = {
  '': [
    'ansible-playbook',
    'bash',
    'bun',
    'bundle',
    'composer',
    'dart',
    'deno',
    'docker',
    'dotnet',
    'duckdb',
    'dvc',
    'hg',
    'java',
    'kubectl',
    'mix',
    'node',
    'npx',
    'pdm',
    'php',
    'pipenv',
    'podman',
    'poetry',
    'psql',
    'python3',
    'ruby',
    'rustc',
    'sbt',
    'sqlite3',
    'svn',
    'swift',
    'uv',
    'zig',
  ],
  build: ['bazel', 'cmake', 'gcc', 'hatch', 'just', 'meson', 'ninja', 'sphinx-build', 'task'],
  format: ['rustfmt', 'shfmt'],
  lint: ['bandit', 'cargo-deny', 'checkov', 'hadolint', 'kubeconform', 'lychee', 'markdownlint', 'pre-commit', 'staticcheck'],
  validation: ['basedpyright', 'frictionless', 'helm', 'kustomize', 'packer', 'puppet', 'pyrefly', 'ty'],
  test: ['bats'],
};

/** Where `--version` is not what is asked; null: asking would fetch something from the network, or cost much and say nothing new. */
const asked: Readonly<Record<string, readonly string[] | null>> = {
  bazel: null,
  checkov: null,
  composer: ['--version', '--no-plugins'],
  dbt: null,
  gofmt: null,
  helm: ['version', '--short'],
  java: ['-version'],
  kubectl: ['version', '--client'],
  kubeconform: ['-v'],
  kustomize: ['version'],
  npx: null,
  packer: ['version'],
  pyright: null,
  sbt: null,
  staticcheck: ['-version'],
  zig: ['version'],
};

/** Where the first number with a point in it is another's, or has letters in front. */
const patterns: Readonly<Record<string, RegExp>> = {
  bash: /version (\d+\.\d+\.\d+)/,
  go: /\bgo version go(\S+)/,
  java: /version "([^"]+)"/,
  mix: /^Mix (\S+)/m,
  swift: /Swift version (\S+)/,
};

const slow: ReadonlySet<string> = new Set(['aider', 'ansible-lint', 'claude', 'gemini', 'gradle', 'mvn', 'puppet', 'sqlfluff']);

/** All that is looked for, each program once: those of the shipped tools, of the catalogue, and the runtimes and helpers of the languages. */
export function knownPrograms(): readonly KnownProgram[] {
  const apps = [...Object.entries(shippedRouter.apps), ...catalogue.map(({ toolId, app }) => [toolId, app] as const)];
  const plainKinds = new Map(Object.entries(plain).flatMap(([kind, commands]) => commands.map((command) => [command, kind])));
  // Tools of node_modules may be installed for all projects too; then they are there under their own names.
  const commands = new Set([
    ...apps.map(([toolId, app]) => (app.command === 'npx' ? nameBehindNpx(toolId, app) : app.command)),
    ...plainKinds.keys(),
  ]);
  return [...commands].map((command) => {
    const own = apps.filter(([toolId, app]) => app.command === command || nameBehindNpx(toolId, app) === command);
    const kind = plainKinds.get(command) ?? '';
    const kinds = own.flatMap(([, app]) => (command === 'npx' ? [] : (app.capabilities.task_kinds ?? [])));
    const direct = own.find(([, app]) => app.command === command && command !== 'npx')?.[1];
    return {
      toolId: command,
      command,
      versionArgs: Object.hasOwn(asked, command) ? (asked[command] ?? null) : (direct?.adapter?.version_args ?? ['--version']),
      versionPattern: patterns[command] ?? null,
      capabilities: [...new Set([...kinds, ...(kind === '' ? [] : [kind])])],
      isSlow: slow.has(command),
    };
  });
}

/** `npx --no-install eslint …` is eslint. */
function nameBehindNpx(toolId: string, { command, args = [] }: App): string {
  return command === 'npx' ? (args.find((argument) => !argument.startsWith('-')) ?? toolId) : toolId;
}
