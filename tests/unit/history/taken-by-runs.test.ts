import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunId } from '../../../schemas/ids.ts';
import { chartOf } from '../../../src/charts/chart-of.ts';
import type { Chart } from '../../../src/charts/chart.ts';
import { transitionsOf } from '../../../src/charts/chart.ts';
import { leavesNoEvent, machinesWithHistory, takenByRuns } from '../../../src/history/taken-by-runs.ts';
import type { MachineWithHistory } from '../../../src/history/taken-by-runs.ts';
import { ownMachines } from '../../../src/charts/load/own-machines.ts';
import { sampleStore } from '../cli/sample-store.ts';
import type { SampleStore } from '../cli/sample-store.ts';

let store: SampleStore;
const charts = new Map<MachineWithHistory, Chart>();
beforeAll(async () => {
  store = await sampleStore();
  for (const name of machinesWithHistory) {
    const own = ownMachines.get(name);
    if (own !== undefined) charts.set(name, chartOf(await own.load()));
  }
});
afterAll(() => store.remove());

describe('takenByRuns', () => {
  it('adds up what the events of runs and of their steps tell', async () => {
    const runs = [await store.failedRun(1), await store.failedRun(2)];
    const found = await takenByRuns(store.layout, runs, charts);
    expect([found.runs, found.unread]).toEqual([2, []]);
    expect(found.events).toBe(2 * 10);
    expect(found.taken.get('run')?.get('run.pending START 0')).toBe(2);
    expect(found.taken.get('step')?.get('step.dispatched  3')).toBe(2);
    expect((await takenByRuns(store.layout, [runs[0] as RunId], charts)).taken.get('run')?.get('run.pending START 0')).toBe(1);
  });

  it('goes on past a run that cannot be read, and leaves out one that never began', async () => {
    const good = await store.failedRun(3);
    const damaged = await store.failedRun(4);
    await writeFile(store.layout.run(damaged).database, 'no database at all, and not short either'.repeat(200));
    const empty = '01KZ0000000000000000000001' as RunId;
    await mkdir(store.layout.run(empty).folder, { recursive: true });
    const found = await takenByRuns(store.layout, [damaged, empty, good], charts);
    expect(found.runs).toBe(1);
    expect(found.unread).toEqual([{ run_id: damaged, message: expect.any(String) as string }]);
    expect(found.taken.get('run')?.get('run.pending START 0')).toBe(1);
  });

  it('counts only for the charts that are asked about', async () => {
    const run = charts.get('run') as Chart;
    const found = await takenByRuns(store.layout, [await store.failedRun(5)], new Map([['run', run]]));
    expect([...found.taken.keys()]).toEqual(['run']);
  });
});

describe('leavesNoEvent', () => {
  it('holds of CALL and SPEND of a run, and of what is ignored; of nothing in a step', () => {
    const untold = (name: MachineWithHistory): readonly string[] =>
      transitionsOf(charts.get(name) as Chart)
        .filter((transition) => leavesNoEvent(name, transition))
        .map(({ event, actions }) => (actions.length === 0 ? 'ignored' : event));
    expect([...new Set(untold('run'))].toSorted()).toEqual(['CALL', 'SPEND', 'ignored']);
    expect(untold('step')).toEqual([]);
  });
});
