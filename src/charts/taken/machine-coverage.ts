import type { MachineCoverage } from '../../../schemas/cli/coverage-report.ts';
import { transitionKey, transitionsOf } from '../chart.ts';
import type { Chart, ChartTransition } from '../chart.ts';
import { transitionWords } from '../transition-words.ts';
import { explore } from '../verify/explore.ts';
import type { TakenCounts } from './coverage-records.ts';

/** What is known of the transitions of a machine; null: not asked. */
export interface TakenOf {
  readonly tests: TakenCounts | null;
  readonly runs: TakenCounts | null;
  /** Of a transition whether no event of a run tells of it. */
  readonly isUntold: (transition: ChartTransition) => boolean;
}

/** What is asked about a machine beside its counts. */
export interface CoverageQuestion {
  /** How the machine's file was named; null for one of ours. */
  readonly file: string | null;
  /** In percent, a whole number; null: any coverage passes. */
  readonly min: number | null;
}

/** One transition of a {@link MachineCoverage}. */
export type TransitionCoverage = MachineCoverage['transitions'][number];

/**
 * Which transitions of a chart were taken, of those that can be: a transition counts as reachable if it is taken under some answers of the guards, by an
 * exhaustive search of the chart (explore.ts), or was in fact. Where only runs were asked, those that no event of theirs tells of do not count.
 */
export function machineCoverage(chart: Chart, taken: TakenOf, { file, min }: CoverageQuestion): MachineCoverage {
  const explored = explore(chart);
  const boundMet = explored.boundsMet.size > 0;
  const written = transitionsOf(chart);
  const transitions = written.map((transition): TransitionCoverage => {
    const key = transitionKey(transition);
    const byTests = taken.tests === null ? null : (taken.tests.get(key) ?? 0);
    const isUntold = taken.isUntold(transition);
    const byRuns = taken.runs === null || isUntold ? null : (taken.runs.get(key) ?? 0);
    const { source, event, guard, targets } = transition;
    const reachable = boundMet || explored.taken.has(transition) || (byTests ?? 0) + (byRuns ?? 0) > 0;
    const untold = isUntold && taken.tests === null;
    return { key, source, event, guard, targets: [...targets], reachable, untold, by_tests: byTests, by_runs: byRuns };
  });
  const counted = transitions.filter(({ reachable, untold }) => reachable && !untold);
  const hit = counted.filter((transition) => timesTaken(transition) > 0).length;
  const keys = new Set(transitions.map(({ key }) => key));
  return {
    machine: chart.id,
    version: chart.version,
    file,
    total: transitions.length,
    reachable: counted.length,
    taken: hit,
    percent: counted.length === 0 ? 100 : Math.floor((hit * 1000) / counted.length) / 10,
    passed: min === null || hit * 100 >= min * counted.length,
    bound_met: boundMet,
    transitions,
    unknown: [...(taken.tests?.keys() ?? [])].filter((key) => !keys.has(key)).toSorted(),
  };
}

/** How often a transition was taken, by tests and runs together. */
export function timesTaken({ by_tests: byTests, by_runs: byRuns }: TransitionCoverage): number {
  return (byTests ?? 0) + (byRuns ?? 0);
}

/** The transitions that nothing has taken although it could have, in words: `door.closed ENTER -> door.open [isRight]`; in the order of the chart. */
export function neverTaken(chart: Chart, { transitions }: MachineCoverage): readonly string[] {
  const missed = new Set(
    transitions
      .filter((transition) => transition.reachable && !transition.untold && timesTaken(transition) === 0)
      .map(({ key }) => key),
  );
  return transitionsOf(chart)
    .filter((transition) => missed.has(transitionKey(transition)))
    .map(transitionName);
}

/** A transition in one line: where it starts, what triggers it, where it leads or what it does there, and its guard. */
function transitionName(transition: ChartTransition): string {
  const { trigger, guard, actions } = transitionWords(transition);
  const { source, targets } = transition;
  const effect = targets.length === 0 ? (actions ?? 'is ignored') : `-> ${targets.join(', ')}`;
  return [source, trigger, effect, guard].filter((part) => part !== null).join(' ');
}
