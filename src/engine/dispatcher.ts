import type { StepInput } from '../../machines/step.ts';
import type { Outcome } from '../../schemas/outcome.ts';
import { routeDirect } from '../../router/direct.ts';
import { resolveCondition, resolveQuestion } from '../workflow/resolve-step.ts';
import { expressionContext, stepOf, type LoadedRun, type StepResults } from './loaded-run.ts';
import { Scheduler, type NeedsStatus, type Settled, type Verdict } from './scheduler.ts';
import type { ExpressionContext, Step, StepEndState, Value } from '../workflow/model.ts';

/** How far the run's chart has gone in stopping: what waits may run; only cleanup may (its condition asks for the run's state); nothing may. */
export type Stopping = 'no' | 'cleanup' | 'all';

/** A step that ended without an actor, with the reason that is stored. */
export interface SettledStep {
  readonly stepId: string;
  readonly end: 'skipped' | 'canceled';
  readonly reason: object;
}

/** What the run's chart says at this moment, as far as it decides about waiting steps. */
export interface RunPosture {
  readonly stopping: Stopping;
  readonly canceling: boolean;
  readonly reason: string | null;
}

/** Joins the scheduler with the conditions of the workflow: which steps are skipped or canceled, and which one is dispatched next. */
export class Dispatcher {
  readonly results: StepResults = Object.create(null) as StepResults;
  readonly #run: LoadedRun;
  readonly #obstacles = new Map<number, Outcome>();
  readonly #questions = new Map<string, string>();
  readonly #scheduler: Scheduler;
  #stopped: Stopping = 'no';

