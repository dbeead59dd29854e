import type { RunInput } from '../../../machines/run-model.ts';
import type { SampleEvent } from '../verify/guards-said.ts';
import {
  answer,
  askNext,
  call,
  deadlineBroke,
  deadlinePassed,
  dispatchNext,
  hold,
  idle,
  spend,
  stepBroke,
  stepDone,
} from './run-events.ts';
import type { RunSnapshot } from './run-events.ts';
import { runInput } from './sample-inputs.ts';

/** A budget of one call, for all tools together. */
const oneCall: RunInput['meters'] = [{ toolId: null, unit: 'calls', limit: 1, allowed: 1, used: 0 }];

const policies = ['fail_fast', 'continue', 'escalate'] as const;

/** Runs that differ in all that a guard looks at: without a step, by each policy, with a bound of time, of three steps, and with a budget. */
export const runInputs: readonly RunInput[] = [
  runInput({ total: 0 }),
  runInput(),
  ...policies.map((onFailure) => runInput({ onFailure, timeoutMs: 1000 })),
  runInput({ onFailure: 'fail_fast', timeoutMs: 1000, total: 3 }),
  runInput({ meters: oneCall }),
];

/** What a person, the scheduler or a step may send, whatever the state. */
export function commands(snapshot: RunSnapshot): readonly SampleEvent[] {
  const { waiting, awaiting } = snapshot.context;
  const events: (SampleEvent & Record<string, unknown>)[] = [
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
function ofSteps({ context: { active, meters } }: RunSnapshot): readonly SampleEvent[] {
  const steps = ['nobody', ...active];
  const calls = meters.some(({ used }) => used < 2) ? steps.map(call) : [];
  return [...steps.map(hold), ...calls, ...(meters.length > 0 ? steps.map(spend) : [])];
}

/** All that can happen to a run in this snapshot: commands, and the ends of the actors that it has. */
export function runEvents(snapshot: RunSnapshot): readonly SampleEvent[] {
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

function spends(event: SampleEvent): boolean {
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
