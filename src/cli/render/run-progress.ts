import type { StepEndState } from '../../workflow/model.ts';
import { routingChange, type RoutingChange } from '../render-routing.ts';
import { describeReason } from './reason.ts';
import { field, numberField, textField, timeField } from './run-event.ts';
import type { PlanSummary, RunEvent } from './run-event.ts';

/** A step between its first attempt and its end. `wakeAtMs` is set while it waits to be tried again. */
export interface LiveStep {
  readonly stepId: string;
  readonly startedAtMs: number;
  readonly attempt: number;
  readonly wakeAtMs: number | null;
  readonly lastFailure: string;
  /** What a person is asked; null for a step that runs. */
  readonly question: string | null;
  /** The check of the attempt that was made last, by its number; null: none was. */
  readonly checkRun: number | null;
}

/** A step that has ended. `reason` is in plain words, empty when there is none; `attempts` is 0 for a step that was never tried. */
export interface SettledStep {
  readonly stepId: string;
  readonly state: StepEndState;
  readonly attempts: number;
  readonly durationMs: number | null;
  readonly reason: string;
  /** The check whose output says why the step failed, by its id and its number; null where its tool's does. */
  readonly check: string | null;
  readonly checkRun: number | null;
}

/** What an event means to a person; null stands for events that change nothing on the display. */
export type Change =
  | { readonly kind: 'runStarted' }
  | { readonly kind: 'runResumed' }
  | { readonly kind: 'runMoved'; readonly words: string; readonly reason: string }
  | { readonly kind: 'attemptStarted'; readonly stepId: string; readonly attempt: number }
  | { readonly kind: 'stepWaiting'; readonly step: LiveStep; readonly waitMs: number | null }
  | { readonly kind: 'stepAsks'; readonly stepId: string; readonly question: string }
  | { readonly kind: 'stepSettled'; readonly step: SettledStep }
  | RoutingChange
  | { readonly kind: 'note'; readonly stepId: string | null; readonly text: string };

const endStates: readonly string[] = ['succeeded', 'failed', 'canceled', 'skipped'] satisfies StepEndState[];
const isEndState = (state: string): state is StepEndState => endStates.includes(state);

/** The check that a step failed by; null where it failed by something else. */
function failedCheck(reason: unknown): string | null {
  if (typeof reason !== 'object' || reason === null || !('check' in reason)) return null;
  return typeof reason.check === 'string' ? reason.check : null;
}

const runMoves: Readonly<Record<string, string>> = {
  'running.pausing': 'pausing',
  'running.paused': 'paused',
  'running.draining': 'stopping after a failure',
  'running.canceling': 'canceling',
  'running.awaitingPerson': 'waiting for an answer',
};

/** The standing of one run, built from its events. Costs constant time and memory an event, whatever the number of steps. */
export class RunProgress {
  readonly plan: PlanSummary;
  /** Ended steps by how they ended. */
  readonly counts: Record<StepEndState, number> = { succeeded: 0, failed: 0, canceled: 0, skipped: 0 };
  /** Steps that run or wait to be tried again, in the order of their start. */
  readonly live = new Map<string, LiveStep>();
  readonly failed: SettledStep[] = [];
  /** What the run as a whole does where that is not simply running: `canceling`, `paused`, …; else empty. */
  standing = '';
  startedAtMs: number | null = null;
  /** Time with at least one live step, and the time of all live steps added up, both without the gap before a resume. */
  activeMs = 0;
  stepTimeMs = 0;
  /** Steps that ran to an end, and how long they took together. */
  executed = 0;
  executedMs = 0;
  readonly #settled = new Set<string>();
  #lastEventMs: number | null = null;

  constructor(plan: PlanSummary) {
    this.plan = plan;
  }

  /** Steps that have ended, however. */
  get done(): number {
    return this.#settled.size;
  }

  /** Takes an event in; says what it means. Unknown kinds and events that lack their fields mean nothing. */
  apply(event: RunEvent): Change | null {
    const atMs = timeField(event, 'ts') ?? this.#lastEventMs ?? 0;
    this.#passTime(atMs, event.kind !== 'run_resumed');
    if (event.kind === 'note') {
      return { kind: 'note', stepId: textField(event.payload, 'step_id'), text: textField(event.payload, 'text') ?? '' };
    }
    return event.kind.startsWith('run_') ? this.#applyToRun(event, atMs) : this.#applyToStep(event, atMs);
  }

