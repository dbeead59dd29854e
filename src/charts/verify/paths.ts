import type { PathStep } from '../../../schemas/cli/verify-report.ts';
import type { ChartTransition } from '../chart.ts';
import type { Edge, Exploration } from './explore.ts';
import type { Answer } from './twin.ts';

/** How a transition is named in a verdict: its state, its event (`always` for none), and its place among those of that event from the second on. */
export function transitionLabel({ source, event, index }: Pick<ChartTransition, 'source' | 'event' | 'index'>): string {
  return `${source} ${event === '' ? 'always' : event}${index === 0 ? '' : ` #${index + 1}`}`;
}

/** The answers of guards as a verdict has them. */
export function answersOf(asked: readonly Answer[]): PathStep['guards'] {
  return asked.map(({ transition, said }) => ({ guard: transition.guard ?? '', at: transitionLabel(transition), said }));
}

/** The shortest way from the start to a configuration, by its key; the first step is the start itself, with event ''. */
export function pathTo(exploration: Exploration, key: string): readonly PathStep[] {
  const edge = exploration.firstEdges.get(key);
  return edge === undefined ? [] : pathAlong(exploration, edge);
}

/** The shortest way to where an edge begins, and that edge. */
export function pathAlong(exploration: Exploration, last: Edge): readonly PathStep[] {
  const edges: Edge[] = [];
  for (
    let edge: Edge | undefined = last;
    edge !== undefined;
    edge = edge.from === null ? undefined : exploration.firstEdges.get(edge.from)
  ) {
    edges.push(edge);
  }
  return edges.toReversed().map((edge) => ({
    event: edge.event,
    guards: answersOf(edge.asked),
    to: edge.to === null ? [] : [...(exploration.configurations.get(edge.to)?.leaves ?? [])],
  }));
}

/** The shortest way on which a state is entered; null where it never is. */
export function pathToState(exploration: Exploration, path: string): readonly PathStep[] | null {
  const edge = exploration.firstEntries.get(path);
  return edge === undefined ? null : pathAlong(exploration, edge);
}

/** Keys of all configurations from which one of `goals` can be reached, these included. */
export function reaching(exploration: Exploration, goals: Iterable<string>): ReadonlySet<string> {
  const before = new Map<string, string[]>();
  for (const [from, edges] of exploration.edges) {
    for (const { to } of edges) {
      if (to === null) continue;
      const sources = before.get(to);
      if (sources === undefined) before.set(to, [from]);
      else sources.push(from);
    }
  }
  const found = new Set(goals);
  // A set is walked in the order in which it grows.
  for (const key of found) for (const earlier of before.get(key) ?? []) found.add(earlier);
  return found;
}
