import type { Outcome } from '../../schemas/outcome.ts';
import { attemptsWithTool, checksOf, isTask } from './made-tools.ts';
import { stepById, type MadeWorkflow } from './made-workflow.ts';
import type { RecordedAttempt, SyncedFacts } from './synced-facts.ts';

/* What the synced record says of the calls of tools that were picked, and of the checks of what steps did. */

/** Whether the end of an attempt is counted for a tool: it is the call of one that a router has picked, or of one that checks its result. */
export function isCounted(made: MadeWorkflow, { stepId, check }: Pick<RecordedAttempt, 'stepId' | 'check'>): boolean {
  if (check === null) return isTask(made, stepId);
  return checksOf(made, stepId).some(({ id, toolId }) => id === check && toolId !== null);
}

/** What the configuration said that the end of an attempt means; null where it said nothing. */
export function meaning({ outcome }: Pick<RecordedAttempt, 'outcome'>): string | null {
  return outcome?.kind === 'judged' ? outcome.means : null;
}

/** The attempts of a step, without the checks of what came of them, oldest first. */
export function attemptsOf({ attempts }: SyncedFacts, stepId: string): RecordedAttempt[] {
  return [...attempts.values()].filter((each) => each.stepId === stepId && each.check === null);
}

/** Every attempt of a task so far: each is a call of the tool that was picked for it. */
export function callsOf({ attempts }: SyncedFacts, made: MadeWorkflow): RecordedAttempt[] {
  return [...attempts.values()].filter((each) => each.check === null && isTask(made, each.stepId));
}

/**
 * The tools whose attempts of a step are used up, for certain: where a step goes to another tool because one is busy or its breaker open, and comes back to it,
 * the attempts of both are not told apart here.
 */
export function usedUp(counted: readonly RecordedAttempt[], made: MadeWorkflow): ReadonlySet<string> {
  const tools = new Set<string>();
  let since: RecordedAttempt[] = [];
  for (const each of counted) {
    since.push(each);
    if (since.length < attemptsWithTool(made, each.stepId) && mayBeRetried(each, made)) continue;
    if (since.every(({ toolId }) => toolId === each.toolId)) tools.add(each.toolId);
    since = [];
  }
  return tools;
}

function mayBeRetried({ stepId, outcome }: RecordedAttempt, { workflow }: MadeWorkflow): boolean {
  const codes = stepById(workflow, stepId)?.retry.onExitCodes ?? null;
  if (outcome?.kind === 'judged') return outcome.means === 'retry';
  if (outcome?.kind === 'exitNonZero') return codes === null || codes.includes(outcome.exitCode);
  return codes === null && outcome?.kind !== 'spawnFailed';
}

/** How a check of an attempt ended; null while it has not, or where its process was lost. */
export function endOfCheck(
  { attempts }: SyncedFacts,
  of: Pick<RecordedAttempt, 'stepId' | 'attempt'>,
  id: string,
): Outcome | null {
  const made = [...attempts.values()].filter(
    (each) => each.check === id && each.stepId === of.stepId && each.attempt === of.attempt,
  );
  return made.findLast(({ outcome }) => outcome !== null && outcome.kind !== 'interrupted')?.outcome ?? null;
}

/** How the checks of an attempt stand. */
export function checksHold(facts: SyncedFacts, made: MadeWorkflow, of: RecordedAttempt): { failed: boolean; missing: boolean } {
  const ends = checksOf(made, of.stepId).map(({ id, required }) => ({ required, outcome: endOfCheck(facts, of, id) }));
  return {
    failed: ends.some(({ required, outcome }) => required && outcome !== null && outcome.kind !== 'succeeded'),
    missing: ends.some(({ outcome }) => outcome === null),
  };
}
