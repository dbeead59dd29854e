import type { RunEvent } from '../../schemas/run-event.ts';
import type { ReplayEvent } from './run-replay.ts';

/** A change of the run's own state, as the audit trail has it. */
interface RunMove {
  readonly from: string;
  readonly to: string;
  readonly event: string;
  readonly reason: string;
}

/** The change of the run's state that an entry of the audit trail is; null for every other entry. */
export function runMoveOf(entry: RunEvent | undefined): RunMove | null {
  if (entry?.kind === 'run_started') return { ...entry.payload, event: 'START', reason: '' };
  if (entry?.kind !== 'run_state_changed') return null;
  const { from, to, event, reason } = entry.payload;
  return { from, to, event, reason: reason ?? '' };
}

/**
 * The entries, by their place, that tell of the run's way from one state to another by one event (an event and the eventless transitions after it are an entry
 * each); null where the trail does not tell of it.
 */
export function entriesOnTheWay(
  trail: readonly RunEvent[],
  start: number,
  way: { readonly from: string; readonly to: string; readonly event: string },
): readonly number[] | null {
  const places: number[] = [];
  let state = way.from;
  for (let index = start; index < trail.length; index += 1) {
    const move = runMoveOf(trail[index]);
    if (move === null) continue;
    if (move.from !== state || move.event !== way.event) return null;
    places.push(index);
    state = move.to;
    if (state === way.to) return places;
  }
  return null;
}

/** The event behind a change of the run's state, with the fields that its chart reads. */
export function runEventOf(trail: readonly RunEvent[], index: number, { event: type, reason }: RunMove): ReplayEvent {
  const nowMs = Date.parse(trail[index]?.ts ?? '');
  if (type === 'START' || type === 'UNPAUSE') return { type, nowMs };
  if (type === 'ANSWER') return nextAnswer(trail, index) ?? { type };
  if (type.startsWith('xstate.error.')) {
    const actorId = type.slice('xstate.error.actor.'.length);
    return { type, actorId, error: reason.split(' is broken: ').slice(1).join(' is broken: ') };
  }
  if (type === 'PAUSE' || type === 'CANCEL' || type === 'QUARANTINE') return { type, reason };
  return { type };
}

/** The answer of a person that an entry about a step tells of; null for every other entry. */
export function answerOf(entry: RunEvent | undefined): (ReplayEvent & { readonly stepId: string }) | null {
  if (entry?.kind !== 'step_state_changed' || entry.payload.from !== 'awaitingApproval') return null;
  const { step_id: stepId, reason } = entry.payload;
  if (reason === undefined || (reason.kind !== 'approved' && reason.kind !== 'rejected') || reason.byDefault) return null;
  return { type: 'ANSWER', stepId, approved: reason.kind === 'approved', comment: reason.comment };
}

/** The first change of the run's state from this place on; null when there is none. */
export function nextRunMove(trail: readonly RunEvent[], start: number): RunMove | null {
  for (let index = start; index < trail.length; index += 1) {
    const move = runMoveOf(trail[index]);
    if (move !== null) return move;
  }
  return null;
}

/** Whether an entry tells of a step whose chart broke: its end has no duration, as nothing of it was left to say so. */
export function isLostStep(entry: RunEvent | undefined): boolean {
  if (entry?.kind !== 'step_state_changed' || entry.payload.to !== 'failed') return false;
  return entry.payload.reason?.kind === 'interrupted' && entry.payload.duration_ms === undefined;
}

/** What the run hears when a step of it has come to its end, or was lost. */
export function endOfStep(trail: readonly RunEvent[], index: number, output: Readonly<Record<string, unknown>>): ReplayEvent {
  const entry = trail[index];
  const actorId = `step.${String(output['stepId'])}`;
  if (entry?.kind !== 'step_state_changed' || !isLostStep(entry))
    return { type: `xstate.done.actor.${actorId}`, actorId, output };
  const { reason } = entry.payload;
  return { type: `xstate.error.actor.${actorId}`, actorId, error: reason?.kind === 'interrupted' ? reason.message : '' };
}

/** Why a step is held, as the run's next change of state says it. */
export function holdOf(trail: readonly RunEvent[], index: number, stepId: string): ReplayEvent {
  const next = nextRunMove(trail, index + 1);
  return { type: 'HOLD', stepId, reason: next?.event === 'HOLD' ? next.reason : '' };
}

function nextAnswer(trail: readonly RunEvent[], index: number): ReplayEvent | null {
  const entry = trail.slice(index + 1).find((one) => answerOf(one) !== null);
  return answerOf(entry);
}
