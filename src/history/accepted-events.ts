import { initialTransition, type SnapshotFrom } from 'xstate';
import { runMachine } from '../../machines/run.ts';
import type { RunContext, RunEvent } from '../../machines/run-model.ts';
import { runSnapshotSchema } from '../../schemas/snapshot.ts';
import { upgradeSnapshot } from '../engine/upgrade-snapshot.ts';
import type { StoredSnapshot } from './history-rows.ts';

/** An event that the chart of a run takes now. `stepId`: the step that it is about; null: the whole run. */
export interface TakenEvent {
  readonly event: RunEvent['type'];
  readonly stepId: string | null;
}

/** Where the chart of a run stands. */
type RunChart = SnapshotFrom<typeof runMachine>;

/**
 * The chart of a run where its stored snapshot stands. A run without one can never move again: it stands in `ended`, its state. What does
 * not fit this version's chart is told as a `problem`, in words.
 */
export function chartOf(
  stored: StoredSnapshot | null,
  ended: string | null,
): { readonly chart: RunChart } | { readonly problem: string } {
  if (stored === null) {
    if (ended === null) return { problem: 'the snapshot of the run is missing' };
    return { chart: runMachine.resolveState({ value: ended, context: emptyContext() }) };
  }
  if (stored.machine !== runMachine.id)
    return { problem: `the snapshot is of the machine ${stored.machine}, not of ${runMachine.id}` };
  const { version, snapshot } = upgradeSnapshot('run', stored.version, stored.snapshot);
  if (version !== runMachine.version)
    return { problem: `the snapshot is of run ${version}, this is run ${runMachine.version ?? '0.0.0'}` };
  const parsed = runSnapshotSchema.safeParse(snapshot);
  const issue = parsed.error?.issues[0];
  if (parsed.data === undefined) return { problem: `the snapshot is damaged: ${issue?.path.join('.')} ${issue?.message}` };
  try {
    return { chart: runMachine.resolveState({ value: parsed.data.value, context: parsed.data.context }) };
  } catch (error) {
    return { problem: `the snapshot is damaged: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/**
 * The events that a chart takes where it stands, in the order in which the chart names them. The chart itself is asked about each, with an
 * example that stands for all of its kind: for every step that it could be about, and for no other.
 */
export function takenEvents(chart: RunChart): TakenEvent[] {
  const names = new Set<string>(runMachine.events);
  return Object.entries(examples).flatMap(([event, examplesOf]) =>
    names.has(event)
      ? examplesOf(chart.context).flatMap(({ stepId = null, event: example }) =>
          chart.can(example) ? [{ event: event as RunEvent['type'], stepId }] : [],
        )
      : [],
  );
}

interface Example {
  readonly stepId?: string;
  readonly event: RunEvent;
}

const nowMs = 0;
const once = (event: RunEvent): (() => Example[]) => {
  return () => [{ event }];
};

/** By every event of the chart: guards look at the context, and at what an event says of a step. */
const examples: Readonly<Record<RunEvent['type'], (context: RunContext) => Example[]>> = {
  START: once({ type: 'START', nowMs }),
  DISPATCH: once({ type: 'DISPATCH', stepId: '' } as RunEvent),
  ASK: once({ type: 'ASK', stepId: '' } as RunEvent),
  ANSWER: ({ awaiting }) =>
    awaiting.map(({ stepId }) => ({ stepId, event: { type: 'ANSWER', stepId, approved: true, comment: null } })),
  IDLE: once({ type: 'IDLE' }),
  SETTLE: ({ waiting }) => (waiting > 0 ? [{ event: { type: 'SETTLE', skipped: 1, canceled: 0 } }] : []),
  PAUSE: once({ type: 'PAUSE', reason: '' }),
  UNPAUSE: once({ type: 'UNPAUSE', nowMs }),
  CALL: ({ active }) => active.map((stepId) => ({ stepId, event: { type: 'CALL', stepId, toolId: '' } })),
  SPEND: ({ grants }) =>
    grants.map(({ stepId, toolId }) => ({ stepId, event: { type: 'SPEND', stepId, toolId, minutes: 0, cost: 0 } })),
  HOLD: ({ active }) => active.map((stepId) => ({ stepId, event: { type: 'HOLD', stepId, reason: '' } })),
  CANCEL: once({ type: 'CANCEL', reason: '' }),
  QUARANTINE: once({ type: 'QUARANTINE', reason: '' }),
  'xstate.done.actor.deadline': ({ deadlineMs }) =>
    deadlineMs === null ? [] : [{ event: { type: 'xstate.done.actor.deadline' } }],
  'xstate.done.actor.step.*': (context) =>
    begun(context).map((stepId) => ({
      stepId,
      event: {
        type: `xstate.done.actor.step.${stepId}`,
        actorId: `step.${stepId}`,
        output: { stepId, end: 'succeeded', tolerated: false },
      } as unknown as RunEvent,
    })),
  'xstate.error.actor.step.*': (context) =>
    begun(context).map((stepId) => ({
      stepId,
      event: { type: `xstate.error.actor.step.${stepId}`, actorId: `step.${stepId}`, error: null } as unknown as RunEvent,
    })),
};

/** The steps that have an actor. */
function begun({ active, awaiting, held }: RunContext): readonly string[] {
  return [...active, ...awaiting.map(({ stepId }) => stepId), ...held];
}

function emptyContext(): RunContext {
  const input = { runId: '', total: 0, maxParallel: 1, onFailure: 'fail_fast', timeoutMs: null, meters: [] } as const;
  return initialTransition(runMachine, input)[0].context;
}
