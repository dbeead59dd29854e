import type { RunDetails, StepStatus } from '../../../schemas/cli/run-details.ts';
import { describeReason, reasonBeside } from '../render/reason.ts';
import { describeStepState } from './state-words.ts';

const mostNamed = 5;

/** Why a run is in its state, in sentences, the most important first. */
export function whyRun(details: RunDetails): string[] {
  const { run, shown_state: shown, steps } = details;
  const reason = describeReason(run.state_reason);
  const because = reason === '' ? '' : `: ${reasonBeside(shown, reason)}`;
  switch (shown) {
    case 'pending':
      return ['it is stored, and has not started yet'];
    case 'running':
      return [`a process is running it${because}`, ...underWay(steps), counts(steps)];
    case 'paused':
      return [`it is paused, and starts no further step${because}`, counts(steps)];
    case 'awaiting':
      return [`nothing can go on before a person answers: ${named(steps, 'awaitingApproval')}`, counts(steps)];
    case 'interrupted':
      return [
        'it has not ended, and no live process has it: nothing goes on before it is resumed',
        ...underWay(steps).map((words) => `as recorded, ${words}`),
        counts(steps),
      ];
    case 'succeeded':
      return ['all of its steps have ended, and none of them failed it', counts(steps)];
    case 'failed':
      return [`it failed${because}`, counts(steps)];
    case 'canceled':
    case 'quarantined':
      return [`it was ${shown}${because}`, counts(steps)];
    case 'unreadable':
      return [`its store cannot be read${because}`];
  }
}

/** The steps that have not succeeded and say something about the run: those that are under way, then those that ended otherwise. */
export function stepsOfNote(steps: readonly StepStatus[]): StepStatus[] {
  const told = steps.filter(({ state }) => state !== 'succeeded' && state !== 'waiting');
  const rank = ({ state }: StepStatus): number => ['failed', 'canceled', 'skipped'].indexOf(state);
  return told.toSorted((a, b) => rank(a) - rank(b) || a.position - b.position);
}

function underWay(steps: readonly StepStatus[]): string[] {
  const states = ['routing', 'held', 'awaitingApproval', 'backoff', 'canceling'];
  return steps
    .filter(({ state }) => states.includes(state) || state.startsWith('attempting'))
    .slice(0, mostNamed)
    .map(({ step_id: id, state }) => `${id} ${describeStepState(state)}`);
}

function named(steps: readonly StepStatus[], state: string): string {
  const ids = steps.filter((step) => step.state === state).map(({ step_id: id }) => id);
  const more = ids.length > mostNamed ? `, and ${ids.length - mostNamed} more` : '';
  return ids.slice(0, mostNamed).join(', ') + more;
}

function counts(steps: readonly StepStatus[]): string {
  const byState = new Map<string, number>();
  for (const { state } of steps) {
    const word = ['succeeded', 'failed', 'canceled', 'skipped', 'waiting'].includes(state) ? state : 'under way';
    byState.set(word, (byState.get(word) ?? 0) + 1);
  }
  const parts = [...byState].map(([word, count]) => `${count} ${word}`);
  return `of ${steps.length} step${steps.length === 1 ? '' : 's'} ${parts.join(', ') || 'none has started'}`;
}
