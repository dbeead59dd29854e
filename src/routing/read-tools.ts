import type { StoreLayout } from '../store/layout.ts';
import type { StoreReader } from '../store/reader.ts';
import type { Row } from '../store/statement.ts';
import { StoreError } from '../store/store-error.ts';
import { reopeningOf, restoreBreaker } from './breakers.ts';
import { readMeasured, type MeasuredCall } from './tool-rows.ts';
import { withToolAdvice } from './tool-store.ts';
import { toolsFolder } from './tools-folder.ts';

/** What the store knows of one tool. Durations in milliseconds, costs in US dollars as the tool reported them, times ISO 8601 UTC. */
export interface ToolRecord {
  readonly toolId: string;
  /** Calls that have ended, over all time; those that were stopped neither succeeded nor failed. */
  readonly calls: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly totalMs: number;
  readonly costUsd: number;
  readonly recent: RecentCalls;
  readonly breaker: BreakerRecord;
  readonly updatedAt: string;
}

/** The newest calls of a tool that succeeded or failed, at most 100: what `auto` goes by. Rate, mean and percentile are null where there are none. */
export interface RecentCalls {
  readonly calls: number;
  readonly succeeded: number;
  /** From 0 to 1. */
  readonly successRate: number | null;
  readonly meanMs: number | null;
  /** The 95th percentile, by the nearest rank: the least duration that 95 of 100 calls did not exceed. */
  readonly p95Ms: number | null;
  readonly costUsd: number;
}

/** Where the breaker of a tool stands. */
export interface BreakerRecord {
  readonly state: 'closed' | 'open' | 'half_open';
  /** Failures in a row. */
  readonly failures: number;
  /** Probes that are under way. */
  readonly probes: number;
  /** When an open one lets a probe through; null in the other states. */
  readonly reopensAt: string | null;
  /** Why what is stored cannot be used, in words, so that it counts as closed; null: it can. */
  readonly problem: string | null;
}

/**
 * Everything that the store knows of tools, by tool id. Needs no lock and writes nothing. Without a tool store, the empty list. Throws StoreError `damaged`,
 * `newer` or `unreadable`.
 */
export async function readTools(layout: StoreLayout): Promise<readonly ToolRecord[]> {
  const { openReader } = await import('../store/reader.ts');
  try {
    const reader = await openReader({ folder: toolsFolder(layout), name: 'tools' });
    try {
      // A crash may have come before the first record, with the tables in it.
      return reader.sequence === 0 ? [] : await readRecords(reader);
    } finally {
      reader.close();
    }
  } catch (error) {
    if (error instanceof StoreError && error.kind === 'missing') return [];
    throw withToolAdvice(error);
  }
}

async function readRecords(reader: StoreReader): Promise<readonly ToolRecord[]> {
  const query: StoreReader['query'] = (sql, ...values) => reader.query(sql, ...values);
  const records: ToolRecord[] = [];
  for (const row of query('select * from tools order by tool_id')) {
    const toolId = String(row['tool_id']);
    records.push({
      toolId,
      calls: Number(row['calls']),
      succeeded: Number(row['succeeded']),
      failed: Number(row['failed']),
      totalMs: Number(row['total_ms']),
      costUsd: Number(row['cost_usd']),
      recent: summaryOf(await readMeasured(query, toolId)),
      breaker: breakerOf(row),
      updatedAt: String(row['updated_at']),
    });
  }
  return records;
}

function summaryOf(measured: readonly MeasuredCall[]): RecentCalls {
  const calls = measured.length;
  const succeeded = measured.filter((call) => call.succeeded).length;
  const durations = measured.map(({ durationMs }) => durationMs).sort((a, b) => a - b);
  return {
    calls,
    succeeded,
    successRate: calls === 0 ? null : succeeded / calls,
    meanMs: calls === 0 ? null : durations.reduce((sum, each) => sum + each, 0) / calls,
    p95Ms: durations[Math.ceil(0.95 * calls) - 1] ?? null,
    costUsd: measured.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0),
  };
}

const untouched: BreakerRecord = { state: 'closed', failures: 0, probes: 0, reopensAt: null, problem: null };

function breakerOf(row: Row): BreakerRecord {
  if (row['breaker'] === null) return untouched;
  const restored = restoreBreaker({ version: String(row['breaker_version']), snapshot: String(row['breaker']) }, null);
  if ('problem' in restored) return { ...untouched, problem: restored.problem };
  const { value, context } = restored.breaker;
  return {
    state: value,
    failures: context.failures,
    probes: context.probes.length,
    reopensAt: reopeningOf(context.reopensAtMs),
    problem: null,
  };
}
