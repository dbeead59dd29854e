import type { Chart } from '../chart.ts';
import { statesOf, transitionsOf } from '../chart.ts';

/** An event that can come to a chart from outside of a turn. */
export interface ChartEvent {
  readonly name: string;
  /** Paths of the states of which one must be active for the event to come: of an actor's end those that invoke it, of a delay its own. Null: it may come at any time. */
  readonly onlyIn: readonly string[] | null;
  /** Whether it comes by itself once such a state is active (the end of an actor, a delay), and not from a person or another program. */
  readonly comesByItself: boolean;
}

const actorPrefixes = ['xstate.done.actor.', 'xstate.error.actor.', 'xstate.snapshot.'];

/**
 * Every event that is written in a chart, once, in the order of its states; a wildcard stands for an event that no other name fits. That a state is done is not among
 * them: XState says so within the turn. The end of an actor that no state invokes (a spawned one) may come at any time.
 */
export function eventsOf(chart: Chart): readonly ChartEvent[] {
  const invoking = new Map<string, string[]>();
  for (const state of statesOf(chart)) {
    for (const { id } of state.invokes) invoking.set(id, [...(invoking.get(id) ?? []), state.path]);
  }
  const events = new Map<string, ChartEvent>();
  for (const { event: name, kind, source } of transitionsOf(chart)) {
    if (kind === 'always' || kind === 'done') continue;
    if (kind === 'after') {
      const known = events.get(name)?.onlyIn ?? [];
      events.set(name, { name, onlyIn: [...new Set([...known, source])], comesByItself: true });
      continue;
    }
    const prefix = actorPrefixes.find((start) => name.startsWith(start));
    const onlyIn = prefix === undefined ? null : (invoking.get(name.slice(prefix.length)) ?? null);
    events.set(name, { name, onlyIn, comesByItself: prefix !== undefined });
  }
  return [...events.values()];
}

/** Whether an event can come while these states are active. */
export function canCome({ onlyIn }: ChartEvent, active: ReadonlySet<string>): boolean {
  return onlyIn === null || onlyIn.some((path) => active.has(path));
}
