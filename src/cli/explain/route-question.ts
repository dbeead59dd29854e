import { dirname, join, resolve } from 'node:path';
import type { RouteReport } from '../../../schemas/cli/route-report.ts';
import { exitCodes, UserError } from '../../errors.ts';
import { bindRouting } from '../../routing/bind.ts';
import { loadRouting, readPhase } from '../../routing/load-routing.ts';
import { locateRouterFile } from '../../routing/router-file.ts';
import type { BoundTask, RunRouting } from '../../routing/run-routing.ts';
import { loadWorkflow, requireWorkflow } from '../../workflow/load.ts';
import type { Workflow } from '../../workflow/model.ts';
import { readWorkflowFile } from '../../workflow/read.ts';
import { Suggestion } from '../../workflow/suggestion.ts';
import type { RouteOptions } from '../options.ts';
import { inFolder } from '../paths.ts';

/** A task, and what picks its tool. */
export interface RouteQuestion {
  /** The name of the workflow; null for work that the flags describe. */
  readonly workflow: string | null;
  readonly stepId: string | null;
  readonly router: RouteReport['router'];
  readonly routing: RunRouting;
  readonly task: BoundTask;
}

/** Where files are looked for: both absolute. */
interface Place {
  readonly cwd: string;
  readonly storeFolder: string;
}

/**
 * What `stateyard route` asks. Throws UserError: exit 2 where the arguments do not name a task, exit 3 for an invalid file or a task that no
 * tool may ever do, exit 4 for a file or a task that is not there.
 */
export async function routeQuestion(options: RouteOptions, place: Place): Promise<RouteQuestion> {
  const { file, taskKind, domain, riskTier, complexity } = options;
  const described = [taskKind, domain, riskTier, complexity].some((flag) => flag !== null);
  if (file !== null && described)
    throw usage('the flags that describe work are for a call without FILE', 'leave them out, or leave FILE and STEP out');
  if (file !== null) return ofFile(file, options, place);
  if (taskKind === null)
    throw usage('there is no task to route', 'name FILE and STEP, or describe the work, at least with --task-kind KIND');
  return ofFlags(taskKind, options, place);
}

async function ofFile(file: string, options: RouteOptions, place: Place): Promise<RouteQuestion> {
  const { workflow } = requireWorkflow(await readWorkflowFile(inFolder(file, place.cwd)));
  const tasks = workflow.steps.flatMap((step) => (step.action.kind === 'task' ? [step.id as string] : []));
  if (options.step === null) throw usage('STEP is missing: one of the tasks of FILE', taskHint(tasks));
  if (!tasks.includes(options.step)) throw notFound(workflow, options.step, tasks);
  const routing = await loadRouting(workflow, options, place);
  const lookup = { given: options.router, workflowFile: resolve(place.cwd, workflow.path), ...place };
  const { path, origin } = await locateRouterFile(lookup);
  return { workflow: workflow.name, stepId: options.step, router: { path, origin }, ...boundTask(routing, options.step) };
}

const onlyStep = 'work';

/** The work becomes a workflow of one task, so that all that holds for a task of a file holds for it. */
async function ofFlags(taskKind: string, options: RouteOptions, place: Place): Promise<RouteQuestion> {
  const { domain, riskTier, complexity } = options;
  const task = {
    task: taskKind,
    ...(domain === null ? {} : { domain }),
    ...(riskTier === null ? {} : { risk_tier: riskTier }),
    ...(complexity === null ? {} : { complexity }),
  };
  const source = await locateRouterFile({ given: options.router, workflowFile: null, ...place });
  const path = join(dirname(place.storeFolder), '(flags)');
  const loaded = loadWorkflow({ path, text: JSON.stringify({ name: 'flags', steps: { [onlyStep]: task } }) });
  if (!loaded.ok) throw usage(`the flags describe no task: ${loaded.diagnostics[0]?.message ?? 'they are invalid'}`);
  const folder = source.origin === 'shipped' ? place.cwd : dirname(resolve(place.cwd, source.path));
  const phase = options.phase === null ? null : await readPhase(options.phase, place.cwd);
  const routing = withoutPlace(path, () => bindRouting(loaded.workflow, { ...source, folder }, phase));
  const router = { path: source.path, origin: source.origin };
  return { workflow: null, stepId: null, router, ...boundTask(routing, onlyStep) };
}

function boundTask(routing: RunRouting, stepId: string): { readonly routing: RunRouting; readonly task: BoundTask } {
  const task = routing.tasks.get(stepId);
  if (task === undefined) throw new Error(`step ${stepId} was not bound`);
  return { routing, task };
}

/** Flags have no lines and columns: what is wrong with them is told by the message alone. */
function withoutPlace<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const own = error.diagnostics.filter(({ file }) => file === path);
    const [first] = own;
    if (first === undefined) throw error;
    const message = own.map((each) => each.message.replace(`step "${onlyStep}": `, '')).join('; ');
    const diagnostics = error.diagnostics.filter(({ file }) => file !== path);
    throw new UserError(error.exitCode, error.code, message, {
      ...(first.hint === null ? {} : { hint: first.hint }),
      diagnostics,
      cause: error,
    });
  }
}

function notFound({ name, steps }: Workflow, stepId: string, tasks: readonly string[]): UserError {
  const step = steps.find((each) => each.id === stepId);
  const guess = step === undefined ? new Suggestion().nearest(stepId, tasks) : null;
  const message =
    step === undefined
      ? `workflow ${name} has no step ${JSON.stringify(stepId)}`
      : `step ${stepId} is no task: it names its tool itself, so that nothing is routed`;
  const hint = guess === null ? taskHint(tasks) : `did you mean ${guess}? ${taskHint(tasks)}`;
  return new UserError(exitCodes.notFound, 'step_not_found', message, { hint });
}

const mostNamed = 10;

function taskHint(tasks: readonly string[]): string {
  if (tasks.length === 0) return 'the file has no tasks';
  const more = tasks.length > mostNamed ? `, and ${tasks.length - mostNamed} more` : '';
  return `its tasks: ${tasks.slice(0, mostNamed).join(', ')}${more}`;
}

function usage(message: string, hint?: string): UserError {
  return new UserError(exitCodes.usage, 'usage', message, hint === undefined ? {} : { hint });
}
