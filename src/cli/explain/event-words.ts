import type { AcceptedEvent } from '../../../schemas/cli/explain-report.ts';
import type { TakenEvent } from '../../history/accepted-events.ts';

/** What an event does, and the verb that sends it where one does. */
interface EventWords {
  readonly meaning: string;
  readonly command?: (run: string, step: string) => string;
}

const words: Readonly<Record<TakenEvent['event'], EventWords>> = {
  START: { meaning: 'it starts' },
  DISPATCH: { meaning: 'a step starts' },
  ASK: { meaning: 'a step asks a person' },
  ANSWER: {
    meaning: 'a person answers the step',
    command: (run, step) => `stateyard approve ${run} ${step}, or stateyard reject ${run} ${step}`,
  },
  IDLE: { meaning: 'no step is left that could start' },
  SETTLE: { meaning: 'steps that wait are skipped or canceled' },
  PAUSE: { meaning: 'no further step starts', command: (run) => `stateyard pause ${run}` },
  UNPAUSE: { meaning: 'it goes on; a budget that is used up is granted once more', command: (run) => `stateyard unpause ${run}` },
  CALL: { meaning: 'the step calls a tool' },
  SPEND: { meaning: 'the call of the step is paid for' },
  HOLD: { meaning: 'the step waits for the budget' },
  CANCEL: { meaning: 'its steps are stopped, and it ends as canceled', command: (run) => `stateyard cancel ${run}` },
  QUARANTINE: {
    meaning: 'it is set aside for good',
    command: (run) => `stateyard quarantine ${run} --reason TEXT`,
  },
  'xstate.done.actor.deadline': { meaning: 'its timeout passes' },
  'xstate.done.actor.step.*': { meaning: 'the step ends' },
  'xstate.error.actor.step.*': { meaning: 'the actor of the step breaks' },
};

/** An event that the chart of a run takes, as a document has it. */
export function describeTaken({ event, stepId }: TakenEvent, runId: string): AcceptedEvent {
  const { meaning, command } = words[event];
  return { event, step_id: stepId, command: command?.(runId, stepId ?? '') ?? null, meaning };
}
