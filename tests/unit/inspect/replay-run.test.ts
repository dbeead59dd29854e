import { describe, expect, it } from 'vitest';
import type { StepId } from '../../../schemas/ids.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { LoadedRun } from '../../../src/engine/loaded-run.ts';
import type { SignalCommand } from '../../../src/engine/signal.ts';
import type { RunEventRow } from '../../../src/engine/run-event.ts';
import { EngineWorld } from '../engine/engine-fixture.ts';
import { databaseOf } from '../engine/recording-fixture.ts';
import { always, loadedRun, runId, type StepSketch } from '../engine/run-fixture.ts';
import { replayRun } from '../../../src/inspect/replay-run.ts';
import { eventsOf, expectFaithful, snapshotsOf, storedRun } from './replayed.ts';

const asks: StepSketch = { action: { kind: 'approve', question: ['Go on?'], byDefault: 'reject' } };
const approves: StepSketch = { action: { kind: 'approve', question: ['Go on?'], byDefault: 'approve' } };

/** A run of the real engine, in memory. */
class Story {
  readonly run: LoadedRun;
  readonly world: EngineWorld;

  constructor(sketches: readonly StepSketch[], more: Parameters<typeof loadedRun>[1] = {}) {
    this.run = loadedRun(sketches, more);
    this.world = new EngineWorld(this.run);
  }

  /** Starts the run and lets it go as far as it can by itself. */
  async begin(): Promise<Engine> {
    const engine = this.world.create();
    engine.start();
    await this.world.pass(0);
    return engine;
  }

  /** Takes the run up again. */
  async resume(): Promise<Engine> {
    const engine = await this.world.reopen();
    engine.start();
    await this.world.pass(0);
    return engine;
  }

  /** Gives a command to an engine, or to the run while nobody runs it. */
  async command(command: SignalCommand, stepId: string | null = null, live: Engine | null = null): Promise<void> {
    const engine = live ?? (await this.world.reopen());
    if (live === null) engine.start({ hold: true });
    const id = `${command} ${String(this.world.transactions.length)}`;
    const receivedAtMs = this.world.nowMs;
    const { accepted } = await engine.apply({ id, command, reason: null, stepId: stepId as StepId | null, receivedAtMs });
    expect(accepted, command).toBe(true);
    if (live === null) engine.halt();
    else await this.world.pass(0);
  }

  /** The snapshot of an actor is lost. */
  damage(actor: string): void {
    this.world.transactions.push([['delete from snapshots where actor_id = ?', actor]]);
  }

  /** Expects the replay to agree with the store; the events that the run got. */
  async expectFaithful(): Promise<readonly string[]> {
    const stored = storedRun(this.run, this.world.events);
    const memory = expectFaithful(stored);
    const database = await databaseOf(this.world.transactions);
    const [row] = database.query("select snapshot from snapshots where actor_id = 'run'", []);
    database.close();
    if (row !== undefined) {
      const { context } = JSON.parse(String(row['snapshot'])) as { readonly context: Readonly<Record<string, unknown>> };
      const { deadlineMs: _deadlineMs, meters: _meters, grants: _grants, ...told } = context;
      expect(memory).toEqual(told);
    }
    return eventsOf(stored);
  }
}

describe('the replay of a run', () => {
  it('that succeeded, one step after the other', async () => {
    const story = new Story([{}, { needs: [0] }, {}], { maxParallel: 1 });
    await story.begin();
    expect((await story.expectFaithful()).filter((type) => type === 'DISPATCH')).toHaveLength(3);
  });

  it('that was answered while nobody ran it, and taken up', async () => {
    const story = new Story([asks, asks, { needs: [0] }]);
    await story.begin();
    await story.command('approve', 's1');
    await story.command('reject', 's0');
    await story.expectFaithful();
    await story.resume();
    expect(await story.expectFaithful()).toEqual(expect.arrayContaining(['ASK', 'IDLE', 'ANSWER', 'SETTLE']));
  });

  it('that was answered while it went on, and by a default', async () => {
    const story = new Story([asks, { ...approves, timeoutMs: 70 }, { needs: [0] }], { maxParallel: 1 });
    const engine = await story.begin();
    await story.expectFaithful();
    await story.command('approve', 's0', engine);
    await story.world.pass(70);
    expect((await story.expectFaithful()).filter((type) => type === 'ANSWER')).toHaveLength(1);
  });

  it('that was paused and went on', async () => {
    const story = new Story([asks, {}]);
    await story.begin();
    await story.command('pause');
    await story.expectFaithful();
    await story.command('unpause');
    await story.command('approve', 's0');
    expect(await story.expectFaithful()).toEqual(expect.arrayContaining(['PAUSE', 'UNPAUSE']));
  });

  it('that a failure has paused', async () => {
    const story = new Story([asks, asks], { onFailure: 'escalate' });
    await story.begin();
    await story.command('reject', 's0');
    await story.expectFaithful();
    await story.command('unpause');
    await story.expectFaithful();
  });

  it('that a failure has stopped, with a cleanup', async () => {
    const story = new Story([asks, { needs: [0] }, { needs: [1], if: always }], { onFailure: 'fail_fast' });
    await story.begin();
    await story.command('reject', 's0');
    await story.resume();
    await story.expectFaithful();
  });

  it('that was canceled', async () => {
    const story = new Story([asks, asks, { needs: [0] }, { needs: [1], if: always }]);
    const engine = await story.begin();
    await story.command('cancel', null, engine);
    await story.resume();
    expect(await story.expectFaithful()).toContain('CANCEL');
  });

  it('whose time was up', async () => {
    const story = new Story([asks, { needs: [0] }], { timeoutMs: 500 });
    await story.begin();
    story.world.nowMs += 501;
    await story.resume();
    expect(await story.expectFaithful()).toContain('xstate.done.actor.deadline');
  });

  it('that was quarantined, also after it had failed', async () => {
    const story = new Story([asks, { needs: [0] }]);
    const engine = await story.begin();
    await story.command('quarantine', null, engine);
    expect(await story.expectFaithful()).toContain('QUARANTINE');
    const failed = new Story([asks]);
    await failed.begin();
    await failed.command('reject', 's0');
    await failed.command('quarantine');
    expect(await failed.expectFaithful()).toContain('QUARANTINE');
  });

  it('that has lost steps', async () => {
    const story = new Story([asks, asks, { ...asks, continueOnError: true }, { needs: [0] }]);
    await story.begin();
    for (const step of ['s0', 's2']) story.damage(`step.${step}`);
    await story.resume();
    expect(await story.expectFaithful()).toEqual(
      expect.arrayContaining(['xstate.error.actor.step.s0', 'xstate.error.actor.step.s2', 'xstate.done.actor.step.s1']),
    );
  });

  it('whose own snapshot was lost', async () => {
    const story = new Story([asks, {}, { needs: [0] }]);
    await story.begin();
    story.damage('run');
    await story.resume();
    expect(await story.expectFaithful()).toContain('QUARANTINE');
  });
});

