/** A value that JSON can write. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Prettier's default, by which most projects format. */
const lineWidth = 80;

/**
 * A document as JSON text that Prettier leaves as it is with its default settings: two spaces, one member a line, lists of plain values on one line where they fit in 80
 * columns, a newline at the end. Members that are undefined are left out.
 */
export function jsonText(document: Json): string {
  return `${written(document, '', 0)}\n`;
}

/** `before` is what stands on the line already, and `trailing` how much follows it. */
function written(value: Json, indent: string, usedColumns: number): string {
  if (Array.isArray(value)) return writtenList(value as readonly Json[], indent, usedColumns);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const deeper = `${indent}  `;
  const members = Object.entries(value).flatMap(([key, member]) => {
    if (member === undefined) return [];
    const name = `${deeper}${JSON.stringify(key)}: `;
    return [`${name}${written(member, deeper, name.length)}`];
  });
  return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${indent}}`;
}

function writtenList(list: readonly Json[], indent: string, usedColumns: number): string {
  const flat = `[${list.map((item) => JSON.stringify(item)).join(', ')}]`;
  const isPlain = list.every((item) => typeof item !== 'object' || item === null);
  // A comma may follow.
  if (isPlain && usedColumns + flat.length < lineWidth) return flat;
  const deeper = `${indent}  `;
  return `[\n${list.map((item) => `${deeper}${written(item, deeper, deeper.length)}`).join(',\n')}\n${indent}]`;
}
