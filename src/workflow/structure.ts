import { workflowSchema } from '../../schemas/workflow.ts';
import type { WorkflowDocument } from '../../schemas/workflow.ts';
import { stepSchema } from '../../schemas/workflow-step.ts';
import type { Problems } from './problems.ts';
import { Repair } from './repair.ts';
import { keysAt } from './schema-keys.ts';
import { findNode } from './source-node.ts';
import type { SourceNode } from './source-node.ts';
import type { Suggestion } from './suggestion.ts';
import { describeValue, hintForWord, valueAt } from './value-words.ts';

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

const laterActions: readonly string[] = ['workflow'];
const laterKeys: ReadonlySet<string> = new Set(laterActions.concat('matrix'));

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
  ...(['kind', 'task_kind'] as const).map((name) => [name, 'task'] as const),
  ...(['instructions', 'objective'] as const).map((name) => [name, 'prompt'] as const),
  ...(['tools', 'allow_tools'] as const).map((name) => [name, 'allowed_tools'] as const),
  ...(['scope', 'files', 'paths'] as const).map((name) => [name, 'resource_scope'] as const),
  ...(['checks', 'validate', 'acceptance', 'check'] as const).map((name) => [name, 'verify'] as const),
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
  const key = path.findLast((part) => typeof part !== 'number');
  const subject = key === undefined ? 'the file' : `"${String(key)}"`;
  const hint = hintForWord(check.suggestion, message, value);
  check.problems.add('SY101', range, `${subject}: ${message}, found ${describeValue(value)}`, hint);
}

function reportUnknownKey(check: Check, path: Path): void {
  const key = String(path.at(-1));
  check.repair.remove(path);
  const { keyRange } = findNode(check.root, path);
  if (isStep(path.slice(0, -1)) && laterKeys.has(key)) return reportLater(check, keyRange, `"${key}"`);
  const message = `unknown key "${key}" in ${placeInWords(path.slice(0, -1))}`;
  return check.problems.add('SY102', keyRange, message, hintForKey(check, key, path.slice(0, -1)));
}

function hintForKey(check: Check, key: string, parent: Path): string | null {
  if (key === '<<') return 'YAML 1.2 has no merge keys; use an alias for a whole value';
  const known = keysAt(workflowSchema, parent);
  const other = otherNames.get(key);
  if (other !== undefined && known.includes(other)) return `here it is called "${other}"`;
  const near = check.suggestion.hint(key, known);
  if (near !== null) return near;
  if (isStep(parent) && Object.hasOwn(workflowSchema.shape, key)) return `"${key}" belongs to the workflow, at the left margin`;
  if (parent.length === 0 && Object.hasOwn(stepSchema.shape, key)) return `"${key}" belongs to a step, under "steps"`;
  return known.length === 0 ? null : `known are ${known.join(', ')}`;
}

function reportLater(check: Check, range: { readonly start: number; readonly end: number }, what: string): void {
  const hint = 'this version runs steps with "run", "command", "function", "task" or "approve"';
  check.problems.add('SY401', range, `${what} is not available yet`, hint);
}

function isStep(path: Path): boolean {
  return path.length === 2 && path[0] === 'steps';
}

/** The mapping at a path in words: `a step`, `"patch"`. */
function placeInWords(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'a workflow';
  if (isStep(path)) return 'a step';
  if (path[0] === 'params') return 'a parameter';
  if (typeof last === 'number') return `a check of "${String(path.at(-2))}"`;
  return last === 'retry' ? 'retry' : `"${String(last)}"`;
}

function sameLineOrShort(node: SourceNode): boolean {
  return node.kind === 'scalar' || node.end - node.start < 200;
}
