import { fromTransition } from 'xstate';
import type { AnyMachineSnapshot } from 'xstate';
import { runMachine } from '../../machines/run.ts';
import type { RunInput } from '../../machines/run-model.ts';
import type { InspectedState } from '../../schemas/cli/inspect-report.ts';
import { sendInert, startInert } from '../charts/verify/inert-scope.ts';
import { statePath } from '../engine/run-event.ts';

/** An event as the chart of a run takes it. */
export interface ReplayEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

// The steps have charts of their own, whose states are in the audit trail: here they only have to be there.
const machine = runMachine.provide({ actors: { step: fromTransition(() => null, null) as never } });

/** What the audit trail does not hold to the millisecond or at all: when the run's time is over, and what its calls have spent. */
const unrecorded: ReadonlySet<string> = new Set(['deadlineMs', 'meters', 'grants']);

/** The chart of a run, taken once more through the events that it had. Nothing is started, no clock is read. */
export class RunReplay {
  #snapshot: AnyMachineSnapshot;

  constructor(input: RunInput) {
    this.#snapshot = startInert(machine, input);
  }

  /** The state as a dotted path. */
  get path(): string {
    return statePath(this.#snapshot.value);
  }

  /** The state with its memory, but for what the audit trail does not tell (`deadlineMs`, `meters`, `grants`). */
  get state(): InspectedState {
    const { value, status, context } = this.#snapshot as { value: InspectedState['value']; status: string; context: object };
    const known = Object.entries(context).filter(([key]) => !unrecorded.has(key));
    return {
      status: status === 'done' ? 'done' : 'active',
      value,
      context: Object.fromEntries(known),
    };
  }

  /** Takes an event; false, and nothing changes, where the chart refuses it or breaks over it. */
  take(event: ReplayEvent): boolean {
    try {
      if (!this.#snapshot.can(event)) return false;
      const next = sendInert(machine, this.#snapshot, event);
      if (next.status === 'error') return false;
      this.#snapshot = next;
      return true;
    } catch {
      // A stored event that the chart of this version cannot take: the caller goes on without the chart.
      return false;
    }
  }
}

/** The value that XState has for a dotted path of our charts, which nest once: `running.active` is `{running: 'active'}`. */
export function stateValueOf(path: string): InspectedState['value'] {
  const [first = '', ...rest] = path.split('.');
  return rest.length === 0 ? first : { [first]: rest.join('.') };
}
