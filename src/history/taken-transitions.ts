import type { Chart, ChartTransition } from '../charts/chart.ts';
import { ChartWalk } from './chart-walk.ts';
import type { StoredEvent } from './history-rows.ts';

/**
 * How often a run took each transition of the run's chart, by the transition's key, as its events tell (oldest first, all of them).
 *
 * Not counted, as no event tells of it: CALL and SPEND; the end of the run's time while it is stopping; the start of a step that fails over its condition before
 * it begins, which may have been DISPATCH or ASK; and in `pausing` the failure of a step while others go on, which may be tolerated, or pause the run once more.
 */
export function takenTransitions(chart: Chart, events: readonly StoredEvent[]): ReadonlyMap<string, number> {
  const past = new RunPast(chart);
  for (const event of events) past.add(event);
  return past.walk.counts;
}

const stepEnded = 'xstate.done.actor.step.';
const stepBroke = 'xstate.error.actor.step.';
const ends: ReadonlySet<string> = new Set(['succeeded', 'failed', 'canceled']);

type StepChange = Extract<StoredEvent['document'], { kind: 'step_state_changed' }>['payload'];

interface RunMove {
  readonly to: string;
  readonly event: string;
  readonly reason?: string | null | undefined;
}

/** The end of a step, until the run's next change of state shows what it meant. */
interface StepEnding {
  readonly stepId: string;
  /** What was counted for it; undefined: nothing, as more than one transition fits. */
  readonly counted: ChartTransition | undefined;
}

/** What has happened to a run, entry by entry of its audit trail. */
class RunPast {
  readonly walk: ChartWalk;
  #state: string;
  /** Whether the entry before was of a step that was settled before it began: one event settles all of such a row. */
  #settling = false;
  /** A person's answer has moved the run; the step that it was for tells of it once more. */
  #answered = false;
  /** By event. */
  readonly #endings = new Map<string, StepEnding>();

  constructor(chart: Chart) {
    this.walk = new ChartWalk(chart);
    this.#state = this.walk.start;
  }

  add({ document: { kind, payload } }: StoredEvent): void {
    if (kind === 'step_state_changed') {
      this.#stepMoved(payload);
      return;
    }
    this.#settling = false;
    if (kind === 'run_started') this.#moved({ ...payload, event: 'START' });
    else if (kind === 'run_state_changed') this.#moved(payload);
  }

  #stepMoved(change: StepChange): void {
    const { from, to, duration_ms: durationMs } = change;
    const isSettled = from === null && durationMs === undefined && (to === 'skipped' || to === 'canceled');
    if (isSettled && !this.#settling) this.#countOnly(this.walk.answering(this.#state, 'SETTLE'));
    this.#settling = isSettled;
    if (isSettled) return;
    if (from === null) this.#began(change);
    else if (from === 'awaitingApproval') this.#wasAnswered(change);
    if (to === 'held') this.#countOnly(this.walk.answering(this.#state, 'HOLD'));
    else if (ends.has(to)) this.#ended(change);
  }

  #began({ to, reason }: StepChange): void {
    const asks = to === 'awaitingApproval' || (reason?.kind === 'expressionFailed' && reason.field === 'approve');
    if (to === 'failed' && !asks) return;
    this.#countOnly(this.walk.answering(this.#state, asks ? 'ASK' : 'DISPATCH'));
  }

  #wasAnswered({ reason }: StepChange): void {
    const byPerson = (reason?.kind === 'approved' || reason?.kind === 'rejected') && !reason.byDefault;
    if (byPerson && !this.#answered) this.#countOnly(this.walk.answering(this.#state, 'ANSWER'));
    this.#answered = false;
  }

  #ended({ step_id: stepId, to, duration_ms: durationMs }: StepChange): void {
    // Of a step whose actor broke no duration is known.
    const event = `${durationMs === undefined ? stepBroke : stepEnded}${stepId}`;
    const candidates = this.walk.answering(this.#state, event);
    // Where the end of the step moves the run, the entry of that says so; until then it did not.
    const still = candidates.filter(({ targets }) => targets.length === 0);
    const mayPauseAgain = to === 'failed' && candidates.some((each) => this.walk.leadsTo(each, this.#state));
    const counted = mayPauseAgain ? undefined : still[0];
    this.walk.count(counted);
    this.#endings.set(event, { stepId, counted });
  }

  #moved(move: RunMove): void {
    const { to, event } = move;
    const candidates = this.walk.answering(this.#state, event);
    const direct = candidates.find((each) => this.walk.leadsTo(each, to));
    const ending = this.#endings.get(event);
    // One that was counted already, as it leaves an entry of the step as well, is HOLD.
    if (direct !== undefined && ending?.counted !== undefined) this.walk.count(ending.counted, -1);
    if (direct === undefined && ending !== undefined && ending.counted === undefined)
      this.walk.count(this.#meantBy(ending, move, candidates));
    if (event !== 'HOLD' || direct === undefined) this.walk.count(direct ?? this.#eventless(to));
    this.#endings.delete(event);
    this.#answered = event === 'ANSWER';
    this.#state = to;
  }

  /** What the failure of a step was in a state that it can enter once more: the reason of the run says whether it did. */
  #meantBy({ stepId }: StepEnding, { reason }: RunMove, candidates: readonly ChartTransition[]): ChartTransition | undefined {
    const again = candidates.find((each) => this.walk.leadsTo(each, this.#state));
    return reason === `step ${stepId} failed` ? again : candidates.find(({ targets }) => targets.length === 0);
  }

  #eventless(to: string): ChartTransition | undefined {
    return this.walk.leading(this.#state, to).find(({ kind }) => kind === 'always');
  }

  #countOnly([first, ...more]: readonly ChartTransition[]): void {
    if (more.length === 0) this.walk.count(first);
  }
}
