import type { AnyActorRef, SnapshotFrom } from 'xstate';
import { approvalDeadlineMs, stepMachine } from '../../machines/step.ts';
import type { Outcome } from '../../schemas/outcome.ts';
import { invariant } from '../errors.ts';
import type { Statement } from '../store/statement.ts';
import type { Entropy } from './ports.ts';
import { beginAttempt, dropSnapshot, endAttempt, machineOf, writeSnapshot, writeStep } from './rows.ts';
import { iso, statePath } from './run-event.ts';

/** What a step's row holds while its actor lives; taken from the database when a run is restored. */
export interface OpenStep {
  readonly stepId: string;
  state: string | null;
  startedAtMs: number;
  attempt: number;
  attemptId: string;
  attemptSequence: number;
  attemptStartedAtMs: number;
  attemptOpen: boolean;
}

interface Change {
  readonly kind: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly attemptId: string | null;
}

/** Statements for the current transaction, and the events that go with them. */
export interface StepChanges {
  readonly statements: readonly Statement[];
  readonly events: readonly Change[];
}

const ofAttempt = new Set(['attempting.executing', 'attempting.validating', 'attempting.stopping', 'canceling']);

/** Keeps the rows of the running steps and their attempts: what changed, and under which number it is recorded. */
export class StepLedger {
  readonly #open = new Map<string, OpenStep>();
  readonly #dirty = new Map<string, AnyActorRef>();
  readonly #runId: string;
  readonly #positionOf: (stepId: string) => number;
  readonly #questionOf: (stepId: string) => string;
  readonly #entropy: Entropy;
  #sequence: number;
  #failures: number;

  constructor(
    run: {
      readonly runId: string;
      readonly positionOf: (stepId: string) => number;
      readonly questionOf: (stepId: string) => string;
    },
    entropy: Entropy,
    after: { readonly attempt: number; readonly failures: number },
  ) {
    this.#runId = run.runId;
    this.#positionOf = run.positionOf;
    this.#questionOf = run.questionOf;
    this.#entropy = entropy;
    this.#sequence = after.attempt;
    this.#failures = after.failures;
  }

  /** Takes over a step that was running when the run was last recorded. */
  restore(step: OpenStep): void {
    this.#open.set(step.stepId, step);
  }

