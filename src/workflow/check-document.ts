import type * as z from 'zod';
import { TooManyProblems } from './problems.ts';
import type { Problems } from './problems.ts';
import { keysAt } from './schema-keys.ts';
import { findNode, toPlainValue } from './source-node.ts';
import type { SourceNode } from './source-node.ts';
import type { SourceText } from './source-text.ts';
import { Suggestion } from './suggestion.ts';
import { describeValue, hintForWord, valueAt } from './value-words.ts';
import { parseYaml } from './yaml-document.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

interface Check {
  readonly schema: z.ZodType;
  readonly root: SourceNode;
  readonly plain: unknown;
  readonly problems: Problems;
  readonly suggestion: Suggestion;
  readonly what: string;
}

/**
 * Reads a document (YAML, so also JSON) and checks it against its schema. Mistakes are noted with their places: SY0xx what cannot be
 * read, SY101 a wrong value, SY102 an unknown key, SY103 a missing one, SY106 a bad name. Null where what is left does not fit the schema; a
 * value that is given stands beside mistakes of reading too (a key that is there twice), so `problems` has the last word.
 * `what` names the document in messages: `a router configuration`.
 */
export function checkDocument<T>(
  schema: z.ZodType<T>,
  source: SourceText,
  problems: Problems,
  { what }: { readonly what: string },
): { readonly value: T; readonly root: SourceNode } | null {
  try {
    if (isBlank(source.text)) {
      problems.add('SY004', { start: 0, end: 1 }, 'the file is empty', `it is meant to hold ${what}`);
      return null;
    }
    const root = parseYaml(source, problems);
    if (root === null) return null;
    const plain = toPlainValue(root);
    const result = schema.safeParse(plain);
    if (result.success) return { value: result.data, root };
    const check = { schema, root, plain, problems, suggestion: new Suggestion(), what };
    for (const issue of result.error.issues) reportIssue(check, issue, []);
    return null;
  } catch (error) {
    if (error instanceof TooManyProblems) return null;
    throw error;
  }
}

function isBlank(text: string): boolean {
  return !/^[^\S\n]*[^\s#]/m.test(text);
}

function reportIssue(check: Check, issue: Issue, base: Path): void {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.forEach((key) => reportUnknownKey(check, path, key));
  if (issue.code === 'invalid_key') {
    const message = `bad name "${String(path.at(-1))}": ${issue.issues[0]?.message ?? issue.message}`;
    return check.problems.add('SY106', findNode(check.root, path).keyRange, message);
  }
  if (issue.code === 'invalid_union') {
    // The branch of the right type says more than the union does.
    const near = issue.errors.filter(
      (issues) => !issues.some((inner) => inner.code === 'invalid_type' && inner.path.length === 0),
    );
    const [branch] = near;
    if (branch !== undefined && near.length === 1) return branch.forEach((inner) => reportIssue(check, inner, path));
  }
  return reportValue(check, path, inOurWords(issue.message));
}

function reportUnknownKey(check: Check, parent: Path, key: string): void {
  const known = keysAt(check.schema, parent);
  const near = check.suggestion.hint(key, known);
  const hint = key === '<<' ? 'YAML 1.2 has no merge keys; use an alias for a whole value' : near;
  const message = `unknown key "${key}" in ${nameOf(check, parent)}`;
  const { keyRange } = findNode(check.root, [...parent, key]);
  check.problems.add('SY102', keyRange, message, hint ?? (known.length === 0 ? null : `known are ${known.join(', ')}`));
}

function reportValue(check: Check, path: Path, message: string): void {
  const { node, keyRange } = findNode(check.root, path);
  const value = valueAt(check.plain, path);
  if (value === undefined) {
    const place = `${message} at "${path.join('.')}"`;
    return check.problems.add(
      'SY103',
      keyRange,
      `"${String(path.at(-1))}" is missing in ${nameOf(check, path.slice(0, -1))}`,
      place,
    );
  }
  const range = node.end > node.start && (node.kind === 'scalar' || node.end - node.start < 200) ? node : keyRange;
  const subject =
    path.length === 0 ? 'the file' : typeof path.at(-1) === 'number' ? nameOf(check, path) : `"${String(path.at(-1))}"`;
  const hint = hintForWord(check.suggestion, message, value);
  check.problems.add('SY101', range, `${subject}: ${message}, found ${describeValue(value)}`, hint);
}

/** A part of the document in words: the document itself, `"limits"`, `entry 2 of "rules"`. */
function nameOf(check: Check, path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return check.what;
  return typeof last === 'number' ? `entry ${last + 1} of ${nameOf(check, path.slice(0, -1))}` : `"${String(last)}"`;
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

/** Schemas of ours say what they expect in our words; for those that do not, zod's own message is put into them. */
function inOurWords(message: string): string {
  if (message === 'Invalid input') return 'a value that is not allowed here';
  const said =
    /^(?:Invalid input|Invalid option|Too small|Too big|Invalid string): (expected|must) (.*?)(?:, received .*)?$/s.exec(message);
  if (said === null) return message.slice(0, 1).toLowerCase() + message.slice(1);
  const [, verb, rest = ''] = said;
  return verb === 'must' ? `it must ${rest}` : `expected ${typeNames[rest] ?? rest}`;
}
