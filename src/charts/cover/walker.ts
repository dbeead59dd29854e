import { createEmptyActor } from 'xstate';
import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import type { Chart } from '../chart.ts';
import type { Samples } from '../verify/guards-said.ts';
import { jsonCopy } from './json-copy.ts';
import { saidObligation, takenObligation } from './obligations.ts';
import type { Obligation } from './obligations.ts';
import { possibleEvents } from './possible-events.ts';
import type { PathEvent } from './possible-events.ts';
import { lackedGuards, watchedMachine } from './watched-machine.ts';

/** Where a walk through a machine has come to, and how. */
export interface Place {
  readonly snapshot: AnyMachineSnapshot;
  /** What the machine was started with; undefined: nothing. */
  readonly input: unknown;
  /** Null at the start. */
  readonly before: Place | null;
  /** What has led here from the place before; null at the start. */
  readonly by: PathEvent | null;
  /** What happened on this last step. */
  readonly happened: ReadonlySet<Obligation>;
}

/** Walks through a machine purely: its real guards and assignments, actors that are made and never started, and no other action. */
export interface Walker {
  /** One place for each input on which the machine does not throw. */
  readonly starts: () => readonly Place[];
  /** Every place that one event or delay leads to. An event on which the machine throws leads nowhere. */
  readonly next: (place: Place) => Iterable<Place>;
  /** Places with the same text count as one. */
  readonly keyOf: (place: Place) => string;
}

/** A walker through `original`, along its samples, or without samples along every event of its chart. */
export function walkerOf(original: AnyStateMachine, chart: Chart, samples: Samples | null): Walker {
  let happened = new Set<Obligation>();
  let yes: readonly string[] = [];
  const { machine, inspect } = watchedMachine(original, {
    taken: (key) => happened.add(takenObligation(key)),
    said: (key, answer) => happened.add(saidObligation(key, answer)),
    heard: () => undefined,
    did: () => undefined,
    answer: (guard) => yes.includes(guard),
  });
  const scope = inertScope(inspect) as never;
  const eventsIn = possibleEvents(chart, samples, lackedGuards(original));
  const keyOf = samples?.keyOf ?? ((snapshot) => JSON.stringify([snapshot.value, jsonCopy(snapshot.context), snapshot.status]));
  const reach = (from: Omit<Place, 'snapshot' | 'happened'>, turn: () => unknown): readonly Place[] => {
    happened = new Set();
    yes = from.by?.yes ?? [];
    const snapshot = attempted(turn);
    return snapshot === null ? [] : [{ ...from, snapshot, happened }];
  };
  const inputs = samples === null || samples.inputs.length === 0 ? [undefined] : samples.inputs;
  return {
    starts: () => {
      return inputs.flatMap((input) => {
        return reach({ input, before: null, by: null }, () => machine.getInitialSnapshot(scope, input));
      });
    },
    *next(place) {
      if (place.snapshot.status !== 'active') return;
      for (const by of eventsIn(place.snapshot)) {
        yield* reach({ input: place.input, before: place, by }, () => machine.transition(place.snapshot, by.event, scope));
      }
    },
    keyOf: ({ input, snapshot }) => `${JSON.stringify(jsonCopy([input]))}|${keyOf(snapshot)}`,
  };
}

/** Null where the machine throws: its guards and actions look at more than this event has. */
function attempted(turn: () => unknown): AnyMachineSnapshot | null {
  try {
    const snapshot = turn() as AnyMachineSnapshot;
    return snapshot.status === 'error' ? null : snapshot;
  } catch {
    return null;
  }
}

/** A scope in which actors are made and never started, and which is inspected. */
function inertScope(inspect: Parameters<ReturnType<typeof createEmptyActor>['system']['inspect']>[0]): object {
  const self = createEmptyActor();
  self.system.inspect(inspect);
  const nothing = (): void => undefined;
  return {
    self,
    id: '',
    sessionId: 'inert',
    system: self.system,
    logger: nothing,
    defer: nothing,
    stopChild: nothing,
    emit: nothing,
    actionExecutor: nothing,
  };
}
