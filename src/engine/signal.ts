import type { Actor } from 'xstate';
import type { runMachine } from '../../machines/run.ts';
import type { RunEvent } from '../../machines/run-model.ts';
import type { Statement } from '../store/statement.ts';
import { statePath } from './run-event.ts';

/** The commands that a person gives to a run. */
export type SignalCommand = 'cancel' | 'pause' | 'unpause' | 'quarantine' | 'approve' | 'reject';

/** A person's command to a run. Its ulid is its idempotency key: the same signal is applied once. */
export interface Signal {
  readonly id: string;
  readonly command: SignalCommand;
  /** Why; for an answer to a question, the person's comment. */
  readonly reason: string | null;
  /** The step that an answer is for; null for what concerns the whole run. */
  readonly stepId: string | null;
  /** When the command was given, in milliseconds since 1970. */
  readonly receivedAtMs: number;
}

/** What came of a signal. */
export interface SignalAnswer {
  readonly accepted: boolean;
  /** Where the run stood, and where it stands now, as dotted paths. */
  readonly from: string;
  readonly to: string;
  /** For a refusal: why, in words. */
  readonly message: string;
}

/**
 * Sends the signal's event to the run if its chart has that transition and there is no `objection`, and gives the row that keeps the
 * answer.
 */
export function applySignal(
  root: Actor<typeof runMachine>,
  signal: Signal,
  nowMs: number,
  objection: string | null = null,
): { readonly answer: SignalAnswer; readonly statement: Statement } {
  const event = eventOf(signal, nowMs);
  const snapshot = root.getSnapshot();
  const from = statePath(snapshot.value);
  const accepted = objection === null && snapshot.can(event);
  if (accepted) root.send(event);
  const to = statePath(root.getSnapshot().value);
  const message = accepted ? '' : (objection ?? refusal(signal, from, snapshot.hasTag('ended')));
  const answer = { accepted, from, to, message };
  return { answer, statement: signalRow(signal, answer, nowMs) };
}

/** The event of the run's chart that a command stands for. */
export function eventOf(signal: Signal, nowMs: number): RunEvent {
  const reason = signal.reason ?? `${signal.command} was asked for`;
  switch (signal.command) {
    case 'cancel':
      return { type: 'CANCEL', reason };
    case 'pause':
      return { type: 'PAUSE', reason };
    case 'unpause':
      return { type: 'UNPAUSE', nowMs };
    case 'quarantine':
      return { type: 'QUARANTINE', reason };
    case 'approve':
    case 'reject':
      return { type: 'ANSWER', stepId: signal.stepId ?? '', approved: signal.command === 'approve', comment: signal.reason };
  }
}

/** Why the chart has no such transition, in words. */
export function refusal({ command, stepId }: Signal, state: string, ended: boolean): string {
  if (ended)
    return `the run has ended (${state}): ${stepId === null ? 'it' : `step ${stepId}`} cannot be ${past[command]} any more`;
  if (stepId !== null) return `step ${stepId} does not wait for an answer`;
  return `the run is in the state ${state}, which has no transition for ${command}`;
}

const past: Readonly<Record<SignalCommand, string>> = {
  cancel: 'canceled',
  pause: 'paused',
  unpause: 'unpaused',
  quarantine: 'quarantined',
  approve: 'approved',
  reject: 'rejected',
};

function signalRow(signal: Signal, answer: SignalAnswer, nowMs: number): Statement {
  return [
    'insert into signals (signal_id, command, payload, received_at, applied_at, accepted, answer) values (?, ?, ?, ?, ?, ?, ?)',
    signal.id,
    signal.command,
    JSON.stringify({ reason: signal.reason, step_id: signal.stepId }),
    new Date(signal.receivedAtMs).toISOString(),
    new Date(nowMs).toISOString(),
    answer.accepted ? 1 : 0,
    JSON.stringify(answer),
  ];
}
