import { statesOf, transitionKey, transitionsOf } from '../charts/chart.ts';
import type { Chart, ChartTransition } from '../charts/chart.ts';

/**
 * A chart as one walks along it with nothing but the states that were stored: dotted paths without the chart's id, such as `running.active`, as the audit trail has
 * them. It also counts what was taken.
 */
export class ChartWalk {
  /** How often each transition was taken, by its key (`transitionKey`). */
  readonly counts = new Map<string, number>();
  /** Where the chart stands before its first event. */
  readonly start: string;
  readonly #root: string;
  readonly #bySource = new Map<string, ChartTransition[]>();
  readonly #initial: ReadonlyMap<string, string | null>;

  constructor(chart: Chart) {
    this.#root = chart.root.path;
    this.#initial = new Map(statesOf(chart).map(({ path, initial }) => [path, initial]));
    for (const transition of transitionsOf(chart)) {
      const others = this.#bySource.get(transition.source);
      if (others === undefined) this.#bySource.set(transition.source, [transition]);
      else others.push(transition);
    }
    this.start = this.#leafOf(this.#root);
  }

  /** The candidates for an event in a state, in the order in which their guards are asked: those of the innermost state that names it. */
  answering(state: string, event: string): readonly ChartTransition[] {
    for (const transitions of this.#around(state)) {
      const found = transitions.filter((each) => answers(each.event, event));
      if (found.length > 0) return found;
    }
    return [];
  }

  /** All transitions that lead from one state to another, or out of it and into it again; from the innermost state on. */
  leading(from: string, to: string): readonly ChartTransition[] {
    return [...this.#around(from)].flatMap((transitions) => transitions.filter((each) => this.leadsTo(each, to)));
  }

  /** Whether a transition ends in this state. One without a target ends nowhere. */
  leadsTo({ targets }: ChartTransition, to: string): boolean {
    return targets.some((target) => this.#leafOf(target) === to);
  }

  /** Counts a transition as taken once more, or `by` times. */
  count(transition: ChartTransition | undefined, by = 1): void {
    if (transition === undefined) return;
    const key = transitionKey(transition);
    const count = (this.counts.get(key) ?? 0) + by;
    if (count === 0) this.counts.delete(key);
    else this.counts.set(key, count);
  }

  /** The transitions of a state and of those around it, from the innermost. */
  *#around(state: string): Generator<readonly ChartTransition[]> {
    const parts = [this.#root, ...state.split('.')];
    for (let length = parts.length; length > 0; length--) yield this.#bySource.get(parts.slice(0, length).join('.')) ?? [];
  }

  #leafOf(path: string): string {
    const initial = this.#initial.get(path) ?? null;
    return initial === null ? path.slice(this.#root.length + 1) : this.#leafOf(initial);
  }
}

function answers(descriptor: string, event: string): boolean {
  return descriptor === event || (descriptor.endsWith('.*') && event.startsWith(descriptor.slice(0, -1)));
}