/** A history that is written by hand: pairs of kind and payload. */
function written(...entries: readonly (readonly [kind: string, payload: RunEventRow['payload']])[]): readonly RunEventRow[] {
  const common = { event_id: '', run_id: '', step_attempt_id: null, ts: '2026-01-01T00:00:00.000Z' };
  return entries.map(([kind, payload], index) => ({ ...common, sequence: index + 1, kind, payload }));
}

describe('the replay of a turn', () => {
  const moved = (step_id: string, from: string | null, to: string) => ['step_state_changed', { step_id, from, to }] as const;
  const run = (from: string, to: string, event: string) => ['run_state_changed', { from, to, event, reason: 'why' }] as const;
  const began = [
    ['run_created', { workflow: 'demo', steps: 2 }],
    ['run_started', { from: 'pending', to: 'running.active' }],
    moved('s0', null, 'routing'),
    moved('s1', null, 'attempting.executing'),
  ] as const;

  it('in which a step is held and another ends: the run hears of the one that is held last', () => {
    const events = written(
      ...began,
      moved('s0', 'routing', 'held'),
      moved('s1', 'attempting.executing', 'succeeded'),
      run('running.active', 'running.pausing', 'HOLD'),
      run('running.pausing', 'running.paused', 'HOLD'),
    );
    const stored = storedRun(loadedRun([{}, {}]), events);
    expect(expectFaithful(stored)).toMatchObject({ held: ['s0'], active: [], succeeded: 1, reason: 'why' });
    expect(eventsOf(stored).slice(-2)).toEqual(['xstate.done.actor.step.s1', 'HOLD']);
  });

  it('in which two steps are held', () => {
    const events = written(
      ...began,
      moved('s0', 'routing', 'held'),
      moved('s1', 'attempting.executing', 'routing'),
      moved('s1', 'routing', 'held'),
      run('running.active', 'running.pausing', 'HOLD'),
      run('running.pausing', 'running.paused', 'HOLD'),
    );
    expect(expectFaithful(storedRun(loadedRun([{}, {}]), events))).toMatchObject({ held: ['s0', 's1'] });
  });

  it('in which a run ends before its steps have begun: it hears no more of them', () => {
    const events = written(
      ['run_created', { workflow: 'demo', steps: 2 }],
      run('pending', 'canceled', 'CANCEL'),
      moved('s0', null, 'canceled'),
      moved('s1', null, 'canceled'),
    );
    const stored = storedRun(loadedRun([{}, {}]), events);
    expect(expectFaithful(stored)).toMatchObject({ canceled: 2, reason: 'why' });
    expect(eventsOf(stored)).toEqual(['xstate.init', 'CANCEL']);
  });

  it('that the chart does not know: from there on the stored states stand alone', () => {
    const events = written(
      ...began,
      run('running.active', 'running.resting', 'REST'),
      run('running.resting', 'canceled', 'CANCEL'),
    );
    const own = snapshotsOf(replayRun(storedRun(loadedRun([{}, {}]), events), []), runId);
    expect(own.slice(-3).map(({ snapshot }) => [snapshot.value, snapshot.status, snapshot.context === undefined])).toEqual([
      [{ running: 'active' }, 'active', false],
      [{ running: 'resting' }, 'active', true],
      ['canceled', 'done', true],
    ]);
  });
});
