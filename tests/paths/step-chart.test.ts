import { getStateNodes } from '@xstate/graph';
import { describe, expect, test } from 'vitest';
import type { SnapshotFrom } from 'xstate';
import { stepMachine } from '../../machines/step.ts';
import { endings, judgements, tools } from '../../src/charts/territory/step-events.ts';
import { stepEvents, stepInputs, stepKey } from '../../src/charts/territory/step-territory.ts';
import { statePath } from '../../src/engine/run-event.ts';
import { writtenTransitions } from './chart-transitions.ts';
import { deadEnds, explore, following, type GivenEvent, type Place } from './explore.ts';
import { isJsonOnly, restoreSnapshot } from './restored.ts';
import { everyEvent, isIn, says } from './step-places.ts';

type StepSnapshot = SnapshotFrom<typeof stepMachine>;
type StepPlace = Place<typeof stepMachine>;

const { places, states, taken, said } = explore(stepMachine, { inputs: stepInputs, events: stepEvents, keyOf: stepKey });
const all = [...places.values()];
const reached = all.map((place) => place.snapshot);
const written = writtenTransitions(stepMachine);
const where = ({ value, context }: StepSnapshot): string => JSON.stringify([value, context]);
const isEnded = (snapshot: StepSnapshot): boolean => snapshot.status === 'done';
const after = (place: StepPlace, event: (given: GivenEvent) => boolean): StepSnapshot[] => following(places, place, event);

