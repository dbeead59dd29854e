import { getStateNodes } from '@xstate/graph';
import { describe, expect, test } from 'vitest';
import type { SnapshotFrom } from 'xstate';
import { stepMachine } from '../../machines/step.ts';
import { writtenTransitions } from './chart-transitions.ts';
import { deadEnds, explore, type GivenEvent, type Place } from './explore.ts';
import { isJsonOnly, restoreSnapshot } from './restored.ts';
import { answers, cancelStep, endings, reported, stepEvents, stepInputs, stepKey } from './step-territory.ts';

type StepSnapshot = SnapshotFrom<typeof stepMachine>;
type StepPlace = Place<typeof stepMachine>;

const { places, states, taken, said } = explore(stepMachine, { inputs: stepInputs, events: stepEvents, keyOf: stepKey });
const all = [...places.values()];
const reached = all.map((place) => place.snapshot);
const written = writtenTransitions(stepMachine);
const where = ({ value, context }: StepSnapshot): string => JSON.stringify([value, context]);
const isEnded = (snapshot: StepSnapshot): boolean => snapshot.status === 'done';
const after = (place: StepPlace, event: (given: GivenEvent) => boolean): StepSnapshot[] =>
  place.leadsTo.filter((next) => event(next.event)).flatMap(({ key }) => places.get(key)?.snapshot ?? []);
const endsOfActors = ['attempt', 'deadline', 'backoff', 'validate', 'stopAttempt', 'approvalDeadline'].map((actorId) =>
  reported(actorId, { kind: 'succeeded', exitCode: 0 }, { nowMs: 1, outputs: {} }),
);

describe('the chart of a step, followed through every event from every configuration', () => {
  test('reaches every state', () => {
    const ids = getStateNodes(stepMachine as never).map((node) => node.id);
    expect(ids.filter((id) => !states.has(id))).toEqual([]);
    expect(ids).toHaveLength(11);
  });

  test('takes every transition that is written in it', () => {
    expect(
      written
        .filter(({ key }) => taken.has(key))
        .map(({ text }) => text)
        .join('\n'),
    ).toMatchInlineSnapshot(`
      "step: initial -> dispatched
      step.dispatched: always [hasObstacle] -> failed
      step.dispatched: always [asksPerson] -> awaitingApproval
      step.dispatched: always -> attempting
      step.awaitingApproval: APPROVE -> succeeded
      step.awaitingApproval: REJECT -> failed
      step.awaitingApproval: CANCEL -> canceled
      step.awaitingApproval: xstate.done.actor.approvalDeadline [approvesByDefault] -> succeeded
      step.awaitingApproval: xstate.done.actor.approvalDeadline -> failed
      step.attempting: initial -> executing
      step.attempting.executing: CANCEL -> #step.canceling
      step.attempting.executing: xstate.done.actor.attempt [rerunsInterrupted] -> #step.attempting
      step.attempting.executing: xstate.done.actor.attempt [succeededWithOutputs] -> validating
      step.attempting.executing: xstate.done.actor.attempt [succeeded] -> #step.succeeded
      step.attempting.executing: xstate.done.actor.attempt [mayRetry] -> #step.backoff
      step.attempting.executing: xstate.done.actor.attempt -> #step.failed
      step.attempting.executing: xstate.done.actor.deadline -> stopping
      step.attempting.validating: CANCEL -> #step.canceled
      step.attempting.validating: xstate.done.actor.validate [succeeded] -> #step.succeeded
      step.attempting.validating: xstate.done.actor.validate [mayRetry] -> #step.backoff
      step.attempting.validating: xstate.done.actor.validate -> #step.failed
      step.attempting.stopping: CANCEL -> #step.canceling
      step.attempting.stopping: xstate.done.actor.stopAttempt [succeededWithOutputs] -> validating
      step.attempting.stopping: xstate.done.actor.stopAttempt [succeeded] -> #step.succeeded
      step.attempting.stopping: xstate.done.actor.stopAttempt [mayRetry] -> #step.backoff
      step.attempting.stopping: xstate.done.actor.stopAttempt -> #step.failed
      step.backoff: CANCEL -> canceled
      step.backoff: xstate.done.actor.backoff -> attempting
      step.canceling: xstate.done.actor.stopAttempt -> canceled"
    `);
    expect(written.filter(({ key }) => !taken.has(key)).map(({ text }) => text)).toEqual([]);
  });

  test('takes no transition that is not written in it', () => {
    const keys: ReadonlySet<string> = new Set(written.map(({ key }) => key));
    expect([...taken].filter((key) => !keys.has(key))).toEqual([]);
  });

  test('asks every guard so that it says yes and no', () => {
    const guarded = written.filter(({ guard }) => guard !== null);
    const unheard = guarded.flatMap(({ key, text }) =>
      ['true', 'false'].filter((answer) => !said.has(`${key} ${answer}`)).map((answer) => `${text} ${answer}`),
    );
    expect(unheard).toEqual([]);
    expect(guarded).toHaveLength(12);
  });

  test('can end from every configuration', () => {
    expect(deadEnds(places, isEnded)).toEqual([]);
  });

  test('restores every configuration from its stored snapshot as it was', () => {
    for (const snapshot of reached) {
      const restored = restoreSnapshot(stepMachine, snapshot);
      expect([restored.value, restored.context, restored.status]).toEqual([snapshot.value, snapshot.context, snapshot.status]);
    }
  });

  test('keeps nothing but JSON in its context', () => {
    expect(reached.filter(({ context }) => !isJsonOnly(context)).map(where)).toEqual([]);
  });
});

