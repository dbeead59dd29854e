/** A machine as data: every state and every transition that is written in it, `always`, `after`, done and error transitions included. JSON-only. */
export interface Chart {
  readonly id: string;
  readonly version: string | null;
  readonly description: string | null;
  readonly root: ChartState;
}

/** One state of a chart, with its children in the order in which they are written. */
export interface ChartState {
  /** Dotted path from the root's key, such as `run.running.active`; the root's own is its id. */
  readonly path: string;
  readonly key: string;
  /** The id that XState knows it by, also in the names of its done and delayed events: the path, unless it was given one of its own. */
  readonly id: string;
  readonly kind: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  /** Path of the initial child; of a history state that of the state it stands for when nothing is recalled. Null where there is none. */
  readonly initial: string | null;
  /** `shallow` or `deep` of a history state; null for every other. */
  readonly history: 'shallow' | 'deep' | null;
  /** Names of the actions that run when the state is entered, and when it is left. */
  readonly entry: readonly string[];
  readonly exit: readonly string[];
  readonly invokes: readonly ChartInvoke[];
  readonly tags: readonly string[];
  readonly description: string | null;
  readonly transitions: readonly ChartTransition[];
  readonly states: readonly ChartState[];
}

/** An actor that lives as long as its state is active. */
export interface ChartInvoke {
  readonly id: string;
  /** Name of the actor's logic. */
  readonly src: string;
}

/** What makes a transition a candidate: an event of the user's, or one that XState sends itself. */
export type TransitionKind = 'event' | 'always' | 'after' | 'done' | 'invokeDone' | 'invokeError' | 'invokeSnapshot' | 'wildcard';

/** One transition as it is written: an event with three candidates has three. */
export interface ChartTransition {
  /** Path of the state that has it. */
  readonly source: string;
  readonly kind: TransitionKind;
  /** The event as XState names it (`CALL`, `xstate.done.actor.step.*`, `xstate.after.1000.run.x`); '' for always. */
  readonly event: string;
  /** Place among those of the same source and event; the first whose guard holds is taken. */
  readonly index: number;
  /** Delay of `after`: milliseconds as text, or the delay's name; null for every other kind. */
  readonly delay: string | null;
  /** Name of the guard (`not(x)`, `and(x, y)`, `inline` for an unnamed function); null: none. */
  readonly guard: string | null;
  /** Paths of the states it goes to; empty: no target, only actions. */
  readonly targets: readonly string[];
  readonly reenter: boolean;
  readonly actions: readonly string[];
  readonly description: string | null;
}

/** All states of a chart, the root first, each before its children. */
export function statesOf(chart: Chart): readonly ChartState[] {
  return withinState(chart.root);
}

/** All transitions of a chart, in the order of their states. */
export function transitionsOf(chart: Chart): readonly ChartTransition[] {
  return statesOf(chart).flatMap((state) => state.transitions);
}

/** What tells a transition from all others of its chart: its source, event and place, such as `run.pending START 0`. */
export function transitionKey({ source, event, index }: Pick<ChartTransition, 'source' | 'event' | 'index'>): string {
  return `${source} ${event} ${String(index)}`;
}

function withinState(state: ChartState): readonly ChartState[] {
  return [state, ...state.states.flatMap(withinState)];
}
