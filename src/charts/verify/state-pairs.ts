import type { StatePair } from '../../../schemas/cli/verify-report.ts';
import type { ChartTransition } from '../chart.ts';
import { statesOf } from '../chart.ts';
import { canCome } from './chart-events.ts';
import type { ChartEvent } from './chart-events.ts';
import type { Edge, Exploration } from './explore.ts';
import { answersOf, transitionLabel } from './paths.ts';
import type { Configuration } from './twin.ts';

/** What was seen of one pair so far. */
interface Seen {
  readonly ways: Map<string, StatePair['ways'][number]>;
  comes: boolean;
  isRefused: boolean;
}

/** What becomes of every event in every innermost state that is reached, over all configurations that it is part of; by state, then by event, both in the order of the chart. */
export function statePairs(exploration: Exploration): readonly StatePair[] {
  const { chart, events, configurations } = exploration;
  const rows = new Map<string, ReadonlyMap<string, Seen>>();
  for (const configuration of configurations.values()) {
    for (const leaf of configuration.leaves) {
      const row: ReadonlyMap<string, Seen> =
        rows.get(leaf) ?? new Map(events.map(({ name }) => [name, { ways: new Map(), comes: false, isRefused: false }]));
      rows.set(leaf, row);
      noteEvents(exploration, configuration, row);
      for (const edge of exploration.edges.get(configuration.key) ?? []) noteWay(leaf, edge, row.get(edge.event));
    }
  }
  const leaves = statesOf(chart).filter(({ path }) => rows.has(path));
  return leaves.flatMap(({ path }) => events.map((event) => pairOf(path, event, rows.get(path)?.get(event.name))));
}

function noteEvents({ events, refused }: Exploration, configuration: Configuration, row: ReadonlyMap<string, Seen>): void {
  const refusedHere = refused.get(configuration.key);
  for (const event of events) {
    const seen = row.get(event.name);
    if (seen === undefined) continue;
    if (configuration.status === 'active' && canCome(event, configuration.active)) seen.comes = true;
    if (refusedHere?.has(event.name) === true) seen.isRefused = true;
  }
}

function noteWay(leaf: string, { taken, asked }: Edge, seen: Seen | undefined): void {
  const transition = taken.find((candidate) => isOwn(candidate, leaf));
  if (transition === undefined || seen === undefined) return;
  const own = asked.filter((answer) => isOwn(answer.transition, leaf) && answer.transition.event === transition.event);
  const way = { transition: transitionLabel(transition), guards: answersOf(own) };
  seen.ways.set(JSON.stringify(way), way);
}

function pairOf(state: string, event: ChartEvent, seen: Seen | undefined): StatePair {
  const ways = [...(seen?.ways.values() ?? [])];
  const comes = seen?.comes === true || event.onlyIn === null;
  const outcome = ways.length > 0 ? 'taken' : comes ? 'refused' : 'cannot_come';
  const mayBeRefused = outcome === 'refused' || (outcome === 'taken' && seen?.isRefused === true);
  return { state, event: event.name, outcome, may_be_refused: mayBeRefused, ways };
}

/** Whether a transition is one that an event takes, of this state or of one around it. */
function isOwn({ kind, source }: ChartTransition, state: string): boolean {
  return kind !== 'always' && kind !== 'done' && (state === source || state.startsWith(`${source}.`));
}
