import { invariant } from '../../errors.ts';
import { statesOf } from '../chart.ts';
import type { Chart, ChartState, ChartTransition } from '../chart.ts';

/** A value of JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

type Entries = { [key: string]: Json };

/**
 * The chart as a configuration that `createMachine` of XState 5 takes: guards, actions and actors by name, targets as ids from the root (`#run.failed`).
 * Reading the chart off that machine gives this chart again.
 */
export function machineConfig(chart: Chart): Json {
  const references = new Map(statesOf(chart).map((state) => [state.path, state]));
  const config: Entries = { id: chart.id };
  if (chart.version !== null) config['version'] = chart.version;
  return { ...config, ...stateConfig(chart.root, new Targets(chart, references)) };
}

/** The names by which the transitions of a configuration reach its states. */
class Targets {
  readonly #chart: Chart;
  readonly #states: ReadonlyMap<string, ChartState>;
  readonly #references = new Map<string, string>();

  constructor(chart: Chart, states: ReadonlyMap<string, ChartState>) {
    this.#chart = chart;
    this.#states = states;
    this.#name(chart.root, `#${escapeDots(chart.id)}`);
  }

  /** `#run.running.active`: the root's id and keys, in which a dot of their own is escaped. */
  reference(path: string): string {
    const reference = this.#references.get(path);
    invariant(reference !== undefined, `the chart ${this.#chart.id} has no state ${path}`);
    return reference;
  }

  /** The key of a state, for places that take no path. */
  key(path: string): string {
    const state = this.#states.get(path);
    invariant(state !== undefined, `the chart ${this.#chart.id} has no state ${path}`);
    return state.key;
  }

  #name(state: ChartState, reference: string): void {
    this.#references.set(state.path, reference);
    for (const child of state.states) this.#name(child, `${reference}.${escapeDots(child.key)}`);
  }
}

function stateConfig(state: ChartState, targets: Targets): Entries {
  const config: Entries = {};
  if (state.id !== state.path) config['id'] = state.id;
  addKind(state, config, targets);
  if (state.description !== null) config['description'] = state.description;
  if (state.tags.length > 0) config['tags'] = single(state.tags);
  if (state.entry.length > 0) config['entry'] = single(state.entry);
  if (state.exit.length > 0) config['exit'] = single(state.exit);
  const own = ownTransitions(state);
  if (state.invokes.length > 0) config['invoke'] = single(state.invokes.map((_, index) => invokeConfig(state, index, targets)));
  addLists(config, 'always', own.always, targets);
  if (own.on.size > 0) config['on'] = listsOf(own.on, targets);
  if (own.after.size > 0) config['after'] = listsOf(own.after, targets);
  addLists(config, 'onDone', own.done, targets);
  if (state.states.length > 0) {
    config['states'] = Object.fromEntries(state.states.map((child) => [child.key, stateConfig(child, targets)]));
  }
  return config;
}

function addKind(state: ChartState, config: Entries, targets: Targets): void {
  if (state.kind === 'history') {
    config['type'] = 'history';
    config['history'] = state.history ?? 'shallow';
    if (state.initial !== null) config['target'] = targets.reference(state.initial);
    return;
  }
  if (state.kind === 'final' || state.kind === 'parallel') config['type'] = state.kind;
  // Said where XState would not see it: a state that is called compound but has no children, or atomic but has some.
  if (state.kind === 'atomic' && state.states.length > 0) config['type'] = 'atomic';
  if (state.initial !== null) config['initial'] = targets.key(state.initial);
}

interface OwnTransitions {
  readonly always: readonly ChartTransition[];
  readonly done: readonly ChartTransition[];
  /** By event, in the order in which they are written. */
  readonly on: ReadonlyMap<string, readonly ChartTransition[]>;
  /** By delay. */
  readonly after: ReadonlyMap<string, readonly ChartTransition[]>;
}

function ownTransitions(state: ChartState): OwnTransitions {
  const isOwnDone = ({ event }: ChartTransition): boolean => event === `xstate.done.state.${state.id}`;
  const isOwnAfter = ({ event, delay }: ChartTransition): boolean => event === `xstate.after.${delay ?? ''}.${state.id}`;
  const invoked = new Set(state.invokes.flatMap(({ id }) => Object.values(invokeEvents(id))));
  const { transitions } = state;
  const on = transitions.filter((one) => one.kind !== 'always' && !isOwnDone(one) && !isOwnAfter(one) && !invoked.has(one.event));
  return {
    always: transitions.filter(({ kind }) => kind === 'always'),
    done: transitions.filter(isOwnDone),
    on: grouped(on, ({ event }) => event),
    after: grouped(transitions.filter(isOwnAfter), ({ delay }) => delay ?? ''),
  };
}

function invokeEvents(id: string): { readonly onDone: string; readonly onError: string; readonly onSnapshot: string } {
  return { onDone: `xstate.done.actor.${id}`, onError: `xstate.error.actor.${id}`, onSnapshot: `xstate.snapshot.${id}` };
}

function invokeConfig(state: ChartState, index: number, targets: Targets): Entries {
  const invoke = state.invokes[index];
  invariant(invoke !== undefined, `the state ${state.path} has no invoke ${String(index)}`);
  const config: Entries = invoke.id === `${String(index)}.${state.id}` ? { src: invoke.src } : { id: invoke.id, src: invoke.src };
  // Two actors of one id share their transitions: these are written once, at the first.
  if (state.invokes.findIndex(({ id }) => id === invoke.id) < index) return config;
  for (const [key, event] of Object.entries(invokeEvents(invoke.id))) {
    addLists(
      config,
      key,
      state.transitions.filter((transition) => transition.event === event),
      targets,
    );
  }
  return config;
}

function listsOf(lists: ReadonlyMap<string, readonly ChartTransition[]>, targets: Targets): Entries {
  // From entries: a key such as `__proto__` is one like any other.
  return Object.fromEntries([...lists].map(([key, list]) => [key, listOf(list, targets)]));
}

function addLists(config: Entries, key: string, list: readonly ChartTransition[], targets: Targets): void {
  if (list.length > 0) config[key] = listOf(list, targets);
}

function listOf(list: readonly ChartTransition[], targets: Targets): Json {
  return single(list.map((transition) => transitionConfig(transition, targets)));
}

function transitionConfig(transition: ChartTransition, targets: Targets): Entries {
  const config: Entries = {};
  if (transition.guard !== null) config['guard'] = transition.guard;
  if (transition.targets.length > 0) config['target'] = single(transition.targets.map((path) => targets.reference(path)));
  if (transition.reenter) config['reenter'] = true;
  if (transition.actions.length > 0) config['actions'] = single(transition.actions);
  if (transition.description !== null) config['description'] = transition.description;
  return config;
}

function grouped(
  list: readonly ChartTransition[],
  keyOf: (transition: ChartTransition) => string,
): ReadonlyMap<string, readonly ChartTransition[]> {
  const groups = new Map<string, ChartTransition[]>();
  for (const transition of list) groups.set(keyOf(transition), [...(groups.get(keyOf(transition)) ?? []), transition]);
  return groups;
}

function single(list: readonly Json[]): Json {
  const [first] = list;
  return list.length === 1 && first !== undefined ? first : list;
}

function escapeDots(key: string): string {
  return key.replace(/[\\.]/g, (character) => `\\${character}`);
}
