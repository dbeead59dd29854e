import type { CutReason, RouteDecision } from '../schemas/route-decision.ts';
import type { RouterConfig } from '../schemas/router-config.ts';
import type { PhaseTools, RouteConditions } from './conditions.ts';
import { decide } from './decide.ts';
import type { RequestDraft } from './request-draft.ts';

/**
 * The conditions that a decision was made under, as far as they mattered to it: with them and the same configuration, request and phase
 * `decide` gives it again. What it did not look at (the turn of another strategy, figures of tools that were cut) is as if nothing were known.
 */
export function conditionsOf({ cut, current, turn, seed, figures }: RouteDecision): RouteConditions {
  const details = (reason: CutReason): ReadonlyMap<string, string> =>
    new Map(cut.flatMap(({ tool_id, why, detail }) => (why === reason ? [[tool_id, detail]] : [])));
  return {
    spent: [...details('attempts_spent').keys()],
    current,
    missing: details('not_installed'),
    open: details('breaker_open'),
    full: details('at_max_parallel'),
    turn: turn ?? 0,
    seed: seed ?? 0,
    figures,
  };
}

/**
 * Makes a recorded decision again and says what comes out otherwise, one sentence a field; null when nothing does. The words of a
 * decision are not compared: another version may say the same better.
 */
export function decideAgain(
  config: RouterConfig,
  request: RequestDraft,
  phase: PhaseTools | null,
  recorded: RouteDecision,
): string | null {
  const [before, now] = [comparable(recorded), comparable(decide(config, request, phase, conditionsOf(recorded)))];
  const changed = [...before].filter(([field, value]) => now.get(field) !== value);
  if (changed.length === 0) return null;
  return changed.map(([field, value]) => `${field} was ${value} and would now be ${now.get(field)}`).join('; ');
}

/** The fields of a decision as JSON, which is the same for the same values. */
function comparable(decision: RouteDecision): ReadonlyMap<string, string> {
  const { because: _because, cut, figures, ...rest } = decision;
  const known = Object.entries(figures).map(([toolId, { calls, succeeded, mean_ms }]) => [toolId, calls, succeeded, mean_ms]);
  const fields = {
    ...rest,
    cut: cut.map(({ tool_id, why }) => `${tool_id}: ${why}`),
    figures: known.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  };
  return new Map(Object.entries(fields).map(([field, value]) => [field, JSON.stringify(value)]));
}