describe('the chart of a step, followed through every event from every configuration', () => {
  test('reaches every state', () => {
    const ids = getStateNodes(stepMachine as never).map((node) => node.id);
    expect(ids.filter((id) => !states.has(id))).toEqual([]);
    expect(ids).toHaveLength(15);
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
      step.dispatched: always [isRouted] -> routing
      step.dispatched: always -> attempting
      step.routing: CANCEL -> canceled
      step.routing: xstate.done.actor.route [toolIsPicked] -> attempting
      step.routing: xstate.done.actor.route [isOverBudget] -> held
      step.routing: xstate.done.actor.route -> failed
      step.routing: xstate.done.actor.deadline -> failed
      step.held: PROCEED -> routing
      step.held: CANCEL -> canceled
      step.awaitingApproval: APPROVE -> succeeded
      step.awaitingApproval: REJECT -> failed
      step.awaitingApproval: CANCEL -> canceled
      step.awaitingApproval: xstate.done.actor.approvalDeadline [approvesByDefault] -> succeeded
      step.awaitingApproval: xstate.done.actor.approvalDeadline -> failed
      step.attempting: initial -> executing
      step.attempting.executing: CANCEL -> #step.canceling
      step.attempting.executing: xstate.done.actor.attempt [routesInterrupted] -> #step.routing
      step.attempting.executing: xstate.done.actor.attempt [rerunsInterrupted] -> #step.attempting
      step.attempting.executing: xstate.done.actor.attempt [succeededWithOutputs] -> validating
      step.attempting.executing: xstate.done.actor.attempt [succeededWithChecks] -> verifying
      step.attempting.executing: xstate.done.actor.attempt [succeeded] -> #step.succeeded
      step.attempting.executing: xstate.done.actor.attempt [mayRetry] -> #step.backoff
      step.attempting.executing: xstate.done.actor.attempt [mayTryNextTool] -> #step.routing
      step.attempting.executing: xstate.done.actor.attempt -> #step.failed
      step.attempting.executing: xstate.done.actor.deadline -> stopping
      step.attempting.validating: CANCEL -> #step.canceled
      step.attempting.validating: xstate.done.actor.validate [succeededWithChecks] -> verifying
      step.attempting.validating: xstate.done.actor.validate [succeeded] -> #step.succeeded
      step.attempting.validating: xstate.done.actor.validate [mayRetry] -> #step.backoff
      step.attempting.validating: xstate.done.actor.validate [mayTryNextTool] -> #step.routing
      step.attempting.validating: xstate.done.actor.validate -> #step.failed
      step.attempting.stopping: CANCEL -> #step.canceling
      step.attempting.stopping: xstate.done.actor.stopAttempt [succeededWithOutputs] -> validating
      step.attempting.stopping: xstate.done.actor.stopAttempt [succeededWithChecks] -> verifying
      step.attempting.stopping: xstate.done.actor.stopAttempt [succeeded] -> #step.succeeded
      step.attempting.stopping: xstate.done.actor.stopAttempt [mayRetry] -> #step.backoff
      step.attempting.stopping: xstate.done.actor.stopAttempt [mayTryNextTool] -> #step.routing
      step.attempting.stopping: xstate.done.actor.stopAttempt -> #step.failed
      step.attempting.verifying: CANCEL -> #step.canceling
      step.attempting.verifying: xstate.done.actor.check [wasInterrupted] -> verifying
      step.attempting.verifying: xstate.done.actor.check [lastCheckHolds] -> #step.succeeded
      step.attempting.verifying: xstate.done.actor.check [checkHolds] -> verifying
      step.attempting.verifying: xstate.done.actor.check [mayRetry] -> #step.backoff
      step.attempting.verifying: xstate.done.actor.check [mayTryNextTool] -> #step.routing
      step.attempting.verifying: xstate.done.actor.check -> #step.failed
      step.attempting.verifying: xstate.done.actor.deadline -> stoppingCheck
      step.attempting.stoppingCheck: CANCEL -> #step.canceling
      step.attempting.stoppingCheck: xstate.done.actor.stopAttempt [lastCheckHolds] -> #step.succeeded
      step.attempting.stoppingCheck: xstate.done.actor.stopAttempt [checkHolds] -> verifying
      step.attempting.stoppingCheck: xstate.done.actor.stopAttempt [mayRetry] -> #step.backoff
      step.attempting.stoppingCheck: xstate.done.actor.stopAttempt [mayTryNextTool] -> #step.routing
      step.attempting.stoppingCheck: xstate.done.actor.stopAttempt -> #step.failed
      step.backoff: CANCEL -> canceled
      step.backoff: xstate.done.actor.backoff [isRouted] -> routing
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
    expect(guarded).toHaveLength(32);
  });

  test('takes in each state the same events whatever it remembers, and refuses every other one', () => {
    const lines = new Set(
      reached.map((snapshot) => {
        const takes = everyEvent.filter((event) => snapshot.can(event as never)).map(({ type }) => type);
        return `${statePath(snapshot.value)}: ${takes.join(' ').replaceAll('xstate.done.actor.', '') || 'nothing'}`;
      }),
    );
    expect([...lines].sort().join('\n')).toMatchInlineSnapshot(`
      "attempting.executing: CANCEL attempt deadline
      attempting.stopping: CANCEL stopAttempt
      attempting.stoppingCheck: CANCEL stopAttempt
      attempting.validating: CANCEL validate
      attempting.verifying: CANCEL check deadline
      awaitingApproval: CANCEL APPROVE REJECT approvalDeadline
      backoff: CANCEL backoff
      canceled: nothing
      canceling: stopAttempt
      failed: nothing
      held: CANCEL PROCEED
      routing: CANCEL route deadline
      succeeded: nothing"
    `);
  });

  test('can end from every configuration', () => {
    expect(deadEnds(places, isEnded)).toEqual([]);
  });

  test('restores every configuration from its stored snapshot as it was', () => {
    const told = ({ value, context, status }: StepSnapshot): string => JSON.stringify([value, context, status]);
    expect(reached.filter((snapshot) => told(restoreSnapshot(stepMachine, snapshot)) !== told(snapshot)).map(where)).toEqual([]);
  });

  test('keeps nothing but JSON in its context', () => {
    expect(reached.filter(({ context }) => !isJsonOnly(context)).map(where)).toEqual([]);
  });
});

