import { anyCharacter } from './scope-characters.ts';
import type { CharSet } from './scope-characters.ts';
import type { PathPattern } from './scope-pattern.ts';
import type { Piece } from './scope-segment.ts';

/** A state of an {@link Automaton}: where it goes without a character, where with one of a set, and whether a path may end in it. */
export interface State {
  readonly index: number;
  readonly skips: readonly State[];
  readonly moves: readonly { readonly set: CharSet; readonly to: State }[];
  readonly accepts: boolean;
}

/** A nondeterministic automaton over the characters of a path: it accepts the paths that one of some patterns stands for. */
export interface Automaton {
  readonly start: State;
  /** By their index. */
  readonly states: readonly State[];
}

interface StateDraft extends State {
  readonly skips: StateDraft[];
  readonly moves: { readonly set: CharSet; readonly to: StateDraft }[];
  accepts: boolean;
}

const slash: CharSet = [[0x2f, 0x2f]];

/** The automaton of all `paths` together. */
export function automatonOf(paths: readonly PathPattern[]): Automaton {
  const states: StateDraft[] = [];
  const start = addState(states);
  for (const path of paths) {
    const first = addState(states);
    start.skips.push(first);
    addPath(states, first, path);
  }
  return { start, states };
}

function addPath(states: StateDraft[], start: StateDraft, path: PathPattern): void {
  let at = start;
  for (const [index, segment] of path.entries()) {
    const isLast = index === path.length - 1;
    if (segment === '**') {
      addAnySegments(states, at).accepts = isLast;
      continue;
    }
    const end = addSegment(states, at, segment);
    end.accepts = isLast;
    if (isLast) return;
    at = addState(states);
    end.moves.push({ set: slash, to: at });
  }
}

/** Whole segments, each with its slash, lead from `at` back to it; gives the state inside of one. */
function addAnySegments(states: StateDraft[], at: StateDraft): StateDraft {
  const inside = addState(states);
  at.moves.push({ set: anyCharacter, to: inside });
  inside.moves.push({ set: anyCharacter, to: inside }, { set: slash, to: at });
  return inside;
}

function addSegment(states: StateDraft[], from: StateDraft, pieces: readonly Piece[]): StateDraft {
  let at = from;
  for (const { set, repeated } of pieces) {
    const next = addState(states);
    if (repeated) at.skips.push(next);
    (repeated ? next : at).moves.push({ set, to: next });
    at = next;
  }
  return at;
}

function addState(states: StateDraft[]): StateDraft {
  const state: StateDraft = { index: states.length, skips: [], moves: [], accepts: false };
  states.push(state);
  return state;
}
