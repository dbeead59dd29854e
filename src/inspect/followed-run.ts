import type { RunInput } from '../../machines/run-model.ts';
import type { InspectedState } from '../../schemas/cli/inspect-report.ts';
import type { RunEvent } from '../../schemas/run-event.ts';
import { entriesOnTheWay, holdOf, nextRunMove, runEventOf, runMoveOf } from './run-events.ts';
import { RunReplay, stateValueOf } from './run-replay.ts';
import type { ReplayEvent } from './run-replay.ts';

/** An event that the run got, and where it stood then. */
export interface Heard {
  readonly event: ReplayEvent;
  readonly state: InspectedState;
}

const finalStates: ReadonlySet<string> = new Set(['succeeded', 'canceled', 'quarantined']);

/**
 * The chart of a run on its way along the audit trail: it takes the events that the trail names and those that the run must have had, and has to come by
 * each stored state. From where it does not, the stored states stand alone.
 */
export class FollowedRun {
  readonly #trail: readonly RunEvent[];
  /** Entries that an event before them has explained. */
  readonly #explained = new Set<number>();
  /** Steps that are held, until the entry in which the run hears of it. */
  readonly #heldSteps: string[] = [];
  /** Null from where chart and trail part. */
  #chart: RunReplay | null;
  /** Where the trail says that the run is. */
  #path = 'pending';

  /** `input`: what the run was started with; null where that is not known, and the stored states stand alone from the beginning. */
  constructor(trail: readonly RunEvent[], input: RunInput | null) {
    this.#trail = trail;
    this.#chart = input === null ? null : new RunReplay(input);
  }

  /** The state as a dotted path. */
  get path(): string {
    return this.#path;
  }

  /** The state; with its memory as long as chart and trail agree. */
  get state(): InspectedState {
    if (this.#chart !== null) return this.#chart.state;
    return { status: finalStates.has(this.#path) ? 'done' : 'active', value: stateValueOf(this.#path) };
  }

  /** Gives the run an event that no entry names; what it changes is told from the entry `start` on. False where the chart takes no such event: it is not told of then. */
  imply(start: number, event: ReplayEvent): boolean {
    if (this.#chart === null) return false;
    if (this.#take(start, event)) return true;
    this.#chart = null;
    return false;
  }

  /** A step is held, by the entry at this place. The run hears of it at the end of the turn, after whatever else has happened in it. */
  hold(index: number, stepId: string): readonly Heard[] {
    if (nextRunMove(this.#trail, index + 1)?.event === 'HOLD') {
      this.#heldSteps.push(stepId);
      return [];
    }
    const event = holdOf(this.#trail, index, stepId);
    return this.imply(index + 1, event) ? [{ event, state: this.state }] : [];
  }

  /** The events that the entry at this place tells of, if it is a change of the run that none before has explained. */
  moveAt(index: number): readonly Heard[] {
    const entry = this.#trail[index];
    // A run whose own snapshot was damaged is put together anew in another state than it was in, and says so here alone.
    if (entry?.kind === 'run_resumed') this.#path = entry.payload.state;
    const move = runMoveOf(entry);
    if (move === null || this.#explained.has(index)) return [];
    const heard = move.event === 'HOLD' ? this.#holdAll(index) : this.#hear(index, runEventOf(this.#trail, index, move));
    if (this.#explained.has(index)) return heard;
    // The chart of this version does not say what happened.
    this.#chart = null;
    this.#path = move.to;
    return [...heard, { event: runEventOf(this.#trail, index, move), state: this.state }];
  }

  /** Tells the run of held steps until it stands where the entry says. */
  #holdAll(index: number): readonly Heard[] {
    const heard: Heard[] = [];
    while (!this.#explained.has(index)) {
      const stepId = this.#heldSteps.shift();
      const last = stepId === undefined ? [] : this.#hear(index, holdOf(this.#trail, index - 1, stepId));
      if (last.length === 0) break;
      heard.push(...last);
    }
    return heard;
  }

  #hear(start: number, event: ReplayEvent): readonly Heard[] {
    return this.#take(start, event) ? [{ event, state: this.state }] : [];
  }

  /** Gives an event to the chart; false when it does not lead where the entries from `start` on say. */
  #take(start: number, event: ReplayEvent): boolean {
    if (this.#chart === null || !this.#chart.take(event)) return false;
    const from = this.#path;
    const to = this.#chart.path;
    const way = to === from ? [] : entriesOnTheWay(this.#trail, start, { from, to, event: event.type });
    if (way === null) return false;
    for (const place of way) this.#explained.add(place);
    this.#path = to;
    return true;
  }
}
