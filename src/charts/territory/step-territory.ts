import type { SnapshotFrom } from 'xstate';
import type { stepMachine } from '../../../machines/step.ts';
import type { StepContext, StepInput } from '../../../machines/step-model.ts';
import type { Outcome } from '../../../schemas/outcome.ts';
import { invariant } from '../../errors.ts';
import type { SampleEvent } from '../verify/guards-said.ts';
import { stepInput } from './sample-inputs.ts';
import {
  answers,
  cancelStep,
  endings,
  exited,
  interrupted,
  judgements,
  proceedAt,
  reported,
  routed,
  succeeded,
  timerRang,
  tools,
  unverified,
} from './step-events.ts';

type StepSnapshot = SnapshotFrom<typeof stepMachine>;

const someChecks = [
  { id: 'format', required: false },
  { id: 'lint', required: true },
  { id: 'review', required: false },
] as const;

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
  stepInput('a', { attemptTimeoutMs: 50, stepTimeoutMs: 250, retry: retried(2), checks: someChecks }),
  stepInput('a', { toolId: null, retry: retried(2) }),
  stepInput('a', { toolId: null, onInterrupted: 'fail', declaresOutputs: true, continueOnError: true }),
  stepInput('a', { toolId: null, stepTimeoutMs: 250, declaresOutputs: true, checks: someChecks.slice(1) }),
  stepInput('a', { toolId: null, obstacle: { kind: 'expressionFailed', field: 'if', message: 'no such output' } }),
];

/** All that can happen to a step in this snapshot: CANCEL, an answer where it asks, PROCEED where it is held, and the ends of the actors that it has. */
export function stepEvents(snapshot: StepSnapshot): readonly SampleEvent[] {
  return [
    cancelStep,
    ...(snapshot.matches('held') ? [proceedAt(snapshot.context.heldAtMs + 5)] : []),
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
function endsOf(actorId: string, { context }: StepSnapshot): readonly SampleEvent[] {
  const endedAtMs = 1000 + 100 * context.attempt;
  switch (actorId) {
    case 'route':
      return routeEnds(context);
    case 'attempt':
      return attemptEnds(context).map((outcome) => reported(actorId, outcome, { endedAtMs }));
    case 'check':
      return checkEnds(context).map((outcome) => reported(actorId, outcome, { endedAtMs }));
    case 'deadline':
      return hasDeadline(context) ? [timerRang(actorId, endedAtMs)] : [];
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
      return stopEnds(context).map((outcome) => reported(actorId, outcome, { endedAtMs }));
    default:
      invariant(false, `a step has no actor ${actorId}`);
  }
}

// Everything can happen to a first attempt. Of later ones of a routed step, with all the tools there are, the same would be too much.
function attemptEnds(context: StepContext): readonly Outcome[] {
  if (context.routed && context.attempt > 1)
    return context.attempt === 2 ? [succeeded, exited, interrupted] : [succeeded, exited];
  const mayBeLost = context.interruptions < 2;
  const ownEnds = endings.filter((outcome) => outcome.kind !== 'interrupted' || mayBeLost);
  return context.routed ? [...ownEnds, ...judgements] : ownEnds;
}

// What is lost is made again, and is lost once at most.
function checkEnds({ check, checkRun }: StepContext): readonly Outcome[] {
  return checkRun === check + 1 ? [succeeded, unverified, interrupted] : [succeeded, unverified];
}

function stopEnds({ checkRun, outcome }: StepContext): readonly Outcome[] {
  return [succeeded, checkRun === 0 ? exited : unverified, interrupted, outcome ?? interrupted];
}

function hasDeadline({ attemptTimeoutMs, stepTimeoutMs }: StepContext): boolean {
  return attemptTimeoutMs !== null || stepTimeoutMs !== null;
}

// The first tool that is left; after the first attempt also another one than that of the attempt, as where its breaker has opened.
function routeEnds(context: StepContext): readonly SampleEvent[] {
  const nowMs = 1000 + 100 * context.attempt;
  const left = tools.filter((toolId) => !context.spentTools.includes(toolId));
  const picked = (context.attempt === 1 ? left : left.filter((toolId) => toolId === (context.toolId ?? left[0]))).map((toolId) =>
    routed({ kind: 'routed', nowMs, toolId, promptId: `prompt of ${toolId}`, attemptTimeoutMs: toolId === 'codex' ? 50 : null }),
  );
  const unroutable = routed({ kind: 'unroutable', nowMs, outcome: { kind: 'noRoutableTool', message: 'no tool is left' } });
  // Each time that the step is held puts its deadline off, so once is all.
  return [...picked, unroutable, ...(context.heldAtMs > 0 || context.attempt > 2 ? [] : [routed({ kind: 'overBudget', nowMs })])];
}

function approvalEnds(actorId: string, timeoutMs: number | null, sinceMs: number): readonly SampleEvent[] {
  return timeoutMs === null ? [] : [timerRang(actorId, sinceMs + timeoutMs)];
}
