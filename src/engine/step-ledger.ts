import type { AnyActorRef, SnapshotFrom } from 'xstate';
import { stepMachine } from '../../machines/step.ts';
import { approvalDeadlineMs } from '../../machines/step-model.ts';
import type { Outcome } from '../../schemas/outcome.ts';
import { invariant } from '../errors.ts';
import type { Statement } from '../store/statement.ts';
import type { Entropy } from './ports.ts';
import { attemptName } from './loaded-run.ts';
import { beginAttempt, dropSnapshot, endAttempt, machineOf, writeSnapshot, writeStep } from './rows.ts';
import { iso, statePath } from './run-event.ts';
import {
  beginsAttempt,
  changeOf,
  checkFields,
  decisionOf,
  leavesAttempt,
  noChanges,
  reportOf,
  type CallReport,
  type Change,
  type OpenStep,
  type StepChanges,
} from './step-changes.ts';

/** What the ledger asks about the steps of its run. */
export interface LedgerSteps {
  readonly runId: string;
  readonly positionOf: (stepId: string) => number;
  readonly questionOf: (stepId: string) => string;
  readonly checkOf: (stepId: string, index: number) => { readonly id: string; readonly toolId: string };
}

/** Keeps the rows of the running steps and their attempts: what changed, and under which number it is recorded. */
export class StepLedger {
  readonly #open = new Map<string, OpenStep>();
  readonly #dirty = new Map<string, AnyActorRef>();
  readonly #steps: LedgerSteps;
  readonly #entropy: Entropy;
  #sequence: number;
  #failures: number;

  constructor(steps: LedgerSteps, entropy: Entropy, after: { readonly attempt: number; readonly failures: number }) {
    this.#steps = steps;
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

  /** The ulid of the tool's attempt, also while a check of it is made. */
  toolAttemptIdOf(stepId: string): string {
    return this.#attemptOf(stepId).toolAttemptId;
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
    const sameAttempt = step.attempt === snapshot.context.attempt && step.checkRun === snapshot.context.checkRun;
    if (snapshot.status === 'error' || (from === to && sameAttempt)) return { statements: [], events: [] };
    const statements: Statement[] = [];
    const events: Change[] = [];
    if (leavesAttempt(step, to, sameAttempt)) this.#closeAttempt(step, reportOf(event, snapshot, nowMs), { statements, events });
    const decided = decisionOf(event, snapshot, nowMs);
    const begun = beginsAttempt(to) && !sameAttempt ? this.#beginAttempt(step, snapshot, nowMs) : noChanges;
    step.state = to;
    const moved = {
      kind: 'step_state_changed',
      payload: changeOf(step, { from, to }, snapshot, nowMs),
      attemptId: step.attemptId || null,
    };
    statements.push(...decided.statements, ...begun.statements);
    events.push(...decided.events, moved, ...(to === 'awaitingApproval' ? [this.#asked(snapshot)] : []), ...begun.events);
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
    const position = this.#steps.positionOf(stepId);
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
      checkRun: 0,
      checkId: null,
      toolAttemptId: '',
    };
    this.#open.set(stepId, step);
    return step;
  }

  #asked({ context }: SnapshotFrom<typeof stepMachine>): Change {
    const answerByMs = approvalDeadlineMs(context);
    const answerBy = answerByMs === null ? null : iso(answerByMs);
    const payload = { step_id: context.stepId, question: this.#steps.questionOf(context.stepId), answer_by: answerBy };
    return { kind: 'approval_requested', payload, attemptId: null };
  }

  #beginAttempt(step: OpenStep, { context }: SnapshotFrom<typeof stepMachine>, nowMs: number): StepChanges {
    const { stepId, attempt, check, checkRun, requestId, promptId } = context;
    const isCheck = checkRun > 0;
    const call = isCheck ? this.#steps.checkOf(stepId, check) : { id: null, toolId: context.toolId ?? '' };
    const attemptId = this.#entropy.ulid(nowMs);
    step.attempt = attempt;
    step.checkRun = checkRun;
    step.checkId = call.id;
    step.attemptId = attemptId;
    if (!isCheck) step.toolAttemptId = attemptId;
    step.attemptSequence = ++this.#sequence;
    step.attemptStartedAtMs = nowMs;
    step.attemptOpen = true;
    const row = {
      attemptId,
      runId: this.#steps.runId,
      sequence: step.attemptSequence,
      stepId,
      attempt,
      toolId: call.toolId,
      requestId,
      promptId,
      check: call.id,
      folder: attemptName(stepId, attempt, isCheck ? checkRun : null),
      startedAt: iso(nowMs),
    };
    const payload = { step_id: stepId, attempt, tool_id: call.toolId, ...checkFields(call.id, checkRun) };
    return { statements: [beginAttempt(row)], events: [{ kind: 'tool_call_started', payload, attemptId }] };
  }

  #closeAttempt(step: OpenStep, report: CallReport, into: { statements: Statement[]; events: Change[] }): void {
    const { outcome, endedAtMs, found } = report;
    const check = step.checkId;
    const state = outcome.kind === 'succeeded' ? 'succeeded' : outcome.kind === 'canceled' ? 'canceled' : 'failed';
    const exitCode = 'exitCode' in outcome ? outcome.exitCode : null;
    if (state === 'failed') this.#failures++;
    step.attemptOpen = false;
    into.statements.push(
      endAttempt({
        sequence: step.attemptSequence,
        endedAt: iso(endedAtMs),
        state,
        reason: outcome.kind,
        exitCode,
        metadata: {
          ...(check === null ? {} : { check }),
          outcome,
          ...(found === undefined ? {} : { cost_usd: found.costUsd, result: found.result }),
        },
      }),
    );
    const payload = {
      step_id: step.stepId,
      attempt: step.attempt,
      ...checkFields(check, step.checkRun),
      exit_code: exitCode,
      duration_ms: Math.max(0, Math.round(endedAtMs - step.attemptStartedAtMs)),
      ...(found === undefined || found.costUsd === null ? {} : { cost_usd: found.costUsd }),
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
      position: this.#steps.positionOf(step.stepId),
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
      position: this.#steps.positionOf(step.stepId),
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
