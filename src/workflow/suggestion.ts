// A hostile file could ask for thousands of names to be compared with thousands of others: past this, no hint is given.
const comparisonBudget = 5_000_000;

/** Finds the known name that a misspelled one was likely meant to be. One for a file, so that its work is bounded. */
export class Suggestion {
  #left = comparisonBudget;

  /** The nearest of `known` (within a third of the length, at least 1 change), the earliest of equals; null when none is near. */
  nearest(wrong: string, known: Iterable<string>): string | null {
    if (wrong.length > 100) return null;
    const target = wrong.toLowerCase();
    let best: string | null = null;
    let bestDistance = Math.max(1, Math.floor(target.length / 3)) + 1;
    for (const name of known) {
      const candidate = name.toLowerCase();
      if (candidate === target) return name;
      if (Math.abs(candidate.length - target.length) >= bestDistance) continue;
      this.#left -= target.length * candidate.length;
      if (this.#left < 0) return null;
      const distance = editDistance(target, candidate);
      if (distance < bestDistance) [best, bestDistance] = [name, distance];
    }
    return best;
  }

  /** `did you mean "NAME"?`, or null. */
  hint(wrong: string, known: Iterable<string>): string | null {
    const name = this.nearest(wrong, known);
    return name === null ? null : `did you mean "${name}"?`;
  }
}

/** The number of insertions, deletions, replacements and swaps of neighbours that turn one text into the other. */
export function editDistance(a: string, b: string): number {
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  const at = (row: number, column: number): number => table[row * width + column] ?? 0;
  for (let row = 0; row <= a.length; row += 1) {
    for (let column = 0; column <= b.length; column += 1) table[row * width + column] = cheapest({ a, b, at }, row, column);
  }
  return at(a.length, b.length);
}

interface Distances {
  readonly a: string;
  readonly b: string;
  readonly at: (row: number, column: number) => number;
}

function cheapest({ a, b, at }: Distances, row: number, column: number): number {
  if (row === 0 || column === 0) return row + column;
  const replaced = at(row - 1, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
  const cost = Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, replaced);
  const swaps = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
  return swaps ? Math.min(cost, at(row - 2, column - 2) + 1) : cost;
}
