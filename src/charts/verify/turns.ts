import type { Finding } from '../../../schemas/cli/verify-report.ts';
import type { Chart, ChartState } from '../chart.ts';
import { statesOf } from '../chart.ts';
import type { Exploration, FoundCycle } from './explore.ts';
import { pathAlong, pathToState, transitionLabel } from './paths.ts';

/** Turns that never end: certainly, or as long as guards that are asked on the way go on saying the same. Each circle is found once. */
export function endlessTurns(exploration: Exploration): readonly Finding[] {
  const seen = new Set<string>();
  return exploration.cycles.flatMap((found) => {
    const labels = found.cycle.transitions.map(transitionLabel);
    const place = JSON.stringify([labels.toSorted(), found.cycle.guarded]);
    if (seen.has(place)) return [];
    seen.add(place);
    return [cycleFinding(exploration, found, labels)];
  });
}

function cycleFinding(exploration: Exploration, { cycle, edge }: FoundCycle, labels: string[]): Finding {
  const states = [...new Set(cycle.transitions.map(({ source }) => source))];
  const circle = [...states, states[0]].join(' -> ');
  return {
    code: cycle.guarded ? 'possible_cycle' : 'always_cycle',
    severity: cycle.guarded ? 'warning' : 'error',
    message: cycle.guarded
      ? `a turn goes in circles until a guard says something else: ${circle}`
      : `a turn never ends: ${circle}`,
    states,
    transitions: labels,
    path: [...pathAlong(exploration, edge)],
  };
}

/** Invoked actors whose error nothing takes, in their state or around it: such an error ends the machine. */
export function untakenErrors(exploration: Exploration): readonly Finding[] {
  const { chart } = exploration;
  return statesOf(chart).flatMap((state) => {
    const path = pathToState(exploration, state.path);
    const open = path === null ? [] : state.invokes.filter(({ id }) => !takesErrorOf(chart, state, id));
    return open.map(({ id, src }): Finding => ({
      code: 'no_error_transition',
      severity: 'warning',
      message: `${state.path} invokes ${id === src ? src : `${id} (${src})`} without onError: when it throws, the machine ends with an error`,
      states: [state.path],
      transitions: [],
      path: path === null ? null : [...path],
    }));
  });
}

function takesErrorOf(chart: Chart, state: ChartState, actorId: string): boolean {
  const around = statesOf(chart).filter(({ path }) => state.path === path || state.path.startsWith(`${path}.`));
  return around.some(({ transitions }) => transitions.some(({ event }) => fits(`xstate.error.actor.${actorId}`, event)));
}

/** Whether an event descriptor of XState fits an event: the same, `*`, or `a.b.*` for what begins with `a.b.`. */
function fits(event: string, descriptor: string): boolean {
  if (descriptor === event || descriptor === '*') return true;
  return descriptor.endsWith('.*') && event.startsWith(descriptor.slice(0, -1));
}
