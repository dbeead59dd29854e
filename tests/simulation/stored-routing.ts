import type { RowSource } from '../../src/engine/restore.ts';
import type { Row } from '../../src/store/statement.ts';
import { isTask } from './made-tools.ts';
import type { MadeWorkflow } from './made-workflow.ts';
import { isCounted } from './recorded-calls.ts';
import type { Stored } from './stored-rows.ts';
import type { Witness } from './witness.ts';

/** What a check of the routing of a stored run looks at. */
export interface StoredRouting {
  readonly rows: RowSource;
  readonly stored: Stored;
  readonly witness: Witness;
  readonly made: MadeWorkflow;
  /** An engine opens the run; otherwise someone looks. */
  readonly isOpening: boolean;
}

/** Checks that each call has its decision and its documents and is counted once, and that held steps and meters are what the history says. */
export async function checkRouting(parts: StoredRouting): Promise<string[]> {
  const documents = await parts.rows.query('select document_id, kind, step_id, body from documents');
  return [...checkDocuments(parts, documents), ...checkFigures(parts), ...checkHeld(parts), ...checkMeters(parts)];
}

function checkDocuments({ stored, made }: StoredRouting, documents: readonly Row[]): string[] {
  const byId = new Map(documents.map((row) => [String(row['document_id']), row]));
  const decided = new Map<string, string>();
  for (const { kind, payload } of stored.events) {
    if (kind !== 'route_decided') continue;
    const {
      step_id: stepId,
      attempt,
      decision,
    } = JSON.parse(String(payload)) as {
      readonly step_id: string;
      readonly attempt: number;
      readonly decision: { readonly tool_id: string | null };
    };
    decided.set(`${stepId}.${String(attempt)}`, String(decision.tool_id));
  }
  return callRows(stored, made).flatMap((row) => {
    const name = `${String(row['step_id'])}.${String(row['attempt'])}`;
    const request = byId.get(String(row['execution_request_id']));
    const prompt = byId.get(String(row['prompt_id']));
    const broken: string[] = [];
    if (decided.get(name) !== row['tool_id'])
      broken.push(`${name} is a call of ${String(row['tool_id'])}, decided was ${String(decided.get(name))}`);
    if (request?.['kind'] !== 'execution_request' || request['step_id'] !== row['step_id'])
      broken.push(`${name} has no execution request`);
    if (prompt?.['kind'] !== 'prompt_instance' || prompt['step_id'] !== row['step_id']) broken.push(`${name} has no prompt`);
    return broken;
  });
}

function checkFigures({ stored, witness, made }: StoredRouting): string[] {
  const figures = witness.calls.figures();
  const known = new Set(stored.attempts.map((row) => String(row['step_attempt_id'])));
  const counted = new Set(figures.attemptIds);
  const ended = stored.attempts.filter((row) => row['ended_at'] !== null && isCounted(made, ofRow(row)));
  return [
    ...figures.wrong.map((toolId) => `the figures of ${toolId} do not add up`),
    ...figures.attemptIds.filter((id) => !known.has(id)).map((id) => `a call ${id} is counted that was never made`),
    ...ended
      .filter((row) => !counted.has(String(row['step_attempt_id'])))
      .map((row) => `${String(row['step_id'])}.${String(row['attempt'])} is not counted`),
  ];
}

/** A step that waits for more to spend holds its run; once the run goes on, so does the step. */
function checkHeld({ stored }: StoredRouting): string[] {
  const snapshot = stored.snapshots.get('run');
  if (snapshot === undefined) return [];
  const { value, context } = JSON.parse(snapshot) as { value: { running?: string }; context: { held: readonly string[] } };
  const held = [...stored.steps.values()].filter((row) => row['state'] === 'held').map((row) => String(row['step_id']));
  const broken: string[] = [];
  if (held.sort().join() !== context.held.toSorted().join())
    broken.push(`the run counts ${context.held.join() || 'no step'} as held, the rows say ${held.join() || 'none'}`);
  if (held.length > 0 && value.running !== 'pausing' && value.running !== 'paused')
    broken.push(`${held.join()} is held, and the run is ${String(value.running)}`);
  return broken;
}

