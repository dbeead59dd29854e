import type { StepId } from '../../../schemas/ids.ts';
import type { WorkstreamSpec } from '../../../schemas/workstream-spec.ts';
import { buildPlan } from '../plan.ts';
import type { Plan, Workflow } from '../model.ts';
import { addAcceptance } from './acceptance.ts';
import type { DocumentFile, DocumentPath } from './document-file.ts';
import { DocumentSteps } from './document-workflow.ts';
import type { TaskDocument, WorkstreamDocument } from './task-document.ts';
import { checkTaskIds, taskNeeds } from './task-needs.ts';
import { sequenceBarriers, sequenceOf } from './task-sequence.ts';
import { taskStep } from './task-step.ts';

/** Steps that may run at the same time at most, as in a workflow file. */
const mostParallel = 1_000;

/** The workflow of a workstream: a step a task, then those of its acceptance. Null when they cannot be planned; mistakes are noted. */
export function buildWorkstream(
  file: DocumentFile,
  document: WorkstreamDocument,
): { readonly workflow: Workflow; readonly plan: Plan } | null {
  const { tasks } = document;
  if (!checkTaskIds(file, tasks)) return null;
  const steps = new DocumentSteps(file);
  const ids = tasks.map((task) => task.task_id as StepId);
  const known: ReadonlySet<string> = new Set(ids);
  const needs = tasks.map((task, index) => taskNeeds(file, task, ['tasks', index], known));
  const after = barriersOf(tasks, needs, ids);
  tasks.forEach((task, index) => {
    const path = ['tasks', index];
    const order = { needs: needs[index] ?? [], after: after[index] ?? [] };
    steps.add(task.task_id as StepId, [...path, 'task_id'], { ...taskStep(file, task, path, document.objective), ...order });
  });
  addAcceptance(steps, {
    mode: document.acceptance?.mode ?? 'all',
    checks: document.acceptance?.checks ?? [],
    path: ['acceptance'],
    question: `Is the workstream ${document.name} accepted?`,
    before: ids,
  });
  const parts = {
    document: 'workstream_spec',
    name: document.name,
    maxParallel: maxParallelOf(file, document),
    onFailure: document.error_handling?.strategy ?? 'fail_fast',
    workstream: document as WorkstreamSpec,
  } as const;
  return steps.build(parts, (id, need) => placeOfNeed(tasks, id, need));
}

/** The workflow of a single task: one step. Null when it cannot be planned; mistakes are noted. */
export function buildTaskWorkflow(
  file: DocumentFile,
  task: TaskDocument,
): { readonly workflow: Workflow; readonly plan: Plan } | null {
  const steps = new DocumentSteps(file);
  for (const [index, need] of (task.depends_on ?? []).entries()) {
    const message = `unknown task "${need}": the file holds one task`;
    file.report(['depends_on', index], { code: 'SY201', message, hint: 'put both tasks into a workstream' });
  }
  steps.add(task.task_id as StepId, ['task_id'], taskStep(file, task, [], null));
  return steps.build({ document: 'task_spec', name: task.name }, () => ['depends_on']);
}

// Tasks in a cycle have no sequence; the plan says so.
function barriersOf(
  tasks: readonly TaskDocument[],
  needs: readonly (readonly StepId[])[],
  ids: readonly StepId[],
): readonly (readonly StepId[])[] {
  const indexOf = new Map(ids.map((id, index) => [id, index]));
  const positions = needs.map((list) => list.flatMap((need) => indexOf.get(need) ?? []));
  if (!buildPlan(ids, positions).ok) return [];
  const barriers = sequenceBarriers(sequenceOf(positions), positions, (index) => tasks[index]?.allow_parallel === true);
  return barriers.map((list) => Object.freeze(list.flatMap((index) => ids[index] ?? [])));
}

function maxParallelOf(file: DocumentFile, { concurrency }: WorkstreamDocument): number | null {
  const given = concurrency?.max_parallel;
  if (given === undefined) return null;
  if (given > mostParallel) {
    const message = `"max_parallel": expected a whole number from 1 to ${mostParallel}, found ${given}`;
    file.report(['concurrency', 'max_parallel'], { code: 'SY105', message });
  }
  return given;
}

function placeOfNeed(tasks: readonly TaskDocument[], id: string, need: string): DocumentPath {
  const index = tasks.findIndex((task) => task.task_id === id);
  const place = tasks[index]?.depends_on?.indexOf(need) ?? -1;
  return place === -1 ? ['tasks', index, 'task_id'] : ['tasks', index, 'depends_on', place];
}
