import { UserError, exitCodes } from '../errors.ts';
import type { StoredAttempt } from '../history/history-rows.ts';
import type { RunHistory } from '../history/run-history.ts';
import { Suggestion } from '../workflow/suggestion.ts';
import { describeReason } from './render/reason.ts';

/** Which logs are wanted. */
export interface LogSelection {
  readonly step: string | null;
  readonly attempt: number | null;
  /** A check of the attempt, by its id; null: the attempt itself. */
  readonly check: string | null;
}

/**
 * The attempts whose logs are wanted, in the order in which they started: the last one of each step, or of the step named, or the
 * one that is numbered; with `check` that check of it. Empty when the step has not been tried. Throws UserError (exit 4) for a step, an attempt or a
 * check that is not there.
 */
export async function selectAttempts(history: RunHistory, { step, attempt, check }: LogSelection): Promise<StoredAttempt[]> {
  if (step === null) return lastOfEach(history.attempts().filter((each) => each.check === null));
  const all = history.attempts(step);
  if (all.length === 0) await requireStep(history, step);
  if (check !== null) return [lastCheck(all, { step, attempt, check })];
  const attempts = all.filter((each) => each.check === null);
  if (attempt === null) return attempts.slice(-1);
  const found = attempts.filter((each) => each.attempt === attempt);
  if (found.length > 0) return found;
  throw new UserError(exitCodes.notFound, 'attempt_not_found', `step ${step} has no attempt ${attempt}`, {
    hint:
      attempts.length === 0
        ? 'it has not been tried'
        : `it has ${attempts.length === 1 ? 'one attempt' : `attempts 1 to ${attempts.length}`}`,
  });
}

/** The last time that a check was made of an attempt. */
function lastCheck(
  all: readonly StoredAttempt[],
  wanted: { readonly step: string; readonly attempt: number | null; readonly check: string },
): StoredAttempt {
  const { step, attempt, check } = wanted;
  const number = attempt ?? all.at(-1)?.attempt ?? null;
  const ofAttempt = all.filter((each) => each.attempt === number && each.check !== null);
  const found = ofAttempt.findLast((each) => each.check === check);
  if (found !== undefined) return found;
  const made = [...new Set(ofAttempt.map((each) => each.check ?? ''))];
  throw new UserError(
    exitCodes.notFound,
    'check_not_found',
    `no check "${check}" was made of attempt ${String(number)} of step ${step}`,
    {
      hint: made.length === 0 ? 'no check of it was made' : `made were ${made.join(', ')}`,
    },
  );
}

/** Why a step has no log, in words. */
export function whyNoLog(history: RunHistory, stepId: string): string {
  const row = history.steps().find((step) => step.stepId === stepId);
  if (row === undefined) return `step ${stepId} has not started`;
  const reason = describeReason(row.reason);
  return `step ${stepId} was ${row.state} without an attempt${reason === '' ? '' : `: ${reason}`}`;
}

function lastOfEach(attempts: readonly StoredAttempt[]): StoredAttempt[] {
  const last = new Map<string, StoredAttempt>();
  for (const attempt of attempts) last.set(attempt.stepId, attempt);
  return [...last.values()].toSorted((a, b) => a.document.sequence - b.document.sequence);
}

async function requireStep(history: RunHistory, stepId: string): Promise<void> {
  const ids = await knownSteps(history);
  if (ids.includes(stepId)) return;
  const hint = new Suggestion().hint(stepId, ids) ?? `\`stateyard show ${history.runId}\` lists the steps`;
  throw new UserError(exitCodes.notFound, 'step_not_found', `run ${history.runId} has no step "${stepId}"`, { hint });
}

async function knownSteps(history: RunHistory): Promise<string[]> {
  const { path, text } = history.definition();
  const { loadWorkflow } = await import('../workflow/load.ts');
  const loaded = loadWorkflow({ path, text });
  return loaded.ok ? loaded.workflow.steps.map((step) => step.id) : history.steps().map((step) => step.stepId);
}
