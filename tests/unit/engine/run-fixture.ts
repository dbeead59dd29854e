import type { RunId } from '../../../schemas/ids.ts';
import type { LoadedRun } from '../../../src/engine/loaded-run.ts';
import type { Condition, Step, StepEndState, Value, Workflow } from '../../../src/workflow/model.ts';
import { noRouting } from '../../../src/routing/run-routing.ts';
import { planOf } from './plan-fixture.ts';

/** A step of {@link loadedRun}: what it needs, and whatever else a test cares for. */
export interface StepSketch extends Partial<Omit<Step, 'needs'>> {
  readonly needs?: readonly number[];
}

/** The id of every run in these tests. */
export const runId = '01ARZ3NDEKTSV4RRFFQ69G5FAV' as RunId;

/** A run of steps `s0`, `s1`, … that each call `true`, with no store behind it. */
export function loadedRun(
  sketches: readonly StepSketch[],
  more: Partial<Workflow> & { readonly maxParallel?: number } = {},
): LoadedRun {
  const plan = planOf(sketches.map(({ needs }) => needs ?? []));
  const steps = sketches.map(({ needs, ...sketch }, index): Step => ({
    ...plainStep(plan.ids[index] ?? '', index),
    needs: (needs ?? []).flatMap((need) => plan.ids[need] ?? []),
    ...sketch,
  }));
  const { maxParallel, ...ofWorkflow } = more;
  const workflow = {
    document: 'workflow',
    name: 'demo',
    env: {},
    workingDirectory: null,
    timeoutMs: null,
    onFailure: 'continue',
    budget: null,
    workstream: null,
    ...ofWorkflow,
    steps,
  } as unknown as Workflow;
  return {
    runId,
    projectId: 'demo',
    requestedBy: null,
    workflow,
    plan,
    params: {},
    maxParallel: maxParallel ?? 2,
    routing: noRouting,
    baseFolder: '/work',
    folder: '/store/run',
    graceMs: 5000,
  };
}

/** A condition that says what `evaluate` says of the ends of steps and of the run. */
export function condition(
  evaluate: (seen: {
    readonly ends: Readonly<Record<string, StepEndState>>;
    readonly success: boolean;
    readonly failure: boolean;
    readonly cancelled: boolean;
  }) => Value,
  readsStatus = false,
): Condition {
  return {
    source: ' the condition ',
    readsStatus,
    evaluate: ({ steps, status }) =>
      evaluate({ ends: Object.fromEntries(Object.entries(steps).map(([id, { state }]) => [id, state])), ...status }),
  };
}

/** `if: always()`. */
export const always = condition(() => true, true);

/** `if: failure()`. */
export const onFailure = condition(({ failure }) => failure, true);

function plainStep(id: string, index: number): Step {
  return {
    id: id as Step['id'],
    index,
    action: { kind: 'command', argv: [['true']] },
    needs: [],
    after: [],
    priority: 'normal',
    if: null,
    env: {},
    workingDirectory: null,
    timeoutMs: null,
    stepTimeoutMs: null,
    logLimitBytes: 2 ** 30,
    retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
    checks: [],
    outputs: {},
    continueOnError: false,
    onInterrupted: 'rerun',
    position: { line: index + 1, column: 1 },
  };
}
