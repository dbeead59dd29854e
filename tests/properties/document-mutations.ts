import { branchesOf, isFree, isOf, patternsOf, resolve } from './document-shape.ts';
import type { Definitions, Shape } from './document-shape.ts';

type Path = readonly (string | number)[];

/** One way to break one rule of a JSON Schema in one value. */
export interface Mutation {
  /** The rule: where it stands in the schema, and what it demands. */
  readonly rule: string;
  /** What the rule is about: the value that is broken, or the object that has a key too few or too many. */
  readonly path: Path;
  /** What is put where; `undefined`: it is left out. */
  readonly edits: readonly { readonly at: Path; readonly value: unknown }[];
  /** Whether it stands inside a union of several shapes, where nobody can say which of them was meant. */
  readonly inUnion: boolean;
}

interface Place {
  readonly pointer: string;
  readonly path: Path;
  readonly inUnion: boolean;
  /** Whether the shape is a branch of a union, which has said already which types there may be. */
  readonly isBranch: boolean;
}

const start: Place = { pointer: '#', path: [], inUnion: false, isBranch: false };
const largest = Number.MAX_SAFE_INTEGER;
/** A key that no document has. */
export const strangeKey = 'zz_strange';

/** Every rule of a schema, by the names that {@link mutationsOf} gives them. */
export function rulesOf(shape: Shape, definitions: Definitions): Set<string> {
  const rules = new Set<string>();
  const visit = (each: Shape, place: Place): void => {
    if (isFree(each)) return;
    const at = each.$ref === undefined ? place : { ...place, pointer: each.$ref };
    const real = resolve(each, definitions);
    for (const { rule } of ownMutations(real, at)) rules.add(rule);
    for (const [name, inner] of innerShapes(real)) visit(inner, step(at, name, real));
  };
  visit(shape, start);
  return rules;
}

function step(place: Place, name: string, parent: Shape): Place {
  return { ...place, pointer: `${place.pointer}/${name}`, isBranch: branchesOf(parent) !== null };
}

function innerShapes(shape: Shape): [string, Shape][] {
  const branches = branchesOf(shape);
  if (branches !== null) return branches.map((branch, index) => [String(index), branch]);
  return [
    ...Object.entries(shape.properties ?? {}),
    ...(typeof shape.additionalProperties === 'object' ? [['*', shape.additionalProperties] as [string, Shape]] : []),
    ...(shape.items ? [['[]', shape.items] as [string, Shape]] : []),
  ];
}

/** All ways to break a value that fits the schema, one a rule and place. */
export function mutationsOf(shape: Shape, value: unknown, definitions: Definitions, place: Place = start): Mutation[] {
  if (isFree(shape)) return [];
  const at = shape.$ref === undefined ? place : { ...place, pointer: shape.$ref };
  const real = resolve(shape, definitions);
  return [...ownMutations(real, at, value), ...innerMutations(real, value, definitions, at)];
}

function innerMutations(shape: Shape, value: unknown, definitions: Definitions, place: Place): Mutation[] {
  const branches = branchesOf(shape);
  if (branches !== null) {
    const index = branches.findIndex((branch) => isOf(branch, value));
    const isOpen = shape.oneOf === undefined && branches.filter(({ type }) => type !== 'null').length > 1;
    const inside = { ...step(place, String(index), shape), inUnion: place.inUnion || isOpen };
    return mutationsOf(branches[index] ?? {}, value, definitions, inside);
  }
  const into = (name: string, inner: Shape, part: string | number, item: unknown): Mutation[] =>
    mutationsOf(inner, item, definitions, { ...step(place, name, shape), path: [...place.path, part] });
  const { items, properties, additionalProperties: rest } = shape;
  if (items !== undefined && Array.isArray(value)) return value.flatMap((item, index) => into('[]', items, index, item));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const inner = properties?.[key];
    if (inner !== undefined) return into(key, inner, key, item);
    return typeof rest === 'object' ? into('*', rest, key, item) : [];
  });
}

