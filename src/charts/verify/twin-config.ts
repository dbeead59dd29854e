import type { Chart, ChartState, ChartTransition } from '../chart.ts';
import { statesOf } from '../chart.ts';

/** Who hears what a twin does, in the order in which it does it, and who answers for its guards. */
export interface Witness {
  /** A guard is asked; the answer counts for it. */
  readonly asked: (transition: ChartTransition) => boolean;
  readonly taken: (transition: ChartTransition) => void;
  readonly entered: (path: string) => void;
  readonly left: (path: string) => void;
}

/**
 * The configuration of a chart's structural twin: the same states and transitions, with guards that ask the witness, and no actions, context or actors.
 * What XState would send by itself when an actor ends or a delay is over is an ordinary event. `names` gives the key (and id) that each path has in it:
 * keys of users may hold dots, which XState takes for levels.
 */
export function twinConfig(
  chart: Chart,
  witness: Witness,
): { readonly config: object; readonly names: ReadonlyMap<string, string> } {
  const states = statesOf(chart);
  const names = new Map(states.map((state, index) => [state.path, `s${index}`]));
  const doneEvents = new Map(
    states.map((state) => [`xstate.done.state.${state.id}`, `xstate.done.state.${nameOf(names, state.path)}`]),
  );
  return { config: stateConfig(chart.root, { names, doneEvents, witness }), names };
}

interface Twinning {
  readonly names: ReadonlyMap<string, string>;
  readonly doneEvents: ReadonlyMap<string, string>;
  readonly witness: Witness;
}

function stateConfig(state: ChartState, twinning: Twinning): object {
  const { names, witness } = twinning;
  if (state.kind === 'history') {
    const standIn = state.initial === null ? {} : { target: `#${nameOf(names, state.initial)}` };
    return { id: nameOf(names, state.path), type: 'history', history: state.history ?? 'shallow', ...standIn };
  }
  const { always, on } = transitionsConfig(state, twinning);
  return {
    id: nameOf(names, state.path),
    ...(state.kind === 'parallel' || state.kind === 'final' ? { type: state.kind } : {}),
    ...(state.kind === 'compound' && state.initial !== null ? { initial: nameOf(names, state.initial) } : {}),
    // The parameters of an action are computed when it is its turn, in a pure transition too; the action itself does nothing.
    entry: { type: 'entered', params: () => witness.entered(state.path) },
    exit: { type: 'left', params: () => witness.left(state.path) },
    ...(always.length > 0 ? { always } : {}),
    on,
    ...(state.states.length > 0
      ? { states: Object.fromEntries(state.states.map((child) => [nameOf(names, child.path), stateConfig(child, twinning)])) }
      : {}),
  };
}

function transitionsConfig(
  state: ChartState,
  { names, doneEvents, witness }: Twinning,
): { readonly always: readonly object[]; readonly on: Readonly<Record<string, readonly object[]>> } {
  const always: object[] = [];
  const on: Record<string, object[]> = {};
  for (const transition of state.transitions) {
    const { targets, reenter, guard } = transition;
    const config = {
      ...(targets.length > 0 ? { target: targets.map((path) => `#${nameOf(names, path)}`) } : {}),
      ...(reenter ? { reenter } : {}),
      ...(guard === null ? {} : { guard: () => witness.asked(transition) }),
      actions: { type: 'taken', params: () => witness.taken(transition) },
    };
    if (transition.kind === 'always') always.push(config);
    else (on[doneEvents.get(transition.event) ?? transition.event] ??= []).push(config);
  }
  return { always, on };
}

function nameOf(names: ReadonlyMap<string, string>, path: string): string {
  // A path that the chart does not have comes from a default of a history state that XState would refuse as well.
  return names.get(path) ?? path;
}