  constructor(run: LoadedRun) {
    this.#run = run;
    const step = (position: number): Step | undefined => run.workflow.steps[position];
    this.#scheduler = new Scheduler(
      run.plan,
      (position) => step(position)?.continueOnError === true,
      (position) => step(position)?.action.kind === 'approve',
    );
  }

  /** Takes over a stored run: the ends of its steps with their outputs, and the ids of the running ones. */
  restore(
    ended: Iterable<{ readonly stepId: string; readonly end: StepEndState; readonly outputs: Readonly<Record<string, Value>> }>,
    running: Iterable<string>,
  ): void {
    const ends = new Map<number, StepEndState>();
    for (const step of ended) {
      ends.set(this.#positionOf(step.stepId), step.end);
      this.results[step.stepId] = { state: step.end, outputs: step.outputs };
    }
    this.#scheduler.restore(
      ends,
      Array.from(running, (stepId) => this.#positionOf(stepId)),
    );
  }

  /** A step's actor reached its end. */
  ended(stepId: string, end: StepEndState, outputs: Readonly<Record<string, Value>>): void {
    this.results[stepId] = { state: end, outputs };
    this.#scheduler.settle(this.#positionOf(stepId), end);
  }

  /** Steps that will not run, now that all they need has ended or the run is stopping. */
  settle(posture: RunPosture): SettledStep[] {
    const settled: Settled[] = [];
    if (posture.stopping !== this.#stopped) {
      this.#stopped = posture.stopping;
      settled.push(...this.#scheduler.stop((position) => posture.stopping === 'cleanup' && this.#cleansUp(position)));
    }
    for (const { position, end } of settled) this.#remember(position, end);
    const decided = this.#scheduler.decide((position, status) => {
      const verdict = this.#judge(position, status, posture);
      if (verdict !== 'run') this.#remember(position, verdict === 'skip' ? 'skipped' : 'canceled');
      return verdict;
    });
    return [...settled, ...decided].map((step) => this.#explain(step, posture));
  }

  /** The id of the next step to dispatch, counted as running from now on; undefined when none is ready. */
  take(): string | undefined {
    const position = this.#scheduler.take();
    return position === undefined ? undefined : this.#run.plan.ids[position];
  }

  /** What the next step needs to be started: a slot, or a person's answer alone. Null when no step is ready. */
  get nextNeeds(): 'slot' | 'person' | null {
    const { next } = this.#scheduler;
    if (next === undefined) return null;
    return this.#run.workflow.steps[next]?.action.kind === 'approve' ? 'person' : 'slot';
  }

  /** The question of a step that asks a person; as {@link inputOf} found it. */
  questionOf(stepId: string): string {
    return this.#questions.get(stepId) ?? '';
  }

  /** What the step's actor is started with. */
  inputOf(stepId: string, nowMs: number): StepInput {
    const step = stepOf(this.#run, stepId);
    const { action } = step;
    const obstacle = this.#obstacles.get(step.index) ?? this.#ask(step);
    return {
      stepId,
      toolId: routeDirect(action).toolId,
      nowMs,
      attemptTimeoutMs: action.kind === 'approve' ? null : step.timeoutMs,
      stepTimeoutMs: step.stepTimeoutMs,
      retry: step.retry,
      declaresOutputs: Object.keys(step.outputs).length > 0,
      onInterrupted: step.onInterrupted,
      continueOnError: step.continueOnError,
      approval: action.kind === 'approve' ? { timeoutMs: step.timeoutMs, byDefault: action.byDefault } : null,
      obstacle,
    };
  }

  /** Evaluates the question of a step that asks one; what stands in the way, or null. */
  #ask(step: Step): Outcome | null {
    if (step.action.kind !== 'approve') return null;
    const answer = resolveQuestion(this.#run.workflow, step, expressionContext(this.#run, this.results));
    if (answer.kind === 'expressionFailed') return answer;
    this.#questions.set(step.id, answer.question);
    return null;
  }

  #judge(position: number, needs: NeedsStatus, posture: RunPosture): Verdict {
    const step = this.#run.workflow.steps[position];
    const readsStatus = this.#cleansUp(position);
    if (posture.stopping === 'all' || (posture.stopping === 'cleanup' && !readsStatus)) return 'cancel';
    if (step?.if?.readsStatus !== true && !needs.success) return 'skip';
    if (step === undefined || step.if === null) return 'run';
    const status = { success: needs.success && posture.stopping === 'no', failure: needs.failure, cancelled: posture.canceling };
    return this.#conditionHolds(step, status) ? 'run' : 'skip';
  }

  #conditionHolds(step: Step, status: ExpressionContext['status']): boolean {
    const answer = resolveCondition(this.#run.workflow, step, expressionContext(this.#run, this.results, status));
    if (answer.kind === 'condition') return answer.holds;
    // What cannot be told must not be skipped silently: the step is dispatched and fails with the reason.
    this.#obstacles.set(step.index, answer);
    return true;
  }

  #explain(settled: Settled, posture: RunPosture): SettledStep {
    const { end } = settled;
    const stepId = this.#idOf(settled.position);
    const reason =
      end === 'canceled' ? { kind: 'canceled', reason: posture.reason ?? 'the run is stopping' } : this.#whySkipped(settled);
    return { stepId, end, reason };
  }

  #whySkipped({ position, status }: Settled): object {
    const condition = this.#run.workflow.steps[position]?.if ?? null;
    const { blockedBy } = status;
    if (blockedBy === null || condition?.readsStatus === true)
      return { kind: 'conditionFalse', condition: condition?.source.trim() ?? '' };
    return { kind: 'dependencyFailed', need: this.#idOf(blockedBy), need_state: this.#scheduler.endOf(blockedBy) ?? 'unknown' };
  }

  #idOf(position: number): string {
    return this.#run.plan.ids[position] ?? '';
  }

  #remember(position: number, end: StepEndState): void {
    const stepId = this.#run.plan.ids[position];
    if (stepId !== undefined) this.results[stepId] = { state: end, outputs: {} };
  }

  /** Whether the step may still start while the run is stopping: its condition asks how the run goes, and it needs no person. */
  #cleansUp(position: number): boolean {
    const step = this.#run.workflow.steps[position];
    return step?.if?.readsStatus === true && step.action.kind !== 'approve';
  }

  #positionOf(stepId: string): number {
    const position = this.#run.plan.indexOf.get(stepId);
    if (position === undefined) throw new Error(`unknown step ${stepId}`);
    return position;
  }
}
