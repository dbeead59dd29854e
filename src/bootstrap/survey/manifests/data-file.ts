import { parse as parseToml } from 'smol-toml';
import type { Project } from '../../project.ts';

/** A mapping whose values may be anything; without the names that reach into prototypes. */
export type Mapping = ReadonlyMap<string, unknown>;

/** A manifest: what it holds, or what is wrong with it in words with its path first; null where there is no such file. */
export type DataFile = { readonly ok: true; readonly data: Mapping } | { readonly ok: false; readonly problem: string } | null;

const nothing: Mapping = new Map();

/** Reads a manifest as JSON or TOML, by the end of its name. Its top must be a mapping. */
export function readDataFile(project: Project, path: string): DataFile {
  if (!project.has(path)) return null;
  const text = project.readText(path);
  if (text === null) return { ok: false, problem: `${path}: cannot be read as text, or is larger than 512 KiB` };
  const kind = path.endsWith('.json') ? 'JSON' : 'TOML';
  try {
    const data: unknown = kind === 'JSON' ? JSON.parse(text) : parseToml(text);
    return isMapping(data) ? { ok: true, data: mapping(data) } : { ok: false, problem: `${path}: not a ${kind} mapping` };
  } catch {
    return { ok: false, problem: `${path}: not valid ${kind}` };
  }
}

/** The mapping under a path of names, an empty one where there is none. */
export function mappingAt(data: Mapping, ...names: readonly string[]): Mapping {
  let found = data;
  for (const name of names) found = mapping(found.get(name));
  return found;
}

/** The mapping that a value is; an empty one for any other value. */
export function mapping(value: unknown): Mapping {
  return isMapping(value) ? new Map(Object.entries(value)) : nothing;
}

/** The list that a value is; an empty one for any other value. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The text that a value is, without spaces around it; null for any other value and for an empty one. */
export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
