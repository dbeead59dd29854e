/**
 * The engine without processes: `node engine-alone.mjs REQUEST`, the request as JSON (see {@link Request}). Runs of no-op steps go through the real session,
 * charts, recorder and store, synced as always; only the attempts end at once, without a process. Prints a {@link Report} as JSON.
 */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { RunId, StepId } from '../../schemas/ids.ts';
import { createSession } from '../../src/engine/open-session.ts';
import type { AttemptPort } from '../../src/engine/ports.ts';
import type { RunEventRow } from '../../src/engine/run-event.ts';
import { systemClock, systemEntropy } from '../../src/engine/system-ports.ts';
import { noRouting } from '../../src/routing/run-routing.ts';
import { storeLayout } from '../../src/store/layout.ts';
import { requireWorkflow } from '../../src/workflow/load.ts';
import type { Plan, Workflow } from '../../src/workflow/model.ts';
import { buildPlan } from '../../src/workflow/plan.ts';

/** What to run; each run is one of its own in the store `folder`. */
interface Request {
  readonly folder: string;
  readonly shape: 'fan-out' | 'chain';
  readonly steps: number;
  readonly atATime: number;
  readonly runs: number;
}

/** Of the last run: times in milliseconds from the start of the engine to its end, without its opening and putting away. */
interface Report {
  readonly wallMs: number;
  readonly firstTenthMs: number;
  readonly lastTenthMs: number;
  /** Journal and database when the last step has ended, and after the run was put away. */
  readonly bytesAtEnd: number;
  readonly bytesAfter: number;
  readonly peakKib: number;
}

const request = JSON.parse(process.argv[2] ?? '{}') as Request;
const layout = storeLayout(request.folder);
const entropy = systemEntropy();

const noProcesses: AttemptPort = {
  start: () => Promise.resolve({ outcome: { kind: 'succeeded', exitCode: 0 }, endedAtMs: Date.now() }),
  reattach: () => Promise.resolve({ outcome: { kind: 'interrupted', message: 'no process' }, endedAtMs: Date.now() }),
  stop: () => Promise.resolve({ endedByItself: null }),
  tail: () => Promise.resolve(''),
  sweep: () => Promise.resolve(0),
};

/** A workflow with its plan. Its steps are made here, since no file of 100,000 steps is taken; so its text is that of one step. */
function makeWorkflow({ shape, steps, atATime }: Request): { readonly workflow: Workflow; readonly plan: Plan } {
  const text = `name: ${shape}\nmax_parallel: ${atATime}\nsteps:\n  step: { command: [/bin/true] }\n`;
  const { workflow } = requireWorkflow({ path: path.join(request.folder, 'workflow.yaml'), text });
  const [model] = workflow.steps;
  if (model === undefined) throw new Error('the workflow has no step');
  const ids = Array.from({ length: steps }, (_, index) => `s${index}` as StepId);
  const needs = ids.map((_, index) => (shape === 'chain' && index > 0 ? [index - 1] : []));
  const planned = buildPlan(ids, needs);
  if (!planned.ok) throw new Error('the plan has a cycle');
  const made = ids.map((id, index) => ({
    ...model,
    id,
    index,
    needs: (needs[index] ?? []).map((need) => ids[need] ?? model.id),
  }));
  return { workflow: { ...workflow, steps: made }, plan: planned.plan };
}

function storeBytes(folder: string): number {
  const files = readdirSync(folder).filter((name) => /^(journal-|run\.db)/.test(name));
  return files.reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);
}

/** The most memory that this process had resident, in KiB: the kernel's VmHWM where there is one. */
function peakKib(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
}

async function runOnce(): Promise<Report> {
  const runId = entropy.ulid(Date.now()) as RunId;
  const { folder } = layout.run(runId);
  const ends: number[] = [];
  let bytesAtEnd = 0;
  const onEvents = (events: readonly RunEventRow[]): void => {
    for (const { kind, payload } of events)
      if (kind === 'step_state_changed' && payload['to'] === 'succeeded') ends.push(performance.now());
    if (ends.length === request.steps) bytesAtEnd = storeBytes(folder);
  };
  const world = {
    layout,
    clock: systemClock,
    entropy,
    attempts: noProcesses,
    readOutputs: () => Promise.resolve({ values: {}, undeclared: [] }),
    openRoutes: () => Promise.reject(new Error('nothing is routed')),
    onEvents,
  };
  const place = { params: {}, maxParallel: request.atATime, baseFolder: request.folder, graceMs: 1000, routing: noRouting };
  const names = { runId, projectId: 'bench', requestedBy: null, origin: { trigger_type: 'manual' } };
  const session = await createSession({ ...makeWorkflow(request), ...place, ...names }, world);
  const from = performance.now();
  const { state } = await session.carryOn();
  const { steps } = request;
  if (state !== 'succeeded' || ends.length !== steps) throw new Error(`the run ${state}, ${ends.length} of ${steps} steps ended`);
  const at = (index: number): number => (index < 0 ? from : (ends[index] ?? Number.NaN));
  const tenth = Math.floor(steps / 10);
  return {
    wallMs: at(steps - 1) - from,
    firstTenthMs: at(tenth - 1) - from,
    lastTenthMs: at(steps - 1) - at(steps - tenth - 1),
    bytesAtEnd,
    bytesAfter: storeBytes(folder),
    peakKib: peakKib(),
  };
}

let report: Report | null = null;
for (let run = 0; run < request.runs; run += 1) report = await runOnce();
console.log(JSON.stringify(report));
