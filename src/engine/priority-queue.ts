/** A binary heap of step positions: push and pop in O(log n). `compare` is negative when `a` comes first, and total. */
export class PriorityQueue {
  readonly #heap: number[] = [];
  readonly #compare: (a: number, b: number) => number;

  constructor(compare: (a: number, b: number) => number) {
    this.#compare = compare;
  }

  /** How many positions are queued. */
  get size(): number {
    return this.#heap.length;
  }

  /** The position that {@link pop} would take; undefined when there is none. */
  peek(): number | undefined {
    return this.#heap[0];
  }

  /** Adds a position. */
  push(position: number): void {
    const heap = this.#heap;
    let at = heap.push(position) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#compare(this.#at(parent), position) <= 0) break;
      heap[at] = this.#at(parent);
      at = parent;
    }
    heap[at] = position;
  }

  /** Takes the first position out; undefined when there is none. */
  pop(): number | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.#compare(this.#at(child + 1), this.#at(child)) < 0) child++;
      if (this.#compare(last, this.#at(child)) <= 0) break;
      heap[at] = this.#at(child);
      at = child;
    }
    heap[at] = last;
    return first;
  }

  /** Only called with indexes that the heap has. */
  #at(index: number): number {
    return this.#heap[index] as number;
  }
}
