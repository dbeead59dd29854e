import type { SnapshotFrom } from 'xstate';
import type { runMachine } from '../../../machines/run.ts';
import type { RunContext } from '../../../machines/run-model.ts';
import type { StepEnd } from '../../../machines/step-model.ts';
import type { SampleEvent } from '../verify/guards-said.ts';
import { stepInput } from './sample-inputs.ts';

/** A configuration of a run: its state and all it remembers. */
export type RunSnapshot = SnapshotFrom<typeof runMachine>;

const ids = ['a', 'b', 'c', 'd'];

/** The end of a step's actor, as its run is told. */
export function stepDone(stepId: string, end: StepEnd['end'], tolerated = false): SampleEvent {
  const actorId = `step.${stepId}`;
  return { type: `xstate.done.actor.${actorId}`, actorId, output: { stepId, end, tolerated } } as SampleEvent;
}

/** A step's machine that broke, as its run is told. */
export function stepBroke(stepId: string): SampleEvent {
  const actorId = `step.${stepId}`;
  return { type: `xstate.error.actor.${actorId}`, actorId, error: 'it broke' } as SampleEvent;
}

/** The next step that neither runs nor waits for anything, dispatched. */
export function dispatchNext(snapshot: RunSnapshot): SampleEvent {
  const stepId = nextId(snapshot);
  return { type: 'DISPATCH', stepId, input: stepInput(stepId) } as SampleEvent;
}

/** The same as a question to a person, which waits `timeoutMs` for the answer. */
export function askNext(snapshot: RunSnapshot, timeoutMs: number | null = null): SampleEvent {
  const stepId = nextId(snapshot);
  return { type: 'ASK', stepId, input: stepInput(stepId, { approval: { timeoutMs, byDefault: 'reject' } }) } as SampleEvent;
}

/** What a person says to a step. */
export function answer(stepId: string, approved = true): SampleEvent {
  return { type: 'ANSWER', stepId, approved, comment: null } as SampleEvent;
}

/** The scheduler has nothing that could be dispatched. */
export const idle: SampleEvent = { type: 'IDLE' };

/** The tool that every routed step of these runs calls. */
const toolId = 'claude';

/** A step is about to call its tool. */
export function call(stepId: string): SampleEvent {
  return { type: 'CALL', stepId, toolId } as SampleEvent;
}

/** A step's call has ended. */
export function spend(stepId: string): SampleEvent {
  return { type: 'SPEND', stepId, toolId, minutes: 1, cost: 0 } as SampleEvent;
}

/** A step waits, because its call was refused. */
export function hold(stepId: string): SampleEvent {
  return { type: 'HOLD', stepId, reason: 'the budget of 1 call is used up' } as SampleEvent;
}

/** The ids of the steps that have an actor. */
export function begunSteps({ active, awaiting, held }: RunContext): string[] {
  return [...active, ...awaiting.map((step) => step.stepId), ...held];
}

function nextId({ context }: RunSnapshot): string {
  const begun = new Set(begunSteps(context));
  return ids.find((id) => !begun.has(id)) ?? 'e';
}

/** The run's own time is up. */
export const deadlinePassed: SampleEvent = { type: 'xstate.done.actor.deadline' };

/** The timer of the run's own time broke. */
export const deadlineBroke = { type: 'xstate.error.actor.deadline', actorId: 'deadline', error: 'it broke' } as SampleEvent;
