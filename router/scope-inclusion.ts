import type { Automaton, State } from './scope-automaton.ts';
import type { CharSet } from './scope-characters.ts';

/** Elementary steps after which the question is given up: about a tenth of a second, which only patterns that are made for it take. */
const maxWork = 500_000;

/**
 * Whether `outer` accepts every path that `inner` accepts, by following both at once with the states of `outer` taken together (the
 * subset construction of Rabin and Scott, 1959). Paths have no empty, `.` or `..` segment. False also where the answer would take too long.
 */
export function includes(outer: Automaton, inner: Automaton): boolean {
  return new Inclusion(outer, inner).holds();
}

/** The states that `outer` can be in. */
interface Subset {
  readonly id: number;
  readonly states: readonly State[];
  readonly accepts: boolean;
  /** By the class of the next character. */
  readonly next: Map<number, Subset>;
}

/** How far the segment is that a path is in: paths whose segment is empty, `.` or `..` do not count. */
type Segment = 'empty' | 'dot' | 'dots' | 'name';

interface Place {
  readonly inner: State;
  readonly outer: Subset;
  readonly segment: Segment;
}

class Inclusion {
  readonly #outer: Automaton;
  readonly #inner: Automaton;
  /** The first character of each class: no set of either automaton tells apart the characters of one class. */
  readonly #classes: readonly number[];
  readonly #subsets = new Map<string, Subset>();
  readonly #seen = new Set<string>();
  readonly #open: Place[] = [];
  #work = 0;

  constructor(outer: Automaton, inner: Automaton) {
    this.#outer = outer;
    this.#inner = inner;
    this.#classes = classStarts([outer, inner]);
  }

  holds(): boolean {
    this.#visit({ inner: this.#inner.start, outer: this.#subset([this.#outer.start]), segment: 'empty' });
    for (let place = this.#open.pop(); place !== undefined; place = this.#open.pop()) {
      if (this.#work > maxWork) return false;
      if (place.inner.accepts && place.segment === 'name' && !place.outer.accepts) return false;
      this.#follow(place);
    }
    return true;
  }

  #follow({ inner, outer, segment }: Place): void {
    for (const next of inner.skips) this.#visit({ inner: next, outer, segment });
    for (const { set, to } of inner.moves) {
      for (const [low, high] of set) {
        for (let index = this.#classOf(low); (this.#classes[index] ?? Infinity) <= high; index += 1) {
          const after = segmentAfter(segment, this.#classes[index] ?? 0);
          if (after !== null) this.#visit({ inner: to, outer: this.#after(outer, index), segment: after });
        }
      }
    }
  }

  #visit(place: Place): void {
    this.#work += 1;
    const key = `${place.inner.index} ${place.outer.id} ${place.segment}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#open.push(place);
  }

  #after(subset: Subset, index: number): Subset {
    const known = subset.next.get(index);
    if (known !== undefined) return known;
    const code = this.#classes[index] ?? 0;
    const reached = new Set<State>();
    for (const { moves } of subset.states) {
      this.#work += 1 + moves.length;
      for (const { set, to } of moves) if (set.some(([low, high]) => low <= code && code <= high)) reached.add(to);
    }
    const next = this.#subset(reached);
    subset.next.set(index, next);
    return next;
  }

  #subset(from: Iterable<State>): Subset {
    const states = new Set(from);
    // A set gives what is added to it while it is walked, too.
    for (const state of states) for (const next of state.skips) states.add(next);
    this.#work += states.size;
    const sorted = [...states].sort((one, other) => one.index - other.index);
    const key = sorted.map((state) => state.index).join(' ');
    const known = this.#subsets.get(key);
    if (known !== undefined) return known;
    const accepts = sorted.some((state) => state.accepts);
    const subset: Subset = { id: this.#subsets.size, states: sorted, accepts, next: new Map() };
    this.#subsets.set(key, subset);
    return subset;
  }

  /** The position of the class that a character belongs to. */
  #classOf(code: number): number {
    let low = 0;
    let high = this.#classes.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#classes[middle] ?? Infinity) <= code) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function classStarts(automata: readonly Automaton[]): readonly number[] {
  // Dot and slash are classes of their own, because they decide what a segment is.
  const starts = new Set([0, 0x2e, 0x2f, 0x30]);
  const sets = new Set<CharSet>(automata.flatMap(({ states }) => states.flatMap(({ moves }) => moves.map(({ set }) => set))));
  for (const set of sets) {
    for (const [low, high] of set) {
      starts.add(low);
      starts.add(high + 1);
    }
  }
  return [...starts].sort((one, other) => one - other);
}

/** Null where the character would end a segment that no path has. */
function segmentAfter(segment: Segment, code: number): Segment | null {
  if (code === 0x2f) return segment === 'name' ? 'empty' : null;
  if (code !== 0x2e) return 'name';
  return segment === 'empty' ? 'dot' : segment === 'dot' ? 'dots' : 'name';
}
