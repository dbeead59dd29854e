import type { CheckInput, StepInput } from '../../machines/step-model.ts';
import type { Outcome } from '../../schemas/outcome.ts';
import { routeDirect } from '../../router/direct.ts';
import { resolveCondition, resolveQuestion } from '../workflow/resolve-step.ts';
import { Lanes } from './lanes.ts';
import { checksOf, expressionContext, stepOf, taskOf, type LoadedRun, type StepResults } from './loaded-run.ts';
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
  readonly #lanes: Lanes;
  #stopped: Stopping = 'no';

  constructor(run: LoadedRun) {
    this.#run = run;
    this.#lanes = new Lanes(run);
    const step = (position: number): Step | undefined => run.workflow.steps[position];
    this.#scheduler = new Scheduler(run.plan, {
      tolerates: (position) => step(position)?.continueOnError === true,
      rank: (position) => rankOf(step(position)),
      lane: (position) => this.#lanes.of(position),
      onlyFollows: (position, need) => step(position)?.after.some((id) => run.plan.indexOf.get(id) === need) === true,
    });
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
    const positions = Array.from(running, (stepId) => this.#positionOf(stepId));
    for (const position of positions) this.#lanes.enter(position);
    this.#scheduler.restore(ends, positions);
  }

  /** A step's actor reached its end. */
  ended(stepId: string, end: StepEndState, outputs: Readonly<Record<string, Value>>): void {
    this.results[stepId] = { state: end, outputs };
    const position = this.#positionOf(stepId);
    this.#lanes.leave(position);
    this.#scheduler.settle(position, end);
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

  /** Whether a step is ready to be dispatched, also one that has to wait for a slot of its tools. */
  get hasReady(): boolean {
    return this.#scheduler.hasReady;
  }

  /**
   * The id of the next step to dispatch, counted as running from now on; undefined when none is ready that may start. `mayStart` says what the
   * run's chart lets through now: a step that takes a slot, one that only waits for a person's answer.
   */
  take(
    mayStart: (needs: 'slot' | 'person') => boolean,
  ): { readonly stepId: string; readonly needs: 'slot' | 'person' } | undefined {
    const open = { slot: mayStart('slot'), person: mayStart('person') };
    const position = this.#scheduler.take((lane) =>
      this.#lanes.needsPerson(lane) ? open.person : open.slot && this.#lanes.hasRoom(lane),
    );
    if (position === undefined) return undefined;
    this.#lanes.enter(position);
    return { stepId: this.#idOf(position), needs: this.#lanes.needsPerson(this.#lanes.of(position)) ? 'person' : 'slot' };
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
      toolId: action.kind === 'task' ? null : routeDirect(action).toolId,
      nowMs,
      attemptTimeoutMs: action.kind === 'approve' ? null : step.timeoutMs,
      stepTimeoutMs: step.stepTimeoutMs,
      retry: action.kind === 'task' ? { ...step.retry, attempts: taskOf(this.#run, stepId).maxAttempts } : step.retry,
      declaresOutputs: Object.keys(step.outputs).length > 0,
      onInterrupted: step.onInterrupted,
      continueOnError: step.continueOnError,
      approval: action.kind === 'approve' ? { timeoutMs: step.timeoutMs, byDefault: action.byDefault } : null,
      checks: checksOf(this.#run, step).map(({ id, required }): CheckInput => ({ id, required })),
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

const ranks = { low: 0, normal: 1, high: 2, critical: 3 } as const;

/** A question to a person needs nothing, so it is asked before all else. */
function rankOf(step: Step | undefined): number {
  if (step === undefined) return ranks.normal;
  return step.action.kind === 'approve' ? 4 : ranks[step.priority];
}
