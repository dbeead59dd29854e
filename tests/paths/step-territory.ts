import type { SnapshotFrom } from 'xstate';
import type { stepMachine, StepInput } from '../../machines/step.ts';
import type { Outcome } from '../../schemas/outcome.ts';
import type { GivenEvent } from './explore.ts';
import { stepInput } from './run-territory.ts';

type StepSnapshot = SnapshotFrom<typeof stepMachine>;

const succeeded: Outcome = { kind: 'succeeded', exitCode: 0 };
const exited: Outcome = { kind: 'exitNonZero', exitCode: 1 };
const interrupted: Outcome = { kind: 'interrupted', message: 'lost' };

/** Every way in which a tool's attempt can end by itself. */
export const endings: readonly Outcome[] = [
  succeeded,
  exited,
  interrupted,
  { kind: 'signaled', signal: 'SIGKILL', exitCode: 137 },
  { kind: 'spawnFailed', code: 'ENOENT', message: 'no such program' },
  { kind: 'expressionFailed', field: 'run', message: 'no such output' },
];

/** Steps that differ in all that a guard looks at. */
export const stepInputs: readonly StepInput[] = [
  stepInput('a'),
  stepInput('a', { attemptTimeoutMs: 50, declaresOutputs: true, continueOnError: true, retry: retried(3) }),
  stepInput('a', { stepTimeoutMs: 250, onInterrupted: 'fail', retry: retried(3) }),
  stepInput('a', { attemptTimeoutMs: 50, stepTimeoutMs: 250, declaresOutputs: true, retry: { ...retried(2), onExitCodes: [1] } }),
  stepInput('a', { attemptTimeoutMs: 500, stepTimeoutMs: 250, retry: retried(2) }),
  stepInput('a', { approval: { timeoutMs: null, byDefault: 'reject' } }),
  stepInput('a', { approval: { timeoutMs: 70, byDefault: 'reject' }, continueOnError: true }),
  stepInput('a', { approval: { timeoutMs: 70, byDefault: 'approve' } }),
  stepInput('a', { obstacle: { kind: 'expressionFailed', field: 'if', message: 'no such output' } }),
  stepInput('a', {
    obstacle: { kind: 'expressionFailed', field: 'approve', message: 'no such output' },
    approval: { timeoutMs: null, byDefault: 'reject' },
  }),
];

/** An attempt's end as its actor reports it. */
export function reported(actorId: string, outcome: Outcome, more: object = {}): GivenEvent {
  return {
    type: `xstate.done.actor.${actorId}`,
    actorId,
    output: { outcome, endedAtMs: 1000, random: 0.5, ...more },
  } as GivenEvent;
}

/** What a person says to a step that asks. */
export const answers = [
  { type: 'APPROVE', comment: 'well done' },
  { type: 'REJECT', comment: null },
] as const;

/** The command that every step answers while it lives. */
export const cancelStep = { type: 'CANCEL', reason: 'asked' } as const;

/** All that can happen to a step in this snapshot: CANCEL, an answer where it asks, and the ends of the actors that it has. */
export function stepEvents(snapshot: StepSnapshot): readonly GivenEvent[] {
  return [
    cancelStep,
    ...(snapshot.matches('awaitingApproval') ? answers : []),
    ...Object.keys(snapshot.children).flatMap((actorId) => endsOf(actorId, snapshot)),
  ];
}

/** A configuration of a step: its state and all it remembers. */
export function stepKey(snapshot: StepSnapshot): string {
  return JSON.stringify([snapshot.value, snapshot.context]);
}

function retried(attempts: number): StepInput['retry'] {
  return { attempts, backoff: 'exponential', delayMs: 20, maxDelayMs: 100, jitter: true, onExitCodes: null };
}

// Times grow with the attempts alone, so that there are finitely many configurations.
function endsOf(actorId: string, { context }: StepSnapshot): readonly GivenEvent[] {
  const endedAtMs = 1000 + 100 * context.attempt;
  switch (actorId) {
    case 'attempt':
      return endings
        .filter((outcome) => outcome.kind !== 'interrupted' || context.interruptions < 2)
        .map((outcome) => reported(actorId, outcome, { endedAtMs }));
    case 'deadline':
      return context.attemptTimeoutMs === null && context.stepTimeoutMs === null ? [] : [timerRang(actorId, endedAtMs)];
    case 'approvalDeadline':
      return approvalEnds(actorId, context.approval?.timeoutMs ?? null, context.dispatchedAtMs);
    case 'backoff':
      return [timerRang(actorId, context.wakeAtMs)];
    case 'validate':
      return [
        reported(actorId, succeeded, { endedAtMs, outputs: { coverage: 90 } }),
        reported(actorId, { kind: 'outputInvalid', problems: ['coverage is missing'] }, { endedAtMs, outputs: {} }),
      ];
    case 'stopAttempt':
      return [succeeded, exited, interrupted, context.outcome ?? interrupted].map((outcome) =>
        reported(actorId, outcome, { endedAtMs }),
      );
    default:
      throw new Error(`a step has no actor ${actorId}`);
  }
}

function approvalEnds(actorId: string, timeoutMs: number | null, sinceMs: number): readonly GivenEvent[] {
  return timeoutMs === null ? [] : [timerRang(actorId, sinceMs + timeoutMs)];
}

function timerRang(actorId: string, nowMs: number): GivenEvent {
  return { type: `xstate.done.actor.${actorId}`, actorId, output: { nowMs } } as GivenEvent;
}
