import { createActor, fromPromise, type Actor, type Snapshot } from 'xstate';
import { runMachine, type RunEvent, type RunInput } from '../../machines/run.ts';
import {
  stepMachine,
  type Approval,
  type AttemptRef,
  type AttemptReport,
  type StepInput,
  type ValidationReport,
} from '../../machines/step.ts';
import type { Outcome } from '../../schemas/outcome.ts';
import { statePath } from '../../src/engine/run-event.ts';
import { runInput, stepInput } from './run-territory.ts';

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
  /** Ends what `name` stands for (`attempt a.1`, `stop a.1`, `deadline`, `until 1070` for a timer of a step), and lets the actors take notice. */
  readonly end: (name: string, outcome?: Outcome) => Promise<void>;
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
  const nameOf = (what: string, { stepId, attempt }: AttemptRef): string => `${what} ${stepId}.${String(attempt)}`;
  const step = stepMachine.provide({
    actors: {
      attempt: fromPromise<AttemptReport, AttemptRef>(({ input: ref, signal }) => begin(nameOf('attempt', ref), signal)),
      stopAttempt: fromPromise<AttemptReport, AttemptRef & { readonly otherwise: Outcome }>(({ input: ref, signal }) =>
        begin(nameOf('stop', ref), signal),
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
    end: (name, outcome = { kind: 'succeeded', exitCode: 0 }) => {
      take(name).resolve({ outcome, endedAtMs: 2000, random: 0, nowMs: 2000 } as never);
      return settled();
    },
    breakDown: (name, text) => {
      take(name).reject(new Error(text));
      return settled();
    },
    begun: () => [...effects.keys()],
  };
}

/** Every promise that could go on has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
