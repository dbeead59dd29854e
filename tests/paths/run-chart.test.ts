import { getStateNodes } from '@xstate/graph';
import { describe, expect, test } from 'vitest';
import type { SnapshotFrom } from 'xstate';
import { runMachine, type RunContext } from '../../machines/run.ts';
import { writtenTransitions } from './chart-transitions.ts';
import { deadEnds, explore, type GivenEvent } from './explore.ts';
import { restoreSnapshot, isJsonOnly } from './restored.ts';
import {
  answer,
  askNext,
  commands,
  deadlinePassed,
  dispatchNext,
  idle,
  runEvents,
  runInput,
  runKey,
  stepDone,
} from './run-territory.ts';

type RunSnapshot = SnapshotFrom<typeof runMachine>;

const policies = ['fail_fast', 'continue', 'escalate'] as const;
const { places, states, taken, said } = explore(runMachine, {
  inputs: [
    runInput({ total: 0 }),
    runInput(),
    ...policies.map((onFailure) => runInput({ onFailure, timeoutMs: 1000 })),
    runInput({ onFailure: 'fail_fast', timeoutMs: 1000, total: 3 }),
  ],
  events: runEvents,
  keyOf: runKey,
});
const reached = [...places.values()].map((place) => place.snapshot);
const written = writtenTransitions(runMachine);
const can = (snapshot: RunSnapshot, event: GivenEvent): boolean => snapshot.can(event as never);
const isEnded = (snapshot: RunSnapshot): boolean => snapshot.hasTag('ended');
const where = ({ value, context }: RunSnapshot): string => JSON.stringify([value, context]);
const countOf = (context: RunContext): number =>
  context.waiting +
  context.active.length +
  context.awaiting.length +
  context.succeeded +
  context.failed +
  context.skipped +
  context.canceled;

describe('the chart of a run, followed through every event from every configuration', () => {
  test('reaches every state', () => {
    const ids = getStateNodes(runMachine as never).map((node) => node.id);
    expect(ids.filter((id) => !states.has(id))).toEqual([]);
    expect(ids).toHaveLength(14);
  });

  test('takes every transition that is written in it', () => {
    expect(
      written
        .filter(({ key }) => taken.has(key))
        .map(({ text }) => text)
        .join('\n'),
    ).toMatchInlineSnapshot(`
      "run: initial -> pending
      run.pending: START -> running
      run.pending: CANCEL -> canceled
      run.running: initial -> active
      run.running: DISPATCH [slotIsFree] -> itself
      run.running: ASK [anyWaiting] -> itself
      run.running: ANSWER [isAwaiting] -> itself
      run.running: SETTLE [areWaiting] -> itself
      run.running: CANCEL -> .canceling
      run.running: QUARANTINE -> .quarantining
      run.running: xstate.done.actor.step.* [failsFast] -> .draining
      run.running: xstate.done.actor.step.* [escalates] -> .pausing
      run.running: xstate.done.actor.step.* -> itself
      run.running: xstate.error.actor.step.* -> .quarantining
      run.running: xstate.done.actor.deadline -> .draining
      run.running: xstate.error.actor.deadline -> .quarantining
      run.running.active: always [allSettledWell] -> #run.succeeded
      run.running.active: always [allSettled] -> #run.failed
      run.running.active: PAUSE -> pausing
      run.running.active: IDLE [onlyPersonCanGoOn] -> awaitingPerson
      run.running.awaitingPerson: DISPATCH -> refused
      run.running.awaitingPerson: ASK -> refused
      run.running.awaitingPerson: ANSWER [isAwaiting] -> active
      run.running.awaitingPerson: PAUSE -> pausing
      run.running.pausing: always [allSettledWell] -> #run.succeeded
      run.running.pausing: always [allSettled] -> #run.failed
      run.running.pausing: always [noneActive] -> paused
      run.running.pausing: DISPATCH -> refused
      run.running.pausing: ASK -> refused
      run.running.pausing: UNPAUSE -> active
      run.running.paused: always [allSettledWell] -> #run.succeeded
      run.running.paused: always [allSettled] -> #run.failed
      run.running.paused: DISPATCH -> refused
      run.running.paused: ASK -> refused
      run.running.paused: UNPAUSE -> active
      run.running.draining: always [allSettled] -> #run.failed
      run.running.draining: xstate.done.actor.step.* -> itself
      run.running.draining: xstate.done.actor.deadline -> refused
      run.running.canceling: always [allSettled] -> #run.canceled
      run.running.canceling: xstate.done.actor.step.* -> itself
      run.running.canceling: CANCEL -> aborting
      run.running.canceling: xstate.done.actor.deadline -> aborting
      run.running.aborting: always [allSettled] -> #run.canceled
      run.running.aborting: xstate.done.actor.step.* -> itself
      run.running.aborting: DISPATCH -> refused
      run.running.aborting: ASK -> refused
      run.running.aborting: CANCEL -> refused
      run.running.aborting: xstate.done.actor.deadline -> refused
      run.running.quarantining: always [allSettled] -> #run.quarantined
      run.running.quarantining: xstate.done.actor.step.* -> itself
      run.running.quarantining: DISPATCH -> refused
      run.running.quarantining: ASK -> refused
      run.running.quarantining: CANCEL -> refused
      run.running.quarantining: QUARANTINE -> refused
      run.running.quarantining: xstate.done.actor.deadline -> refused
      run.running.quarantining: xstate.error.actor.step.* -> itself
      run.failed: QUARANTINE -> quarantined"
    `);
    expect(written.filter(({ key }) => !taken.has(key)).map(({ text }) => text)).toEqual([]);
  });

  test('takes no transition that is not written in it', () => {
    const keys: ReadonlySet<string> = new Set(written.map(({ key }) => key));
    expect([...taken].filter((key) => !keys.has(key))).toEqual([]);
  });

  test('asks every guard so that it says yes and no', () => {
    const guarded = written.filter(({ guard }) => guard !== null);
    const outcomes = guarded.flatMap(({ key, text }) =>
      ['true', 'false'].filter((answer) => !said.has(`${key} ${answer}`)).map((answer) => `${text} ${answer}`),
    );
    expect(outcomes).toEqual([]);
    expect(guarded).toHaveLength(19);
  });

  test('can end from every configuration', () => {
    expect(deadEnds(places, isEnded)).toEqual([]);
  });

  test('restores every configuration from its stored snapshot as it was', () => {
    for (const snapshot of reached) {
      const restored = restoreSnapshot(runMachine, snapshot);
      expect(restored.value).toEqual(snapshot.value);
      expect(restored.context).toEqual(snapshot.context);
      expect(restored.status).toBe(snapshot.status);
      expect([...restored.tags].sort()).toEqual([...snapshot.tags].sort());
    }
  });

  test('keeps nothing but JSON in its context', () => {
    expect(reached.filter(({ context }) => !isJsonOnly(context)).map(where)).toEqual([]);
  });
});

