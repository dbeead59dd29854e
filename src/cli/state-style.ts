import type { Style } from './render/style.ts';

const styles: Readonly<Record<string, Style>> = {
  succeeded: 'green',
  failed: 'red',
  quarantined: 'red',
  canceled: 'yellow',
  interrupted: 'yellow',
  paused: 'yellow',
  awaiting: 'yellow',
  backoff: 'yellow',
  held: 'yellow',
  skipped: 'dim',
  waiting: 'dim',
  pending: 'dim',
  running: 'cyan',
};

/** The colour of a state of a run or a step. */
export function stateStyle(state: string): Style {
  return styles[state] ?? 'cyan';
}

/** A state of the step chart in one word: `attempting.executing` is `running`, `awaitingApproval` is `awaiting`. */
export function stepWord(state: string): string {
  if (state.startsWith('attempting')) return 'running';
  if (state === 'awaitingApproval') return 'awaiting';
  return state;
}
