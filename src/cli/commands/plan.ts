import { exitCodes } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import { loadRouting } from '../../routing/load-routing.ts';
import { requireWorkflow } from '../../workflow/load.ts';
import { readWorkflowFile } from '../../workflow/read.ts';
import type { Io } from '../io.ts';
import { printJson } from '../json.ts';
import { locateStore } from '../locate-store.ts';
import { outputLook } from '../look.ts';
import type { PlanOptions } from '../options.ts';
import { pictureFormat } from '../picture-format.ts';
import { planReport } from '../plan-report.ts';
import { renderPlan } from '../render-plan.ts';
import { inFolder } from '../paths.ts';

/** `stateyard plan FILE`: prints the plan, as a table or a picture; throws UserError when the file, or what routes its tasks, is missing or invalid. */
export async function run(options: PlanOptions, io: Io): Promise<ExitCode> {
  const { workflow, plan } = requireWorkflow(await readWorkflowFile(inFolder(options.file, io.cwd)));
  const routing = await loadRouting(workflow, options, { cwd: io.cwd, storeFolder: locateStore(options, io).folder });
  const report = planReport(workflow, plan, routing);
  const format = pictureFormat(options);
  if (options.json) printJson(io, report);
  else if (format !== null) io.stdout(await (await import('../workflow-picture.ts')).planPicture(report, format));
  else io.stdout(renderPlan(report, outputLook(io)));
  return exitCodes.succeeded;
}
