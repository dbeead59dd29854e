import type { NamedAttempt } from './life-attempts.ts';
import { attemptsWithTool, checksOf, isTask, mostAtATime, whyNotTool } from './made-tools.ts';
import type { MadeWorkflow } from './made-workflow.ts';
import { attemptsOf, callsOf, checksHold, endOfCheck, meaning, usedUp } from './recorded-calls.ts';
import type { SimulatedProcesses } from './simulated-processes.ts';
import type { RecordedAttempt, SyncedFacts } from './synced-facts.ts';

/** What a start is held against; the facts are up to date. */
export interface StartWorld {
  readonly made: MadeWorkflow;
  readonly facts: SyncedFacts;
  readonly processes: SimulatedProcesses;
  /** The life of the engine that starts it. */
  readonly life: number;
}

/** Why a process must not start, as far as tools, decisions and checks go; empty when it may. */
export function whyNotCall(world: StartWorld, named: NamedAttempt): string[] {
  const recorded = world.facts.attempts.get(named.attemptId);
  if (recorded === undefined) return [];
  const { name, stepId, toolId } = named;
  const why = [
    ...(recorded.check !== null ? whyNotCheck(world, named, recorded.check) : []),
    ...(recorded.check === null && isTask(world.made, stepId)
      ? [...whyNotDecided(world, named, recorded), ...whyNotAgain(world, recorded), ...whyNotPaid(world)]
      : []),
    ...(toolId === null ? [] : whyNotNow(world, toolId)),
  ];
  return why.map((each) => `${name} starts ${each}`);
}

function whyNotDecided({ facts, made }: StartWorld, { name, stepId, toolId }: NamedAttempt, recorded: RecordedAttempt): string[] {
  const decision = facts.decisions.get(name);
  const never = whyNotTool(made, stepId, toolId ?? '');
  const why: string[] = [];
  if (decision === undefined) why.push('before its decision is synced');
  else if (decision.tool_id !== toolId) why.push(`${String(toolId)}, decided was ${String(decision.tool_id)}`);
  if (recorded.toolId !== toolId) why.push(`${String(toolId)}, recorded was ${recorded.toolId}`);
  if (!facts.requests.has(recorded.requestId ?? '')) why.push('before its execution request is synced');
  if (facts.prompts.get(recorded.promptId ?? '')?.target_tool !== toolId) why.push('before its prompt is synced');
  if (never !== null) why.push(`${String(toolId)}, although ${never}`);
  return why;
}

/** What came of the attempts before must allow another one, with this tool. */
function whyNotAgain({ facts, made }: StartWorld, { stepId, attempt, toolId }: RecordedAttempt): string[] {
  const before = attemptsOf(facts, stepId).filter((each) => each.attempt < attempt);
  const counted = before.filter((each) => each.outcome?.kind !== 'interrupted');
  const last = before.at(-1);
  const tools = made.routing.tasks.get(stepId)?.candidates.length ?? 0;
  const why: string[] = [];
  if (last?.outcome?.kind === 'succeeded' && !checksHold(facts, made, last).failed)
    why.push(`although attempt ${String(last.attempt)} has succeeded`);
  if (before.some((each) => meaning(each) === 'never_retry')) why.push('although the answer was final');
  if (usedUp(counted, made).has(toolId)) why.push(`${toolId}, whose attempts are used up`);
  if (counted.length >= attemptsWithTool(made, stepId) * tools)
    why.push(`although ${String(counted.length)} attempts have failed`);
  return why;
}

/** Each time a person lets the run go on, the budget is raised by as much again, at most. */
function whyNotPaid({ facts, made }: StartWorld): string[] {
  return made.routing.meters.flatMap(({ toolId, unit, limit }) => {
    const calls = callsOf(facts, made).filter((each) => toolId === null || each.toolId === toolId).length;
    const most = limit * (facts.unpauses + 1);
    return unit === 'calls' && calls > most ? [`as call ${String(calls)} of a budget of ${String(most)}`] : [];
  });
}

function whyNotCheck({ facts, made }: StartWorld, { stepId, attempt, toolId }: NamedAttempt, check: string): string[] {
  const checks = checksOf(made, stepId);
  const index = checks.findIndex(({ id }) => id === check);
  const why = checks[index]?.toolId === toolId ? [] : [`and is not a check of ${stepId}`];
  const checked = attemptsOf(facts, stepId).find((each) => each.attempt === attempt);
  if (checked?.outcome?.kind !== 'succeeded') why.push('although its tool did not succeed');
  if (endOfCheck(facts, { stepId, attempt }, check) !== null) why.push(`the check ${check} again`);
  for (const { id, required } of checks.slice(0, Math.max(0, index))) {
    const outcome = endOfCheck(facts, { stepId, attempt }, id);
    const holds = outcome !== null && (outcome.kind === 'succeeded' || !required);
    if (!holds) why.push(`although the check ${id} before it has not held`);
  }
  return why;
}

/** A call that outlives its engine may be one too many: nobody can start it anew. */
function whyNotNow({ made, processes, life }: StartWorld, toolId: string): string[] {
  const others = processes.living().filter((each) => each.toolId === toolId && each.startedBy === life).length;
  const most = mostAtATime(made, toolId);
  return others < most ? [] : [`as call ${String(others + 1)} of ${toolId} at a time, of at most ${String(most)}`];
}
