import { exitCodes, UserError } from '../../errors.ts';
import type { Chart } from '../chart.ts';
import { goalOf } from '../verify/ends.ts';
import { explore } from '../verify/explore.ts';
import type { Bounds, Exploration } from '../verify/explore.ts';
import { reaching } from '../verify/paths.ts';

/** What a model assumes beside the chart. */
export interface PromelaAssumptions {
  /** States with one of these tags count as ends, although an event may still lead out of them. */
  readonly endTags?: readonly string[];
  /** Events that come by themselves, but on which nobody may rely: timers that may not be set. Ends of actors and delays are relied on without this. */
  readonly unreliable?: readonly string[];
  /** So many detours may be made on the way to the goal; from 1 to 255, 4 unless told. More states for SPIN, no other property. */
  readonly detours?: number;
  readonly bounds?: Bounds;
}

/**
 * The chart as a model for SPIN 6 (Holzmann, The SPIN Model Checker, 2003): its configurations, as XState goes through them, with every event that can
 * come and every answer of every guard as a free choice. Two properties are written in it: `no_deadlock`, and `always_ends` (for a chart without a final
 * state `always_returns`: again and again it is where it began).
 *
 * The properties hold under fairness, which the head of the model says: that of the events which are bound to come (an actor ends, a delay is over; where none
 * is under way, a wait is answered) one that leads nearer to the goal comes at last, after a bounded number of detours (retries, pauses, refusals).
 *
 * @throws UserError (exit code 1) where the chart has more configurations than can be explored.
 */
export function chartPromela(chart: Chart, assumptions: PromelaAssumptions = {}): string {
  const exploration = explore(chart, assumptions.bounds);
  if (exploration.boundsMet.size > 0) {
    throw new UserError(
      exitCodes.failed,
      'chart_too_large',
      `the chart ${chart.id} has more configurations than a model can be written of`,
      {
        hint: 'verify says which bound was met; parallel regions multiply, so look at them one by one',
      },
    );
  }
  return modelText(chart, exploration, { ...modelOf(exploration, assumptions), detours: assumptions.detours ?? 4 });
}

interface Model {
  readonly numbers: ReadonlyMap<string, number>;
  readonly goals: ReadonlySet<string>;
  readonly moves: readonly Move[];
}

interface Move {
  readonly from: string;
  readonly to: string;
  readonly event: string;
  readonly isDetour: boolean;
}

function modelOf(exploration: Exploration, assumptions: PromelaAssumptions): Model {
  const goals = new Set(goalsOf(exploration, assumptions));
  const relied = reliedEvents(exploration, assumptions);
  const nearer = distances(exploration, goals, relied);
  const moves = new Map<string, Move>();
  for (const [from, edges] of exploration.edges) {
    for (const { event, to } of edges) {
      if (to === null || !exploration.configurations.has(to)) continue;
      const leads = relied.get(from)?.has(event) === true && (nearer.get(to) ?? Infinity) < (nearer.get(from) ?? Infinity);
      moves.set(JSON.stringify([from, to, event]), { from, to, event, isDetour: !leads });
    }
  }
  const numbers = new Map([...exploration.configurations.keys()].map((key, index) => [key, index]));
  return { numbers, goals, moves: [...moves.values()] };
}

function goalsOf({ chart, configurations, initial }: Exploration, { endTags = [] }: PromelaAssumptions): readonly string[] {
  if (goalOf(chart) === 'return') return initial;
  const tagged = new Set(endTags);
  const isEnd = (key: string): boolean => {
    const configuration = configurations.get(key);
    if (configuration === undefined) return false;
    return configuration.status === 'done' || hasTag(chart.root, configuration.active, tagged);
  };
  return [...configurations.keys()].filter(isEnd);
}

function hasTag(state: Chart['root'], active: ReadonlySet<string>, tags: ReadonlySet<string>): boolean {
  if (!active.has(state.path)) return false;
  return state.tags.some((tag) => tags.has(tag)) || state.states.some((child) => hasTag(child, active, tags));
}

