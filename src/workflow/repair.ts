interface Edit {
  change: { readonly value: unknown } | 'remove' | null;
  readonly parts: Map<PropertyKey, Edit>;
}

/**
 * Leaves out or replaces what is wrong in a plain value, so that the rest can be checked further and all mistakes of a file are
 * reported at once. Names stay known where their value was wrong: an expression that uses them is not a second mistake.
 */
export class Repair {
  readonly #root: Edit = { change: null, parts: new Map() };

  /** Leaves out the value at `path`. */
  remove(path: readonly PropertyKey[]): void {
    this.#at(path).change = 'remove';
  }

  /** Puts a harmless value at `path` where its name is of use to others, else leaves it out. */
  replace(path: readonly PropertyKey[]): void {
    const value = substitute(path);
    this.#at(path).change = value === undefined ? 'remove' : { value };
  }

  /** A copy of `plain` with the changes made; the parts without changes are shared with it. */
  apply(plain: unknown): unknown {
    const { change } = this.#root;
    return change === null ? edited(plain, this.#root) : undefined;
  }

  #at(path: readonly PropertyKey[]): Edit {
    let edit = this.#root;
    for (const part of path) {
      const next = edit.parts.get(part) ?? { change: null, parts: new Map<PropertyKey, Edit>() };
      edit.parts.set(part, next);
      edit = next;
    }
    return edit;
  }
}

function substitute(path: readonly PropertyKey[]): unknown {
  const [top, , key] = path;
  if (path.length === 1) return top === 'name' ? 'unnamed' : undefined;
  if (top === 'params') return path.length === 2 ? { type: 'string' } : key === 'type' ? 'string' : undefined;
  if (top === 'env') return '';
  if (path.length === 2) return top === 'steps' ? {} : undefined;
  if (path.length !== 4) return undefined;
  return key === 'outputs' ? 'string' : key === 'env' ? '' : undefined;
}

function edited(plain: unknown, edit: Edit): unknown {
  if (edit.parts.size === 0) return plain;
  if (Array.isArray(plain)) {
    return plain.flatMap((item: unknown, index): unknown[] => {
      const inner = edit.parts.get(index);
      if (inner === undefined) return [item];
      return inner.change === 'remove' ? [] : [inner.change === null ? edited(item, inner) : inner.change.value];
    });
  }
  const copy: Record<PropertyKey, unknown> = { ...(plain as Record<PropertyKey, unknown>) };
  for (const [part, inner] of edit.parts) {
    if (inner.change === 'remove') delete copy[part];
    else copy[part] = inner.change === null ? edited(copy[part], inner) : inner.change.value;
  }
  return copy;
}
