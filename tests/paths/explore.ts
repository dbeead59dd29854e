import { getAdjacencyMap } from '@xstate/graph';
import { createEmptyActor, type AnyStateMachine, type SnapshotFrom } from 'xstate';
import { takenKeys, watchGuards, type TakenTransition } from './chart-transitions.ts';

/** An event that a test gives to a chart; ends of actors included, which the chart's own types keep out. */
export interface GivenEvent {
  readonly type: string;
}

/** What {@link explore} is told: where to start, what may happen in a snapshot, and which snapshots count as the same. */
export interface Territory<Machine extends AnyStateMachine> {
  readonly inputs: readonly object[];
  readonly events: (snapshot: SnapshotFrom<Machine>) => readonly GivenEvent[];
  readonly keyOf: (snapshot: SnapshotFrom<Machine>) => string;
}

/** One reached configuration of a chart, with the ones that its events lead to. */
export interface Place<Machine extends AnyStateMachine> {
  readonly snapshot: SnapshotFrom<Machine>;
  readonly leadsTo: readonly { readonly event: GivenEvent; readonly key: string }[];
}

/** Everything that was reached, and what happened on the ways. */
export interface Exploration<Machine extends AnyStateMachine> {
  readonly places: ReadonlyMap<string, Place<Machine>>;
  /** Ids of the state nodes that were entered. */
  readonly states: ReadonlySet<string>;
  /** Keys of the transitions that were taken. */
  readonly taken: ReadonlySet<string>;
  /** Keys of guarded transitions with what their guard said: `KEY true`, `KEY false`. */
  readonly said: ReadonlySet<string>;
}

/** A snapshot as far as every chart of ours has it. */
interface AnySnapshot {
  readonly _nodes: readonly { readonly id: string }[];
}

/** Follows every event from every configuration, purely: actors are made but never started. */
export function explore<Machine extends AnyStateMachine>(original: Machine, territory: Territory<Machine>): Exploration<Machine> {
  const machine = original.provide({});
  const taken = new Set<string>([`${machine.id}|initial|0`]);
  const said = new Set<string>();
  const states = new Set<string>();
  const places = new Map<string, Place<Machine>>();
  watchGuards(machine, (key, answer) => said.add(`${key} ${String(answer)}`));
  const scope = recordingScope((transition) => {
    // What a spawned actor does in its first turn is told here too.
    if (transition.source.id.split('.')[0] !== machine.id) return;
    takenKeys(transition).forEach((key) => taken.add(key));
    // A state that is left in the turn in which it is entered is in no snapshot.
    states.add(transition.source.id);
  });
  // The library transitions in a scope of its own, in which nobody sees which transitions are taken: ours is put in its place.
  const logic = {
    getInitialSnapshot: (_: unknown, input: unknown) => machine.getInitialSnapshot(scope as never, input as never),
    transition: (snapshot: unknown, event: unknown) => machine.transition(snapshot as never, event as never, scope as never),
  };
  territory.inputs.forEach((input, index) => {
    const keyOf = (snapshot: SnapshotFrom<Machine>): string => `${String(index)}|${territory.keyOf(snapshot)}`;
    const map = getAdjacencyMap(logic as never, {
      input: input as never,
      events: territory.events as never,
      serializeState: keyOf as never,
      serializeEvent: ((event: GivenEvent) => JSON.stringify(event)) as never,
    }) as unknown as Record<
      string,
      { state: SnapshotFrom<Machine>; transitions: Record<string, { event: GivenEvent; state: SnapshotFrom<Machine> }> }
    >;
    for (const [key, { state, transitions }] of Object.entries(map)) {
      for (const node of (state as unknown as AnySnapshot)._nodes) states.add(node.id);
      places.set(key, {
        snapshot: state,
        leadsTo: Object.values(transitions).map((next) => ({ event: next.event, key: keyOf(next.state) })),
      });
    }
  });
  return { places, states, taken, said };
}

/** The snapshots that the chosen events of a place lead to. */
export function following<Machine extends AnyStateMachine>(
  places: ReadonlyMap<string, Place<Machine>>,
  place: Place<Machine>,
  isChosen: (event: GivenEvent) => boolean,
): SnapshotFrom<Machine>[] {
  return place.leadsTo.filter((next) => isChosen(next.event)).flatMap(({ key }) => places.get(key)?.snapshot ?? []);
}

/** The keys of the places from which no place that is an end can be reached. */
export function deadEnds<Machine extends AnyStateMachine>(
  places: ReadonlyMap<string, Place<Machine>>,
  isEnd: (snapshot: SnapshotFrom<Machine>) => boolean,
): string[] {
  const before = new Map<string, string[]>();
  for (const [key, place] of places) {
    for (const next of place.leadsTo) before.set(next.key, [...(before.get(next.key) ?? []), key]);
  }
  const reaching = new Set([...places].filter(([, place]) => isEnd(place.snapshot)).map(([key]) => key));
  for (const key of reaching) for (const earlier of before.get(key) ?? []) reaching.add(earlier);
  return [...places.keys()].filter((key) => !reaching.has(key));
}

/** An actor scope that starts nothing and reports every transition that is taken in it. */
function recordingScope(report: (transition: TakenTransition) => void): object {
  const self = createEmptyActor();
  self.system.inspect((event) => {
    if (event.type !== '@xstate.microstep') return;
    for (const transition of event._transitions) report(transition as unknown as TakenTransition);
  });
  const nothing = (): void => undefined;
  return {
    self,
    id: '',
    sessionId: 'explore',
    system: self.system,
    logger: nothing,
    defer: nothing,
    stopChild: nothing,
    emit: nothing,
    actionExecutor: nothing,
  };
}
