import { createActor, fromPromise, type Actor, type Snapshot } from 'xstate';
import { runMachine } from '../../machines/run.ts';
import type { RunEvent, RunInput } from '../../machines/run-model.ts';
import { stepMachine } from '../../machines/step.ts';
import type {
  Approval,
  AttemptRef,
  AttemptReport,
  CheckRef,
  RouteRef,
  RouteReport,
  StepContext,
  StepInput,
  ValidationReport,
} from '../../machines/step-model.ts';
import type { Outcome } from '../../schemas/outcome.ts';
import { statePath } from '../../src/engine/run-event.ts';
import { runInput, stepInput } from '../../src/charts/territory/sample-inputs.ts';

/** A run whose actors are alive and whose effects end when the test says so. */
export interface LiveRun {
  readonly actor: Actor<typeof runMachine>;
  /** The run's state as a dotted path. */
  readonly state: () => string;
  /** Ids of the actors that the run has now. */
  readonly children: () => string[];
  readonly send: (event: RunEvent) => void;
  readonly dispatch: (stepId: string, more?: Partial<StepInput>) => void;
  /** Starts a step that asks a person. */
  readonly ask: (stepId: string, approval?: Partial<Approval>, more?: Partial<StepInput>) => void;
  /** A person's answer; whether the chart takes it. */
  readonly answer: (stepId: string, approved: boolean, comment?: string) => boolean;
  /**
   * Ends what `name` stands for, and lets the actors take notice: `attempt a.1`, `check a.1.2` (the second check of that attempt), `stop a.1`, `stop a.1.2`,
   * `deadline` of the run, `until 1070` for a timer of a step.
   */
  readonly end: (name: string, outcome?: Outcome, more?: object) => Promise<void>;
  /** The router picks this tool for attempt `name` (`a.1`). */
  readonly pick: (name: string, toolId: string, more?: object) => Promise<void>;
  /** The router finds no tool for attempt `name`. */
  readonly refuse: (name: string) => Promise<void>;
  /** The router finds attempt `name` over budget; the engine tells the run in the same turn. */
  readonly overspend: (name: string, nowMs: number, more?: object) => Promise<void>;
  /** What the router was asked last. */
  readonly asked: () => RouteRef | null;
  /** What a step remembers. */
  readonly contextOf: (stepId: string) => StepContext;
  /** Makes what `name` stands for throw. */
  readonly breakDown: (name: string, text: string) => Promise<void>;
  /** Names of the effects that have begun and not ended, in order. */
  readonly begun: () => string[];
}

interface Effect {
  readonly resolve: (report: never) => void;
  readonly reject: (error: Error) => void;
}