  /** The counters of the run's record. */
  counters(): { step_attempts: number; patches_created: number; patches_applied: number; errors: number } {
    return { step_attempts: this.#sequence, patches_created: 0, patches_applied: 0, errors: this.#failures };
  }

  /** The ulid of the attempt that a running step is on. */
  attemptIdOf(stepId: string): string {
    return this.#attemptOf(stepId).attemptId;
  }

  /** When that attempt was recorded, by the clock of the run. */
  attemptStartedAtMsOf(stepId: string): number {
    return this.#attemptOf(stepId).attemptStartedAtMs;
  }

  /** A step actor made a transition (or was started). */
  seen(
    actor: AnyActorRef,
    event: { readonly type: string },
    snapshot: SnapshotFrom<typeof stepMachine>,
    nowMs: number,
  ): StepChanges {
    const { stepId } = snapshot.context;
    const to = statePath(snapshot.value);
    const step = this.#open.get(stepId) ?? this.#newStep(stepId, nowMs);
    const from = step.state;
    const sameAttempt = step.attempt === snapshot.context.attempt;
    if (snapshot.status === 'error' || (from === to && sameAttempt)) return { statements: [], events: [] };
    const statements: Statement[] = [];
    const events: Change[] = [];
    if (leavesAttempt(step, to, sameAttempt)) this.#closeAttempt(step, reportOf(event, snapshot, nowMs), { statements, events });
    const begun = to === 'attempting.executing' && !sameAttempt ? this.#beginAttempt(step, snapshot, nowMs) : null;
    step.state = to;
    events.push({
      kind: 'step_state_changed',
      payload: changeOf(step, { from, to }, snapshot, nowMs),
      attemptId: step.attemptId || null,
    });
    if (to === 'awaitingApproval') events.push(this.#asked(snapshot));
    if (begun !== null) {
      statements.push(begun.statement);
      events.push(begun.event);
    }
    if (snapshot.status === 'done') statements.push(...this.#close(step, snapshot, nowMs));
    else this.#dirty.set(stepId, actor);
    return { statements, events };
  }

  /** A step has ended: its row for good, and no snapshot any more. */
  #close(step: OpenStep, snapshot: SnapshotFrom<typeof stepMachine>, nowMs: number): Statement[] {
    const { stepId } = step;
    this.#open.delete(stepId);
    this.#dirty.delete(stepId);
    return [this.#row(step, snapshot, nowMs), dropSnapshot(`step.${stepId}`)];
  }

  /** A step's machine broke: its actor is gone, its row says so. */
  lost(stepId: string, message: string, nowMs: number): StepChanges {
    const step = this.#open.get(stepId);
    if (step === undefined) return { statements: [], events: [] };
    const outcome: Outcome = { kind: 'interrupted', message };
    const changes: { statements: Statement[]; events: Change[] } = { statements: [], events: [] };
    if (step.attemptOpen) this.#closeAttempt(step, { outcome, endedAtMs: nowMs }, changes);
    this.#open.delete(stepId);
    this.#dirty.delete(stepId);
    changes.statements.push(this.#plainRow(step, 'failed', outcome, nowMs), dropSnapshot(`step.${stepId}`));
    changes.events.push({
      kind: 'step_state_changed',
      payload: { step_id: stepId, from: step.state, to: 'failed', reason: outcome, attempts: step.attempt },
      attemptId: step.attemptId || null,
    });
    return changes;
  }

  /** The row of a step that ended without an actor. */
  settleWaiting(stepId: string, end: 'skipped' | 'canceled', reason: object, nowMs: number): Statement {
    const position = this.#positionOf(stepId);
    return writeStep({
      stepId,
      position,
      state: end,
      reason,
      toolId: null,
      attempts: 0,
      startedAt: null,
      endedAt: iso(nowMs),
      outputs: null,
    });
  }

  /** Rows and snapshots of the steps that moved since the last flush and are still running. */
  flush(): Statement[] {
    const statements: Statement[] = [];
    for (const [stepId, actor] of this.#dirty) {
      const step = this.#open.get(stepId);
      if (step === undefined) continue;
      statements.push(
        this.#row(step, actor.getSnapshot() as SnapshotFrom<typeof stepMachine>, null),
        writeSnapshot(actor.id, machineOf(stepMachine), JSON.stringify(actor.getPersistedSnapshot())),
      );
    }
    this.#dirty.clear();
    return statements;
  }

  #attemptOf(stepId: string): OpenStep {
    const step = this.#open.get(stepId);
    invariant(step !== undefined, `step ${stepId} has no recorded attempt`);
    return step;
  }

  #newStep(stepId: string, nowMs: number): OpenStep {
    const step = {
      stepId,
      state: null,
      startedAtMs: nowMs,
      attempt: 0,
      attemptId: '',
      attemptSequence: 0,
      attemptStartedAtMs: nowMs,
      attemptOpen: false,
    };
    this.#open.set(stepId, step);
    return step;
  }

  #asked({ context }: SnapshotFrom<typeof stepMachine>): Change {
    const answerByMs = approvalDeadlineMs(context);
    const answerBy = answerByMs === null ? null : iso(answerByMs);
    const payload = { step_id: context.stepId, question: this.#questionOf(context.stepId), answer_by: answerBy };
    return { kind: 'approval_requested', payload, attemptId: null };
  }

  #beginAttempt(
    step: OpenStep,
    snapshot: SnapshotFrom<typeof stepMachine>,
    nowMs: number,
  ): { readonly statement: Statement; readonly event: Change } {
    const { attempt, toolId } = snapshot.context;
    step.attempt = attempt;
    step.attemptId = this.#entropy.ulid(nowMs);
    step.attemptSequence = ++this.#sequence;
    step.attemptStartedAtMs = nowMs;
    step.attemptOpen = true;
    const { stepId, attemptId } = step;
    const row = { attemptId, runId: this.#runId, sequence: step.attemptSequence, stepId, attempt, toolId, startedAt: iso(nowMs) };
    return {
      statement: beginAttempt(row),
      event: { kind: 'tool_call_started', payload: { step_id: stepId, attempt, tool_id: toolId }, attemptId },
    };
  }

  #closeAttempt(
    step: OpenStep,
    report: { readonly outcome: Outcome; readonly endedAtMs: number },
    into: { statements: Statement[]; events: Change[] },
  ): void {
    const { outcome, endedAtMs } = report;
    const state = outcome.kind === 'succeeded' ? 'succeeded' : outcome.kind === 'canceled' ? 'canceled' : 'failed';
    const exitCode = 'exitCode' in outcome ? outcome.exitCode : null;
    if (state === 'failed') this.#failures++;
    step.attemptOpen = false;
    into.statements.push(
      endAttempt({ sequence: step.attemptSequence, endedAt: iso(endedAtMs), state, reason: outcome.kind, exitCode, outcome }),
    );
    const payload = {
      step_id: step.stepId,
      attempt: step.attempt,
      exit_code: exitCode,
      duration_ms: Math.max(0, Math.round(endedAtMs - step.attemptStartedAtMs)),
    };
    into.events.push(
      state === 'succeeded'
        ? { kind: 'tool_call_completed', payload, attemptId: step.attemptId }
        : { kind: 'tool_call_error', payload: { ...payload, outcome }, attemptId: step.attemptId },
    );
  }

  #row(step: OpenStep, snapshot: SnapshotFrom<typeof stepMachine>, endedAtMs: number | null): Statement {
    const { context } = snapshot;
    const ended = snapshot.status === 'done';
    return writeStep({
      stepId: step.stepId,
      position: this.#positionOf(step.stepId),
      state: statePath(snapshot.value),
      reason: context.outcome === null || context.outcome.kind === 'succeeded' ? null : context.outcome,
      toolId: context.toolId,
      attempts: context.attempt,
      startedAt: iso(step.startedAtMs),
      endedAt: ended && endedAtMs !== null ? iso(endedAtMs) : null,
      outputs: ended ? context.outputs : null,
    });
  }

