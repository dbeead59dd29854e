import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import type { PromelaAssumptions } from '../formats/promela.ts';
import type { SampleEvent, Samples } from '../verify/guards-said.ts';

/** One of our own machines. Its parts are imported only when they are asked for. */
export interface OwnMachine {
  /** One line without a full stop. */
  readonly summary: string;
  readonly load: () => Promise<AnyStateMachine>;
  /** What it is tried with, so that every guard of it says yes and no: the same that tests/paths follows it along. */
  readonly samples: () => Promise<Samples>;
  /** What a model of it assumes beside its chart. */
  readonly assumptions: PromelaAssumptions;
}

/** A run or a step may have no bound of time, and then its timer never rings. */
const unreliable = ['xstate.done.actor.deadline'];

/** Our own machines by name. */
export const ownMachines: ReadonlyMap<string, OwnMachine> = new Map<string, OwnMachine>([
  [
    'run',
    {
      summary: 'one execution of a workflow, from its start to its end',
      load: async () => (await import('../../../machines/run.ts')).runMachine,
      samples: async () => {
        const { runEvents, runInputs, runKey } = await import('../territory/run-territory.ts');
        return samplesOf(runInputs, runEvents, runKey);
      },
      // A failed run can still be quarantined.
      assumptions: { endTags: ['ended'], unreliable },
    },
  ],
  [
    'step',
    {
      summary: 'one step of a run, from its dispatch to its end',
      load: async () => (await import('../../../machines/step.ts')).stepMachine,
      samples: async () => {
        const { stepEvents, stepInputs, stepKey } = await import('../territory/step-territory.ts');
        return samplesOf(stepInputs, stepEvents, stepKey);
      },
      assumptions: { unreliable },
    },
  ],
  [
    'breaker',
    {
      summary: 'the circuit breaker of one tool',
      load: async () => (await import('../../../machines/breaker.ts')).breakerMachine,
      samples: async () => {
        const { breakerEvents, breakerInputs, breakerKey } = await import('../territory/breaker-territory.ts');
        return samplesOf(breakerInputs, () => breakerEvents, breakerKey);
      },
      assumptions: {},
    },
  ],
  [
    'bootstrap',
    {
      summary: 'one `init`: from looking at a project to files that are written',
      load: async () => (await import('../../../machines/bootstrap.ts')).bootstrapMachine,
      samples: async () => {
        const { bootstrapEvents, bootstrapInputs, bootstrapKey } = await import('../territory/bootstrap-territory.ts');
        return samplesOf(bootstrapInputs, bootstrapEvents, bootstrapKey);
      },
      assumptions: {},
    },
  ],
]);

/** Samples whose functions know the snapshots of their own machine: they are given no others. */
function samplesOf<Snapshot extends AnyMachineSnapshot>(
  inputs: readonly object[],
  events: (snapshot: Snapshot) => readonly SampleEvent[],
  keyOf: (snapshot: Snapshot) => string,
): Samples {
  return { inputs, events: events as Samples['events'], keyOf: keyOf as (snapshot: AnyMachineSnapshot) => string };
}
