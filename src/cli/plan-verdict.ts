import type { PlannedConsequences, PlannedStep, PlanVerdict } from '../../schemas/cli/plan-report.ts';
import type { RunRouting } from '../routing/run-routing.ts';
import { endConditions } from '../workflow/verdict/ends-if.ts';
import type { Flow } from '../workflow/verdict/flow.ts';
import { consequencesOf, mostStepsWithConsequences } from '../workflow/verdict/if-it-fails.ts';
import { neverRuns } from '../workflow/verdict/never-runs.ts';

/** What is certain of every run of a workflow, as the report has it. `steps` are those of the report, with their bounds. */
export function planVerdict(flow: Flow, steps: readonly PlannedStep[], routing: RunRouting): PlanVerdict {
  const never = neverRuns(flow);
  const neverIds = new Set<string>(never.steps.map(({ position }) => flow.plan.ids[position] ?? ''));
  const running = steps.filter(({ step_id: id }) => !neverIds.has(id));
  const unbounded = running.flatMap((step) => (step.worst_case_ms === null ? [step.step_id] : []));
  const conditions = endConditions(flow.workflow, unbounded, routing.meters.length > 0);
  return {
    always_ends: conditions.length === 0,
    ends_if: conditions.map(({ kind, stepIds }) => ({ kind, steps: [...stepIds] })),
    never_runs: never.steps.map(({ position, because, needs }) => ({
      step_id: flow.plan.ids[position] ?? '',
      because,
      needs: idsOf(flow, needs),
    })),
    cases_left_out: !never.isWhole,
  };
}

/** By position what follows when a step fails; null where that is not known, and for every step of a workflow that is too large. */
export function plannedConsequences(flow: Flow): readonly (PlannedConsequences | null)[] {
  if (flow.order.length > mostStepsWithConsequences) return [];
  return consequencesOf(flow).map((found) =>
    found === null
      ? null
      : {
          run: found.run,
          skipped: idsOf(flow, found.skipped),
          canceled: idsOf(flow, found.canceled),
          perhaps: idsOf(flow, found.perhaps),
          runs_then: idsOf(flow, found.runsThen),
        },
  );
}

function idsOf({ plan }: Flow, positions: readonly number[]): string[] {
  return positions.map((position) => plan.ids[position] ?? '');
}
