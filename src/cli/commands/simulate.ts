import { dirname, resolve } from 'node:path';
import { exitCodes, type ExitCode } from '../../errors.ts';
import { loadRouting } from '../../routing/load-routing.ts';
import { crashEverywhere } from '../../simulate/crash-everywhere.ts';
import { simulateRun, type SimulationSetup } from '../../simulate/simulate-run.ts';
import { readWishes } from '../../simulate/wishes.ts';
import { requireWorkflow } from '../../workflow/load.ts';
import { resolveParams } from '../../workflow/params.ts';
import { readWorkflowFile } from '../../workflow/read.ts';
import { fileParams, givenParams } from '../given-params.ts';
import type { Io } from '../io.ts';
import { printJson } from '../json.ts';
import { locateStore } from '../locate-store.ts';
import { outputLook } from '../look.ts';
import type { SimulateOptions } from '../options.ts';
import { inFolder } from '../paths.ts';
import { formatElapsed } from '../render/duration.ts';
import { renderSimulation } from '../render-simulation.ts';
import { simulateReport } from '../simulate-report.ts';

/** Of the machine nothing may count: the same on every one, so that the same command prints the same. */
const usualParallel = 4;

/** `stateyard simulate FILE`: starts no tool and writes no file. UserError for what is wrong with the file or the flags. */
export async function run(options: SimulateOptions, io: Io): Promise<ExitCode> {
  const setup = await readSetup(options, io);
  const whole = await simulateRun(setup, null);
  const trial = options.crashEverywhere ? await crashEverywhere(setup, whole, showProgress(options, io, whole.moments)) : null;
  const report = simulateReport(setup, whole, trial);
  if (options.json) printJson(io, report);
  else io.stdout(renderSimulation(report, outputLook(io), options.quiet));
  return report.verdict === 'good' ? exitCodes.succeeded : exitCodes.failed;
}

async function readSetup(options: SimulateOptions, io: Io): Promise<SimulationSetup> {
  const { workflow, plan } = requireWorkflow(await readWorkflowFile(inFolder(options.file, io.cwd)));
  const wishes = readWishes(options, workflow);
  const params = resolveParams(workflow, givenParams(options.param), await fileParams(options.params, io));
  const { folder, projectId } = locateStore(options, io);
  const routing = await loadRouting(workflow, options, { cwd: io.cwd, storeFolder: folder });
  const maxParallel = options.maxParallel ?? workflow.maxParallel ?? usualParallel;
  const place = { projectId: workflow.workstream?.project_id ?? projectId, baseFolder: dirname(resolve(io.cwd, workflow.path)) };
  return { workflow, plan, params, routing, maxParallel, ...place, seed: options.seed, wishes };
}

/** On a terminal one line says how far the crashes have come, and how long the rest may take. */
function showProgress({ quiet, json }: SimulateOptions, io: Io, all: number): (crashes: number) => void {
  if (quiet || json || !io.stderrIsTTY) return () => undefined;
  const beganMs = performance.now();
  return (crashes) => {
    const leftMs = ((performance.now() - beganMs) / crashes) * (all - crashes);
    const left = crashes === all ? '' : `crash ${String(crashes)} of ${String(all)}, about ${formatElapsed(leftMs)} left`;
    io.stderr(`\r\x1b[K${left}`);
  };
}
