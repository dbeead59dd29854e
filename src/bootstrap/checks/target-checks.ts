import { parse } from 'yaml';
import type { CheckDraft, Clues } from './clues.ts';
import { idPart } from './command-words.ts';
import { hasEffects } from './script-effects.ts';

/** A target of a task runner: its name and the text of its recipe. */
interface Target {
  readonly name: string;
  readonly recipe: string;
}

const typeOfTarget: Readonly<Record<string, CheckDraft['type']>> = {
  'format-check': 'format',
  'check-format': 'format',
  'fmt-check': 'format',
  'check-fmt': 'format',
  formatcheck: 'format',
  lint: 'lint',
  linters: 'lint',
  shellcheck: 'lint',
  typecheck: 'types',
  'type-check': 'types',
  types: 'types',
  mypy: 'types',
  test: 'test',
  tests: 'test',
  'unit-test': 'test',
  'unit-tests': 'test',
  'test-unit': 'test',
  unittest: 'test',
  check: 'validation',
  verify: 'validation',
  validate: 'validation',
  build: 'build',
  docs: 'docs',
  doc: 'docs',
};

/**
 * Checks among the targets of a Makefile, a justfile or a Taskfile, by their names; at most one a type of one file, and none
 * whose recipe may do more than look.
 */
export function targetChecks(clues: Clues): readonly CheckDraft[] {
  return [...make(clues), ...just(clues), ...task(clues)];
}

function make(clues: Clues): readonly CheckDraft[] {
  const { make: manifest } = clues.survey.manifests;
  if (manifest === null) return [];
  const lines = clues.text(manifest.file).split('\n');
  const targets = [...manifest.targets].map((name) => ({ name, recipe: recipeOf(lines, name) }));
  return drafts('make', manifest.file, targets);
}

function recipeOf(lines: readonly string[], name: string): string {
  const start = lines.findIndex((line) => line.startsWith(name) && /^\s*::?(?!=)/.test(line.slice(name.length)));
  if (start === -1) return '';
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line !== '' && !/^[\t #]/.test(line));
  return rest.slice(0, end === -1 ? rest.length : end).join('\n');
}

function just(clues: Clues): readonly CheckDraft[] {
  const file = clues.firstOf(['justfile', 'Justfile', '.justfile']);
  if (file === null) return [];
  const lines = clues.text(file).split('\n');
  const targets = lines.flatMap((line, index): readonly Target[] => {
    // A parameter without a default would have to be given.
    const name = /^@?([A-Za-z_][\w-]*)((?: +[+*]?\w+=\S+)*) *:(?!=)/.exec(line)?.[1];
    if (name === undefined) return [];
    const rest = lines.slice(index + 1);
    const end = rest.findIndex((next) => /^\S/.test(next));
    return [{ name, recipe: rest.slice(0, end === -1 ? rest.length : end).join('\n') }];
  });
  return drafts('just', file, targets);
}

function task(clues: Clues): readonly CheckDraft[] {
  const file = clues.firstOf(['Taskfile.yml', 'Taskfile.yaml', 'taskfile.yml', 'taskfile.yaml']);
  if (file === null) return [];
  const tasks = entriesOf(entriesOf(parseOrNull(clues.text(file)))['tasks']);
  const targets = Object.entries(tasks).map(([name, recipe]) => ({ name, recipe: JSON.stringify(recipe) ?? '' }));
  return drafts('task', file, targets);
}

function drafts(program: string, file: string, targets: readonly Target[]): readonly CheckDraft[] {
  const found: CheckDraft[] = [];
  for (const [name, type] of Object.entries(typeOfTarget)) {
    const target = targets.find((each) => each.name === name);
    if (target === undefined || found.some((draft) => draft.type === type)) continue;
    const lines = target.recipe.split('\n').map((line) => line.trim());
    if (hasEffects(name, lines)) continue;
    found.push({ id: idPart(name), type, command: [program, name], reason: `${file}: target ${name}` });
  }
  // `check` runs the others, so it only helps where it is alone.
  const isAlone = found.every(({ type }) => type === 'validation' || type === 'build' || type === 'docs');
  return isAlone ? found : found.filter(({ type }) => type !== 'validation');
}

/** A file that is no YAML has no tasks; aliases are not expanded, because a few of them can stand for gigabytes. */
function parseOrNull(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch {
    return null;
  }
}

function entriesOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
