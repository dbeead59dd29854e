import type { SimulationSetup } from '../../../src/simulate/simulate-run.ts';
import { readWishes, type GivenWishes } from '../../../src/simulate/wishes.ts';
import { planWorkflow } from '../../simulation/made-workflow.ts';

/** A simulation of a workflow (its text) with the flags of `simulate`; `router` is the text of a router configuration. */
export function setupOf(
  text: string,
  given: Partial<GivenWishes> & { readonly seed?: number; readonly router?: string; readonly maxParallel?: number } = {},
): SimulationSetup {
  const { seed = 1, router = null, maxParallel = 4, ...flags } = given;
  const made = planWorkflow(text, maxParallel, { router, missing: [] });
  const wishes = readWishes({ fail: [], duration: [], output: [], approve: [], ...flags }, made.workflow);
  return { ...made, params: {}, projectId: 'project', baseFolder: '/project', seed, wishes };
}
