import type { SnapshotFrom } from 'xstate';
import type { runMachine } from '../../machines/run.ts';
import type { RunContext, RunInput } from '../../machines/run-model.ts';
import type { StepEnd, StepInput } from '../../machines/step-model.ts';
import type { GivenEvent } from './explore.ts';

type RunSnapshot = SnapshotFrom<typeof runMachine>;

const ids = ['a', 'b', 'c', 'd'];

/** A run of `total` steps, two at a time. */
export function runInput(more: Partial<RunInput> = {}): RunInput {
  return { runId: 'run', total: 2, maxParallel: 2, onFailure: 'continue', timeoutMs: null, meters: [], ...more };
}

/** The input of a step that is tried once. */
export function stepInput(stepId: string, more: Partial<StepInput> = {}): StepInput {
  return {
    stepId,
    toolId: 'shell',
    nowMs: 1000,
    attemptTimeoutMs: null,
    stepTimeoutMs: null,
    retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
    declaresOutputs: false,
    onInterrupted: 'rerun',
    continueOnError: false,
    approval: null,
    checks: [],
    obstacle: null,
    ...more,
  };
}

/** The end of a step's actor, as its run is told. */
export function stepDone(stepId: string, end: StepEnd['end'], tolerated = false): GivenEvent {
  const actorId = `step.${stepId}`;
  return { type: `xstate.done.actor.${actorId}`, actorId, output: { stepId, end, tolerated } } as GivenEvent;
}

/** A step's machine that broke, as its run is told. */
function stepBroke(stepId: string): GivenEvent {
  const actorId = `step.${stepId}`;
  return { type: `xstate.error.actor.${actorId}`, actorId, error: 'it broke' } as GivenEvent;
}

/** The next step that neither runs nor waits for anything, dispatched. */
export function dispatchNext(snapshot: RunSnapshot): GivenEvent {
  const stepId = nextId(snapshot);
  return { type: 'DISPATCH', stepId, input: stepInput(stepId) } as GivenEvent;
}

/** The same as a question to a person, which waits `timeoutMs` for the answer. */
export function askNext(snapshot: RunSnapshot, timeoutMs: number | null = null): GivenEvent {
  const stepId = nextId(snapshot);
  return { type: 'ASK', stepId, input: stepInput(stepId, { approval: { timeoutMs, byDefault: 'reject' } }) } as GivenEvent;
}

/** What a person says to a step. */
export function answer(stepId: string, approved = true): GivenEvent {
  return { type: 'ANSWER', stepId, approved, comment: null } as GivenEvent;
}

/** The scheduler has nothing that could be dispatched. */
export const idle: GivenEvent = { type: 'IDLE' };

/** The tool that every routed step of these runs calls. */
const toolId = 'claude';

/** A step is about to call its tool. */
export function call(stepId: string): GivenEvent {
  return { type: 'CALL', stepId, toolId } as GivenEvent;
}

/** A step's call has ended. */
export function spend(stepId: string): GivenEvent {
  return { type: 'SPEND', stepId, toolId, minutes: 1, cost: 0 } as GivenEvent;
}

/** A step waits, because its call was refused. */
export function hold(stepId: string): GivenEvent {
  return { type: 'HOLD', stepId, reason: 'the budget of 1 call is used up' } as GivenEvent;
}

/** A budget of one call, for all tools together. */
export const oneCall: RunInput['meters'] = [{ toolId: null, unit: 'calls', limit: 1, allowed: 1, used: 0 }];

/** The ids of the steps that have an actor. */
export function begunSteps({ active, awaiting, held }: RunContext): string[] {
  return [...active, ...awaiting.map((step) => step.stepId), ...held];
}

function nextId({ context }: RunSnapshot): string {
  const begun = new Set(begunSteps(context));
  return ids.find((id) => !begun.has(id)) ?? 'e';
}

/** The run's own time is up. */
export const deadlinePassed: GivenEvent = { type: 'xstate.done.actor.deadline' };

