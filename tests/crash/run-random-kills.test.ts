import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { expectSoundHistory, withStore } from '../conformance/stored-run.ts';
import { test, until, type Ended, type Sandbox, type Parsed } from '../conformance/sandbox.ts';

/** A small generator (mulberry32), so that a failing case can be played again: STATEYARD_TEST_SEED=N. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const seed = Number(process.env['STATEYARD_TEST_SEED'] ?? Date.now() % 1_000_000);

/** Starts the engine and kills it after so many lines of output and a few milliseconds more. */
function killedAfter(box: Sandbox, args: readonly string[], lines: number, moreMs: number): Promise<Ended> {
  let seen = 0;
  let timer: NodeJS.Timeout | undefined;
  const run = box.start([...args, '--json'], {
    onOutput: (text, child) => {
      seen += text.split('\n').length - 1;
      if (seen >= lines) timer ??= setTimeout(() => child.kill('SIGKILL'), moreMs);
    },
  });
  return run.ended.finally(() => clearTimeout(timer));
}

/** The recorded state of a run; null while it has no store. */
async function recordedState(box: Sandbox): Promise<string | null> {
  if (!existsSync(join(box.store, 'runs', box.id))) return null;
  const { code, value } = await box.json('show', box.id);
  return code === 0 ? value.run.state : null;
}

/** A run that is killed at random moments, those of its resumption as well, and then let go on to its end; its recorded state. */
async function throughKills(box: Sandbox, workflow: string, kills: number): Promise<string | null> {
  const file = box.use(workflow);
  const random = randomFrom(seed);
  let args = ['run', file, '--id', box.id];
  for (let kill = 0; kill < kills; kill++) {
    const ended = await killedAfter(box, args, 1 + Math.floor(random() * 8), random() * 40);
    const state = await recordedState(box);
    if (state !== 'pending' && state !== 'running') return state;
    expect(ended.signal, ended.stderr).toBe('SIGKILL');
    args = ['resume', box.id];
  }
  const { code, stderr } = await box.cli(...args);
  expect(code, stderr).toBe(0);
  return await recordedState(box);
}

const cases = [
  ['chain', { b: ['a'], c: ['b'], d: ['c'], e: ['d'], f: ['e'] }],
  ['fan', { b: ['a'], c: ['a'], d: ['a'], e: ['a'], f: ['a'], g: ['a'], h: ['b', 'c', 'd', 'e', 'f', 'g'] }],
  ['backoffs', { c: ['a', 'b'] }],
] as const;

describe.concurrent(`kill -9 at random moments (seed ${String(seed)})`, () => {
  test.for(cases)('%s: the run and its resumptions end well, and the history is sound', async ([workflow, needs], { box }) => {
    expect(await throughKills(box, workflow, 4)).toBe('succeeded');
    await expectSoundHistory(box, box.id, needs);
    await withStore(box, box.id, (reader) => {
      expect(reader.query("select step_id from steps where state <> 'succeeded'")).toEqual([]);
      // The engine alone was killed: an attempt may only be lost when its program had not been started.
      const lost = reader
        .query("select metadata from step_attempts where state_reason = 'interrupted'")
        .map((row) => String(row['metadata']));
      expect(lost.filter((metadata) => !metadata.includes('before the program of the attempt was started'))).toEqual([]);
    });
    // A kill after the end of the run may have come before the index learnt of it; what lists runs asks the run itself then.
    const problems = (await box.json('doctor')).value.checks.filter((check: Parsed) => !check.ok);
    expect(problems.filter((check: Parsed) => check.subject !== 'index')).toEqual([]);
    expect((await box.json('ls')).value.runs).toMatchObject([{ run_id: box.id, state: 'succeeded' }]);
    expect(box.tools()).toEqual([]);
  });

  test('of a run in canceling: resume goes on canceling, to the end', async ({ box }) => {
    const run = box.start(['run', box.use('slow-to-stop'), '--id', box.id]);
    await box.traced('held');
    expect((await box.cli('cancel', box.id)).code).toBe(0);
    await box.traced('term');
    run.kill('SIGKILL');
    await run.ended;
    const resumed = box.start(['resume', box.id]);
    await until('the run is owned again', async () => (await box.json('ls')).value.runs[0].state === 'running');
    box.open(5);
    const { code, stderr } = await resumed.ended;
    expect(code, stderr).toBe(8);
    const steps = await box.steps(box.id);
    expect([steps['before'].state, steps['held'].state, steps['after'].state]).toEqual(['succeeded', 'canceled', 'canceled']);
    expect(box.trace()).not.toContain('after');
    expect(box.tools()).toEqual([]);
    await expectSoundHistory(box, box.id, { held: ['before'], after: ['held'] });
  });

  test('of a run that is pausing or paused: it stays so until it is unpaused', async ({ box }) => {
    const run = box.start(['run', box.use('gated'), '--id', box.id]);
    await box.traced('held');
    expect((await box.cli('pause', box.id)).code).toBe(0);
    run.kill('SIGKILL');
    await run.ended;
    await killedAfter(box, ['resume', box.id], 1, 30);
    box.open();
    await box.traced('released');
    expect((await box.cli('resume', box.id)).code).toBe(5);
    await killedAfter(box, ['resume', box.id], 1, 0);
    expect((await box.cli('resume', box.id)).code).toBe(5);
    expect((await box.cli('unpause', box.id)).code).toBe(0);
    expect((await box.cli('resume', box.id)).code).toBe(0);
    expect(box.trace().filter((line) => line === 'held')).toHaveLength(1);
    await expectSoundHistory(box, box.id, { held: ['before'], after: ['held'] });
  });
});