describe('in every configuration of a step', () => {
  test('attempts that no crash took stay within the policy: with each tool, and with all of them', () => {
    const counted = ({ context }: StepSnapshot): number => context.attempt - context.interruptions;
    const over = reached.filter((snapshot) => {
      const { retry, spentAttempts, spentTools } = snapshot.context;
      const bound = retry.attempts * (spentTools.length + 1);
      return counted(snapshot) - spentAttempts > retry.attempts || counted(snapshot) > bound;
    });
    expect(over.map(where)).toEqual([]);
    expect(Math.max(...reached.filter(({ context }) => !context.routed).map(counted))).toBe(3);
    expect(Math.max(...reached.filter(({ context }) => context.routed).map(counted))).toBe(4);
    expect(Math.max(...reached.map(({ context }) => context.interruptions))).toBe(2);
  });

  test('a step that has ended says how: with an outcome that fits, in its output too', () => {
    for (const snapshot of reached.filter(isEnded)) {
      const { outcome, stepId, continueOnError } = snapshot.context;
      const { value } = snapshot;
      const kind = outcome?.kind ?? 'none';
      const good = kind === 'succeeded' || kind === 'approved';
      if (value !== (good ? 'succeeded' : kind === 'canceled' ? kind : 'failed') || kind === 'none') expect.fail(where(snapshot));
      expect(snapshot.output).toEqual({ stepId, end: value, tolerated: value === 'failed' && continueOnError });
    }
    expect(new Set(reached.filter(isEnded).map(({ value }) => value))).toEqual(new Set(['succeeded', 'failed', 'canceled']));
  });

  test('outputs are there once they are valid, never in another attempt, and after the end of a step only if it succeeded', () => {
    const barred = ['dispatched', 'awaitingApproval', 'attempting.executing', 'attempting.stopping', 'failed', 'canceled'];
    const full = reached.filter(({ context }) => Object.keys(context.outputs).length > 0);
    expect(full.filter((snapshot) => isIn(snapshot, ...barred)).map(where)).toEqual([]);
    const good = reached.filter(({ value, context }) => value === 'succeeded' && context.declaresOutputs);
    expect(good.map(({ context }) => context.outputs)).toEqual(good.map(() => ({ coverage: 90 })));
    expect(good.length).toBeGreaterThan(0);
  });

  test('CANCEL during an attempt or a check stops it before the step is canceled, and nothing makes it anything else then', () => {
    for (const place of all) {
      if (place.snapshot.value === 'canceling') {
        const next = after(place, ({ type }) => type !== 'CANCEL');
        expect(next.map(({ value, context }) => [value, context.outcome])).toEqual(
          next.map(() => ['canceled', { kind: 'canceled', reason: 'asked' }]),
        );
      } else if (!isEnded(place.snapshot)) {
        const works = isIn(
          place.snapshot,
          'attempting.executing',
          'attempting.stopping',
          'attempting.verifying',
          'attempting.stoppingCheck',
        );
        expect(after(place, ({ type }) => type === 'CANCEL').map(({ value }) => value)).toEqual([
          works ? 'canceling' : 'canceled',
        ]);
      }
    }
  });

  test('a step that asks a person, or that something stands in the way of, makes no attempt', () => {
    const ownEnds = new Set([...endings, ...judgements].map(({ kind }) => kind));
    for (const { context } of reached) {
      if (context.outcome?.kind === 'expressionFailed' && context.attempt > 0) expect(ownEnds).toContain(context.outcome.kind);
      if (context.approval !== null) expect([context.attempt, context.interruptions, context.routed]).toEqual([0, 0, false]);
    }
    const stopped = reached.filter(
      ({ value, context }) => value === 'failed' && context.attempt === 0 && context.approval === null,
    );
    expect(new Set(stopped.map(({ context }) => context.routed))).toEqual(new Set([true, false]));
  });

  test('an attempt has a tool: the one of the step, or one that the router picked and that is not spent', () => {
    const working = reached.filter((snapshot) => typeof snapshot.value === 'object');
    for (const snapshot of working) {
      const { toolId, routed: isRouted, spentTools, requestId, promptId } = snapshot.context;
      const good = isRouted
        ? (tools as readonly (string | null)[]).includes(toolId) &&
          requestId === 'request' &&
          promptId === `prompt of ${String(toolId)}`
        : toolId === 'shell' && requestId === null && promptId === null;
      if (!good || spentTools.includes(toolId ?? '')) expect.fail(where(snapshot));
    }
    expect(working.some(({ context }) => context.spentTools.length === 1)).toBe(true);
  });

  test('a step that names its tool never asks for one, and only one that asks is held', () => {
    for (const snapshot of reached.filter((each) => isIn(each, 'routing', 'held'))) expect(snapshot.context.routed).toBe(true);
    for (const { context } of reached.filter((each) => !each.context.routed)) {
      expect([context.spentTools, context.spentAttempts, context.heldAtMs]).toEqual([[], 0, 0]);
    }
  });

  test('a check is made of a result whose attempt succeeded, and each in its turn', () => {
    const checking = reached.filter((each) => isIn(each, 'attempting.verifying', 'attempting.stoppingCheck'));
    for (const snapshot of checking) {
      const { check, checkRun, checks } = snapshot.context;
      if (check >= checks.length || checkRun < check + 1) expect.fail(where(snapshot));
    }
    expect(new Set(checking.map(({ context }) => context.check))).toEqual(new Set([0, 1, 2]));
    for (const { context } of reached.filter((each) => isIn(each, 'attempting.executing'))) {
      expect([context.check, context.checkRun]).toEqual([0, 0]);
    }
  });

  test('each state has exactly the actors that its work needs', () => {
    const actors = new Set(
      reached.map(({ value, children, status }) =>
        status === 'done' ? '' : `${statePath(value)}: ${Object.keys(children).sort().join(' ')}`,
      ),
    );
    expect([...actors].filter((line) => line !== '').sort()).toEqual([
      'attempting.executing: attempt deadline',
      'attempting.stopping: stopAttempt',
      'attempting.stoppingCheck: stopAttempt',
      'attempting.validating: validate',
      'attempting.verifying: check deadline',
      'awaitingApproval: approvalDeadline',
      'backoff: backoff',
      'canceling: stopAttempt',
      'held: ',
      'routing: deadline route',
    ]);
  });
});

