import { anyCharacter } from '../../router/scope-characters.ts';
import type { CharSet } from '../../router/scope-characters.ts';
import { parsePattern } from '../../router/scope-pattern.ts';
import type { PathPattern } from '../../router/scope-pattern.ts';
import { isPlain } from '../../router/scope-segment.ts';
import type { Piece } from '../../router/scope-segment.ts';
import { loadProfile } from '../profiles/load-profiles.ts';
import type { Profile } from '../profiles/profile.ts';
import type { Survey } from './project.ts';

const genericProfile = 'generic';

/** A resource type of which the project has files. */
export interface PresentResourceType {
  readonly type: string;
  /** The folder below which all of its files lie; `.` for the root of the project. */
  readonly root: string;
  readonly fileCount: number;
}

/**
 * The resource types of the profile, then those that the generic one has beside them, of which there are files; in the order of
 * the profiles.
 */
export function presentResourceTypes(survey: Survey, profile: Profile): readonly PresentResourceType[] {
  const patterns = new Map<string, string>();
  const profiles = profile.document.profile_id === genericProfile ? [profile] : [profile, loadProfile(genericProfile)];
  for (const each of profiles) {
    for (const { type, scope_format: pattern } of each.document.adds_resource_types) {
      if (!patterns.has(type)) patterns.set(type, pattern);
    }
  }
  const index = new PatternIndex(patterns);
  for (const { path } of survey.project.files) index.see(path);
  return index.seen();
}

interface Entry {
  readonly found: Found;
  /** Null where the key of the entry says it all. */
  readonly pattern: RegExp | null;
  /** What every path that fits holds; far sooner looked for than the expression. */
  readonly part: string;
}

interface Found {
  root: string | null;
  count: number;
  /** The last path that was counted: braces may find a file twice. */
  last: string | null;
}

/**
 * Patterns by what a path must have for them to fit: its name, its extension or its first folder. So a project of 100,000 files
 * asks each of them for a few expressions instead of all.
 */
class PatternIndex {
  readonly #types = new Map<string, Found>();
  readonly #byName = new Map<string, Entry[]>();
  readonly #byExtension = new Map<string, Entry[]>();
  readonly #byFolder = new Map<string, Entry[]>();
  readonly #others: Entry[] = [];

  constructor(patterns: ReadonlyMap<string, string>) {
    for (const [type, pattern] of patterns) {
      const found: Found = { root: null, count: 0, last: null };
      this.#types.set(type, found);
      const parsed = parsePattern(pattern);
      for (const path of 'problem' in parsed ? [] : parsed) this.#add(path, found);
    }
  }

  see(path: string): void {
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    this.#test(this.#byName.get(name), path);
    const dot = name.lastIndexOf('.');
    if (dot !== -1) this.#test(this.#byExtension.get(name.slice(dot + 1)), path);
    if (slash !== -1) this.#test(this.#byFolder.get(path.slice(0, path.indexOf('/'))), path);
    this.#test(this.#others, path);
  }

  seen(): readonly PresentResourceType[] {
    return [...this.#types].flatMap(([type, { root, count }]) =>
      count === 0 ? [] : [{ type, root: root ?? '.', fileCount: count }],
    );
  }

  #test(entries: readonly Entry[] | undefined, path: string): void {
    for (const { found, pattern, part } of entries ?? []) {
      if (found.last === path || !path.includes(part) || pattern?.test(path) === false) continue;
      found.last = path;
      found.count += 1;
      found.root = commonFolder(found.root, path);
    }
  }

  #add(path: PathPattern, found: Found): void {
    const { by, key, isWhole } = keyOf(path);
    const entry: Entry = { found, pattern: isWhole ? null : expressionOf(path), part: longestName(path) };
    if (by === 'name') push(this.#byName, key, entry);
    else if (by === 'extension') push(this.#byExtension, key, entry);
    else if (by === 'folder') push(this.#byFolder, key, entry);
    else this.#others.push(entry);
  }
}

interface Key {
  readonly by: 'name' | 'extension' | 'folder' | 'nothing';
  readonly key: string;
  /** Whether every path with this key fits. */
  readonly isWhole: boolean;
}

function keyOf(path: PathPattern): Key {
  return keyOfName(path) ?? keyOfFolder(path) ?? { by: 'nothing', key: '', isWhole: false };
}

function keyOfName(path: PathPattern): Key | null {
  const isAnywhere = path.length === 2 && path[0] === '**';
  const last = path.at(-1);
  if (last === undefined || last === '**') return null;
  if (isPlain(last)) return { by: 'name', key: textOf(last), isWhole: isAnywhere };
  const tail = plainTail(last);
  const dot = tail.lastIndexOf('.');
  if (dot === -1) return null;
  const isExtension = isAnywhere && dot === 0 && isStar(last[0]) && last.length === Array.from(tail).length + 1;
  return { by: 'extension', key: tail.slice(dot + 1), isWhole: isExtension };
}

function keyOfFolder(path: PathPattern): Key | null {
  const [first] = path;
  if (path.length < 2 || first === undefined || first === '**' || !isPlain(first)) return null;
  return { by: 'folder', key: textOf(first), isWhole: false };
}

function push(map: Map<string, Entry[]>, key: string, entry: Entry): void {
  map.set(key, [...(map.get(key) ?? []), entry]);
}

/** The folder that holds both `folder` (null: nothing yet) and the file. */
function commonFolder(folder: string | null, path: string): string {
  let common = folder ?? folderOf(path);
  while (common !== '.' && !path.startsWith(`${common}/`)) common = folderOf(common);
  return common;
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '.' : path.slice(0, slash);
}

/** The longest of the names that stand in a pattern as they are; the empty text where none does. */
function longestName(path: PathPattern): string {
  const names = path.map((segment) => (segment !== '**' && isPlain(segment) ? textOf(segment) : ''));
  return names.reduce((longest, name) => (name.length > longest.length ? name : longest), '');
}

/** The characters that every name of a segment ends with. */
function plainTail(segment: readonly Piece[]): string {
  const open = segment.findLastIndex((piece) => !isPlain([piece]));
  return textOf(segment.slice(open + 1));
}

function textOf(pieces: readonly Piece[]): string {
  return pieces.map(({ set }) => String.fromCodePoint(set[0]?.[0] ?? 0)).join('');
}

function isStar(piece: Piece | undefined): boolean {
  return piece?.repeated === true && piece.set === anyCharacter;
}

/**
 * A pattern as an expression for whole paths. Stars of names stay within them, and a step over folders always takes a slash, so
 * that none backtracks for long.
 */
function expressionOf(path: PathPattern): RegExp {
  const parts = path.map((segment, index) => {
    const isLast = index === path.length - 1;
    if (segment === '**') return isLast ? '[^]+' : '(?:[^/]+/)*';
    const name = segment.map(({ set, repeated }) => `${classOf(set)}${repeated ? '*' : ''}`).join('');
    return isLast ? name : `${name}/`;
  });
  return new RegExp(`^${parts.join('')}$`, 'u');
}

function classOf(set: CharSet): string {
  if (set === anyCharacter) return '[^/]';
  if (set.length === 0) return '[^\\u{0}-\\u{10FFFF}]';
  return `[${set.map(([low, high]) => `${escaped(low)}-${escaped(high)}`).join('')}]`;
}

function escaped(code: number): string {
  return `\\u{${code.toString(16)}}`;
}
