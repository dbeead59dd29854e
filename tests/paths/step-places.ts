import type { SnapshotFrom } from 'xstate';
import type { stepMachine } from '../../machines/step.ts';
import { answers, cancelStep, proceedAt, reported, routed, succeeded } from '../../src/charts/territory/step-events.ts';
import { statePath } from '../../src/engine/run-event.ts';
import type { GivenEvent } from './explore.ts';

type StepSnapshot = SnapshotFrom<typeof stepMachine>;

/** One event of every type that the chart knows, whatever the state. */
export const everyEvent: readonly GivenEvent[] = [
  cancelStep,
  proceedAt(2000),
  ...answers,
  routed({ kind: 'overBudget' }),
  ...['attempt', 'check', 'deadline', 'backoff', 'validate', 'stopAttempt', 'approvalDeadline'].map((actorId) =>
    reported(actorId, succeeded, { nowMs: 1, outputs: {} }),
  ),
];

/** Whether the step is in one of the states, named by their paths. */
export function isIn(snapshot: StepSnapshot, ...paths: string[]): boolean {
  return paths.includes(statePath(snapshot.value));
}

/** Whether an event holds this text. */
export function says(text: string): (event: GivenEvent) => boolean {
  return (event) => JSON.stringify(event).includes(text);
}
