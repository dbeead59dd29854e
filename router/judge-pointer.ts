/**
 * The value that a JSON pointer (RFC 6901) names in a value of JSON; undefined where it names none. The empty pointer is the whole value.
 * Only what the document itself holds counts, never what an object inherits.
 */
export function resolvePointer(value: unknown, pointer: string): unknown {
  let at = value;
  for (const written of pointer.split('/').slice(1)) {
    if (/~(?![01])/.test(written)) return undefined;
    at = childOf(at, written.replaceAll('~1', '/').replaceAll('~0', '~'));
    if (at === undefined) return undefined;
  }
  return at;
}

function childOf(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return /^(0|[1-9]\d*)$/.test(name) ? (value as unknown[])[Number(name)] : undefined;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
