import type { ToolFigures } from '../../schemas/route-decision.ts';
import type { EndedCall } from '../engine/ports.ts';
import type { Row, SqlValue, Statement } from '../store/statement.ts';
import type { StoredBreaker } from './breakers.ts';

/** Gives the rows of one reading statement: a store that is written, or a reader of one. */
export type Query = (sql: string, ...values: SqlValue[]) => Promise<Row[]> | Row[];

/** How many calls of a tool, the newest, its figures are made of. */
const measuredCalls = 100;
/** How many calls of a tool are kept: an end that is told again is known by them. */
const keptCalls = 500;

/** The stored breakers of tools by tool id; a tool that never had a call let through or ended has none. */
export async function readBreakers(query: Query, toolIds: readonly string[]): Promise<ReadonlyMap<string, StoredBreaker>> {
  const rows = await query(
    `select tool_id, breaker, breaker_version from tools where tool_id in (${places(toolIds)}) and breaker is not null`,
    ...toolIds,
  );
  return new Map(
    rows.map((row) => [String(row['tool_id']), { version: String(row['breaker_version']), snapshot: String(row['breaker']) }]),
  );
}

/** Keeps the breaker of a tool. */
export function writeBreaker(toolId: string, { version, snapshot }: StoredBreaker, updatedAt: string): Statement {
  return [
    'insert into tools (tool_id, calls, succeeded, failed, total_ms, cost_usd, breaker, breaker_version, updated_at) ' +
      'values (?, 0, 0, 0, 0, 0, ?, ?, ?) on conflict (tool_id) do update set ' +
      'breaker = excluded.breaker, breaker_version = excluded.breaker_version, updated_at = excluded.updated_at',
    toolId,
    snapshot,
    version,
    updatedAt,
  ];
}

/** The turn that is stored under a key; 0 where none is. */
export async function readTurn(query: Query, key: string): Promise<number> {
  const [row] = await query('select turn from turns where key = ?', key);
  return Number(row?.['turn'] ?? 0);
}

/** Keeps the turn of a key. */
export function writeTurn(key: string, turn: number): Statement {
  return ['insert into turns (key, turn) values (?, ?) on conflict (key) do update set turn = excluded.turn', key, turn];
}

/** The figures of tools by tool id, each from the newest 100 of its calls that succeeded or failed; a tool without any has none. */
export async function readFigures(query: Query, toolIds: readonly string[]): Promise<Readonly<Record<string, ToolFigures>>> {
  const figures: Record<string, ToolFigures> = {};
  for (const toolId of toolIds) {
    const [row] = await query(
      "select count(*) as calls, sum(verdict = 'succeeded') as succeeded, avg(duration_ms) as mean_ms from " +
        "(select verdict, duration_ms from tool_calls where tool_id = ? and verdict <> 'none' order by sequence desc limit ?)",
      toolId,
      measuredCalls,
    );
    const calls = Number(row?.['calls']);
    if (calls > 0) figures[toolId] = { calls, succeeded: Number(row?.['succeeded']), mean_ms: Number(row?.['mean_ms']) };
  }
  return figures;
}

/** One of the calls that the figures of a tool are made of. */
export interface MeasuredCall {
  readonly succeeded: boolean;
  readonly durationMs: number;
  readonly costUsd: number | null;
}

/** The newest 100 calls of a tool that succeeded or failed, newest first. */
export async function readMeasured(query: Query, toolId: string): Promise<readonly MeasuredCall[]> {
  const rows = await query(
    "select verdict, duration_ms, cost_usd from tool_calls where tool_id = ? and verdict <> 'none' order by sequence desc limit ?",
    toolId,
    measuredCalls,
  );
  return rows.map((row) => ({
    succeeded: row['verdict'] === 'succeeded',
    durationMs: Number(row['duration_ms']),
    costUsd: row['cost_usd'] === null ? null : Number(row['cost_usd']),
  }));
}

/** What is recorded of the verdict on a call; null where the call is not known (never recorded, or too long ago). */
export async function readVerdict(query: Query, attemptId: string): Promise<EndedCall['verdict'] | null> {
  const [row] = await query('select verdict from tool_calls where attempt_id = ?', attemptId);
  return row === undefined ? null : (String(row['verdict']) as EndedCall['verdict']);
}

/** Records the end of a call that is not known yet, counts it for its tool, and forgets the tool's oldest calls beyond the newest 500. */
export function writeCall(call: EndedCall, updatedAt: string): readonly Statement[] {
  const { attemptId, toolId, runId, stepId, verdict, durationMs, costUsd } = call;
  return [
    [
      'insert into tool_calls (attempt_id, tool_id, run_id, step_id, ended_at, verdict, duration_ms, cost_usd) values (?, ?, ?, ?, ?, ?, ?, ?)',
      attemptId,
      toolId,
      runId,
      stepId,
      new Date(call.endedAtMs).toISOString(),
      verdict,
      durationMs,
      costUsd,
    ],
    [
      'insert into tools (tool_id, calls, succeeded, failed, total_ms, cost_usd, updated_at) values (?, 1, ?, ?, ?, ?, ?) ' +
        'on conflict (tool_id) do update set calls = calls + 1, succeeded = succeeded + excluded.succeeded, ' +
        'failed = failed + excluded.failed, total_ms = total_ms + excluded.total_ms, cost_usd = cost_usd + excluded.cost_usd, ' +
        'updated_at = excluded.updated_at',
      toolId,
      verdict === 'succeeded' ? 1 : 0,
      verdict === 'failed' ? 1 : 0,
      durationMs,
      costUsd ?? 0,
      updatedAt,
    ],
    [
      'delete from tool_calls where tool_id = ? and sequence <= ' +
        '(select sequence from tool_calls where tool_id = ? order by sequence desc limit 1 offset ?)',
      toolId,
      toolId,
      keptCalls,
    ],
  ];
}

/** Counts a call that is recorded as succeeded as failed. */
export function writeRefuted(attemptId: string, toolId: string, updatedAt: string): readonly Statement[] {
  return [
    ["update tool_calls set verdict = 'failed' where attempt_id = ?", attemptId],
    ['update tools set succeeded = succeeded - 1, failed = failed + 1, updated_at = ? where tool_id = ?', updatedAt, toolId],
  ];
}

function places(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}
