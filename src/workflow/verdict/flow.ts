import type { ExpressionContext, Plan, Step, Workflow } from '../model.ts';
import type { ValueCase } from './cases.ts';
import { conditionParts } from './condition-parts.ts';
import type { ConditionPart } from './condition-parts.ts';
import { ConditionTruth } from './condition-truth.ts';
import type { Truth } from './condition-truth.ts';
import { endPair, endsIn, joinNeeds } from './end-sets.ts';
import type { EndSet, NeedsCase } from './end-sets.ts';

/** What the execution of a step is taken to come to. */
export type Outcomes = readonly ('succeeded' | 'failed')[];

/** What the steps of a run can come to, by position. */
export interface Ends {
  readonly sets: EndSet[];
  /** Whether the step is executed in any of them. */
  readonly runs: boolean[];
}

/**
 * Follows a workflow through its plan by the rules of its runs (docs/workflow.md, "When a step fails"), with sets of what may be in place of what is: each step
 * from what its needs can have come to. What it leaves out cannot happen; what it names is not always possible, as the ends of two steps are not held against
 * each other.
 */
export class Flow {
  readonly workflow: Workflow;
  readonly plan: Plan;
  /** By position. */
  readonly conditions: readonly (ConditionPart | null)[];
  /** Positions, each after its needs. */
  readonly order: readonly number[];
  readonly #truth: ConditionTruth;
  readonly #follows: readonly ReadonlySet<string>[];

  constructor(workflow: Workflow, plan: Plan) {
    this.workflow = workflow;
    this.plan = plan;
    this.conditions = workflow.steps.map((step) => conditionParts(workflow, step));
    this.order = plan.levels.flat();
    this.#truth = new ConditionTruth(workflow, this.conditions);
    this.#follows = workflow.steps.map(({ after }) => new Set<string>(after));
  }

  /** What all steps can come to in a run that nothing stops. */
  undisturbed(values: ValueCase, outcomesOf: (position: number) => Outcomes): Ends {
    const ends: Ends = { sets: this.order.map(() => 0), runs: this.order.map(() => false) };
    for (const position of this.order) this.settle(position, { values, ends, outcomes: outcomesOf(position) });
    return ends;
  }

  /** Works out what one step can come to in a run that nothing stops, from what stands in `ends` for its needs. */
  settle(
    position: number,
    { values, ends, outcomes }: { readonly values: ValueCase; readonly ends: Ends; readonly outcomes: Outcomes },
  ): void {
    const step = this.#stepAt(position);
    // Where a failure stops the run, nothing is undisturbed any more.
    const stopsRun = this.workflow.onFailure === 'fail_fast' && !step.continueOnError;
    const possible = outcomes.filter((end) => end === 'succeeded' || !stopsRun);
    ends.sets[position] = 0;
    ends.runs[position] = false;
    for (const needs of this.needsCases(position, ends)) {
      const truth =
        step.if?.readsStatus === true || needs.success
          ? this.truthOf(position, { values, ends, status: { ...needs, cancelled: false } })
          : { holds: false, fails: true, breaks: false };
      this.add(ends, position, { needs, truth, outcomes: possible });
      if (truth.breaks && !stopsRun) this.#put(ends, position, endPair('failed', needs.failure));
    }
  }

  /** Adds what comes of a step of which this is the truth: it is executed, or skipped. */
  add(
    ends: Ends,
    position: number,
    {
      needs,
      truth,
      outcomes,
    }: { readonly needs: NeedsCase; readonly truth: Truth; readonly outcomes: readonly Parameters<typeof endPair>[0][] },
  ): void {
    if (truth.fails) this.#put(ends, position, endPair('skipped', needs.failure));
    if (!truth.holds) return;
    ends.runs[position] = true;
    for (const end of outcomes) this.#put(ends, position, endPair(end, needs.failure));
  }

  /** What can hold for the needs of a step. */
  needsCases(position: number, ends: Ends): readonly NeedsCase[] {
    return joinNeeds(
      (this.plan.needs[position] ?? []).map((need) => ({
        set: ends.sets[need] ?? 0,
        tolerated: this.#stepAt(need).continueOnError,
        onlyFollowed: this.#follows[position]?.has(this.plan.ids[need] ?? '') === true,
      })),
    );
  }

  /** Whether the need `need` lets the step at `position` run in any of its ends. */
  letsRun(position: number, need: number, ends: Ends): boolean {
    if (this.#follows[position]?.has(this.plan.ids[need] ?? '') === true) return true;
    const tolerated = this.#stepAt(need).continueOnError;
    return endsIn(ends.sets[need] ?? 0).some((end) => end === 'succeeded' || (tolerated && end === 'failed'));
  }

  /** What the condition of a step can come to. */
  truthOf(
    position: number,
    { values, ends, status }: { readonly values: ValueCase; readonly ends: Ends; readonly status: ExpressionContext['status'] },
  ): Truth {
    const endsOf = (stepId: string): ReturnType<typeof endsIn> => endsIn(ends.sets[this.plan.indexOf.get(stepId) ?? -1] ?? 0);
    return this.#truth.ask(position, { values, status, endsOf });
  }

  /** Whether a step may still start while the run is stopping: its condition asks how the run goes, and it asks no person. */
  cleansUp(position: number): boolean {
    const step = this.#stepAt(position);
    return step.if?.readsStatus === true && step.action.kind !== 'approve';
  }

  #put(ends: Ends, position: number, set: EndSet): void {
    ends.sets[position] = (ends.sets[position] ?? 0) | set;
  }

  #stepAt(position: number): Step {
    return this.workflow.steps[position] as Step;
  }
}
