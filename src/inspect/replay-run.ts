import { runMachine } from '../../machines/run.ts';
import type { InspectReport } from '../../schemas/cli/inspect-report.ts';
import type { Outcome } from '../../schemas/outcome.ts';
import type { RunEvent } from '../../schemas/run-event.ts';
import { chartOf } from '../charts/chart-of.ts';
import { machineConfig } from '../charts/formats/machine-config.ts';
import { statePath } from '../engine/run-event.ts';
import { FollowedRun } from './followed-run.ts';
import type { Heard } from './followed-run.ts';
import { InspectionTrail } from './inspection-trail.ts';
import { answerOf, endOfStep, isLostStep } from './run-events.ts';
import type { ReplayEvent } from './run-replay.ts';
import { shownEvent } from './shown-event.ts';
import { stepChart, stepEventOf, unrecordedEvent } from './step-event.ts';
import { isStepEnd, StepMemory } from './step-memory.ts';
import type { StoredRun } from './stored-run.ts';

/**
 * What an inspector would have seen of a run, in order: the run, its steps, each event with the snapshot after it. The run's own snapshots come from its chart, which is
 * taken through the events again and must come by every state that is stored; from where it does not they hold the state alone. Those of steps hold the state and what the store keeps
 * of the step; of actors that have not ended the last one is the stored one. Everything is redacted; `secrets` are values that nobody may see.
 */
export function replayRun(run: StoredRun, secrets: readonly string[]): readonly InspectReport[] {
  const replay = new Replay(run);
  run.events.forEach((_, index) => replay.entry(index));
  return replay.finish().map((event) => shownEvent(event, secrets));
}

const runDefinition = JSON.stringify(machineConfig(chartOf(runMachine)));
const stepDefinition = JSON.stringify(machineConfig(stepChart));

type StepChange = Extract<RunEvent, { kind: 'step_state_changed' }>['payload'];

/** One way through the audit trail of a run. */
class Replay {
  readonly #run: StoredRun;
  readonly #trail: InspectionTrail;
  readonly #followed: FollowedRun;
  readonly #steps: StepMemory;
  /** Steps whose answer the run has heard. */
  readonly #answered = new Set<string>();
  #settled = { skipped: 0, canceled: 0 };

  constructor(run: StoredRun) {
    this.#run = run;
    this.#trail = new InspectionTrail(run.runId);
    this.#followed = new FollowedRun(run.events, run.input);
    this.#steps = new StepMemory(run);
  }

  /** Takes the entry at this place of the audit trail; to be called for each, in order. */
  entry(index: number): void {
    const entry = this.#run.events[index];
    if (entry === undefined) return;
    this.#trail.setTime(Date.parse(entry.ts));
    if (entry.kind === 'run_created') {
      const session = this.#run.runId;
      this.#trail.actor({ session, name: 'run', parent: null, definition: runDefinition, state: this.#followed.state });
    } else if (entry.kind === 'step_state_changed') this.#stepMoved(index, entry.payload);
    else this.#show(this.#followed.moveAt(index));
  }

  /** All inspection events, when the last entry has been taken. */
  finish(): readonly InspectReport[] {
    const steps = [...this.#steps.paths].map(([id, path]) => [`step.${id}`, path] as const);
    const paths = new Map([['run', this.#followed.path], ...steps]);
    for (const [actor, { value, context }] of this.#run.snapshots) {
      if (paths.get(actor) === statePath(value)) this.#trail.complete(this.#sessionOf(actor), context);
    }
    return this.#trail.events;
  }

  #show(heard: readonly Heard[]): void {
    for (const { event, state } of heard) {
      if (event.type === 'ANSWER' && typeof event['stepId'] === 'string') this.#answered.add(event['stepId']);
      this.#trail.move({ session: this.#run.runId, source: null, event, state });
    }
  }

  /** An event that the run must have had, since a step has changed. `told`: as it is shown; `source`: the session that sent it. */
  #implied(index: number, event: ReplayEvent, told: ReplayEvent = event, source: string | null = null): void {
    if (!this.#followed.imply(index + 1, event)) return;
    this.#trail.move({ session: this.#run.runId, source, event: told, state: this.#followed.state });
  }

  #stepMoved(index: number, change: StepChange): void {
    const { step_id: stepId, from, to } = change;
    if (from === null && (to === 'skipped' || to === 'canceled')) {
      this.#settle(index, to);
      return;
    }
    if (from === null) this.#dispatched(index, change);
    else this.#moved(index, { ...change, from });
    if (isStepEnd(to)) {
      const event = endOfStep(this.#run.events, index, { ...this.#steps.endOf(stepId, to) });
      this.#implied(index, event, event, this.#sessionOf(`step.${stepId}`));
    } else if (to === 'held') this.#show(this.#followed.hold(index, stepId));
  }

  #dispatched(index: number, { step_id: stepId, to, reason }: StepChange): void {
    const asked = this.#run.events[index + 1];
    const type = to === 'awaitingApproval' || this.#run.approvals.has(stepId) ? 'ASK' : 'DISPATCH';
    const timed = asked?.kind === 'approval_requested' && asked.payload.answer_by !== null;
    const input = type === 'ASK' ? { approval: { timeoutMs: timed ? 1 : null } } : {};
    // What the step was started with is not stored: the chart of the run reads of it whether the question has an end.
    this.#implied(index, { type, stepId, input }, { type, stepId });
    this.#trail.actor({
      session: this.#sessionOf(`step.${stepId}`),
      name: `step.${stepId}`,
      parent: this.#run.runId,
      definition: stepDefinition,
      state: this.#steps.move({ stepId, to, reason: outcomeOf(reason) }, asked),
    });
  }

  #moved(index: number, change: StepChange & { readonly from: string }): void {
    const { step_id: stepId, from, to } = change;
    const entry = this.#run.events[index];
    const reason = outcomeOf(change.reason);
    const answer = answerOf(entry);
    if (answer !== null && !this.#answered.has(stepId)) this.#implied(index, answer);
    // A chart that broke took no event of its own to its end.
    const type = isLostStep(entry) ? unrecordedEvent : stepEventOf({ from, to, reason });
    this.#trail.move({
      session: this.#sessionOf(`step.${stepId}`),
      // Commands come from the run; the actors of an attempt are not replayed.
      source: /^[A-Z]+$/.test(type) ? this.#run.runId : null,
      event: { type },
      state: this.#steps.move({ stepId, to, reason }, this.#run.events[index + 1]),
    });
  }

  /** The run hears of steps that will not run in one event, however many they are. */
  #settle(index: number, end: 'skipped' | 'canceled'): void {
    this.#settled = { ...this.#settled, [end]: this.#settled[end] + 1 };
    const next = this.#run.events[index + 1];
    if (next?.kind === 'step_state_changed' && next.payload.from === null && /^(skipped|canceled)$/.test(next.payload.to)) return;
    const event = { type: 'SETTLE', ...this.#settled };
    this.#settled = { skipped: 0, canceled: 0 };
    this.#implied(index, event);
  }

  #sessionOf(actor: string): string {
    return actor === 'run' ? this.#run.runId : `${this.#run.runId}/${actor}`;
  }
}

/** A step that was started has no reason but an outcome. */
function outcomeOf(reason: StepChange['reason']): Outcome | null {
  return (reason as Outcome | undefined) ?? null;
}
