import type { NodeManifest } from '../project.ts';
import type { CheckDraft, Clues } from './clues.ts';
import { idPart } from './command-words.ts';
import { scriptChecks } from './node-scripts.ts';
import type { ScriptCheck } from './node-scripts.ts';

type Command = CheckDraft['command'];

/** The installation that changes no lock file, as each package manager documents it for continuous integration. */
const installs: Readonly<Record<NodeManifest['packageManager'], Command>> = {
  npm: ['npm', 'ci'],
  pnpm: ['pnpm', 'install', '--frozen-lockfile'],
  yarn: ['yarn', 'install', '--frozen-lockfile'],
  bun: ['bun', 'install', '--frozen-lockfile'],
};

/** Where no lock file is kept, a check must not leave one behind. The others write theirs whatever they are told, or have no such option in every version. */
const unlockedSetup: CheckDraft = {
  id: 'node-setup',
  type: 'setup',
  command: ['npm', 'install', '--no-package-lock'],
  reason: 'package.json: dependencies, without a lock file',
};

/** How each runs a program of node_modules, without fetching it where it is not there. */
const executes: Readonly<Record<NodeManifest['packageManager'], Command>> = {
  npm: ['npx', '--no-install'],
  pnpm: ['pnpm', 'exec'],
  yarn: ['yarn', 'run'],
  bun: ['bun', 'run'],
};

interface ToolOfProject {
  readonly id: string;
  readonly type: CheckDraft['type'];
  readonly dependency: string;
  /** What must be there beside the dependency; names of files in the root. */
  readonly config: RegExp;
  readonly command: readonly string[];
}

/** Tools that a project is set up for; used only for types of which it has no script. */
const toolsOfProjects: readonly ToolOfProject[] = [
  {
    id: 'prettier',
    type: 'format',
    dependency: 'prettier',
    config: /^(\.prettierrc(\..+)?|prettier\.config\.\w+)$/,
    command: ['prettier', '--check', '.'],
  },
  { id: 'biome', type: 'lint', dependency: '@biomejs/biome', config: /^biome\.jsonc?$/, command: ['biome', 'check', '.'] },
  {
    id: 'eslint',
    type: 'lint',
    dependency: 'eslint',
    config: /^(\.eslintrc(\..+)?|eslint\.config\.\w+)$/,
    command: ['eslint', '.'],
  },
  { id: 'oxlint', type: 'lint', dependency: 'oxlint', config: /^\.?oxlintrc\.json$/, command: ['oxlint'] },
  { id: 'tsc', type: 'types', dependency: 'typescript', config: /^tsconfig\.json$/, command: ['tsc', '--noEmit'] },
  {
    id: 'vitest',
    type: 'test',
    dependency: 'vitest',
    config: /^(vitest|vite)\.config\.\w+$/,
    command: ['vitest', 'run'],
  },
  { id: 'jest', type: 'test', dependency: 'jest', config: /^jest\.config\.\w+$/, command: ['jest'] },
];

/** The checks of package.json: its scripts, and the tools that it is set up for where it has no script for them. */
export function nodeChecks(clues: Clues): readonly CheckDraft[] {
  const manifest = clues.survey.manifests.node;
  if (manifest === null) return [];
  const scripts = scriptChecks(manifest);
  const build = scripts.find(({ type }) => type === 'build');
  const drafts = scripts.map((check) => scriptDraft(manifest, check, build));
  return [...setup(clues, manifest), ...drafts, ...tools(clues, manifest, scripts)];
}

function setup(clues: Clues, manifest: NodeManifest): readonly CheckDraft[] {
  const { lockFile, packageManager, dependencies } = manifest;
  if (dependencies.size === 0 && !manifest.hasWorkspaces) return [];
  if (lockFile === null) return packageManager === 'npm' ? [unlockedSetup] : [];
  // Yarn from version 2 on has a configuration of its own, and another name for the same option.
  const isModernYarn = packageManager === 'yarn' && clues.has('.yarnrc.yml');
  const command: Command = isModernYarn ? ['yarn', 'install', '--immutable'] : installs[packageManager];
  return [{ id: 'node-setup', type: 'setup', command, reason: lockFile }];
}

function scriptDraft(manifest: NodeManifest, check: ScriptCheck, build: ScriptCheck | undefined): CheckDraft {
  const { packageManager } = manifest;
  const { script, type } = check;
  const command: Command = packageManager === 'npm' && script === 'test' ? ['npm', 'test'] : [packageManager, 'run', script];
  const afterBuild = build !== undefined && needsBuild(manifest, check) ? [idPart(build.script)] : [];
  return { id: idPart(script), type, command, needs: ['node-setup', ...afterBuild], reason: `package.json: script ${script}` };
}

/**
 * Whether a script reads what a build writes, or builds by itself, so that it must not run beside the build. In a workspace the
 * packages import each other as they are built.
 */
function needsBuild(manifest: NodeManifest, { type, texts }: ScriptCheck): boolean {
  if (type !== 'types' && type !== 'test' && type !== 'docs') return false;
  return manifest.hasWorkspaces || texts.some((text) => /\b(build|dist|compile)\b/.test(text));
}

function tools(clues: Clues, manifest: NodeManifest, scripts: readonly ScriptCheck[]): readonly CheckDraft[] {
  const taken = new Set<CheckDraft['type']>(scripts.map(({ type }) => type));
  // A build with tsc is a check of the types.
  if (scripts.some(({ texts }) => texts.some((text) => /\b(tsc|vue-tsc)\b/.test(text)))) taken.add('types');
  const drafts: CheckDraft[] = [];
  for (const { id, type, dependency, config, command } of toolsOfProjects) {
    const file = clues.survey.project.rootEntries.find((name) => config.test(name));
    if (taken.has(type) || !manifest.dependencies.has(dependency) || file === undefined) continue;
    taken.add(type);
    const words: Command = [...executes[manifest.packageManager], ...command];
    drafts.push({ id, type, command: words, needs: ['node-setup'], reason: `package.json: dependency ${dependency}, ${file}` });
  }
  return drafts;
}
