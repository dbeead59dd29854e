import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createActor, createMachine } from 'xstate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InspectReport } from '../../../schemas/cli/inspect-report.ts';
import type { RunId } from '../../../schemas/ids.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { statePath } from '../../../src/engine/run-event.ts';
import { openRunHistory } from '../../../src/history/open-run-history.ts';
import { replayRun } from '../../../src/inspect/replay-run.ts';
import { readStoredRun } from '../../../src/inspect/stored-run.ts';
import { storeLayout } from '../../../src/store/layout.ts';
import { fakeIo } from '../cli/fake-io.ts';
import type { FakeIo } from '../cli/fake-io.ts';
import { expectDocument } from '../cli/json-shape.ts';
import { sampleStore } from '../cli/sample-store.ts';
import type { SampleStore } from '../cli/sample-store.ts';

const fixtures = resolve(import.meta.dirname, '../../compat/fixtures');

let sample: SampleStore;
let failed: RunId;

beforeAll(async () => {
  sample = await sampleStore();
  failed = await sample.failedRun(1);
});

afterAll(() => sample.remove());

async function call(argv: string[], env: Record<string, string> = {}): Promise<{ code: number; io: FakeIo }> {
  const io = fakeIo({ cwd: sample.top, env });
  return { code: await runProgram(['--store', sample.layout.root, 'inspect', ...argv], io), io };
}

const events = (io: FakeIo): InspectReport[] =>
  io
    .out()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as InspectReport);

const statesOf = (trail: readonly InspectReport[], session: string): string[] =>
  trail.flatMap((event) =>
    event.type === '@xstate.snapshot' && event.sessionId === session ? [statePath(event.snapshot.value)] : [],
  );

describe('inspect --json', () => {
  it('prints each actor, event and snapshot, with charts that XState takes', async () => {
    const { code, io } = await call([failed, '--json']);
    expect(code, io.out()).toBe(0);
    const trail = events(io);
    await Promise.all(trail.map((event) => expectDocument('inspect_report', event)));
    expect(trail[0]).toMatchObject({ type: '@xstate.actor', sessionId: failed, rootId: failed });
    expect(statesOf(trail, `${failed}/step.build`)).toEqual(['attempting.executing', 'succeeded']);
    expect(statesOf(trail, failed).at(-1)).toBe('failed');
    for (const event of trail) {
      if (event.type === '@xstate.actor') createActor(createMachine(JSON.parse(event.definition) as never));
    }
    expect(new Set(trail.map(({ id }) => id)).size).toBe(trail.length);
  });

  it('ends with 4 where there is no such run', async () => {
    const { code, io } = await call(['01KZ0000000000000000000000', '--json']);
    expect(code).toBe(4);
    expect(JSON.parse(io.out())).toHaveProperty('error');
  });
});

describe('inspect', () => {
  it.each([
    [[]],
    [['--stately', '--json']],
    [['--json', '--once']],
    [['--stately', '--step', '--speed', '2']],
    [['--stately', '--port', '70000']],
  ])('refuses the flags %j with 2', async (flags) => expect((await call([failed, ...flags])).code).toBe(2));
});

describe.each(readdirSync(fixtures))('the replay of runs of %s', (release) => {
  const store = join(fixtures, release, 'store');
  const layout = storeLayout(store);
  const ids = readdirSync(join(store, 'runs')).filter((name) => /^[0-9A-Z]{26}$/.test(name)) as RunId[];

  it.each(ids)('comes by every stored state of %s in order, and agrees with what is stored of its memory', async (id) => {
    const history = await openRunHistory(layout, id);
    const stored = readStoredRun(history);
    const trail = replayRun({ ...stored, snapshots: new Map() }, []);
    const moves = stored.events.flatMap(({ kind, payload }) =>
      kind === 'step_state_changed' && !(payload.from === null && /^(skipped|canceled)$/.test(payload.to)) ? [payload] : [],
    );
    for (const step of new Set(moves.map((move) => move.step_id)))
      expect(statesOf(trail, `${id}/step.${step}`)).toEqual(moves.filter((move) => move.step_id === step).map(({ to }) => to));
    const own = trail.filter((event) => event.type === '@xstate.snapshot' && event.sessionId === id);
    expect(own.every((event) => event.type === '@xstate.snapshot' && event.snapshot.context !== undefined)).toBe(true);
    const last = own.at(-1);
    expect(statesOf(trail, id).at(-1)).toBe(history.chart().state);
    const told = Object.entries(stored.snapshots.get('run')?.context ?? {}).filter(
      ([key]) => !['deadlineMs', 'meters', 'grants'].includes(key),
    );
    if (last?.type === '@xstate.snapshot') expect(last.snapshot.context).toMatchObject(Object.fromEntries(told));
    expect(trail.filter((event) => event.type === '@xstate.event' && event.event.type === 'stateyard.unrecorded')).toEqual([]);
    await history.close();
  });
});