describe('in every configuration of a step', () => {
  test('attempts that no crash took stay within the policy', () => {
    const over = reached.filter(({ context }) => context.attempt - context.interruptions > context.retry.attempts);
    expect(over.map(where)).toEqual([]);
    expect(Math.max(...reached.map(({ context }) => context.attempt - context.interruptions))).toBe(3);
    expect(Math.max(...reached.map(({ context }) => context.interruptions))).toBe(2);
  });

  test('a step that has ended says how: with an outcome that fits, in its output too', () => {
    for (const snapshot of reached.filter(isEnded)) {
      const { outcome, stepId, continueOnError } = snapshot.context;
      const { value } = snapshot;
      const kind = outcome?.kind ?? 'none';
      const good = kind === 'succeeded' || kind === 'approved';
      expect(value, where(snapshot)).toBe(good ? 'succeeded' : kind === 'canceled' ? kind : 'failed');
      expect(kind).not.toBe('none');
      expect(snapshot.output).toEqual({ stepId, end: value, tolerated: value === 'failed' && continueOnError });
    }
  });

  test('outputs are there only after success', () => {
    const early = reached.filter(({ value, context }) => value !== 'succeeded' && Object.keys(context.outputs).length > 0);
    expect(early.map(where)).toEqual([]);
    const good = reached.filter(({ value, context }) => value === 'succeeded' && context.declaresOutputs);
    expect(good.map(({ context }) => context.outputs)).toEqual(good.map(() => ({ coverage: 90 })));
    expect(good.length).toBeGreaterThan(0);
  });

  test('CANCEL is taken until the step is being canceled or has ended', () => {
    for (const snapshot of reached) {
      expect(snapshot.can(cancelStep), where(snapshot)).toBe(!isEnded(snapshot) && snapshot.value !== 'canceling');
    }
  });

  test('CANCEL during an attempt stops it before the step is canceled, and nothing makes it anything else then', () => {
    for (const place of all) {
      if (place.snapshot.value === 'canceling') {
        const next = after(place, ({ type }) => type !== 'CANCEL');
        expect(next.map(({ value, context }) => [value, context.outcome])).toEqual(
          next.map(() => ['canceled', { kind: 'canceled', reason: 'asked' }]),
        );
      }
      const hasAttempt =
        place.snapshot.matches({ attempting: 'executing' }) || place.snapshot.matches({ attempting: 'stopping' });
      if (hasAttempt) expect(after(place, ({ type }) => type === 'CANCEL').map(({ value }) => value)).toEqual(['canceling']);
    }
  });

  test('an answer is taken only while the step asks', () => {
    for (const snapshot of reached) {
      const asks = snapshot.matches('awaitingApproval');
      expect(
        answers.map((event) => snapshot.can(event)),
        where(snapshot),
      ).toEqual([asks, asks]);
    }
  });

  test('a step that asks a person, or that something stands in the way of, makes no attempt', () => {
    for (const { context, value } of reached) {
      const attempts = context.approval === null && context.outcome?.kind !== 'expressionFailed';
      if (!attempts && context.attempt > 0) expect(endings.map(({ kind }) => kind)).toContain(context.outcome?.kind);
      if (context.approval !== null) expect([context.attempt, context.interruptions], JSON.stringify(value)).toEqual([0, 0]);
    }
    expect(reached.some(({ value, context }) => value === 'failed' && context.attempt === 0 && context.approval === null)).toBe(
      true,
    );
  });

  test('a step that has ended refuses every event', () => {
    for (const snapshot of reached.filter(isEnded)) {
      expect([cancelStep, ...answers, ...endsOfActors].filter((event) => snapshot.can(event as never))).toEqual([]);
    }
  });

  test('each state has exactly the actors that its work needs', () => {
    const actors = new Set(
      reached.map(({ value, children, status }) =>
        status === 'done' ? '' : `${JSON.stringify(value)} ${Object.keys(children).sort().join(' ')}`,
      ),
    );
    expect([...actors].filter((line) => line !== '').sort()).toEqual([
      '"awaitingApproval" approvalDeadline',
      '"backoff" backoff',
      '"canceling" stopAttempt',
      '{"attempting":"executing"} attempt deadline',
      '{"attempting":"stopping"} stopAttempt',
      '{"attempting":"validating"} validate',
    ]);
  });
});

