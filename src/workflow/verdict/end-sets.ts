import type { StepEndState } from '../model.ts';

/**
 * What a step can come to, as a set of pairs: how it ends, and whether a step before it, directly or not, failed without `continue_on_error`. One bit
 * for each pair.
 */
export type EndSet = number;

/** What can hold for the needs of a step at once: whether they let it run (`success()`), and whether something before it failed (`failure()`). */
export interface NeedsCase {
  readonly success: boolean;
  readonly failure: boolean;
}

const ends: readonly StepEndState[] = ['succeeded', 'failed', 'canceled', 'skipped'];
const needsCases: readonly NeedsCase[] = [0, 1, 2, 3].map((index) => ({ success: index < 2, failure: index % 2 === 1 }));

/** The set of a single pair. */
export function endPair(end: StepEndState, failure: boolean): EndSet {
  return 1 << (ends.indexOf(end) * 2 + Number(failure));
}

/** The ends that are in a set, whatever happened before. */
export function endsIn(set: EndSet): readonly StepEndState[] {
  return ends.filter((_, index) => ((set >> (index * 2)) & 3) !== 0);
}

/** Whether all that a set holds are these ends. An empty set holds nothing else. */
export function isOnly(set: EndSet, ...only: readonly StepEndState[]): boolean {
  return endsIn(set).every((end) => only.includes(end));
}

/** A need of a step, with what it can come to. */
interface NeedSet {
  readonly set: EndSet;
  /** Its failure counts as a success (`continue_on_error`). */
  readonly tolerated: boolean;
  /** It must only have ended (`after`). */
  readonly onlyFollowed: boolean;
}

/** All that can hold for a step at once, from what each of its needs can come to by itself. */
export function joinNeeds(needs: Iterable<NeedSet>): readonly NeedsCase[] {
  let joined = 1;
  for (const need of needs) {
    let next = 0;
    for (let before = 0; before < 4; before++) {
      if ((joined & (1 << before)) === 0) continue;
      for (const { success, failure } of stepsTo(need)) {
        next |= 1 << ((success ? before & 2 : 2) | (failure ? 1 : before & 1));
      }
    }
    joined = next;
  }
  return needsCases.filter((_, index) => (joined & (1 << index)) !== 0);
}

function stepsTo({ set, tolerated, onlyFollowed }: NeedSet): NeedsCase[] {
  const cases: NeedsCase[] = [];
  for (const [index, end] of ends.entries()) {
    for (const before of [0, 1]) {
      if ((set & (1 << (index * 2 + before))) === 0) continue;
      const success = onlyFollowed || end === 'succeeded' || (end === 'failed' && tolerated);
      cases.push({ success, failure: before === 1 || (end === 'failed' && !tolerated) });
    }
  }
  return cases;
}
