import type { Obligation } from './obligations.ts';
import type { Place, Walker } from './walker.ts';

/** The shortest ways to what is wanted of a machine. */
export interface FoundPlaces {
  /** Ends of the ways: for each obligation that can be met the end of a shortest way to it. The same one may stand for several. */
  readonly ends: readonly Place[];
  /** Whether places were left in which nothing was tried: then what is not met may still be possible. */
  readonly boundMet: boolean;
}

/** Enough for our own machines, and over in seconds. */
const mostPlaces = 20_000;

/** Places that are looked at from the end of a path before it is left as it is: some 3,000 transitions. */
const mostPlacesAhead = 150;

/**
 * Walks breadth first, from every input at once, until everything of `wanted` has happened. Not with `@xstate/graph`: its shortest paths lead to snapshots, all
 * of them, and tell neither the transitions that were taken nor what a guard said.
 */
export function searchPaths(walker: Walker, wanted: readonly Obligation[]): FoundPlaces {
  const left = new Set(wanted);
  const places = new Map<string, Place>();
  const ends: Place[] = [];
  const note = (place: Place): void => {
    const news = [...place.happened].filter((obligation) => left.delete(obligation));
    if (news.length > 0) ends.push(place);
    const key = walker.keyOf(place);
    if (!places.has(key)) places.set(key, place);
  };
  for (const place of walker.starts()) note(place);
  for (const place of places.values()) {
    if (left.size === 0) break;
    if (places.size > mostPlaces) return { ends, boundMet: true };
    for (const next of walker.next(place)) note(next);
  }
  return { ends, boundMet: false };
}

/**
 * Goes on from the end of a path, each time to the nearest thing that is still wanted, until nothing of it is near, and returns the end. What ends the machine
 * comes last. This is how a postman walks who always turns into the nearest street that he has not been in; what he meets is taken out of `left`.
 */
export function prolonged(walker: Walker, from: Place, left: Set<Obligation>): Place {
  let end = from;
  for (let next = nearest(walker, end, left); next !== null; next = nearest(walker, end, left)) {
    for (let at: Place | null = next; at !== null && at !== end; at = at.before) {
      for (const obligation of at.happened) left.delete(obligation);
    }
    end = next;
  }
  return end;
}

/** The nearest place at which something of `left` happens; one that ends the machine only where no other is found. Of equally near ones that with most of it. */
function nearest(walker: Walker, from: Place, left: ReadonlySet<Obligation>): Place | null {
  const seen = new Set([walker.keyOf(from)]);
  let ending: Hit | null = null;
  let level: readonly Place[] = [from];
  while (level.length > 0 && seen.size <= mostPlacesAhead) {
    let best: Hit | null = null;
    const following: Place[] = [];
    for (const next of level.flatMap((place) => [...walker.next(place)])) {
      const news = [...next.happened].filter((obligation) => left.has(obligation)).length;
      if (next.snapshot.status === 'active') best = better(best, { place: next, news });
      else ending = better(ending, { place: next, news });
      const key = walker.keyOf(next);
      if (!seen.has(key)) following.push(next);
      seen.add(key);
    }
    if (best !== null) return best.place;
    level = following;
  }
  return ending?.place ?? null;
}

interface Hit {
  readonly place: Place;
  readonly news: number;
}

function better(best: Hit | null, hit: Hit): Hit | null {
  return hit.news > (best?.news ?? 0) ? hit : best;
}