describe('a step', () => {
  const executing = all.filter(({ snapshot }) => snapshot.matches({ attempting: 'executing' }));

  test('starts an interrupted attempt again without counting it, or fails where it must not', () => {
    for (const place of executing) {
      const { attempt, interruptions, onInterrupted } = place.snapshot.context;
      const [next] = after(place, (event) => JSON.stringify(event).includes('"interrupted"'));
      if (next === undefined) continue;
      if (onInterrupted === 'fail') expect([next.value, next.context.outcome?.kind]).toEqual(['failed', 'interrupted']);
      else
        expect([next.value, next.context.attempt, next.context.interruptions]).toEqual([
          { attempting: 'executing' },
          attempt + 1,
          interruptions + 1,
        ]);
    }
    expect(new Set(executing.map(({ snapshot }) => snapshot.context.onInterrupted))).toEqual(new Set(['rerun', 'fail']));
  });

  test('never retries what another attempt cannot cure', () => {
    const hopeless = endings
      .filter(({ kind }) => kind === 'spawnFailed' || kind === 'expressionFailed')
      .map((outcome) => JSON.stringify(outcome));
    for (const place of executing) {
      const next = after(place, (event) => hopeless.some((text) => JSON.stringify(event).includes(text)));
      expect(next.map(({ value }) => value)).toEqual(['failed', 'failed']);
    }
  });

  test('names the bound that ran out first: the one of the attempt or the one of the whole step', () => {
    const stopping = reached.filter((snapshot) => snapshot.matches({ attempting: 'stopping' }));
    const scopes = new Map<string, Set<string>>();
    for (const { context } of stopping) {
      const bounds = `${String(context.attemptTimeoutMs)} ${String(context.stepTimeoutMs)} attempt ${String(context.attempt - context.interruptions)}`;
      const { outcome } = context;
      scopes.set(
        bounds,
        (scopes.get(bounds) ?? new Set()).add(
          outcome?.kind === 'timedOut' ? `${outcome.scope} ${String(outcome.timeoutMs)}` : 'none',
        ),
      );
    }
    expect(scopes.get('50 null attempt 1')).toEqual(new Set(['attempt 50']));
    expect(scopes.get('null 250 attempt 1')).toEqual(new Set(['step 250']));
    expect(scopes.get('500 250 attempt 1')).toEqual(new Set(['step 250']));
    expect(scopes.get('50 250 attempt 1')).toEqual(new Set(['attempt 50', 'step 250']));
  });

  test('waits in backoff within what its own bound leaves', () => {
    const waits = reached.filter(({ value }) => value === 'backoff');
    for (const { context } of waits) expect(context.wakeAtMs).toBeLessThan(context.stepDeadlineMs ?? Number.POSITIVE_INFINITY);
    expect(waits.some(({ context }) => context.stepDeadlineMs !== null)).toBe(true);
  });

  test('takes the success of a tool that ended before it could be stopped', () => {
    for (const place of all.filter(({ snapshot }) => snapshot.matches({ attempting: 'stopping' }))) {
      const [next] = after(place, (event) => JSON.stringify(event).includes('"succeeded"'));
      expect(next?.value).toEqual(place.snapshot.context.declaresOutputs ? { attempting: 'validating' } : 'succeeded');
    }
  });
});
