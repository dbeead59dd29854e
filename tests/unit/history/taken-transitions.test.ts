import { describe, expect, it } from 'vitest';
import { runMachine } from '../../../machines/run.ts';
import { chartOf } from '../../../src/charts/chart-of.ts';
import type { StoredEvent } from '../../../src/history/history-rows.ts';
import { takenTransitions } from '../../../src/history/taken-transitions.ts';
import { whyRefused } from '../../../src/history/why-refused.ts';

function taken(...events: [kind: string, payload: object][]): Record<string, number> {
  const stored = events.map(([kind, payload]) => ({ document: { kind, payload } }) as unknown as StoredEvent);
  return Object.fromEntries(takenTransitions(chartOf(runMachine), stored));
}

const started: [string, object] = ['run_started', { from: 'pending', to: 'running.active' }];
const step = (id: string, from: string | null, to: string, more: object = {}): [string, object] => [
  'step_state_changed',
  { step_id: id, from, to, ...more },
];

describe('takenTransitions', () => {
  it('counts starts and ends of steps, and the eventless end of the run', () => {
    const counts = taken(
      started,
      step('a', null, 'attempting.executing'),
      step('b', null, 'attempting.executing'),
      step('a', 'attempting.executing', 'succeeded', { duration_ms: 1 }),
      step('b', 'attempting.executing', 'succeeded', { duration_ms: 1 }),
      ['run_state_changed', { from: 'running.active', to: 'succeeded', event: 'xstate.done.actor.step.b' }],
    );
    expect(counts).toEqual({
      'run.pending START 0': 1,
      'run.running DISPATCH 0': 2,
      'run.running xstate.done.actor.step.* 2': 2,
      'run.running.active  0': 1,
    });
  });

  it('counts the failure that stops a run once, and what is settled together once', () => {
    const counts = taken(
      started,
      step('a', null, 'attempting.executing'),
      step('a', 'attempting.executing', 'failed', { duration_ms: 1 }),
      ['run_state_changed', { from: 'running.active', to: 'running.draining', event: 'xstate.done.actor.step.a' }],
      step('b', null, 'canceled'),
      step('c', null, 'canceled'),
      ['run_state_changed', { from: 'running.draining', to: 'failed', event: 'SETTLE' }],
    );
    expect(counts).toEqual({
      'run.pending START 0': 1,
      'run.running DISPATCH 0': 1,
      'run.running xstate.done.actor.step.* 0': 1,
      'run.running SETTLE 0': 1,
      'run.running.draining  0': 1,
    });
  });
});

describe('whyRefused', () => {
  it.each([
    ['running.active', 'UNPAUSE', { kind: 'no_transition' }],
    ['running.aborting', 'CANCEL', { kind: 'ignored' }],
    ['running.active', 'ANSWER', { kind: 'guard', guards: ['isAwaiting'] }],
    ['succeeded', 'CANCEL', { kind: 'no_transition' }],
  ] as const)('in %s, of %s', (state, event, refused) => {
    expect(whyRefused(state, event)).toEqual(refused);
  });
});
