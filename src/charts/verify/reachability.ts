import type { Finding } from '../../../schemas/cli/verify-report.ts';
import type { ChartTransition } from '../chart.ts';
import { statesOf, transitionsOf } from '../chart.ts';
import type { Exploration } from './explore.ts';
import { pathToState, transitionLabel } from './paths.ts';

/** States that nothing enters, and transitions of the others that nothing takes, whatever the guards say. Of an exploration that met a bound nothing is said. */
export function unreachableParts(exploration: Exploration): readonly Finding[] {
  if (exploration.boundsMet.size > 0) return [];
  return [...unreachableStates(exploration), ...neverTaken(exploration)];
}

function unreachableStates({ chart, firstEntries }: Exploration): readonly Finding[] {
  const missed = statesOf(chart).filter(({ kind, path }) => kind !== 'history' && !firstEntries.has(path));
  const paths = new Set(missed.map(({ path }) => path));
  // Of a state that is never entered with all that is in it, the outermost says it all.
  const outermost = missed.filter(({ path }) => !paths.has(path.slice(0, path.lastIndexOf('.'))));
  return outermost.map(({ path }) => ({
    code: 'unreachable_state',
    severity: 'error',
    message: `${path} is never entered`,
    states: [path],
    transitions: [],
    path: null,
  }));
}

function neverTaken(exploration: Exploration): readonly Finding[] {
  const { chart, taken, firstEntries } = exploration;
  const finals = new Set(statesOf(chart).flatMap(({ kind, path }) => (kind === 'final' ? [path] : [])));
  // Transitions of final states are a finding of their own.
  const missed = transitionsOf(chart).filter(
    (transition) => !taken.has(transition) && firstEntries.has(transition.source) && !finals.has(transition.source),
  );
  return missed.map((transition) => {
    const before = transitionsOf(chart).find((other) => comesFirst(other, transition));
    const label = transitionLabel(transition);
    const guarded = transition.guard === null ? '' : `, so its guard ${transition.guard} can never matter`;
    return {
      code: before === undefined ? 'never_taken' : 'shadowed',
      severity: 'error',
      message:
        before === undefined
          ? `${label} is never taken: ${whyNever(exploration, transition)}`
          : `${label} is never taken: ${transitionLabel(before)} comes first and has no guard${guarded}`,
      states: [transition.source],
      transitions: before === undefined ? [label] : [label, transitionLabel(before)],
      path: [...(pathToState(exploration, transition.source) ?? [])],
    };
  });
}

function comesFirst(other: ChartTransition, transition: ChartTransition): boolean {
  const { source, event, index } = transition;
  return other.source === source && other.event === event && other.index < index && other.guard === null;
}

function whyNever({ events, configurations }: Exploration, { kind, event, source }: ChartTransition): string {
  if (kind === 'done') return 'the state whose end it waits for never ends while this one is active';
  const origin = events.find(({ name }) => name === event)?.onlyIn ?? null;
  const together = [...configurations.values()].some(
    ({ active }) => active.has(source) && origin?.some((path) => active.has(path)),
  );
  if (origin !== null && !together) return 'what sends its event is never active together with its state';
  return 'a state inside of its own always takes the event first';
}
