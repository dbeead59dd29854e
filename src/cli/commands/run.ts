import { availableParallelism, userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { RunId } from '../../../schemas/ids.ts';
import { createSession, type NewRun } from '../../engine/open-session.ts';
import type { SessionWorld } from '../../engine/session.ts';
import { exitCodes, UserError, type ExitCode } from '../../errors.ts';
import { loadRouting } from '../../routing/load-routing.ts';
import type { RunRouting } from '../../routing/run-routing.ts';
import { storeLayout } from '../../store/layout.ts';
import { readWorkflowFile, requireWorkflow } from '../../workflow/load.ts';
import type { Plan, Value, Workflow } from '../../workflow/model.ts';
import { resolveParams } from '../../workflow/params.ts';
import { driveRun } from '../drive-run.ts';
import { fileParams, givenParams } from '../given-params.ts';
import type { Io } from '../io.ts';
import { printJson } from '../json.ts';
import { locateStore, projectFolder } from '../locate-store.ts';
import { outputLook } from '../look.ts';
import type { RunOptions } from '../options.ts';
import { inFolder } from '../paths.ts';

/** `stateyard run FILE`: everything is checked before anything is stored; then the run is carried to its end. */
export async function run(options: RunOptions, io: Io): Promise<ExitCode> {
  const { workflow, plan } = requireWorkflow(await readWorkflowFile(inFolder(options.file, io.cwd)));
  const params = resolveParams(workflow, givenParams(options.param), await fileParams(options.params, io));
  checkId(options.id);
  const place = locateStore(options, io);
  const routing = await loadRouting(workflow, options, { cwd: io.cwd, storeFolder: place.folder });
  if (options.dryRun) return printPlan({ workflow, plan, routing }, { options, io });
  const layout = storeLayout(place.folder);
  const projectId = workflow.workstream?.project_id ?? place.projectId;
  const open = (world: SessionWorld) =>
    createSession(newRun({ workflow, plan, params, routing, projectId }, options, { io, world }), world);
  return driveRun(options, io, { layout, open });
}

function newRun(
  parts: { workflow: Workflow; plan: Plan; params: Readonly<Record<string, Value>>; routing: RunRouting; projectId: string },
  options: RunOptions,
  { io, world }: { io: Io; world: SessionWorld },
): NewRun {
  const requestedBy = userName();
  return {
    ...parts,
    requestedBy,
    runId: (options.id ?? world.entropy.ulid(world.clock.nowMs())) as RunId,
    maxParallel: options.maxParallel ?? parts.workflow.maxParallel ?? availableParallelism(),
    baseFolder: baseFolderOf(parts.workflow, io.cwd),
    graceMs: parts.workflow.stopGraceMs,
    origin: { trigger_type: options.origin, trigger_ref: null, requested_by: requestedBy },
  };
}

/** A workflow file runs in its own folder. A document of work speaks of the whole project, as its scopes do, so it runs in the top folder of that. */
function baseFolderOf({ path, document }: Workflow, cwd: string): string {
  const folder = dirname(resolve(cwd, path));
  return document === 'workflow' ? folder : projectFolder(folder);
}

async function printPlan(
  { workflow, plan, routing }: { workflow: Workflow; plan: Plan; routing: RunRouting },
  { options, io }: { options: RunOptions; io: Io },
): Promise<ExitCode> {
  const [{ planReport }, { renderPlan }] = await Promise.all([import('../plan-report.ts'), import('../render-plan.ts')]);
  const report = planReport(workflow, plan, routing);
  if (options.json) printJson(io, report);
  else io.stdout(renderPlan(report, outputLook(io)));
  return exitCodes.succeeded;
}

function checkId(id: string | null): void {
  if (id === null || /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id)) return;
  throw new UserError(
    exitCodes.usage,
    'id_malformed',
    `--id takes a ulid (26 characters of Crockford base32, upper case), not ${JSON.stringify(id)}`,
  );
}

/** The name of the user, where the system knows one: containers run as users without a name. */
function userName(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}
