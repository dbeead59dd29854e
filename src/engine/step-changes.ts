import type { SnapshotFrom } from 'xstate';
import type { stepMachine } from '../../machines/step.ts';
import type { AttemptReport, RouteReport } from '../../machines/step-model.ts';
import type { Outcome } from '../../schemas/outcome.ts';
import type { Statement } from '../store/statement.ts';
import { keepDocument } from './rows.ts';
import { iso } from './run-event.ts';

/* What a transition of a step's chart is in rows and events: the parts of it that need no memory. */

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
  /** Which execution of a check the attempt is; 0: the attempt of the tool itself. */
  checkRun: number;
  checkId: string | null;
  /** The attempt of the tool that is checked, or the attempt itself. */
  toolAttemptId: string;
}

/** An event, before it has its place in the history. */
export interface Change {
  readonly kind: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly attemptId: string | null;
}

/** Statements for the current transaction, and the events that go with them. */
export interface StepChanges {
  readonly statements: readonly Statement[];
  readonly events: readonly Change[];
}

/** How an attempt ended, as far as its row needs it. */
export interface CallReport {
  readonly outcome: Outcome;
  readonly endedAtMs: number;
  readonly found?: AttemptReport['found'];
}

const ofAttempt = new Set([
  'attempting.executing',
  'attempting.validating',
  'attempting.stopping',
  'attempting.verifying',
  'attempting.stoppingCheck',
  'canceling',
]);

/** States in which what came of an attempt before is not the reason of anything. */
const freshStates = new Set(['attempting.executing', 'attempting.verifying', 'attempting.validating', 'held']);

/** No change at all. */
export const noChanges: StepChanges = { statements: [], events: [] };

/** Whether an attempt, or the check of one, begins with a state. */
export function beginsAttempt(state: string): boolean {
  return state === 'attempting.executing' || state === 'attempting.verifying';
}

/** How events name the check that an attempt is; nothing for the attempt of the tool itself. */
export function checkFields(check: string | null, checkRun: number): { readonly check?: string; readonly check_run?: number } {
  return check === null ? {} : { check, check_run: checkRun };
}

/** Whether a transition ends the attempt (or check) that a step is on. */
export function leavesAttempt(step: OpenStep, to: string, sameAttempt: boolean): boolean {
  return step.attemptOpen && (!ofAttempt.has(to) || !sameAttempt);
}

/** What an attempt has come to, by the event that ended it; where that does not say, by what the step remembers. */
export function reportOf(
  event: { readonly type: string; readonly output?: unknown },
  { context }: SnapshotFrom<typeof stepMachine>,
  nowMs: number,
): CallReport {
  const report = event.output as Partial<CallReport> | undefined;
  return {
    outcome: report?.outcome ?? context.outcome ?? { kind: 'canceled', reason: 'canceled' },
    endedAtMs: report?.endedAtMs ?? nowMs,
    ...(report?.found === undefined ? {} : { found: report.found }),
  };
}

/** What the decision of a router leaves behind: an event, and the documents that the tool is asked with. */
export function decisionOf(
  event: { readonly type: string; readonly output?: unknown },
  { context }: SnapshotFrom<typeof stepMachine>,
  nowMs: number,
): { readonly statements: readonly Statement[]; readonly events: readonly Change[] } {
  if (event.type !== 'xstate.done.actor.route') return { statements: [], events: [] };
  const { decision, documents, requestId, kind } = event.output as RouteReport;
  const { stepId, attempt } = context;
  const statements = documents.map((document) => keepDocument({ ...document, stepId, createdAt: iso(nowMs) }));
  if (decision === null) return { statements, events: [] };
  const payload = { step_id: stepId, attempt: kind === 'routed' ? attempt : attempt + 1, request_id: requestId, decision };
  return { statements, events: [{ kind: 'route_decided', payload, attemptId: null }] };
}

/** The payload of `step_state_changed`. */
export function changeOf(
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
    ...(outcome !== null && outcome.kind !== 'succeeded' && !freshStates.has(to) ? { reason: outcome } : {}),
    ...(to === 'backoff' ? { wake_at: iso(wakeAtMs) } : {}),
    ...(snapshot.status === 'done' ? { attempts: attempt, duration_ms: Math.max(0, nowMs - step.startedAtMs) } : {}),
  };
}
