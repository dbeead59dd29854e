import { availableParallelism } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import type { RunId } from '../../schemas/ids.ts';
import { functionNamePattern } from '../../schemas/function-name.ts';
import type { NewRun } from '../engine/open-session.ts';
import type { RunSession, SessionWorld } from '../engine/session.ts';
import type { StepFunction } from '../engine/step-call.ts';
import { exitCodes, UserError } from '../errors.ts';
import { storeLayout, type StoreLayout } from '../store/layout.ts';
import { CarriedRun } from './carried-run.ts';
import type * as contract from './contract.ts';
import type {
  Command,
  CommandAnswer,
  LiveRun,
  RunRequest,
  RunResult,
  Stateyard,
  StateyardOptions,
  StepResult,
} from './contract.ts';

/** A yard with its functions and the runs that it is at work on; see {@link Stateyard}. */
export class Yard implements Stateyard {
  readonly #options: StateyardOptions;
  readonly #layout: StoreLayout;
  readonly #functions = new Map<string, StepFunction>();
  readonly #runs = new Set<CarriedRun>();
  readonly #opening = new Set<Promise<unknown>>();
  #world: Promise<SessionWorld> | null = null;
  #closed = false;

  constructor(options: StateyardOptions) {
    this.#options = options;
    this.#layout = storeLayout(resolve(options.folder));
  }

  register<Input>(name: string, step: contract.StepFunction<Input>): void {
    if (!functionNamePattern.test(name))
      throw refused('function_name', `${JSON.stringify(name)} cannot be the name of a function`);
    if (this.#functions.has(name)) throw refused('function_name', `the function "${name}" is registered already`);
    this.#functions.set(name, step as StepFunction);
  }

  async start(request: RunRequest): Promise<LiveRun> {
    return this.#carry(async (world) => {
      const [{ createSession }, run] = await Promise.all([import('../engine/open-session.ts'), this.#newRun(request, world)]);
      return createSession(run, world);
    });
  }

  async run(request: RunRequest): Promise<RunResult> {
    return (await this.start(request)).finished;
  }

  async resume(runId: string): Promise<RunResult> {
    const live = await this.#carry(async (world) => {
      const { reopenSession } = await import('../engine/open-session.ts');
      return reopenSession(await this.#find(runId), world);
    });
    return live.finished;
  }

  async command(runId: string, { command, step, reason }: Command): Promise<CommandAnswer> {
    const world = await this.#open();
    const { steerRun } = await import('../engine/steer.ts');
    const nowMs = world.clock.nowMs();
    const signal = { id: world.entropy.ulid(nowMs), command, reason: reason ?? null, stepId: step ?? null, receivedAtMs: nowMs };
    const { answer, state } = await steerRun(await this.#find(runId), signal, world);
    return { accepted: answer.accepted, state, message: answer.message };
  }

  async steps(runId: string): Promise<readonly StepResult[]> {
    const { readSteps } = await import('./read-steps.ts');
    return readSteps(this.#layout, await this.#find(runId));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#opening);
    await Promise.all([...this.#runs].map((run) => run.interrupt()));
  }

  async #carry(open: (world: SessionWorld) => Promise<RunSession>): Promise<LiveRun> {
    const opening = this.#open().then(open);
    this.#opening.add(opening);
    try {
      const run = new CarriedRun(await opening);
      this.#runs.add(run);
      void run.finished.catch(() => undefined).finally(() => this.#runs.delete(run));
      return run;
    } finally {
      this.#opening.delete(opening);
    }
  }

  #open(): Promise<SessionWorld> {
    if (this.#closed) return Promise.reject(refused('yard_closed', 'the yard is closed'));
    const { onEvents = () => undefined, onTrouble = () => undefined } = this.#options;
    return (this.#world ??= import('./session-world.ts').then(({ sessionWorld }) =>
      sessionWorld(this.#layout, this.#functions, { onEvents, onTrouble }),
    ));
  }

  async #newRun({ workflow: source, params, maxParallel, runId, cwd }: RunRequest, world: SessionWorld): Promise<NewRun> {
    checkRequest(maxParallel, runId);
    const [{ loadSource }, { resolveParams }, { loadRouting }] = await Promise.all([
      import('./workflow-source.ts'),
      import('../workflow/params.ts'),
      import('../routing/load-routing.ts'),
    ]);
    const folder = resolve(cwd ?? '');
    const { workflow, plan, baseFolder } = await loadSource(source, folder);
    const storeFolder = this.#layout.root;
    return {
      runId: (runId ?? world.entropy.ulid(world.clock.nowMs())) as RunId,
      projectId: workflow.workstream?.project_id ?? (basename(dirname(storeFolder)) || 'root'),
      requestedBy: null,
      workflow,
      plan,
      params: resolveParams(workflow, {}, params),
      routing: await loadRouting(workflow, { router: null, phase: null }, { cwd: folder, storeFolder }),
      maxParallel: maxParallel ?? workflow.maxParallel ?? availableParallelism(),
      baseFolder,
      graceMs: workflow.stopGraceMs,
      origin: { trigger_type: 'manual', trigger_ref: null, requested_by: null },
    };
  }

  async #find(runId: string): Promise<RunId> {
    const { findRun } = await import('../store/find-run.ts');
    return findRun(this.#layout, runId);
  }
}

function checkRequest(maxParallel: number | undefined, runId: string | undefined): void {
  if (maxParallel !== undefined && !(Number.isInteger(maxParallel) && maxParallel >= 1 && maxParallel <= 1000)) {
    throw refused('usage', `maxParallel is a whole number from 1 to 1000, not ${maxParallel}`);
  }
  if (runId !== undefined && !/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(runId)) {
    throw refused(
      'id_malformed',
      `runId is a ulid (26 characters of Crockford base32, upper case), not ${JSON.stringify(runId)}`,
    );
  }
}

function refused(code: string, message: string): UserError {
  return new UserError(exitCodes.usage, code, message);
}