  #applyToRun(event: RunEvent, atMs: number): Change | null {
    switch (event.kind) {
      case 'run_created':
        this.startedAtMs ??= atMs;
        return null;
      case 'run_started':
        this.startedAtMs ??= atMs;
        return { kind: 'runStarted' };
      case 'run_resumed':
        return { kind: 'runResumed' };
      case 'run_state_changed':
        return this.#moveRun(event.payload);
      default:
        return null;
    }
  }

  #applyToStep(event: RunEvent, atMs: number): Change | null {
    switch (event.kind) {
      case 'step_state_changed':
        return this.#moveStep(event.payload, atMs);
      case 'tool_call_started':
        return numberField(event.payload, 'check_run') === null
          ? this.#startAttempt(event.payload, atMs)
          : this.#startCheck(event);
      case 'tool_call_error':
        return this.#failAttempt(event);
      case 'route_decided':
      case 'breaker_changed':
        return routingChange(event);
      case 'approval_requested':
        return this.#ask(event.payload, atMs);
      default:
        return null;
    }
  }

  #passTime(atMs: number, counts: boolean): void {
    const passedMs = this.#lastEventMs === null ? 0 : Math.max(0, atMs - this.#lastEventMs);
    this.#lastEventMs = atMs;
    if (!counts || this.live.size === 0) return;
    this.activeMs += passedMs;
    this.stepTimeMs += passedMs * this.live.size;
  }

  #moveRun(payload: object): Change | null {
    const to = textField(payload, 'to') ?? '';
    const words = (Object.hasOwn(runMoves, to) ? runMoves[to] : undefined) ?? '';
    const before = this.standing;
    this.standing = words;
    if (words === before) return null;
    if (words !== '') return { kind: 'runMoved', words, reason: describeReason(field(payload, 'reason')) };
    return to === 'running.active' ? { kind: 'runMoved', words: 'going on', reason: '' } : null;
  }

  #moveStep(payload: object, atMs: number): Change | null {
    const stepId = textField(payload, 'step_id');
    const to = textField(payload, 'to');
    if (stepId === null || to === null || this.#settled.has(stepId)) return null;
    if (isEndState(to)) return this.#settle(stepId, to, { payload, atMs });
    const step = this.#liveStep(stepId, atMs);
    const wakeAtMs = to === 'backoff' ? timeField(payload, 'wake_at') : null;
    const reason = field(payload, 'reason');
    const moved: LiveStep = { ...step, wakeAtMs, lastFailure: reason === undefined ? step.lastFailure : describeReason(reason) };
    this.live.set(stepId, moved);
    if (to === 'held') return { kind: 'stepHeld', stepId };
    if (to !== 'backoff') return null;
    return { kind: 'stepWaiting', step: moved, waitMs: wakeAtMs === null ? null : Math.max(0, wakeAtMs - atMs) };
  }

  #settle(stepId: string, state: StepEndState, how: { readonly payload: object; readonly atMs: number }): Change {
    const known = this.live.get(stepId);
    const live = known ?? this.#liveStep(stepId, how.atMs);
    const reason = field(how.payload, 'reason');
    const check = failedCheck(reason);
    const step: SettledStep = {
      stepId,
      state,
      attempts: numberField(how.payload, 'attempts') ?? live.attempt,
      durationMs:
        numberField(how.payload, 'duration_ms') ?? (known === undefined ? null : Math.max(0, how.atMs - known.startedAtMs)),
      reason: describeReason(reason) || (state === 'succeeded' ? '' : live.lastFailure),
      check,
      checkRun: check === null ? null : live.checkRun,
    };
    this.live.delete(stepId);
    this.#settled.add(stepId);
    this.#count(step);
    return { kind: 'stepSettled', step };
  }

  #count(step: SettledStep): void {
    this.counts[step.state] += 1;
    if (step.state === 'failed') this.failed.push(step);
    if (step.durationMs === null || step.attempts === 0 || (step.state !== 'succeeded' && step.state !== 'failed')) return;
    this.executed += 1;
    this.executedMs += step.durationMs;
  }

  #startAttempt(payload: object, atMs: number): Change | null {
    const stepId = textField(payload, 'step_id');
    if (stepId === null || this.#settled.has(stepId)) return null;
    const attempt = numberField(payload, 'attempt') ?? 1;
    this.live.set(stepId, { ...this.#liveStep(stepId, atMs), attempt, wakeAtMs: null, checkRun: null });
    return { kind: 'attemptStarted', stepId, attempt };
  }

  #ask(payload: object, atMs: number): Change | null {
    const stepId = textField(payload, 'step_id');
    if (stepId === null || this.#settled.has(stepId)) return null;
    const question = textField(payload, 'question') ?? '';
    this.live.set(stepId, { ...this.#liveStep(stepId, atMs), question });
    return { kind: 'stepAsks', stepId, question };
  }

  #startCheck(event: RunEvent): Change | null {
    const step = this.live.get(textField(event.payload, 'step_id') ?? '');
    if (step !== undefined) this.live.set(step.stepId, { ...step, checkRun: numberField(event.payload, 'check_run') });
    return routingChange(event);
  }

  #failAttempt(event: RunEvent): Change | null {
    const { payload } = event;
    const step = this.live.get(textField(payload, 'step_id') ?? '');
    if (step !== undefined) this.live.set(step.stepId, { ...step, lastFailure: describeReason(field(payload, 'outcome')) });
    return routingChange(event);
  }

  #liveStep(stepId: string, atMs: number): LiveStep {
    return (
      this.live.get(stepId) ?? {
        stepId,
        startedAtMs: atMs,
        attempt: 0,
        wakeAtMs: null,
        lastFailure: '',
        question: null,
        checkRun: null,
      }
    );
  }
}