  #plainRow(step: OpenStep, state: string, reason: object, endedAtMs: number): Statement {
    return writeStep({
      stepId: step.stepId,
      position: this.#positionOf(step.stepId),
      state,
      reason,
      toolId: null,
      attempts: step.attempt,
      startedAt: iso(step.startedAtMs),
      endedAt: iso(endedAtMs),
      outputs: null,
    });
  }
}

function leavesAttempt(step: OpenStep, to: string, sameAttempt: boolean): boolean {
  return step.attemptOpen && (!ofAttempt.has(to) || !sameAttempt);
}

function reportOf(
  event: { readonly type: string; readonly output?: unknown },
  snapshot: SnapshotFrom<typeof stepMachine>,
  nowMs: number,
): { readonly outcome: Outcome; readonly endedAtMs: number } {
  const report = event.output as { outcome?: Outcome; endedAtMs?: number } | undefined;
  return {
    outcome: report?.outcome ?? snapshot.context.outcome ?? { kind: 'canceled', reason: 'canceled' },
    endedAtMs: report?.endedAtMs ?? nowMs,
  };
}

function changeOf(
  step: OpenStep,
  change: { readonly from: string | null; readonly to: string },
  snapshot: SnapshotFrom<typeof stepMachine>,
  nowMs: number,
): Record<string, unknown> {
  const { outcome, wakeAtMs, attempt } = snapshot.context;
  const { from, to } = change;
  return {
    step_id: step.stepId,
    from,
    to,
    ...(outcome !== null && outcome.kind !== 'succeeded' && to !== 'attempting.executing' ? { reason: outcome } : {}),
    ...(to === 'backoff' ? { wake_at: iso(wakeAtMs) } : {}),
    ...(snapshot.status === 'done' ? { attempts: attempt, duration_ms: Math.max(0, nowMs - step.startedAtMs) } : {}),
  };
}