describe('in every configuration of a run', () => {
  test('each step is counted exactly once', () => {
    expect(reached.filter(({ context }) => countOf(context) !== context.total).map(where)).toEqual([]);
    const counters = reached.flatMap(({ context }) => [context.waiting, context.tolerated, context.failed - context.tolerated]);
    expect(Math.min(...counters)).toBe(0);
  });

  test('no more steps run than max_parallel, and each of them has an actor', () => {
    expect(reached.filter(({ context }) => context.active.length > context.maxParallel).map(where)).toEqual([]);
    expect(Math.max(...reached.map(({ context }) => context.active.length))).toBe(2);
    for (const { children, context } of reached) {
      const actors = Object.keys(children).filter((id) => id !== 'deadline');
      const begun = [...context.active, ...context.awaiting.map((step) => step.stepId)];
      expect(actors.sort()).toEqual(begun.map((id) => `step.${id}`).sort());
    }
  });

  test('a step that waits for an answer takes no slot', () => {
    const full = reached.filter(({ context }) => context.active.length === context.maxParallel);
    expect(full.some(({ context }) => context.awaiting.length > 0)).toBe(true);
    for (const snapshot of reached) {
      const open = ['active', 'draining', 'canceling'].some((state) => snapshot.matches({ running: state } as never));
      expect(can(snapshot, askNext(snapshot)), where(snapshot)).toBe(open && snapshot.context.waiting > 0);
    }
  });

  test('an answer is taken for a step that waits for one, whatever else the run does, and for no other', () => {
    for (const snapshot of reached) {
      const { awaiting } = snapshot.context;
      expect(can(snapshot, answer('nobody'))).toBe(false);
      for (const stepId of ['a', 'b', 'c']) {
        const waits = snapshot.matches('running') && awaiting.some((step) => step.stepId === stepId);
        expect([can(snapshot, answer(stepId)), can(snapshot, answer(stepId, false))], where(snapshot)).toEqual([waits, waits]);
      }
    }
  });

  test('only a person can go on exactly where nothing runs, and no question has a time limit', () => {
    for (const snapshot of reached) {
      const { active, awaiting } = snapshot.context;
      const stuck = active.length === 0 && awaiting.length > 0 && awaiting.every((step) => !step.timed);
      expect(can(snapshot, idle), where(snapshot)).toBe(snapshot.matches({ running: 'active' }) && stuck);
      if (snapshot.matches({ running: 'awaitingPerson' })) expect(stuck, where(snapshot)).toBe(true);
      if (snapshot.hasTag('waitsForPerson')) expect(active, where(snapshot)).toEqual([]);
    }
  });

  test('a step is dispatched only while the run may start one and a slot is free', () => {
    const closed = ['awaitingPerson', 'pausing', 'paused', 'aborting', 'quarantining'];
    for (const snapshot of reached) {
      const { active, maxParallel, waiting } = snapshot.context;
      const open = ['active', 'draining', 'canceling'].some((state) => snapshot.matches({ running: state } as never));
      expect(can(snapshot, dispatchNext(snapshot)), where(snapshot)).toBe(open && active.length < maxParallel && waiting > 0);
    }
    for (const state of closed) expect(reached.some((snapshot) => snapshot.matches({ running: state } as never))).toBe(true);
  });

  test('CANCEL is taken, unless the run has ended or is being abandoned already', () => {
    for (const snapshot of reached) {
      const answered = can(snapshot, { type: 'CANCEL', reason: 'asked' } as GivenEvent);
      expect(answered, where(snapshot)).toBe(!isEnded(snapshot) && !snapshot.hasTag('abandoning'));
    }
  });

  test('QUARANTINE is taken once the run has started, and after it has failed', () => {
    for (const snapshot of reached) {
      const open = snapshot.matches('failed') || (snapshot.matches('running') && !snapshot.matches({ running: 'quarantining' }));
      expect(can(snapshot, { type: 'QUARANTINE', reason: 'asked' } as GivenEvent), where(snapshot)).toBe(open);
    }
  });

  test('the scheduler settles at most as many steps as wait', () => {
    for (const snapshot of reached) {
      const { waiting } = snapshot.context;
      const running = snapshot.matches('running');
      expect(can(snapshot, { type: 'SETTLE', skipped: waiting, canceled: 0 } as GivenEvent)).toBe(running);
      expect(can(snapshot, { type: 'SETTLE', skipped: waiting, canceled: 1 } as GivenEvent)).toBe(false);
    }
  });

  test('a run that is over has no step left', () => {
    for (const { context } of reached.filter(isEnded)) {
      expect(context.waiting).toBe(0);
      expect([context.active, context.awaiting]).toEqual([[], []]);
    }
  });

  test('a run that did not succeed says why', () => {
    const silent = reached.filter(
      (snapshot) => isEnded(snapshot) && !snapshot.matches('succeeded') && snapshot.context.reason === null,
    );
    expect(silent.map(where)).toEqual([]);
  });

  test('a run succeeds only when each step succeeded, was skipped, or failed with leave to do so', () => {
    const good = reached.filter((snapshot) => snapshot.matches('succeeded')).map(({ context }) => context);
    expect(good.filter(({ failed, tolerated, canceled }) => failed !== tolerated || canceled > 0)).toEqual([]);
    expect(good.some(({ tolerated }) => tolerated > 0)).toBe(true);
    expect(good.some(({ skipped }) => skipped > 0)).toBe(true);
  });

  test('a run that has ended refuses every event, but a failed one can still be quarantined', () => {
    for (const snapshot of reached.filter(isEnded)) {
      const everything = [...commands(snapshot), answer('a'), deadlinePassed, stepDone('a', 'succeeded')];
      const takes = everything.filter((event) => can(snapshot, event)).map(({ type }) => type);
      expect(takes, where(snapshot)).toEqual(snapshot.matches('failed') ? ['QUARANTINE'] : []);
    }
  });

  test('a broken step or timer leads to quarantine', () => {
    const isQuarantine = (key: string): boolean => {
      const after = places.get(key)?.snapshot;
      return after?.matches({ running: 'quarantining' }) === true || after?.matches('quarantined') === true;
    };
    for (const { snapshot, leadsTo } of places.values()) {
      if (!snapshot.matches('running')) continue;
      const after = leadsTo.filter(({ event }) => event.type.startsWith('xstate.error.')).map(({ key }) => key);
      expect(after).toHaveLength(snapshot.context.active.length + snapshot.context.awaiting.length + 1);
      expect(after.every(isQuarantine), where(snapshot)).toBe(true);
    }
  });
});
