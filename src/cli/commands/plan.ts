import { exitCodes } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import { requireWorkflow } from '../../workflow/load.ts';
import { readWorkflowFile } from '../../workflow/read.ts';
import type { Io } from '../io.ts';
import { printJson } from '../json.ts';
import { outputLook } from '../look.ts';
import type { PlanOptions } from '../options.ts';
import { planReport } from '../plan-report.ts';
import { renderPlan } from '../render-plan.ts';
import { inFolder } from '../paths.ts';

/** `stateyard plan FILE`: prints the plan; throws UserError when the file is missing or invalid. */
export async function run(options: PlanOptions, io: Io): Promise<ExitCode> {
  const { workflow, plan } = requireWorkflow(await readWorkflowFile(inFolder(options.file, io.cwd)));
  const report = planReport(workflow, plan);
  if (options.json) printJson(io, report);
  else io.stdout(renderPlan(report, outputLook(io)));
  return exitCodes.succeeded;
}
