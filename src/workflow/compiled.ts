import type { StepId } from '../../schemas/ids.ts';
import { CompiledExpression } from './expression.ts';
import type { ParamSpec, Plan, Step, Workflow } from './model.ts';
import { buildPlan } from './plan.ts';

/** Changes whenever {@link Workflow} or this form of it does: what an older version wrote is then not taken. */
const format = 1;

/** The key that stands for an expression (`CompiledExpression.toJSON`). */
const marker = '$expression';

const none: readonly StepId[] = Object.freeze([]);

type Shared = Omit<Step, 'id' | 'index' | 'needs' | 'after' | 'position'>;

/** The compact form: steps that differ in nothing but their names and needs share one shape. */
interface Compiled {
  readonly format: number;
  readonly workflow: Omit<Workflow, 'path' | 'text' | 'sha256' | 'steps'>;
  readonly shapes: readonly Shared[];
  /** Id, shape, needs, after (as positions), line, column. */
  readonly steps: readonly (readonly [string, number, readonly number[], readonly number[], number, number])[];
}

/** What a workflow is derived from, and known by. */
type Origin = Pick<Workflow, 'path' | 'text' | 'sha256'>;

/**
 * A checked workflow as JSON, which {@link readCompiled} reads in a fraction of the time that parsing and checking its text takes. Null for the rare text in which
 * something else would be taken for an expression.
 */
export function writeCompiled({ path: _path, text, sha256: _sha256, steps, ...workflow }: Workflow, plan: Plan): string | null {
  if (text.includes(marker)) return null;
  const shapes: string[] = [];
  const shapeOf = new Map<string, number>();
  const positions = (ids: readonly StepId[]): number[] => ids.map((id) => plan.indexOf.get(id) ?? -1);
  const rows = steps.map(({ id, index: _index, needs, after, position, ...shared }) => {
    const shape = JSON.stringify(shared);
    let at = shapeOf.get(shape);
    if (at === undefined) {
      shapeOf.set(shape, (at = shapes.length));
      shapes.push(shape);
    }
    return [id, at, positions(needs), positions(after), position.line, position.column];
  });
  const head = JSON.stringify({ format, workflow });
  return `${head.slice(0, -1)},"shapes":[${shapes.join(',')}],"steps":${JSON.stringify(rows)}}`;
}

/** The workflow of {@link writeCompiled} with its plan; null where the text is of another format or no such text. */
export function readCompiled(json: string, origin: Origin): { readonly workflow: Workflow; readonly plan: Plan } | null {
  const compiled = parse(json);
  if (compiled?.format !== format) return null;
  const ids = compiled.steps.map(([id]) => id as StepId);
  const idsAt = (positions: readonly number[]): readonly StepId[] =>
    positions.length === 0 ? none : positions.map((at) => ids[at] as StepId);
  const steps = compiled.steps.map(([, shape, needs, after, line, column], index) =>
    stepOf(compiled.shapes[shape] as Shared, {
      id: ids[index] as StepId,
      index,
      needs: idsAt(needs),
      after: idsAt(after),
      position: { line, column },
    }),
  );
  const planned = buildPlan(
    ids,
    compiled.steps.map(([, , needs, after]) => [...needs, ...after]),
  );
  if (!planned.ok) return null;
  const params = Object.fromEntries(
    Object.entries(compiled.workflow.params).map(([name, spec]): [string, ParamSpec] => [name, { ...withoutDefault, ...spec }]),
  );
  return { workflow: Object.freeze({ ...compiled.workflow, ...origin, params, steps }), plan: planned.plan };
}

/** Written out: a spread of two objects takes ten times as long, and there may be 100,000 steps. */
function stepOf(shared: Shared, own: Omit<Step, keyof Shared>): Step {
  return Object.freeze({
    id: own.id,
    index: own.index,
    action: shared.action,
    needs: own.needs,
    after: own.after,
    priority: shared.priority,
    if: shared.if,
    env: shared.env,
    workingDirectory: shared.workingDirectory,
    timeoutMs: shared.timeoutMs,
    stepTimeoutMs: shared.stepTimeoutMs,
    logLimitBytes: shared.logLimitBytes,
    retry: shared.retry,
    checks: shared.checks,
    outputs: shared.outputs,
    continueOnError: shared.continueOnError,
    onInterrupted: shared.onInterrupted,
    position: own.position,
  });
}

/** JSON has no word for what is not given. */
const withoutDefault = { default: undefined };

function parse(json: string): Compiled | null {
  try {
    return JSON.parse(json, json.includes(`"${marker}"`) ? revive : undefined) as Compiled;
  } catch {
    return null;
  }
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, marker)) return value;
  const { [marker]: source, readsStatus } = value as { [marker]: string; readsStatus: boolean };
  const expression = CompiledExpression.revive(source, readsStatus);
  if (expression === null) throw new SyntaxError(`not an expression: ${source}`);
  return expression;
}
