import { workflowSchema } from '../../schemas/workflow.ts';
import type { WorkflowDocument } from '../../schemas/workflow.ts';
import type { Problems } from './problems.ts';
import { Repair } from './repair.ts';
import { findNode } from './source-node.ts';
import type { SourceNode } from './source-node.ts';
import type { Suggestion } from './suggestion.ts';

type Issue = NonNullable<ReturnType<typeof workflowSchema.safeParse>['error']>['issues'][number];
type Path = readonly PropertyKey[];

interface Check {
  readonly repair: Repair;
  readonly root: SourceNode;
  readonly plain: unknown;
  readonly problems: Problems;
  readonly suggestion: Suggestion;
}

/** What a file says, as far as it is well formed; `repaired` when mistakes were noted and what was wrong is left out. */
export interface Structure {
  readonly document: WorkflowDocument;
  readonly repaired: boolean;
}

const knownKeys: Record<'workflow' | 'param' | 'step' | 'retry', readonly string[]> = {
  workflow: [
    'name',
    'description',
    'params',
    'env',
    'working_directory',
    'max_parallel',
    'timeout',
    'stop_grace',
    'log_limit',
    'on_failure',
    'steps',
  ],
  param: ['type', 'description', 'default', 'pattern', 'enum', 'minimum', 'maximum'],
  step: 'description run command approve default shell needs if env working_directory timeout step_timeout log_limit retry outputs continue_on_error on_interrupted'.split(
    ' ',
  ),
  retry: ['attempts', 'backoff', 'delay', 'max_delay', 'jitter', 'on_exit_codes'],
};

const laterActions: readonly string[] = ['task', 'workflow'];
const laterKeys: ReadonlySet<string> = new Set(
  laterActions.concat('matrix', 'domain', 'risk_tier', 'complexity', 'prompt', 'with'),
);

// What people who know another tool write.
const otherNames: ReadonlyMap<string, string> = new Map([
  ...(['depends_on', 'depends', 'dependencies', 'after', 'requires'] as const).map((name) => [name, 'needs'] as const),
  ...(['script', 'cmd', 'exec'] as const).map((name) => [name, 'run'] as const),
  ...(['environment', 'vars'] as const).map((name) => [name, 'env'] as const),
  ...(['cwd', 'dir', 'working-directory', 'workdir'] as const).map((name) => [name, 'working_directory'] as const),
  ...(['when', 'condition'] as const).map((name) => [name, 'if'] as const),
  ...(['jobs', 'tasks', 'stages'] as const).map((name) => [name, 'steps'] as const),
  ...(['inputs', 'parameters'] as const).map((name) => [name, 'params'] as const),
  ...(['grace', 'grace_period', 'kill_after', 'stop_timeout'] as const).map((name) => [name, 'stop_grace'] as const),
  ...(['max_log', 'max_log_size', 'log_size', 'output_limit'] as const).map((name) => [name, 'log_limit'] as const),
  ...(['timeout-minutes', 'timeout_minutes'] as const).map((name) => [name, 'timeout'] as const),
  ...(['continue-on-error', 'allow_failure'] as const).map((name) => [name, 'continue_on_error'] as const),
  ...(['max-parallel', 'concurrency', 'parallelism'] as const).map((name) => [name, 'max_parallel'] as const),
]);

/** Checks a parsed file against the schema and notes every mistake at its place. Null when too little is left to check further. */
export function checkStructure(check: Omit<Check, 'repair'>): Structure | null {
  const result = workflowSchema.safeParse(check.plain);
  if (result.success) return { document: result.data, repaired: false };
  const repair = new Repair();
  for (const issue of result.error.issues) reportIssue({ ...check, repair }, issue, []);
  const again = workflowSchema.safeParse(repair.apply(check.plain));
  return again.success ? { document: again.data, repaired: true } : null;
}

/** Whether a step of the file asks for an action that is not available yet (and that is reported by {@link checkStructure}). */
export function hasLaterAction(step: Readonly<Record<string, unknown>>): boolean {
  return laterActions.some((key) => Object.hasOwn(step, key));
}

