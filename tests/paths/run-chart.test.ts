import { getStateNodes } from '@xstate/graph';
import { describe, expect, test } from 'vitest';
import type { SnapshotFrom } from 'xstate';
import { runMachine } from '../../machines/run.ts';
import type { RunContext } from '../../machines/run-model.ts';
import {
  answer,
  askNext,
  begunSteps,
  call,
  deadlinePassed,
  dispatchNext,
  hold,
  idle,
  spend,
  stepDone,
} from '../../src/charts/territory/run-events.ts';
import { commands, runEvents, runInputs, runKey } from '../../src/charts/territory/run-territory.ts';
import { statePath } from '../../src/engine/run-event.ts';
import { writtenTransitions } from './chart-transitions.ts';
import { deadEnds, explore, type GivenEvent } from './explore.ts';
import { restoreSnapshot, isJsonOnly } from './restored.ts';
type RunSnapshot = SnapshotFrom<typeof runMachine>;

const { places, states, taken, said } = explore(runMachine, { inputs: runInputs, events: runEvents, keyOf: runKey });
const reached = [...places.values()].map((place) => place.snapshot);
const written = writtenTransitions(runMachine);
const can = (snapshot: RunSnapshot, event: GivenEvent): boolean => snapshot.can(event as never);
const isEnded = (snapshot: RunSnapshot): boolean => snapshot.hasTag('ended');
const where = ({ value, context }: RunSnapshot): string => JSON.stringify([value, context]);
const countOf = (context: RunContext): number =>
  context.waiting +
  context.active.length +
  context.awaiting.length +
  context.held.length +
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
      run.running: CALL [mayCall] -> itself
      run.running: SPEND [wasGranted] -> itself
      run.running: HOLD [isActive] -> .pausing
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
      run.running.draining: HOLD [isActive] -> itself
      run.running.draining: xstate.done.actor.step.* -> itself
      run.running.draining: xstate.done.actor.deadline -> refused
      run.running.canceling: always [allSettled] -> #run.canceled
      run.running.canceling: HOLD [isActive] -> itself
      run.running.canceling: xstate.done.actor.step.* -> itself
      run.running.canceling: CANCEL -> aborting
      run.running.canceling: xstate.done.actor.deadline -> aborting
      run.running.aborting: always [allSettled] -> #run.canceled
      run.running.aborting: HOLD [isActive] -> itself
      run.running.aborting: xstate.done.actor.step.* -> itself
      run.running.aborting: DISPATCH -> refused
      run.running.aborting: ASK -> refused
      run.running.aborting: CANCEL -> refused
      run.running.aborting: xstate.done.actor.deadline -> refused
      run.running.quarantining: always [allSettled] -> #run.quarantined
      run.running.quarantining: HOLD [isActive] -> itself
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
    expect(guarded).toHaveLength(26);
  });

  test('can end from every configuration', () => {
    expect(deadEnds(places, isEnded)).toEqual([]);
  });

  test('restores every configuration from its stored snapshot as it was', () => {
    const told = ({ value, context, status, tags }: RunSnapshot): string =>
      JSON.stringify([value, context, status, [...tags].sort()]);
    expect(reached.filter((snapshot) => told(restoreSnapshot(runMachine, snapshot)) !== told(snapshot)).map(where)).toEqual([]);
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

  test('no more steps run than max_parallel, with those that are held, and each of them has an actor', () => {
    const slots = ({ active, held }: RunContext): number => active.length + held.length;
    expect(reached.filter(({ context }) => slots(context) > context.maxParallel).map(where)).toEqual([]);
    expect(Math.max(...reached.map(({ context }) => context.active.length))).toBe(2);
    for (const { children, context } of reached) {
      const actors = Object.keys(children).filter((id) => id !== 'deadline');
      expect(actors.sort()).toEqual(
        begunSteps(context)
          .map((id) => `step.${id}`)
          .sort(),
      );
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

  test('HOLD is taken for a step that runs, and for no other', () => {
    for (const snapshot of reached) {
      const { active, held } = snapshot.context;
      const takes = ['nobody', ...held, ...active].filter((stepId) => can(snapshot, hold(stepId)));
      expect(takes, where(snapshot)).toEqual(snapshot.matches('running') ? active : []);
    }
  });

  test('a step is held only while the run pauses, is paused or is stopping', () => {
    const holding = reached.filter(({ context }) => context.held.length > 0);
    expect(new Set(holding.map(({ value }) => statePath(value)))).toEqual(
      new Set(['pausing', 'paused', 'draining', 'canceling', 'aborting', 'quarantining'].map((state) => `running.${state}`)),
    );
    const paused = holding.filter((snapshot) => snapshot.matches({ running: 'pausing' }) && snapshot.context.active.length === 0);
    expect(paused.map(where)).toEqual([]);
  });

  test('UNPAUSE gives every step that was held its slot back', () => {
    const raising = [...places.values()].flatMap(({ snapshot, leadsTo }) =>
      leadsTo
        .filter(({ event }) => event.type === 'UNPAUSE' && can(snapshot, event))
        .map(({ key }) => ({ before: snapshot.context, after: places.get(key)?.snapshot.context })),
    );
    for (const { before, after } of raising) {
      expect(after?.held).toEqual([]);
      // The place that stands for this one may have other steps of the same number.
      expect(after?.active).toHaveLength(before.active.length + before.held.length);
      expect(after?.meters.filter(({ used, allowed }) => used >= allowed)).toEqual([]);
    }
    expect(raising.some(({ before }) => before.held.length > 0)).toBe(true);
  });

  test('a call is taken of a step that runs: once more whenever it was let through, else while the budget lasts', () => {
    for (const snapshot of reached.filter((each) => each.matches('running'))) {
      const { active, meters, grants } = snapshot.context;
      const isUsedUp = meters.some(({ used, allowed }) => used >= allowed);
      for (const stepId of active) {
        const isLetThrough = grants.some((grant) => grant.stepId === stepId);
        expect([can(snapshot, call(stepId)), can(snapshot, spend(stepId))], where(snapshot)).toEqual([
          isLetThrough || !isUsedUp,
          isLetThrough,
        ]);
      }
      expect([call('nobody'), spend('nobody')].filter((event) => can(snapshot, event))).toEqual([]);
    }
    const seen = reached.flatMap(({ context }) => context.meters);
    expect(seen.filter(({ used, allowed }) => used > allowed)).toEqual([]);
    expect(Math.max(...seen.map(({ used }) => used))).toBe(2);
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
      expect([context.active, context.awaiting, context.held, context.grants]).toEqual([[], [], [], []]);
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
      const ofSteps = [answer('a'), hold('a'), call('a'), spend('a'), stepDone('a', 'succeeded')];
      const everything = [...commands(snapshot), ...ofSteps, deadlinePassed];
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
      expect(after).toHaveLength(begunSteps(snapshot.context).length + 1);
      expect(after.every(isQuarantine), where(snapshot)).toBe(true);
    }
  });
});
