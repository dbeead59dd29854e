import type { SnapshotFrom } from 'xstate';
import type { runMachine, RunInput } from '../../machines/run.ts';
import type { StepEnd, StepInput } from '../../machines/step.ts';
import type { GivenEvent } from './explore.ts';

type RunSnapshot = SnapshotFrom<typeof runMachine>;

const ids = ['a', 'b', 'c', 'd'];

/** A run of `total` steps, two at a time. */
export function runInput(more: Partial<RunInput> = {}): RunInput {
  return { runId: 'run', total: 2, maxParallel: 2, onFailure: 'continue', timeoutMs: null, ...more };
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

/** The next step that neither runs nor waits for an answer, dispatched. */
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

function nextId({ context }: RunSnapshot): string {
  const begun = new Set([...context.active, ...context.awaiting.map((step) => step.stepId)]);
  return ids.find((id) => !begun.has(id)) ?? 'e';
}

/** The run's own time is up. */
export const deadlinePassed: GivenEvent = { type: 'xstate.done.actor.deadline' };

/** The timer of the run's own time broke. */
const deadlineBroke = { type: 'xstate.error.actor.deadline', actorId: 'deadline', error: 'it broke' } as GivenEvent;

/** What a person or the scheduler may send, whatever the state. */
export function commands(snapshot: RunSnapshot): readonly GivenEvent[] {
  const { waiting, awaiting } = snapshot.context;
  const events: (GivenEvent & Record<string, unknown>)[] = [
    { type: 'START', nowMs: 1000 },
    { type: 'SETTLE', skipped: 1, canceled: 0 },
    { type: 'SETTLE', skipped: 0, canceled: 1 },
    { type: 'SETTLE', skipped: waiting, canceled: 1 },
    { type: 'PAUSE', reason: 'asked' },
    { type: 'UNPAUSE' },
    { type: 'CANCEL', reason: 'asked' },
    { type: 'QUARANTINE', reason: 'asked' },
  ];
  const answers = ['nobody', ...awaiting.map((step) => step.stepId)].map((stepId) => answer(stepId));
  return [dispatchNext(snapshot), askNext(snapshot), askNext(snapshot, 1000), idle, ...answers, ...events];
}

/** All that can happen to a run in this snapshot: commands, and the ends of the actors that it has. */
export function runEvents(snapshot: RunSnapshot): readonly GivenEvent[] {
  const ofActors = Object.keys(snapshot.children).flatMap((actorId) => {
    if (actorId === 'deadline') return snapshot.context.deadlineMs === null ? [deadlineBroke] : [deadlineBroke, deadlinePassed];
    const stepId = actorId.slice('step.'.length);
    // Where only a person can go on, no step ends by itself.
    if (snapshot.matches({ running: 'awaitingPerson' })) return [stepBroke(stepId)];
    return [
      stepDone(stepId, 'succeeded'),
      stepDone(stepId, 'failed'),
      stepDone(stepId, 'failed', true),
      stepDone(stepId, 'canceled'),
      stepBroke(stepId),
    ];
  });
  return [...commands(snapshot), ...ofActors];
}

/** Configurations that differ in the words of their reason, or in which steps it is that run or ask, are the same. */
export function runKey(snapshot: RunSnapshot): string {
  const { reason, active, awaiting, ...counters } = snapshot.context;
  const timed = awaiting.filter((step) => step.timed).length;
  return JSON.stringify([
    snapshot.value,
    { ...counters, active: active.length, asking: awaiting.length, timed },
    reason !== null,
  ]);
}