function reportIssue(check: Check, issue: Issue, base: Path): void {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.forEach((key) => reportUnknownKey(check, [...path, key]));
  if (issue.code === 'invalid_key') {
    const { keyRange } = findNode(check.root, path);
    check.repair.remove(path);
    return check.problems.add(
      'SY106',
      keyRange,
      `bad name "${String(path.at(-1))}": ${issue.issues[0]?.message ?? issue.message}`,
    );
  }
  if (issue.code === 'invalid_union') {
    // The branch of the right type says more than the union does.
    const near = issue.errors.filter(
      (issues) => !issues.some((inner) => inner.code === 'invalid_type' && inner.path.length === 0),
    );
    const [branch] = near;
    if (branch !== undefined && near.length === 1) return branch.forEach((inner) => reportIssue(check, inner, path));
  }
  return reportValue(check, path, issue.message);
}

function reportValue(check: Check, path: Path, message: string): void {
  const { node, keyRange } = findNode(check.root, path);
  check.repair.replace(path);
  const name = String(path.at(-1) ?? 'the file');
  const value = valueAt(check.plain, path);
  if (value === undefined)
    return check.problems.add('SY103', keyRange, `"${name}" is missing`, `${message} at "${path.join('.')}"`);
  if (name === 'on_interrupted' && value === 'ask') return reportLater(check, node, '"on_interrupted: ask"');
  const range = node.end > node.start && sameLineOrShort(node) ? node : keyRange;
  const subject = typeof path.at(-1) === 'number' ? `"${String(path.at(-2))}"` : path.length === 0 ? 'the file' : `"${name}"`;
  check.problems.add('SY101', range, `${subject}: ${message}, found ${describe(value)}`, hintFor(check, message, value));
}

function hintFor(check: Check, message: string, value: unknown): string | null {
  const words = /^expected (?:one of )?([a-z_]+(?:(?:, | or )[a-z_]+)+)$/.exec(message)?.[1];
  if (words === undefined || typeof value !== 'string') return null;
  return check.suggestion.hint(value, words.split(/, | or /));
}

function reportUnknownKey(check: Check, path: Path): void {
  const key = String(path.at(-1));
  check.repair.remove(path);
  const { keyRange } = findNode(check.root, path);
  const place = placeOf(path);
  if (place === 'step' && laterKeys.has(key)) return reportLater(check, keyRange, `"${key}"`);
  const words = place === 'retry' ? 'retry' : place === 'workflow' ? 'a workflow' : place === 'param' ? 'a parameter' : 'a step';
  const message = `unknown key "${key}" in ${words}`;
  return check.problems.add('SY102', keyRange, message, hintForKey(check, key, place));
}

function hintForKey(check: Check, key: string, place: keyof typeof knownKeys): string {
  if (key === '<<') return 'YAML 1.2 has no merge keys; use an alias for a whole value';
  const other = otherNames.get(key);
  if (other !== undefined && knownKeys[place].includes(other)) return `here it is called "${other}"`;
  const near = check.suggestion.hint(key, knownKeys[place]);
  if (near !== null) return near;
  if (place === 'step' && knownKeys.workflow.includes(key)) return `"${key}" belongs to the workflow, at the left margin`;
  if (place === 'workflow' && knownKeys.step.includes(key)) return `"${key}" belongs to a step, under "steps"`;
  return `known are ${knownKeys[place].join(', ')}`;
}

function reportLater(check: Check, range: { readonly start: number; readonly end: number }, what: string): void {
  check.problems.add('SY401', range, `${what} is not available yet`, 'this version runs steps with "run" or "command"');
}

function placeOf(path: Path): keyof typeof knownKeys {
  if (path.length === 1) return 'workflow';
  if (path[0] === 'params') return 'param';
  return path.length === 3 ? 'step' : 'retry';
}

function valueAt(plain: unknown, path: Path): unknown {
  let value = plain;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

function sameLineOrShort(node: SourceNode): boolean {
  return node.kind === 'scalar' || node.end - node.start < 200;
}

/** What a value is, in words for a message. */
function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty mapping' : 'a mapping';
  if (typeof value === 'string') return value === '' ? 'an empty text' : `the text ${JSON.stringify(shorten(value))}`;
  return JSON.stringify(value);
}

function shorten(value: string): string {
  return value.length > 60 ? `${value.slice(0, 57)}...` : value;
}
