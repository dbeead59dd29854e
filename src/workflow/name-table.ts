/** Names that are found whatever their case, as the expression language has it; each leads to its exact spelling. */
export class NameTable {
  readonly #exact = new Map<string, string>();

  constructor(names: Iterable<string> = []) {
    for (const name of names) this.add(name);
  }

  /** Adds a name; the name it collides with (equal but for case, or the same), or null. */
  add(name: string): string | null {
    const lower = name.toLowerCase();
    const known = this.#exact.get(lower);
    if (known !== undefined) return known;
    this.#exact.set(lower, name);
    return null;
  }

  /** The exact spelling of a name, or null when there is no such name. */
  find(name: string): string | null {
    return this.#exact.get(name.toLowerCase()) ?? null;
  }

  /** All names, as spelled. */
  names(): Iterable<string> {
    return this.#exact.values();
  }
}
