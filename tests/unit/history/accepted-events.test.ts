import { describe, expect, it } from 'vitest';
import { initialTransition } from 'xstate';
import { runMachine } from '../../../machines/run.ts';
import type { RunContext } from '../../../machines/run-model.ts';
import { chartOf, takenEvents } from '../../../src/history/accepted-events.ts';
import type { StoredSnapshot } from '../../../src/history/history-rows.ts';

const input = { runId: 'R', total: 3, maxParallel: 2, onFailure: 'continue', timeoutMs: null, meters: [] } as const;
const [{ context: fresh }] = initialTransition(runMachine, input);

function stored(value: object | string, context: Partial<RunContext> = {}): StoredSnapshot {
  const chart = runMachine.resolveState({ value: value as never, context: { ...fresh, ...context } });
  const snapshot = JSON.parse(JSON.stringify(runMachine.getPersistedSnapshot(chart))) as object;
  return { machine: 'run', version: runMachine.version ?? '', snapshot };
}

function taken(snapshot: StoredSnapshot | null, ended: string | null = null): string[] {
  const found = chartOf(snapshot, ended);
  if ('problem' in found) throw new Error(found.problem);
  return takenEvents(found.chart).map(({ event, stepId }) => (stepId === null ? event : `${event} ${stepId}`));
}

describe('takenEvents', () => {
  it('names what a pending run takes', () => {
    expect(taken(stored('pending'))).toEqual(['START', 'CANCEL']);
  });

  it('names the steps that events are about, and leaves out what a guard refuses', () => {
    const context = { active: ['a', 'b'], waiting: 1, maxParallel: 2 };
    const events = taken(stored({ running: 'active' }, context));
    expect(events).toEqual(
      expect.arrayContaining(['PAUSE', 'CANCEL', 'QUARANTINE', 'SETTLE', 'CALL a', 'HOLD b', 'xstate.done.actor.step.* a']),
    );
    expect(events).not.toContain('DISPATCH');
    expect(events).not.toContain('UNPAUSE');
    expect(taken(stored({ running: 'active' }, { ...context, active: ['a'] }))).toContain('DISPATCH');
  });

  it('names the steps that wait for an answer', () => {
    const awaiting = [
      { stepId: 'ship', timed: false },
      { stepId: 'pay', timed: true },
    ];
    const events = taken(stored({ running: 'awaitingPerson' }, { awaiting, waiting: 1 }));
    expect(events).toEqual(expect.arrayContaining(['ANSWER ship', 'ANSWER pay', 'PAUSE']));
    expect(events).not.toContain('DISPATCH');
  });

  it('refuses a call that the budget does not allow, and takes what lets a paused run go on', () => {
    const meters = [{ toolId: null, unit: 'calls' as const, limit: 1, allowed: 1, used: 1 }];
    const active = taken(stored({ running: 'active' }, { active: ['a'], waiting: 2, meters }));
    expect(active).not.toContain('CALL a');
    const paused = taken(stored({ running: 'paused' }, { held: ['a'], waiting: 2, meters }));
    expect(paused).toEqual(expect.arrayContaining(['UNPAUSE', 'CANCEL', 'QUARANTINE']));
    expect(paused).not.toContain('PAUSE');
  });

  it('takes the end of a call that was granted, and the timeout where there is one', () => {
    const grants = [{ stepId: 'a', toolId: 't' }];
    const events = taken(stored({ running: 'active' }, { active: ['a'], waiting: 2, grants, timeoutMs: 5, deadlineMs: 9 }));
    expect(events).toEqual(expect.arrayContaining(['SPEND a', 'xstate.done.actor.deadline']));
  });

  it.each([
    ['failed', ['QUARANTINE']],
    ['succeeded', []],
    ['canceled', []],
    ['quarantined', []],
  ])('of a run that is %s: %j', (state, events) => {
    expect(taken(state === 'failed' ? stored(state, { waiting: 0 }) : null, state)).toEqual(events);
  });
});

describe('chartOf', () => {
  const good = stored('pending');

  it('reads the snapshot of a run of version 1.0.0', () => {
    const { held: _held, meters: _meters, grants: _grants, ...context } = fresh;
    const old = { ...good, version: '1.0.0', snapshot: { ...good.snapshot, context } };
    expect(taken(old)).toEqual(['START', 'CANCEL']);
  });

  it.each<[string, StoredSnapshot | null, string]>([
    ['is missing', null, 'missing'],
    ['is of another machine', { ...good, machine: 'step' }, 'of the machine step'],
    ['is of a newer version', { ...good, version: '9.0.0' }, 'of run 9.0.0'],
    ['has no context', { ...good, snapshot: { ...good.snapshot, context: {} } }, 'damaged'],
    ['stands in a state that there is not', { ...good, snapshot: { ...good.snapshot, value: 'dancing' } }, 'damaged'],
  ])('says that a snapshot %s', (_, snapshot, words) => {
    expect(chartOf(snapshot, null)).toEqual({ problem: expect.stringContaining(words) });
  });
});
