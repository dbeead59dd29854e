import { runMachine } from '../../machines/run.ts';
import type { RunEvent } from '../../machines/run-model.ts';
import { chartOf } from '../charts/chart-of.ts';
import { transitionsOf } from '../charts/chart.ts';

/** Why a chart does not take an event where it stands: nothing there names it, a state names it to leave it out, or a guard says no. */
export type Refused =
  | { readonly kind: 'no_transition' }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'guard'; readonly guards: readonly string[] };

/** Why the chart of a run refuses an event in `state`, a dotted path such as `running.active`; the innermost state that names the event decides. */
export function whyRefused(state: string, event: RunEvent['type']): Refused {
  const chart = chartOf(runMachine);
  const parts = `${chart.root.path}.${state}`.split('.');
  const transitions = transitionsOf(chart).filter((each) => each.event === event);
  for (let length = parts.length; length > 0; length--) {
    const source = parts.slice(0, length).join('.');
    const found = transitions.filter((each) => each.source === source);
    if (found.length === 0) continue;
    const guards = [...new Set(found.flatMap(({ guard }) => guard ?? []))];
    return guards.length === 0 ? { kind: 'ignored' } : { kind: 'guard', guards };
  }
  return { kind: 'no_transition' };
}