/** The ways to break a value by the rules that a shape itself has, not those inside of it. */
function ownMutations(shape: Shape, place: Place, value?: unknown): Mutation[] {
  const { pointer, path, inUnion } = place;
  const replaced = (rule: string, bad: unknown): Mutation => ({
    rule: `${pointer} ${rule}`,
    path,
    inUnion,
    edits: [{ at: path, value: bad }],
  });
  const keyed = (rule: string, edits: readonly [string, unknown][]): Mutation => ({
    ...replaced(rule, null),
    edits: edits.map(([key, each]) => ({ at: [...path, key], value: each })),
  });
  return [
    ...(place.isBranch ? [] : wrongTypes(shape)).map(([rule, bad]) => replaced(rule, bad)),
    ...wrongTexts(shape).map(([rule, bad]) => replaced(rule, bad)),
    ...wrongNumbers(shape).map(([rule, bad]) => replaced(rule, bad)),
    ...wrongLists(shape, value).map(([rule, bad]) => replaced(rule, bad)),
    ...wrongKeys(shape).map(([rule, edits]) => keyed(rule, edits)),
  ];
}

function wrongTypes(shape: Shape): [string, unknown][] {
  const branches = branchesOf(shape) ?? [shape];
  const types = new Set(branches.map(({ type, enum: words }) => type ?? typeof words?.[0]));
  const candidates: [string, unknown][] = [
    ['boolean', true],
    ['string', 'a text'],
    ['array', [[]]],
  ];
  const [, wrong] = candidates.find(([type]) => !types.has(type)) ?? [];
  return [['has its type', wrong], ...(types.has('null') ? [] : [['is not null', null] as [string, unknown]])];
}

function wrongTexts(shape: Shape): [string, unknown][] {
  const found: [string, unknown][] = [];
  if (shape.enum ?? shape.const) found.push(['is one of its words', 'no such word']);
  for (const pattern of patternsOf(shape)) {
    const bad = ['', '\u{a7} \u{a7}', 'x'].find((text) => !new RegExp(pattern).test(text));
    found.push([`matches ${pattern.slice(0, 20)}`, bad]);
  }
  if (shape.minLength !== undefined) found.push(['is long enough', 'x'.repeat(shape.minLength - 1)]);
  if (shape.maxLength !== undefined) found.push(['is short enough', 'x'.repeat(shape.maxLength + 1)]);
  return found;
}

function wrongNumbers({ type, minimum, maximum, exclusiveMinimum }: Shape): [string, unknown][] {
  const found: [string, unknown][] = [];
  if (type === 'integer') found.push(['is whole', 1.5]);
  if (minimum !== undefined && minimum !== -largest) found.push(['is large enough', minimum - 1]);
  if (exclusiveMinimum !== undefined) found.push(['is larger', exclusiveMinimum]);
  if (maximum !== undefined && maximum !== largest) found.push(['is small enough', maximum + 1]);
  return found;
}

function wrongLists({ minItems, maxItems }: Shape, value: unknown): [string, unknown][] {
  const [item] = Array.isArray(value) ? (value as unknown[]) : [];
  const found: [string, unknown][] = [];
  if (minItems !== undefined && minItems > 0) found.push(['has items enough', Array.from({ length: minItems - 1 }, () => item)]);
  if (maxItems !== undefined) found.push(['has not too many items', Array.from({ length: maxItems + 1 }, () => item)]);
  return found;
}

function wrongKeys(shape: Shape): [string, [string, unknown][]][] {
  if (shape.type !== 'object') return [];
  const found: [string, [string, unknown][]][] = (shape.required ?? []).map((key) => [`has ${key}`, [[key, undefined]]]);
  if (shape.additionalProperties === false) found.push(['is closed', [[strangeKey, 1]]]);
  if (shape.propertyNames?.pattern !== undefined) found.push(['has good names', [['\u{a7} \u{a7}', {}]]]);
  const needed = (shape.anyOf ?? []).flatMap(({ required = [] }) => required);
  if (needed.length > 0) found.push(['has one of its keys', needed.map((key) => [key, undefined])]);
  return found;
}

/** A copy of the document with the mutation made. */
export function mutated(document: unknown, { edits }: Mutation): unknown {
  let copy = structuredClone(document);
  for (const { at, value } of edits) {
    const last = at.at(-1);
    if (last === undefined) {
      copy = value;
      continue;
    }
    let parent = copy as Record<string | number, unknown>;
    for (const part of at.slice(0, -1)) parent = parent[part] as Record<string | number, unknown>;
    if (value === undefined) delete parent[last];
    else parent[last] = value;
  }
  return copy;
}
