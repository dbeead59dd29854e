import type { AnyStateMachine } from 'xstate';
import { exitCodes, UserError } from '../../errors.ts';
import { chartOf } from '../chart-of.ts';
import type { Samples } from '../verify/guards-said.ts';
import { drivePath } from './drive-path.ts';
import type { DrivenPath, MachinePath } from './drive-path.ts';
import { obligationsOf } from './obligations.ts';
import type { Obligation } from './obligations.ts';
import { prolonged, searchPaths } from './search-paths.ts';
import { walkerOf } from './walker.ts';
import type { Place, Walker } from './walker.ts';

/** The paths that a test file takes. */
export interface CoverPlan {
  readonly paths: readonly DrivenPath[];
  /** What the paths have to bring about: every transition that can be taken, both answers of each guard. */
  readonly wanted: readonly Obligation[];
  /** Of those what no path brings about, in the order of the chart. */
  readonly missed: readonly Obligation[];
  /** Whether the search ended before everything had been tried. */
  readonly boundMet: boolean;
}

/**
 * Few paths that together bring about all that can happen in a machine. Of the shortest ways to each obligation the one is taken that meets most of what is
 * left, and prolonged as long as more of it is near; this again and again, and in the end each path that the others make needless is dropped. The fewest
 * paths of all are not promised: to find them is to cover a set, which is hard; the choice alone is the greedy cover of Chvátal (A Greedy Heuristic for the
 * Set-Covering Problem, 1979), which takes at most 1 + 1/2 + … + 1/d times as many ways as the best choice among the same ones, d being what one meets.
 *
 * @throws UserError (exit code 3) where the same path does not go the same way twice.
 */
export function coverPlan(machine: AnyStateMachine, samples: Samples | null): CoverPlan {
  const chart = chartOf(machine);
  const wanted = obligationsOf(chart);
  const walker = walkerOf(machine, chart, samples);
  const { ends, boundMet } = searchPaths(walker, wanted);
  const walked = walks(walker, ends, wanted).map((end) => driven(machine, end));
  // What went otherwise with a real actor than in the pure walk is tried by its shortest way.
  const met = coveredBy(walked);
  const others = wanted.every((obligation) => met.has(obligation)) ? [] : ends.map((end) => driven(machine, end));
  const chosen = pruned([...walked, ...others], wanted);
  for (const { path, went } of chosen) {
    if (JSON.stringify(drivePath(machine, path).steps) !== JSON.stringify(went.steps)) throw undetermined(machine);
  }
  const reached = coveredBy(chosen);
  return {
    paths: chosen.map(({ went }) => went),
    wanted,
    missed: wanted.filter((obligation) => !reached.has(obligation)),
    boundMet,
  };
}

interface Candidate {
  readonly path: MachinePath;
  readonly went: DrivenPath;
}

function driven(machine: AnyStateMachine, end: Place): Candidate {
  const path = pathTo(end);
  return { path, went: drivePath(machine, path) };
}

function coveredBy(candidates: readonly Candidate[]): ReadonlySet<Obligation> {
  return new Set(candidates.flatMap(({ went }) => [...went.covered]));
}

/** Ends of the paths. Of equal ways the one that leaves the machine alive is taken, of those the shortest, and of those the first. */
function walks(walker: Walker, ends: readonly Place[], wanted: readonly Obligation[]): readonly Place[] {
  const ways = ends.map((end) => ({
    end,
    length: stepsTo(end).length,
    met: new Set(stepsTo(end).flatMap((at) => [...at.happened])),
  }));
  const left = new Set(wanted);
  const chosen: Place[] = [];
  for (;;) {
    const ranked = ways
      .map((way) => ({ ...way, news: [...way.met].filter((obligation) => left.has(obligation)) }))
      .filter(({ news }) => news.length > 0)
      .sort((a, b) => b.news.length - a.news.length || aliveFirst(a.end, b.end) || a.length - b.length);
    const [best] = ranked;
    if (best === undefined) return chosen;
    for (const obligation of best.news) left.delete(obligation);
    chosen.push(prolonged(walker, best.end, left));
  }
}

function aliveFirst(a: Place, b: Place): number {
  return Number(b.snapshot.status === 'active') - Number(a.snapshot.status === 'active');
}

/** The places on the way, the start first. */
function stepsTo(end: Place): readonly Place[] {
  const steps: Place[] = [];
  for (let at: Place | null = end; at !== null; at = at.before) steps.push(at);
  return steps.toReversed();
}

function pathTo(end: Place): MachinePath {
  return { input: end.input, events: stepsTo(end).flatMap(({ by }) => (by === null ? [] : [by])) };
}

/** The shortest ones are tried first: what they do is the likeliest to be done by another. */
function pruned(candidates: readonly Candidate[], wanted: readonly Obligation[]): readonly Candidate[] {
  const aims = new Set(wanted);
  let kept = candidates;
  for (const candidate of candidates.toSorted((a, b) => a.path.events.length - b.path.events.length)) {
    const others = kept.filter((other) => other !== candidate);
    const met = coveredBy(others);
    if ([...candidate.went.covered].every((obligation) => met.has(obligation) || !aims.has(obligation))) kept = others;
  }
  return kept;
}

function undetermined(machine: AnyStateMachine): UserError {
  return new UserError(
    exitCodes.invalidDefinition,
    'not_deterministic',
    `the machine ${machine.id} does not go the same way twice`,
    {
      hint: 'its guards and actions look at a clock or at random numbers: what they look at must come with the input or with an event',
    },
  );
}