interface StoredMeter {
  readonly toolId: string | null;
  readonly unit: 'calls' | 'minutes' | 'cost';
  readonly limit: number;
  readonly allowed: number;
  readonly used: number;
}

/** What the budget says was spent is what the calls have cost. */
function checkMeters(parts: StoredRouting): string[] {
  const { stored, witness, made, isOpening } = parts;
  const snapshot = stored.snapshots.get('run');
  if (snapshot === undefined) return [];
  const { meters } = (JSON.parse(snapshot) as { context: { meters: readonly StoredMeter[] } }).context;
  const checks = checkRows(stored, made).length;
  const broken = made.routing.meters.length === meters.length ? [] : ['a budget is lost'];
  for (const meter of meters) {
    const [least, most] = meter.unit === 'calls' ? callBounds(meter, parts) : spendingBounds(meter, parts);
    const bound = `${meter.unit} of ${meter.toolId ?? 'all tools'}`;
    const what = `${String(meter.used)} ${bound}`;
    if (meter.used < least - rounding) broken.push(`the budget counts ${what}, there were at least ${String(least)}`);
    if (meter.used > most + rounding) broken.push(`the budget counts ${what}, there were at most ${String(most)}`);
    // A check that has begun is not left out for want of a budget.
    if (meter.unit === 'calls' && meter.used > meter.allowed + checks)
      broken.push(`the budget counts ${what}, of ${String(meter.allowed)}`);
    if (isOpening) broken.push(...checkRaised(bound, meter, witness));
  }
  return broken;
}

/** A bound that a person has raised stays raised, unless power was lost since; who only looks may see what is not on the disk yet. */
function checkRaised(what: string, { allowed }: StoredMeter, { calls }: Witness): string[] {
  const before = calls.allowed.get(what) ?? 0;
  calls.allowed.set(what, allowed);
  return allowed < before ? [`the budget of ${what} was raised to ${String(before)}, and is ${String(allowed)}`] : [];
}

const rounding = 1e-9;

type Bounds = readonly [least: number, most: number];

/** A tool that was given to a step is counted although the engine dies before the call; a check is counted when it begins, unless the engine dies then. */
function callBounds({ toolId }: StoredMeter, { stored, witness, made }: StoredRouting): Bounds {
  const concerns = (each: unknown): boolean => toolId === null || each === toolId;
  const given = [...witness.calls.given.values()].filter(concerns).length;
  const checks = checkRows(stored, made).filter((row) => concerns(row['tool_id'])).length;
  return [callRows(stored, made).filter((row) => concerns(row['tool_id'])).length, given + checks];
}

/** What a call has spent is counted with its end; that of one whose end is not recorded yet may be. */
function spendingBounds({ toolId, unit }: StoredMeter, { stored, witness }: StoredRouting): Bounds {
  let least = 0;
  let most = 0;
  for (const row of stored.attempts) {
    const { check } = ofRow(row);
    const counted = witness.calls.counted.get(String(row['step_attempt_id']));
    if (counted === undefined || (toolId !== null && counted.toolId !== toolId)) continue;
    const [low, high] = unit === 'minutes' ? counted.minutes : counted.cost;
    if (row['ended_at'] !== null && check === null) least += low;
    most += high;
  }
  return [least, most];
}

/** The checks that tools make. */
function checkRows({ attempts }: Stored, made: MadeWorkflow): Row[] {
  return attempts.filter((row) => ofRow(row).check !== null && isCounted(made, ofRow(row)));
}

function callRows({ attempts }: Stored, made: MadeWorkflow): Row[] {
  return attempts.filter((row) => isTask(made, String(row['step_id'])) && ofRow(row).check === null);
}

function ofRow(row: Row): { readonly stepId: string; readonly check: string | null } {
  const { check = null } = JSON.parse(String(row['metadata'])) as { check?: string };
  return { stepId: String(row['step_id']), check };
}
