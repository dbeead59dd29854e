import type { AnyMachineSnapshot } from 'xstate';
import type { Chart } from '../chart.ts';
import { canCome, eventsOf } from '../verify/chart-events.ts';
import type { SampleEvent, Samples } from '../verify/guards-said.ts';
import { jsonCopy } from './json-copy.ts';

/** An event of a path, and what the guards say then that the machine has no implementation of: those that are named say yes. */
export interface PathEvent {
  readonly event: SampleEvent;
  readonly yes: readonly string[];
}

/** How XState names the event of a delay. */
export const delayPrefix = 'xstate.after.';

/** Of more guards without an implementation not every combination of answers is tried, only one yes at a time. */
const mostCombined = 4;

/**
 * Everything that is tried in a snapshot: the events of the samples, or without samples every event of the chart that can come, with nothing but its type; and
 * in any case the delays that are running.
 */
export function possibleEvents(
  chart: Chart,
  samples: Samples | null,
  lacked: readonly string[],
): (snapshot: AnyMachineSnapshot) => readonly PathEvent[] {
  const known = eventsOf(chart);
  const delays = known.filter(({ name }) => name.startsWith(delayPrefix));
  const offered = samples === null ? known : delays;
  const answers = combinations(lacked);
  return (snapshot) => {
    const active = new Set(snapshot._nodes.map((node) => [chart.id, ...node.path].join('.')));
    const own = offered.filter((event) => canCome(event, active)).map(({ name }) => ({ type: concrete(name) }));
    const given = samples === null ? [] : typeof samples.events === 'function' ? samples.events(snapshot) : samples.events;
    const events = [...given.map((event) => jsonCopy(event) as unknown as SampleEvent), ...own];
    return events.flatMap((event) => answers.map((yes) => ({ event, yes })));
  };
}

/** An event that a wildcard stands for. */
function concrete(name: string): string {
  return name === '*' ? 'any.other' : name.replace(/\*$/, 'any');
}

function combinations(names: readonly string[]): readonly (readonly string[])[] {
  if (names.length > mostCombined) return [[], ...names.map((name) => [name]), names];
  return names.reduce<readonly (readonly string[])[]>((sets, name) => [...sets, ...sets.map((set) => [...set, name])], [[]]);
}