/** The timer of the run's own time broke. */
const deadlineBroke = { type: 'xstate.error.actor.deadline', actorId: 'deadline', error: 'it broke' } as GivenEvent;

/** What a person, the scheduler or a step may send, whatever the state. */
export function commands(snapshot: RunSnapshot): readonly GivenEvent[] {
  const { waiting, awaiting } = snapshot.context;
  const events: (GivenEvent & Record<string, unknown>)[] = [
    { type: 'START', nowMs: 1000 },
    { type: 'SETTLE', skipped: 1, canceled: 0 },
    { type: 'SETTLE', skipped: 0, canceled: 1 },
    { type: 'SETTLE', skipped: waiting, canceled: 1 },
    { type: 'PAUSE', reason: 'asked' },
    { type: 'UNPAUSE', nowMs: 2000 },
    { type: 'CANCEL', reason: 'asked' },
    { type: 'QUARANTINE', reason: 'asked' },
  ];
  const answers = ['nobody', ...awaiting.map((step) => step.stepId)].map((stepId) => answer(stepId));
  const asked = [askNext(snapshot), askNext(snapshot, 1000), idle, ...answers];
  return [dispatchNext(snapshot), ...events, ...asked, ...ofSteps(snapshot)];
}

/** What steps that are running may say, and one that is not: without a bound they may call as often as they like, and nothing is known of it. */
function ofSteps({ context: { active, meters } }: RunSnapshot): readonly GivenEvent[] {
  const steps = ['nobody', ...active];
  const calls = meters.some(({ used }) => used < 2) ? steps.map(call) : [];
  return [...steps.map(hold), ...calls, ...(meters.length > 0 ? steps.map(spend) : [])];
}

/** All that can happen to a run in this snapshot: commands, and the ends of the actors that it has. */
export function runEvents(snapshot: RunSnapshot): readonly GivenEvent[] {
  const ofActors = Object.keys(snapshot.children).flatMap((actorId) => {
    if (actorId === 'deadline') return snapshot.context.deadlineMs === null ? [deadlineBroke] : [deadlineBroke, deadlinePassed];
    const stepId = actorId.slice('step.'.length);
    // Where only a person can go on, no step ends by itself.
    if (snapshot.matches({ running: 'awaitingPerson' })) return [stepBroke(stepId)];
    // Nor does one that is held: it ends when it is told to.
    if (snapshot.context.held.includes(stepId))
      return snapshot.hasTag('stopping') ? [stepDone(stepId, 'canceled'), stepBroke(stepId)] : [stepBroke(stepId)];
    return [
      stepDone(stepId, 'succeeded'),
      stepDone(stepId, 'failed'),
      stepDone(stepId, 'failed', true),
      stepDone(stepId, 'canceled'),
      stepBroke(stepId),
    ];
  });
  const all = [...commands(snapshot), ...ofActors];
  const { total, meters } = snapshot.context;
  // Everything at once would be too much: of three steps none is held, and those that spend do nothing else of note.
  if (meters.length > 0) return all.filter((event) => spends(event));
  return total > 2 ? all.filter(({ type }) => type !== 'HOLD') : all;
}

function spends(event: GivenEvent): boolean {
  if (['START', 'DISPATCH', 'SETTLE', 'CALL', 'SPEND', 'HOLD', 'UNPAUSE', 'CANCEL'].includes(event.type)) return true;
  return event.type.startsWith('xstate.') && !JSON.stringify(event).includes('"tolerated":true');
}

/** Configurations that differ in the words of their reason, or in which steps it is that run, ask or are held, are the same. */
export function runKey(snapshot: RunSnapshot): string {
  const { reason, active, awaiting, held, grants, ...counters } = snapshot.context;
  const timed = awaiting.filter((step) => step.timed).length;
  const granted = (ids: readonly string[]): number => grants.filter(({ stepId }) => ids.includes(stepId)).length;
  return JSON.stringify([
    snapshot.value,
    { ...counters, active: active.length, asking: awaiting.length, timed, held: held.length },
    { active: granted(active), held: granted(held), all: grants.length },
    reason !== null,
  ]);
}
