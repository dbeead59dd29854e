import type { NodeManifest, ProjectCheck } from '../project.ts';
import { hasEffects } from './script-effects.ts';

/** A script of package.json that is a check. */
export interface ScriptCheck {
  readonly script: string;
  readonly type: ProjectCheck['type'];
  /** Its text and those of the scripts that it starts, its `pre` and `post` scripts too. */
  readonly texts: readonly string[];
}

interface Family {
  readonly type: ProjectCheck['type'];
  /** The first of these that is there is taken. */
  readonly names: readonly string[];
  /** Where none of them is there: all of these. */
  readonly otherwise?: RegExp;
  /** What the text of some scripts must say, because their name alone says too little. */
  readonly onlyIf?: Readonly<Record<string, RegExp>>;
}

const looksOnly = /--(check|list-different|dry-run|verify)\b|(^|\s)-[cl](\s|$)/;
const typesOnly = /^(?!.*(lint|test)).*(svelte-check|astro check|vue-tsc|\btsc\b)/;

const families: readonly Family[] = [
  {
    type: 'format',
    names: [
      'format:check',
      'check:format',
      'format-check',
      'check-format',
      'fmt:check',
      'check:fmt',
      'fmt-check',
      'format:ci',
      'prettier:check',
      'check:prettier',
      'prettier-check',
      'lint:format',
      'lint:prettier',
      'format:verify',
      'style:check',
      'format',
      'fmt',
      'prettier',
    ],
    onlyIf: { format: looksOnly, fmt: looksOnly, prettier: looksOnly },
  },
  {
    type: 'lint',
    names: [
      'lint',
      'lint:ci',
      'lint:check',
      'check:lint',
      'lint-check',
      'lint:all',
      'eslint',
      'xo',
      'standard',
      'biome',
      'oxlint',
    ],
    otherwise: /^lint[:-](?!types?$|format$|prettier$|staged$)[A-Za-z0-9][A-Za-z0-9._-]*$/,
  },
  {
    type: 'types',
    names: [
      'typecheck',
      'type-check',
      'types',
      'check-types',
      'check:types',
      'types:check',
      'tsc',
      'check:tsc',
      'ts:check',
      'check:ts',
      'lint:types',
      'test:types',
      'test:typings',
      'check',
    ],
    onlyIf: { check: typesOnly },
  },
  { type: 'build', names: ['build', 'compile', 'build:ci', 'build:prod', 'build:all', 'transpile'] },
  {
    type: 'test',
    names: ['test', 'test:ci', 'test:run', 'test:unit', 'unit', 'unit-test', 'test-unit', 'tests', 'test:node', 'test:all'],
    otherwise: /^test[:-](?!types?$|typings$|browsers?$|integration$|coverage$)[A-Za-z0-9][A-Za-z0-9._-]*$/,
  },
  {
    type: 'docs',
    names: [
      'docs:build',
      'build:docs',
      'build-docs',
      'docs-build',
      'build:doc',
      'docs:check',
      'docs',
      'doc',
      'build:site',
      'build:website',
    ],
  },
  // Not a kind of lint: a project that checks its spelling may still be linted by another tool.
  { type: 'validation', names: ['spellcheck', 'spell-check', 'spelling', 'cspell', 'check:spelling'] },
];
const mostOtherwise = 6;
// `check` and its like run the others, so they only help where there is a gap.
const everything: Family = { type: 'validation', names: ['check', 'verify', 'validate', 'check:all'] };

/**
 * The scripts that are checks: at most one a type, or several such as `lint:css` and `lint:js`. Never one that does more than
 * look (see {@link hasEffects}).
 */
export function scriptChecks(manifest: NodeManifest): readonly ScriptCheck[] {
  const found = families.flatMap((family) => pick(manifest, family));
  const types = new Set(found.map(({ type }) => type));
  const taken = new Set(found.map(({ script }) => script));
  const rest = types.has('lint') && types.has('test') ? [] : pick(manifest, everything);
  return [...found, ...rest.filter(({ script }) => !taken.has(script))];
}

function pick(manifest: NodeManifest, family: Family): readonly ScriptCheck[] {
  for (const name of family.names) {
    const check = checkOf(manifest, family, name);
    if (check !== null) return [check];
  }
  if (family.otherwise === undefined) return [];
  const names = Object.keys(manifest.scripts).filter((name) => family.otherwise?.test(name) === true);
  return names
    .sort()
    .flatMap((name) => checkOf(manifest, family, name) ?? [])
    .slice(0, mostOtherwise);
}

function checkOf(manifest: NodeManifest, { type, onlyIf }: Family, script: string): ScriptCheck | null {
  const text = textOf(manifest, script);
  if (text === null || text.trim() === '' || text.includes('no test specified')) return null;
  const condition = onlyIf !== undefined && Object.hasOwn(onlyIf, script) ? onlyIf[script] : undefined;
  if (condition?.test(text) === false) return null;
  const texts = textsOf(manifest, script, new Set());
  return hasEffects(script, texts) ? null : { script, type, texts };
}

function textOf(manifest: NodeManifest, script: string): string | null {
  return Object.hasOwn(manifest.scripts, script) ? (manifest.scripts[script] ?? null) : null;
}

/** A package manager starts `pretest` and `posttest` with `test`; and scripts start each other by name. */
function textsOf(manifest: NodeManifest, script: string, seen: Set<string>): readonly string[] {
  if (seen.has(script)) return [];
  seen.add(script);
  const text = textOf(manifest, script);
  if (text === null) return [];
  const started = startsScripts.test(text) ? text.split(/[\s'";&|]+/).filter((word) => textOf(manifest, word) !== null) : [];
  return [text, ...[`pre${script}`, `post${script}`, ...started].flatMap((name) => textsOf(manifest, name, seen))];
}

const startsScripts = /\b(npm|pnpm|yarn|bun|npm-run-all|npm-run-all2|run-s|run-p|concurrently|wireit|node --run)\b/;
