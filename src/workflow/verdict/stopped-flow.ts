import type { ValueCase } from './cases.ts';
import { endPair } from './end-sets.ts';
import type { Ends, Flow, Outcomes } from './flow.ts';

/**
 * What the steps can come to in a run that is stopped at any moment: canceled by a person, out of time, or by a failure under `fail_fast`. `undisturbed`
 * holds what they can come to before that.
 */
export function stoppedEnds(
  flow: Flow,
  values: ValueCase,
  { undisturbed, outcomesOf }: { readonly undisturbed: Ends; readonly outcomesOf: (position: number) => Outcomes },
): Ends {
  const ends: Ends = { sets: [...undisturbed.sets], runs: [...undisturbed.runs] };
  const { timeoutMs, onFailure } = flow.workflow;
  // A person who cancels a run makes cancelled() true; a timeout, or a failure, does not.
  const cancelled = timeoutMs !== null || onFailure === 'fail_fast' ? [true, false] : [true];
  for (const position of flow.order) {
    const outcomes = [...outcomesOf(position), 'canceled'] as const;
    const executed = { holds: true, fails: false, breaks: false };
    if (undisturbed.runs[position] === true)
      for (const needs of flow.needsCases(position, undisturbed)) flow.add(ends, position, { needs, truth: executed, outcomes });
    for (const needs of flow.needsCases(position, ends)) {
      ends.sets[position] = (ends.sets[position] ?? 0) | endPair('canceled', needs.failure);
      if (!flow.cleansUp(position)) continue;
      for (const isCanceled of cancelled) {
        const truth = flow.truthOf(position, {
          values,
          ends,
          status: { success: false, failure: needs.failure, cancelled: isCanceled },
        });
        flow.add(ends, position, { needs, truth, outcomes });
        if (truth.breaks) ends.sets[position] = (ends.sets[position] ?? 0) | endPair('failed', needs.failure);
      }
    }
  }
  return ends;
}