/** Starts a run with effects that wait for the test; with `stored` it goes on from a snapshot of an earlier one. */
export function startRun(input: Partial<RunInput> = {}, stored?: Snapshot<unknown>): LiveRun {
  const effects = new Map<string, Effect>();
  const begin = <Report>(name: string, signal: AbortSignal): Promise<Report> => {
    signal.addEventListener('abort', () => effects.delete(name));
    return new Promise((resolve, reject) => effects.set(name, { resolve: resolve as (report: never) => void, reject }));
  };
  const nameOf = (
    what: string,
    { stepId, attempt }: Pick<AttemptRef, 'stepId' | 'attempt'>,
    check: CheckRef | null = null,
  ): string => `${what} ${stepId}.${String(attempt)}${check === null ? '' : `.${String(check.checkRun)}`}`;
  let asked: RouteRef | null = null;
  const step = stepMachine.provide({
    actors: {
      route: fromPromise<RouteReport, RouteRef>(({ input: ref, signal }) => {
        asked = ref;
        return begin(nameOf('route', ref), signal);
      }),
      attempt: fromPromise<AttemptReport, AttemptRef>(({ input: ref, signal }) => begin(nameOf('attempt', ref), signal)),
      check: fromPromise<AttemptReport, AttemptRef & CheckRef>(({ input: ref, signal }) =>
        begin(nameOf('check', ref, ref), signal),
      ),
      stopAttempt: fromPromise<AttemptReport, AttemptRef & { readonly check: CheckRef | null; readonly otherwise: Outcome }>(
        ({ input: ref, signal }) => begin(nameOf('stop', ref, ref.check), signal),
      ),
      validate: fromPromise<ValidationReport, AttemptRef>(({ input: ref, signal }) => begin(nameOf('validate', ref), signal)),
      sleepUntil: fromPromise<{ readonly nowMs: number }, { readonly untilMs: number | null }>(
        ({ input: { untilMs }, signal }) =>
          untilMs === null ? new Promise(() => undefined) : begin(`until ${String(untilMs)}`, signal),
      ),
    },
  });
  const sleepUntil = fromPromise<{ readonly nowMs: number }, { readonly untilMs: number | null }>(({ signal }) =>
    begin('deadline', signal),
  );
  const options = { id: 'run', input: runInput(input), ...(stored === undefined ? {} : { snapshot: stored }) };
  const actor = createActor(runMachine.provide({ actors: { step, sleepUntil } }), options);
  actor.start();
  if (stored === undefined) actor.send({ type: 'START', nowMs: 1000 });
  const take = (name: string): Effect => {
    const effect = effects.get(name);
    if (effect === undefined) throw new Error(`${name} has not begun; ${[...effects.keys()].join(', ')} have`);
    effects.delete(name);
    return effect;
  };
  return {
    actor,
    state: () => statePath(actor.getSnapshot().value),
    children: () => Object.keys(actor.getSnapshot().children),
    send: (event) => actor.send(event),
    dispatch: (stepId, more) => actor.send({ type: 'DISPATCH', stepId, input: stepInput(stepId, more) }),
    ask: (stepId, approval, more) => {
      const asked: Approval = { timeoutMs: null, byDefault: 'reject', ...approval };
      actor.send({ type: 'ASK', stepId, input: stepInput(stepId, { approval: asked, ...more }) });
    },
    answer: (stepId, approved, comment) => {
      const event = { type: 'ANSWER', stepId, approved, comment: comment ?? null } as const;
      const taken = actor.getSnapshot().can(event);
      if (actor.getSnapshot().status === 'active') actor.send(event);
      return taken;
    },
    end: (name, outcome = { kind: 'succeeded', exitCode: 0 }, more = {}) => {
      take(name).resolve({ outcome, endedAtMs: 2000, random: 0, nowMs: 2000, ...more } as never);
      return settled();
    },
    pick: (name, toolId, more = {}) => {
      const report = { kind: 'routed', toolId, promptId: `prompt of ${name}`, attemptTimeoutMs: null, ...routeReport, ...more };
      take(`route ${name}`).resolve(report as never);
      return settled();
    },
    refuse: (name) => {
      const outcome: Outcome = { kind: 'noRoutableTool', message: 'no tool is left' };
      take(`route ${name}`).resolve({ kind: 'unroutable', outcome, ...routeReport } as never);
      return settled();
    },
    overspend: async (name, nowMs, more = {}) => {
      take(`route ${name}`).resolve({ kind: 'overBudget', ...routeReport, nowMs, ...more } as never);
      await settled();
      const stepId = name.slice(0, name.lastIndexOf('.'));
      actor.send({ type: 'HOLD', stepId, reason: 'the budget of 1 call is used up' });
      await settled();
    },
    asked: () => asked,
    contextOf: (stepId) => {
      const children = actor.getSnapshot().children as Record<string, { getSnapshot(): unknown } | undefined>;
      const child = children[`step.${stepId}`];
      if (child === undefined) throw new Error(`the run has no step ${stepId}`);
      return (child.getSnapshot() as { readonly context: StepContext }).context;
    },
    breakDown: (name, text) => {
      take(name).reject(new Error(text));
      return settled();
    },
    begun: () => [...effects.keys()],
  };
}

/** What came of each step, by its last state before it was dropped; follows the run from now on. */
export function outcomesOf(run: LiveRun): { readonly [stepId: string]: Outcome | null } {
  const seen: Record<string, Outcome | null> = {};
  run.actor.system.inspect((event) => {
    if (event.type !== '@xstate.microstep' || !('context' in event.snapshot)) return;
    const { stepId, outcome } = event.snapshot.context as { stepId?: string; outcome?: Outcome | null };
    if (stepId !== undefined) seen[stepId] = outcome ?? null;
  });
  return seen;
}

const routeReport = { requestId: 'request', nowMs: 2000, decision: null, documents: [] } as const;

/** Every promise that could go on has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
