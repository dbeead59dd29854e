import { expect } from 'vitest';
import type { InspectReport } from '../../../schemas/cli/inspect-report.ts';
import type { RunEvent } from '../../../schemas/run-event.ts';
import type { LoadedRun } from '../../../src/engine/loaded-run.ts';
import { statePath, type RunEventRow } from '../../../src/engine/run-event.ts';
import { replayRun } from '../../../src/inspect/replay-run.ts';
import type { StoredRun } from '../../../src/inspect/stored-run.ts';

type Snapshot = Extract<InspectReport, { type: '@xstate.snapshot' }>;

/** What the store of a run tells that an engine in memory has run. */
export function storedRun({ runId, workflow, maxParallel }: LoadedRun, events: readonly RunEventRow[]): StoredRun {
  const { steps, onFailure, timeoutMs } = workflow;
  return {
    runId,
    events: events as readonly unknown[] as readonly RunEvent[],
    input: { runId, total: steps.length, maxParallel, onFailure, timeoutMs, meters: [] },
    steps: new Map(),
    approvals: new Set(steps.filter(({ action }) => action.kind === 'approve').map(({ id }) => id)),
    tolerated: new Set(steps.filter(({ continueOnError }) => continueOnError).map(({ id }) => id)),
    snapshots: new Map(),
    named: [],
  };
}

/** The snapshots of one actor, in order. */
export function snapshotsOf(trail: readonly InspectReport[], session: string): readonly Snapshot[] {
  return trail.filter((event): event is Snapshot => event.type === '@xstate.snapshot' && event.sessionId === session);
}

/**
 * Expects of a replay that it comes by the stored states of the run and its steps in order, ends where the store does, never loses the chart of the run and
 * leaves no event unnamed. Gives the memory of the run at its end.
 */
export function expectFaithful(stored: StoredRun): Readonly<Record<string, unknown>> {
  const trail = replayRun(stored, []);
  const own = snapshotsOf(trail, stored.runId);
  expect(own.filter(({ snapshot }) => snapshot.context === undefined).map(({ event }) => event)).toEqual([]);
  expectInOrder(
    own.map(({ snapshot }) => statePath(snapshot.value)),
    ['pending', ...stored.events.flatMap(runState)],
  );
  const moves = stored.events.flatMap(stepMove);
  for (const id of new Set(moves.map((move) => move.id))) {
    const states = snapshotsOf(trail, `${stored.runId}/step.${id}`).map(({ snapshot }) => statePath(snapshot.value));
    expect(states).toEqual(moves.filter((move) => move.id === id).map(({ to }) => to));
  }
  return own.at(-1)?.snapshot.context ?? {};
}

/** The types of the events that the run got. */
export function eventsOf(stored: StoredRun): readonly string[] {
  const trail = replayRun(stored, []);
  return trail.flatMap((event) => (event.type === '@xstate.event' && event.sessionId === stored.runId ? [event.event.type] : []));
}

/** An event and the eventless transitions after it are one snapshot, so the replay may leave stored states out, but adds none. */
function expectInOrder(replayed: readonly string[], stored: readonly string[]): void {
  const states = replayed.filter((state, index) => state !== replayed[index - 1]);
  let place = -1;
  for (const state of states) {
    place = stored.indexOf(state, place + 1);
    expect(place, `${states.join(' ')} beside ${stored.join(' ')}`).toBeGreaterThanOrEqual(0);
  }
  expect(states.at(-1)).toBe(stored.at(-1));
}

function runState({ kind, payload }: RunEvent): readonly string[] {
  return kind === 'run_started' || kind === 'run_state_changed' ? [payload.to] : [];
}

function stepMove({ kind, payload }: RunEvent): readonly { readonly id: string; readonly to: string }[] {
  if (kind !== 'step_state_changed' || (payload.from === null && /^(skipped|canceled)$/.test(payload.to))) return [];
  return [{ id: payload.step_id, to: payload.to }];
}