/** By configuration, the events that are bound to come in it: what comes by itself, and where nothing does, what is asked of others. Errors are never relied on. */
function reliedEvents(
  { events, edges }: Exploration,
  { unreliable = [] }: PromelaAssumptions,
): ReadonlyMap<string, ReadonlySet<string>> {
  const own = new Set(events.flatMap(({ name, comesByItself }) => (comesByItself ? [name] : [])));
  const isRelied = (event: string): boolean =>
    own.has(event) && !event.startsWith('xstate.error.') && !unreliable.includes(event);
  return new Map(
    [...edges].map(([key, list]) => {
      const taken = list.map(({ event }) => event);
      const bound = taken.filter(isRelied);
      return [key, new Set(bound.length > 0 ? bound : taken.filter((event) => !own.has(event)))];
    }),
  );
}

/** How many relied events lead from each configuration to a goal at least; those from which none do are missing. */
function distances(
  exploration: Exploration,
  goals: ReadonlySet<string>,
  relied: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlyMap<string, number> {
  const edges = new Map(
    [...exploration.edges].map(([key, list]) => [key, list.filter(({ event }) => relied.get(key)?.has(event) === true)]),
  );
  const found = new Map<string, number>([...goals].map((key) => [key, 0]));
  // Each is found after all that are nearer.
  for (const key of reaching({ ...exploration, edges }, goals)) {
    if (found.has(key)) continue;
    const next = (edges.get(key) ?? []).map(({ to }) => (to === null ? Infinity : (found.get(to) ?? Infinity)));
    found.set(key, 1 + Math.min(...next));
  }
  return found;
}

function modelText(chart: Chart, exploration: Exploration, model: Model & { readonly detours: number }): string {
  const { numbers, goals, moves, detours } = model;
  const goal = goalOf(chart);
  const place = (key: string): number => numbers.get(key) ?? 0;
  const atGoal = [...goals].map((key) => `at == ${place(key)}`).join(' || ');
  const lines = [
    `/* ${plain(chart.id)}${chart.version === null ? '' : ` ${plain(chart.version)}`}, as it can be whatever its guards say.`,
    '   Assumed: every actor that is invoked or spawned ends, and every delay passes; where none is under way, a wait is answered;',
    `   after ${detours} detours in all (retries, pauses, other events) what comes leads nearer to the ${goal === 'end' ? 'end' : 'start'}. */`,
    '',
    ...[...numbers].map(
      ([key, number]) => `/* ${number}: ${plain(exploration.configurations.get(key)?.leaves.join(', ') ?? '')} */`,
    ),
    '',
    'short at = 0;',
    `byte detours = ${detours};`,
    'bool stuck = false;',
    `#define reached (${atGoal === '' ? 'false' : atGoal})`,
    '',
    'active proctype machine() {',
    '  if',
    ...exploration.initial.map((key) => `  :: at = ${place(key)}`),
    '  fi;',
    '  do',
    ...moves.map(
      ({ from, to, event, isDetour }) =>
        `  :: atomic { at == ${place(from)}${isDetour ? ' && detours > 0' : ''} -> ${isDetour ? 'detours--; ' : ''}at = ${place(to)} } /* ${plain(event)} */`,
    ),
    goal === 'end' ? '  :: reached -> break' : '  :: reached -> skip',
    '  :: else -> stuck = true; break',
    '  od',
    '}',
    '',
    'ltl no_deadlock { [] !stuck }',
    goal === 'end' ? 'ltl always_ends { <> reached }' : 'ltl always_returns { [] <> reached }',
  ];
  return `${lines.join('\n')}\n`;
}

/** Text of a user that cannot end a comment of C. */
function plain(text: string): string {
  return text.replaceAll('*/', '* /').replaceAll('/*', '/ *').replaceAll(/\s+/g, ' ');
}
