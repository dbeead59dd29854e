import type { Chart, ChartTransition } from '../chart.ts';
import { transitionKey, transitionsOf } from '../chart.ts';
import { explore } from '../verify/explore.ts';

/** What a test has to bring about once: a transition that is taken, or a guard that says one of its two answers. */
export type Obligation = string;

/** That a transition is taken; `key` is its `transitionKey`. */
export function takenObligation(key: string): Obligation {
  return `${key} is taken`;
}

/** That the guard of a transition says `answer`. */
export function saidObligation(key: string, answer: boolean): Obligation {
  return `the guard of ${key} says ${String(answer)}`;
}

/** The transitions of a chart that can be taken under some answers of its guards; all of them where a bound keeps that from being known. */
function reachableTransitions(chart: Chart): readonly ChartTransition[] {
  const { taken, boundsMet } = explore(chart);
  return boundsMet.size > 0 ? transitionsOf(chart) : transitionsOf(chart).filter((transition) => taken.has(transition));
}

/** Every transition that can be taken, and both answers of each of their guards; in the order of the chart. */
export function obligationsOf(chart: Chart): readonly Obligation[] {
  return reachableTransitions(chart).flatMap((transition) => {
    const key = transitionKey(transition);
    const guard = transition.guard === null ? [] : [saidObligation(key, true), saidObligation(key, false)];
    return [takenObligation(key), ...guard];
  });
}
