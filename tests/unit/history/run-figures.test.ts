import { mkdir, rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunId } from '../../../schemas/ids.ts';
import { readRunFigures } from '../../../src/history/run-figures.ts';
import { createRunFolder, storeLayout } from '../../../src/store/layout.ts';
import { acquireOwnerLock } from '../../../src/store/owner-lock.ts';
import { recordRun } from '../../../src/store/run-index.ts';
import { sampleStore } from '../cli/sample-store.ts';
import type { SampleStore } from '../cli/sample-store.ts';

let sample: SampleStore;

const id = (number: number): RunId => `01KV${String(number).padStart(22, '0')}` as RunId;
const startMs = Date.UTC(2026, 0, 1);

/** A run in the index, with an empty folder: nothing but the index could tell of it. */
async function record(number: number, workflow: string, state: string, tookMs: number | null): Promise<void> {
  await createRunFolder(sample.layout, id(number));
  await recordRun(sample.layout, {
    run_id: id(number),
    workflow_name: workflow,
    project_id: 'project',
    state,
    state_reason: null,
    created_at: new Date(startMs).toISOString(),
    started_at: state === 'pending' ? null : new Date(startMs).toISOString(),
    ended_at: tookMs === null ? null : new Date(startMs + tookMs).toISOString(),
    exit_code: null,
    steps_total: 10_000,
    counters: '{}',
  });
}

beforeAll(async () => {
  sample = await sampleStore();
  for (let number = 1; number <= 20; number += 1)
    await record(number, 'often', number <= 15 ? 'succeeded' : 'failed', number * 1000);
  await record(21, 'seldom', 'running', null);
  await record(22, 'seldom', 'canceled', 500);
  await record(23, 'seldom', 'pending', null);
});

afterAll(() => sample.remove());

describe('readRunFigures', () => {
  it('counts runs by state and workflow, with their durations, from the index alone', async () => {
    const { runs, workflows } = await readRunFigures(sample.layout);
    expect(runs).toEqual({
      total: 23,
      by_state: { pending: 1, running: 1, succeeded: 15, failed: 5, canceled: 1, quarantined: 0 },
      unattended: 2,
      unknown: 0,
      ended: 21,
      success_rate: 15 / 21,
    });
    expect(workflows).toEqual([
      {
        workflow: 'often',
        runs: 20,
        ended: 20,
        succeeded: 15,
        success_rate: 0.75,
        durations: { min_ms: 1000, mean_ms: 10_500, p50_ms: 10_000, p95_ms: 19_000, max_ms: 20_000 },
      },
      {
        workflow: 'seldom',
        runs: 3,
        ended: 1,
        succeeded: 0,
        success_rate: 0,
        durations: { min_ms: 500, mean_ms: 500, p50_ms: 500, p95_ms: 500, max_ms: 500 },
      },
    ]);
  });

  it('tells a run that a process has from one that none has', async () => {
    const lock = await acquireOwnerLock(sample.layout.run(id(21)).folder);
    expect((await readRunFigures(sample.layout)).runs.unattended).toBe(1);
    await lock?.release();
  });

  it('counts runs that the index does not know apart, and leaves out those that are gone', async () => {
    await mkdir(sample.layout.run(id(30)).folder);
    await rm(sample.layout.run(id(22)).folder, { recursive: true });
    const { runs } = await readRunFigures(sample.layout);
    expect([runs.total, runs.unknown, runs.by_state.canceled]).toEqual([22, 1, 0]);
  });

  it('has zeros where there is no store', async () => {
    const { runs, workflows } = await readRunFigures(storeLayout('/nonexistent/.stateyard'));
    expect([runs.total, runs.success_rate, workflows]).toEqual([0, null, []]);
  });
});
