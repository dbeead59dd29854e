import type { Meter, MeterUnit } from '../../machines/budget.ts';
import type { Budget } from '../../schemas/router-config.ts';

const units: readonly MeterUnit[] = ['calls', 'minutes', 'cost'];

/** The meters of a run, of all the budgets that hold for it: where two bound the same, the smaller one counts. */
export function metersOf(budgets: readonly (Budget | null | undefined)[]): readonly Meter[] {
  const limits = new Map<string, Meter>();
  for (const budget of budgets) {
    if (budget === null || budget === undefined) continue;
    addLimits(limits, null, budget);
    for (const [toolId, ofTool] of Object.entries(budget.tools ?? {})) addLimits(limits, toolId, ofTool);
  }
  return [...limits.values()];
}

function addLimits(limits: Map<string, Meter>, toolId: string | null, given: Omit<Budget, 'tools'>): void {
  for (const unit of units) {
    const limit = given[unit];
    if (limit === undefined) continue;
    const key = `${unit} ${toolId ?? ''}`;
    const smallest = Math.min(limit, limits.get(key)?.limit ?? limit);
    limits.set(key, { toolId, unit, limit: smallest, allowed: smallest, used: 0 });
  }
}
