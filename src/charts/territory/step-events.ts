import type { Outcome } from '../../../schemas/outcome.ts';
import type { SampleEvent } from '../verify/guards-said.ts';

/** The plain good end. */
export const succeeded: Outcome = { kind: 'succeeded', exitCode: 0 };
/** The plain bad end. */
export const exited: Outcome = { kind: 'exitNonZero', exitCode: 1 };
/** Nobody knows how it ended. */
export const interrupted: Outcome = { kind: 'interrupted', message: 'lost' };
/** A check of the result said no. */
export const unverified: Outcome = {
  kind: 'verificationFailed',
  check: 'lint',
  exitCode: 1,
  message: 'it ended with exit code 1',
};

/** Every way in which a tool's attempt can end by itself. */
export const endings: readonly Outcome[] = [
  succeeded,
  exited,
  interrupted,
  { kind: 'signaled', signal: 'SIGKILL', exitCode: 137 },
  { kind: 'spawnFailed', code: 'ENOENT', message: 'no such program' },
  { kind: 'expressionFailed', field: 'run', message: 'no such output' },
  { kind: 'logLimit', limitBytes: 100 },
];

/** What the configuration of a routed tool can make of an end. */
export const judgements: readonly Outcome[] = (['retry', 'try_another', 'never_retry'] as const).map((means) => ({
  kind: 'judged',
  exitCode: 1,
  means,
  because: 'its configuration says so',
}));

/** The tools that the router may pick, in this order where all of them are left. */
export const tools = ['claude', 'codex'] as const;

/** An attempt's end as its actor reports it. */
export function reported(actorId: string, outcome: Outcome, more: object = {}): SampleEvent {
  return {
    type: `xstate.done.actor.${actorId}`,
    actorId,
    output: { outcome, endedAtMs: 1000, random: 0.5, ...more },
  } as SampleEvent;
}

/** What the router has come to, as its actor reports it. */
export function routed(more: object): SampleEvent {
  const common = { requestId: 'request', nowMs: 1000, decision: null, documents: [] };
  return { type: 'xstate.done.actor.route', actorId: 'route', output: { ...common, ...more } } as SampleEvent;
}

/** What a person says to a step that asks. */
export const answers = [
  { type: 'APPROVE', comment: 'well done' },
  { type: 'REJECT', comment: null },
] as const;

/** The command that every step answers while it lives. */
export const cancelStep = { type: 'CANCEL', reason: 'asked' } as const;

/** The budget of the run was raised. */
export const proceedAt = (nowMs: number) => ({ type: 'PROCEED', nowMs }) as const;

/** A timer of a step has rung. */
export function timerRang(actorId: string, nowMs: number): SampleEvent {
  return { type: `xstate.done.actor.${actorId}`, actorId, output: { nowMs } } as SampleEvent;
}
