import type { Finding } from '../../../schemas/cli/verify-report.ts';
import type { Chart, ChartState } from '../chart.ts';
import { statesOf } from '../chart.ts';
import type { Exploration } from './explore.ts';
import { pathTo, pathToState, reaching, transitionLabel } from './paths.ts';

/** What must be reachable from everywhere: an end, or in a chart that has none the start again. */
export function goalOf(chart: Chart): 'end' | 'return' {
  return canEnd(chart.root) ? 'end' : 'return';
}

/** Configurations that take no event, ways into places from which the goal cannot be reached, and final states that can be left. */
export function missedEnds(exploration: Exploration): readonly Finding[] {
  const stuck = new Set(deadlocks(exploration));
  return [
    ...[...stuck].map((key) => deadlockFinding(exploration, key)),
    ...deadEnds(exploration, stuck),
    ...finalsThatLeave(exploration),
  ];
}

function canEnd(state: ChartState): boolean {
  if (state.kind === 'compound') return state.states.some(({ kind }) => kind === 'final');
  return state.kind === 'parallel' && state.states.every(canEnd);
}

function deadlocks({ followed, edges }: Exploration): readonly string[] {
  return [...followed].filter((key) => edges.get(key)?.length === 0);
}

function deadlockFinding(exploration: Exploration, key: string): Finding {
  const leaves = leavesOf(exploration, key);
  return {
    code: 'deadlock',
    severity: 'error',
    message: `${leaves.join(' with ')} takes no event and is no end`,
    states: leaves,
    transitions: [],
    path: [...pathTo(exploration, key)],
  };
}

/** One finding for each way into a place without a goal, not one for each configuration of that place. */
function deadEnds(exploration: Exploration, stuck: ReadonlySet<string>): readonly Finding[] {
  const { chart, configurations, firstEdges } = exploration;
  const goal = goalOf(chart);
  const well = reaching(exploration, goal === 'end' ? endsOf(exploration) : [...exploration.initial, ...unknown(exploration)]);
  const lost = [...configurations.keys()].filter((key) => !well.has(key));
  const isLost = new Set(lost);
  const entries = lost.filter((key) => {
    const from = firstEdges.get(key)?.from ?? null;
    return !stuck.has(key) && (from === null || !isLost.has(from));
  });
  return entries.map((key) => {
    const leaves = leavesOf(exploration, key);
    const what = goal === 'end' ? 'no end can be reached' : 'the start can never be reached again';
    return {
      code: goal === 'end' ? 'dead_end' : 'no_return',
      severity: 'error',
      message: `from ${leaves.join(' with ')} ${what}`,
      states: leaves,
      transitions: [],
      path: [...pathTo(exploration, key)],
    };
  });
}

function endsOf(exploration: Exploration): readonly string[] {
  const done = [...exploration.configurations].filter(([, { status }]) => status === 'done').map(([key]) => key);
  return [...done, ...unknown(exploration)];
}

/** What a bound kept from being looked at may lead anywhere. */
function unknown({ configurations, followed, edges }: Exploration): readonly string[] {
  const unfollowed = [...configurations]
    .filter(([key, { status }]) => status === 'active' && !followed.has(key))
    .map(([key]) => key);
  const beyond = [...edges.values()].flat().flatMap(({ to }) => (to === null || configurations.has(to) ? [] : [to]));
  return [...unfollowed, ...beyond];
}

function finalsThatLeave(exploration: Exploration): readonly Finding[] {
  const finals = statesOf(exploration.chart).filter(({ kind, transitions }) => kind === 'final' && transitions.length > 0);
  return finals.map(({ path, transitions }) => ({
    code: 'final_leaves',
    severity: 'error',
    message: `${path} is final and has transitions of its own`,
    states: [path],
    transitions: transitions.map(transitionLabel),
    path: pathToState(exploration, path)?.slice() ?? null,
  }));
}

function leavesOf({ configurations }: Exploration, key: string): string[] {
  return [...(configurations.get(key)?.leaves ?? [])];
}
