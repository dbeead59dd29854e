import { drawWorkflow } from '../charts/drawing/draw-workflow.ts';
import type { WorkflowEdge, WorkflowNode } from '../charts/drawing/draw-workflow.ts';
import { workflowMermaid } from '../charts/formats/workflow-mermaid.ts';
import type { PlanReport } from '../../schemas/cli/plan-report.ts';
import type { RunDetails } from '../../schemas/cli/run-details.ts';
import { describeStepState } from './explain/state-words.ts';
import { formatDuration } from './render/duration.ts';
import { stepWord } from './state-style.ts';

/** The pictures that a workflow can be drawn as, beside the text. */
export type PictureFormat = 'mermaid' | 'svg';

/** The steps of a plan as a picture: each with its tool and its worst case, those of the critical path thick. */
export function planPicture(report: PlanReport, format: PictureFormat): Promise<string> {
  const never = new Set(report.verdict.never_runs.map(({ step_id: id }) => id));
  const nodes = report.steps.map((step): WorkflowNode => ({
    id: step.step_id,
    lines: [
      step.tool,
      ...(step.worst_case_ms === null ? [] : [`at most ${formatDuration(step.worst_case_ms)}`]),
      ...(step.condition === null ? [] : [`if ${step.condition.trim()}`]),
      ...(never.has(step.step_id) ? ['can never run'] : []),
    ],
    state: null,
    isCritical: step.on_critical_path,
  }));
  const edges = report.steps.flatMap(({ step_id: to, needs, after }) => [...needs, ...after].map((from) => ({ from, to })));
  return pictureOf(report.workflow, { nodes, edges }, format);
}

/** The steps of a run as a picture: each with its state, in words where it is under way, and how often it was tried. */
export function stepsPicture({ workflow, steps }: RunDetails, format: PictureFormat): Promise<string> {
  const known = new Set(steps.map(({ step_id: id }) => id));
  const nodes = steps.map((step): WorkflowNode => {
    const ended = step.ended_at !== null || step.state === 'waiting';
    return {
      id: step.step_id,
      lines: [
        ended ? stepWord(step.state) : describeStepState(step.state),
        ...(step.attempts > 1 ? [`${step.attempts} attempts`] : []),
        ...(step.duration_ms === null || step.attempts === 0 ? [] : [formatDuration(step.duration_ms)]),
      ],
      state: stepWord(step.state),
      isCritical: false,
    };
  });
  const edges = steps.flatMap(({ step_id: to, needs }) => needs.filter((from) => known.has(from)).map((from) => ({ from, to })));
  return pictureOf(workflow.name, { nodes, edges }, format);
}

async function pictureOf(
  name: string,
  { nodes, edges }: { readonly nodes: readonly WorkflowNode[]; readonly edges: readonly WorkflowEdge[] },
  format: PictureFormat,
): Promise<string> {
  return format === 'svg' ? drawWorkflow(name, nodes, edges) : workflowMermaid(nodes, edges);
}
