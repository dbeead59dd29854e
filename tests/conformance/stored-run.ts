import { join } from 'node:path';
import { expect } from 'vitest';
import { openReader, type StoreReader } from '../../src/store/reader.ts';
import type { Sandbox } from './sandbox.ts';

/** The rows of a run, read from its store without the program. */
export async function withStore<T>(box: Sandbox, runId: string, read: (reader: StoreReader) => T): Promise<T> {
  const reader = await openReader({ folder: join(box.store, 'runs', runId), name: 'run' });
  try {
    return read(reader);
  } finally {
    reader.close();
  }
}

interface EventRow {
  readonly sequence: number;
  readonly kind: string;
  readonly payload: { readonly step_id?: string; readonly to?: string; readonly attempt?: number };
}

/**
 * Expects of a stored run, however often its engine was killed: no event is missing or doubled; attempts are counted without a gap
 * and at most one of each step succeeded; each attempt was recorded before it ran; a step started after its `needs` had ended.
 * Steps that write `STEP ATTEMPT_ID` to TRACE are compared with their rows.
 */
export async function expectSoundHistory(
  box: Sandbox,
  runId: string,
  needs: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  await withStore(box, runId, (reader) => {
    const events: EventRow[] = reader.query('select sequence, kind, payload from run_events order by sequence').map((row) => ({
      sequence: Number(row['sequence']),
      kind: String(row['kind']),
      payload: JSON.parse(String(row['payload'])),
    }));
    expect(events.map((event) => event.sequence)).toEqual(events.map((_, at) => at + 1));
    const [ids] = reader.query('select count(distinct event_id) as n from run_events');
    expect(ids?.['n']).toBe(events.length);
    expectSoundAttempts(reader, box);
    expectNeedsFirst(events, needs);
  });
}

function expectSoundAttempts(reader: StoreReader, box: Sandbox): void {
  // A check of an attempt is a row of its own, under the number of that attempt.
  const attempts = reader.query(
    "select step_id, attempt, step_attempt_id, state from step_attempts where json_extract(metadata, '$.check') is null order by step_id, attempt",
  );
  const counts = new Map<string, { last: number; succeeded: number }>();
  for (const row of attempts) {
    const step = String(row['step_id']);
    const count = counts.get(step) ?? { last: 0, succeeded: 0 };
    expect(row['attempt'], `attempts of ${step}`).toBe(count.last + 1);
    counts.set(step, { last: count.last + 1, succeeded: count.succeeded + (row['state'] === 'succeeded' ? 1 : 0) });
  }
  expect([...counts].filter(([, count]) => count.succeeded > 1)).toEqual([]);
  const recorded = new Set(attempts.map((row) => `${String(row['step_id'])} ${String(row['step_attempt_id'])}`));
  const ran = box.trace().filter((line) => /^\S+ [0-7][0-9A-Z]{25}$/.test(line));
  expect(
    ran.filter((line) => !recorded.has(line)),
    'attempts that ran without a record',
  ).toEqual([]);
  expect(ran.length, 'no attempt ran twice').toBe(new Set(ran).size);
}

const ends = new Set(['succeeded', 'failed', 'canceled', 'skipped']);

function expectNeedsFirst(events: readonly EventRow[], needs: Readonly<Record<string, readonly string[]>>): void {
  const started = new Map<string, number>();
  const ended = new Map<string, number>();
  for (const { sequence, kind, payload } of events) {
    const step = payload.step_id ?? '';
    if (kind === 'tool_call_started' && !started.has(step)) started.set(step, sequence);
    if (kind !== 'step_state_changed' || !ends.has(payload.to ?? '')) continue;
    expect(ended.has(step), `${step} ended once`).toBe(false);
    ended.set(step, sequence);
  }
  for (const [step, wanted] of Object.entries(needs)) {
    const at = started.get(step);
    if (at === undefined) continue;
    for (const need of wanted) expect(ended.get(need) ?? Infinity, `${step} started after ${need}`).toBeLessThan(at);
  }
}
