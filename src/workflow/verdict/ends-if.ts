import type { Workflow } from '../model.ts';

/** Something that must happen so that a run comes to its end. */
export interface EndCondition {
  /**
   * `step_ends`: steps without a bound on their time end by themselves; `person_answers`: a person answers questions that wait for ever; `nothing_fails`: no
   * step fails, or a person lets the paused run go on; `budget_suffices`: the budget is not used up, or a person grants it again.
   */
  readonly kind: 'step_ends' | 'person_answers' | 'nothing_fails' | 'budget_suffices';
  /** The steps that it is about, in the order of the file. */
  readonly stepIds: readonly string[];
}

/**
 * What has to happen so that every run of a workflow ends; empty: it always does. `unboundedIds`: the steps without a bound on their time. The timeout of the
 * workflow bounds them, but for those that clean up after it; nor does it bound the wait for a person: no process needs to be there meanwhile.
 */
export function endConditions(workflow: Workflow, unboundedIds: readonly string[], isBudgeted: boolean): readonly EndCondition[] {
  const stepOf = new Map<string, Workflow['steps'][number]>(workflow.steps.map((step) => [step.id, step]));
  const asks = (id: string): boolean => stepOf.get(id)?.action.kind === 'approve';
  const cleansUp = (id: string): boolean => stepOf.get(id)?.if?.readsStatus === true;
  const failing = workflow.steps.filter(({ continueOnError }) => !continueOnError).map(({ id }) => id);
  const conditions: EndCondition[] = [
    { kind: 'step_ends', stepIds: unboundedIds.filter((id) => !asks(id) && (workflow.timeoutMs === null || cleansUp(id))) },
    { kind: 'person_answers', stepIds: unboundedIds.filter(asks) },
    { kind: 'nothing_fails', stepIds: workflow.onFailure === 'escalate' ? failing : [] },
    {
      kind: 'budget_suffices',
      stepIds: isBudgeted ? workflow.steps.filter(({ action }) => action.kind === 'task').map(({ id }) => id) : [],
    },
  ];
  return conditions.filter(({ stepIds }) => stepIds.length > 0);
}