describe('a step', () => {
  const executing = all.filter(({ snapshot }) => isIn(snapshot, 'attempting.executing'));

  test('starts an interrupted attempt again without counting it, with a tool that is picked anew where it is routed, or fails where it must not', () => {
    for (const place of executing) {
      const { attempt, interruptions, onInterrupted, routed: isRouted } = place.snapshot.context;
      const [next] = after(place, says('"interrupted"'));
      if (next === undefined) continue;
      const { context } = next;
      if (onInterrupted === 'fail') expect([next.value, context.outcome?.kind]).toEqual(['failed', 'interrupted']);
      else if (isRouted)
        expect([next.value, context.attempt, context.interruptions, context.toolId]).toEqual([
          'routing',
          attempt,
          interruptions + 1,
          place.snapshot.context.toolId,
        ]);
      else
        expect([statePath(next.value), context.attempt, context.interruptions]).toEqual([
          'attempting.executing',
          attempt + 1,
          interruptions + 1,
        ]);
    }
    const kinds = executing.map(({ snapshot: { context } }) => `${context.onInterrupted} ${String(context.routed)}`);
    expect(new Set(kinds)).toEqual(new Set(['rerun true', 'rerun false', 'fail true', 'fail false']));
  });

  test('never retries what another attempt cannot cure, but may try another tool', () => {
    for (const place of executing) {
      const [unknown] = after(place, says('"spawnFailed"'));
      const [unsaid] = after(place, says('"expressionFailed"'));
      if (unknown === undefined) continue;
      const isRouted = place.snapshot.context.routed;
      expect([unknown.value, unsaid?.value]).toEqual([isRouted ? 'routing' : 'failed', 'failed']);
      expect(unknown.context.spentTools).toHaveLength(isRouted ? 1 : 0);
    }
  });

  test('does what the configuration of its tool makes of an end', () => {
    const first = executing.filter(({ snapshot: { context } }) => context.routed && context.attempt === 1);
    for (const place of first) {
      const { attempts } = place.snapshot.context.retry;
      const nextOf = (means: 'retry' | 'try_another' | 'never_retry'): unknown =>
        after(place, says(`"${means}"`)).map(({ value }) => value);
      expect(nextOf('retry')).toEqual([attempts > 1 ? 'backoff' : 'routing']);
      expect([nextOf('try_another'), nextOf('never_retry')]).toEqual([['routing'], ['failed']]);
    }
    expect(first.length).toBeGreaterThan(3);
  });

  test('spends a tool whose attempts are used up: it has no tool then, and the next one starts afresh', () => {
    const leaving = all.flatMap((place) => {
      const before = place.snapshot.context.spentTools.length;
      return place.leadsTo.flatMap(({ key }) => {
        const next = places.get(key)?.snapshot;
        return next !== undefined && next.context.spentTools.length > before ? [{ from: place.snapshot, next }] : [];
      });
    });
    for (const { from, next } of leaving) {
      const { spentTools, spentAttempts, toolId, promptId, attempt, interruptions } = next.context;
      expect([next.value, toolId, promptId]).toEqual(['routing', null, null]);
      expect([spentTools, spentAttempts]).toEqual([[...from.context.spentTools, from.context.toolId], attempt - interruptions]);
    }
    expect(new Set(leaving.map(({ from }) => statePath(from.value)))).toEqual(
      new Set([
        'attempting.executing',
        'attempting.validating',
        'attempting.stopping',
        'attempting.verifying',
        'attempting.stoppingCheck',
      ]),
    );
  });

  test('that finds no tool fails with what came of its attempts, or with why there is none where it made none', () => {
    for (const place of all.filter(({ snapshot }) => isIn(snapshot, 'routing'))) {
      const [next] = after(place, says('"noRoutableTool"'));
      expect([next?.value, next?.context.outcome?.kind]).toEqual([
        'failed',
        place.snapshot.context.outcome?.kind ?? 'noRoutableTool',
      ]);
    }
  });

  test('that is held goes on asking with its deadline put off by as long as it was held', () => {
    const held = all.filter(({ snapshot }) => isIn(snapshot, 'held'));
    for (const place of held) {
      const { stepDeadlineMs, attempt, toolId } = place.snapshot.context;
      const next = after(place, ({ type }) => type === 'PROCEED').map(({ value, context }) => [
        value,
        context.stepDeadlineMs,
        context.attempt,
        context.toolId,
      ]);
      expect(next).toEqual([['routing', stepDeadlineMs === null ? null : stepDeadlineMs + 5, attempt, toolId]]);
    }
    expect(new Set(held.map(({ snapshot }) => snapshot.context.stepDeadlineMs === null))).toEqual(new Set([true, false]));
  });

  test('names the bound that ran out first: the one of the attempt or the one of the whole step', () => {
    const stopping = reached.filter(({ value, context }) => !context.routed && statePath(value) === 'attempting.stopping');
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
    for (const place of all.filter(({ snapshot }) => isIn(snapshot, 'attempting.stopping'))) {
      const { declaresOutputs, checks } = place.snapshot.context;
      const [next] = after(place, says('"succeeded"'));
      const checked = checks.length > 0 ? { attempting: 'verifying' } : 'succeeded';
      expect(next?.value).toEqual(declaresOutputs ? { attempting: 'validating' } : checked);
    }
  });
});
