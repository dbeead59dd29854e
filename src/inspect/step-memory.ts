import type { InspectedState } from '../../schemas/cli/inspect-report.ts';
import type { Outcome } from '../../schemas/outcome.ts';
import type { RunEvent } from '../../schemas/run-event.ts';
import { stateValueOf } from './run-replay.ts';
import type { StoredRun } from './stored-run.ts';

/** Where a step comes to, by an entry of the audit trail. */
export interface StepPlace {
  readonly stepId: string;
  /** A dotted path of the step's chart. */
  readonly to: string;
  readonly reason: Outcome | null;
}

/** What a step tells the run at its end. */
export interface ToldEnd {
  readonly stepId: string;
  readonly end: string;
  readonly tolerated: boolean;
}

const ends: ReadonlySet<string> = new Set(['succeeded', 'failed', 'canceled']);

/** Whether a step's chart is over there. */
export function isStepEnd(path: string): boolean {
  return ends.has(path);
}

/** What is known of the steps on the way along the audit trail: where each stands, and what the store keeps of it. */
export class StepMemory {
  readonly #run: StoredRun;
  readonly #attempts = new Map<string, { readonly attempt: number; readonly toolId: string | null }>();
  readonly #paths = new Map<string, string>();

  constructor(run: StoredRun) {
    this.#run = run;
  }

  /** Where each of the steps stands that was started, as a dotted path by step id. */
  get paths(): ReadonlyMap<string, string> {
    return this.#paths;
  }

  /** The step's state after an entry; `next` is the entry after it, which tells of the attempt that begins. */
  move({ stepId, to, reason }: StepPlace, next: RunEvent | undefined): InspectedState {
    this.#paths.set(stepId, to);
    if (next?.kind === 'tool_call_started' && next.payload.step_id === stepId && next.payload.check === undefined)
      this.#attempts.set(stepId, { attempt: next.payload.attempt, toolId: next.payload.tool_id });
    const known = { stepId, ...(this.#attempts.get(stepId) ?? { attempt: 0, toolId: null }), outcome: reason };
    if (!ends.has(to)) return { status: 'active', value: stateValueOf(to), context: known };
    const outputs = this.#run.steps.get(stepId)?.outputs ?? {};
    return { status: 'done', value: to, context: { ...known, outputs }, output: { ...this.endOf(stepId, to) } };
  }

  /** What the step tells the run when it ends so. */
  endOf(stepId: string, end: string): ToldEnd {
    return { stepId, end, tolerated: end === 'failed' && this.#run.tolerated.has(stepId) };
  }
}
