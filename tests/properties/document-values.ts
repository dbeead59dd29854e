import fc from 'fast-check';
import { branchesOf, isFree, patternsOf, resolve } from './document-shape.ts';
import type { Definitions, Shape } from './document-shape.ts';

const made = new WeakMap<Shape, Map<number | null, fc.Arbitrary<unknown>>>();

/** How many variants of a complete value it takes to reach every branch of every union. */
export function variantsOf(shape: Shape, definitions: Definitions): number {
  if (isFree(shape)) return 1;
  const real = resolve(shape, definitions);
  const most = (shapes: readonly Shape[]): number => Math.max(1, ...shapes.map((each) => variantsOf(each, definitions)));
  const branches = branchesOf(real);
  if (branches !== null) return branches.length * most(branches);
  const entries = typeof real.additionalProperties === 'object' ? [real.additionalProperties] : [];
  return most([...Object.values(real.properties ?? {}), ...entries, ...(real.items ? [real.items] : [])]);
}

/**
 * Values that fit a JSON Schema. With a `variant` they are complete: every key is there, no list or mapping is empty, and of a union of n it is branch
 * `variant` modulo n.
 */
export function valuesOf(shape: Shape, definitions: Definitions, variant: number | null): fc.Arbitrary<unknown> {
  const key = variant === null ? null : variant % variantsOf(shape, definitions);
  const known = made.get(shape) ?? new Map<number | null, fc.Arbitrary<unknown>>();
  made.set(shape, known);
  const arbitrary = known.get(key) ?? make(shape, definitions, key);
  known.set(key, arbitrary);
  return arbitrary;
}

function make(shape: Shape, definitions: Definitions, variant: number | null): fc.Arbitrary<unknown> {
  if (isFree(shape)) return fc.jsonValue({ maxDepth: 1 }).filter((value) => !JSON.stringify(value).includes('__proto__'));
  const real = resolve(shape, definitions);
  const branches = branchesOf(real);
  if (branches !== null) {
    if (variant === null) return fc.oneof(...branches.map((branch) => valuesOf(branch, definitions, null)));
    const branch = branches[variant % branches.length] ?? {};
    return valuesOf(branch, definitions, Math.floor(variant / branches.length));
  }
  if (real.const !== undefined) return fc.constant(real.const);
  if (real.enum !== undefined) return fc.constantFrom(...real.enum);
  if (real.type === 'object') return real.properties ? objects(real, definitions, variant) : mappings(real, definitions, variant);
  if (real.type === 'array') return lists(real, definitions, variant);
  return scalars(real);
}

function objects(shape: Shape, definitions: Definitions, variant: number | null): fc.Arbitrary<unknown> {
  const properties = Object.entries(shape.properties ?? {});
  const fields = Object.fromEntries(properties.map(([key, inner]) => [key, valuesOf(inner, definitions, variant)]));
  const requiredKeys = variant === null ? [...(shape.required ?? [])] : Object.keys(fields);
  const needs = (shape.anyOf ?? []).map(({ required = [] }) => required);
  return fc
    .record(fields, { requiredKeys, noNullPrototype: true })
    .filter((value) => needs.length === 0 || needs.some((keys) => keys.every((key) => key in value)));
}

function mappings(shape: Shape, definitions: Definitions, variant: number | null): fc.Arbitrary<unknown> {
  const names = shape.propertyNames?.pattern ? scalars(shape.propertyNames) : fc.string({ minLength: 1, maxLength: 8 });
  const values = typeof shape.additionalProperties === 'object' ? shape.additionalProperties : {};
  const keys = (names as fc.Arbitrary<string>).filter((name) => name !== '__proto__');
  const bounds = { minKeys: variant === null ? 0 : 1, maxKeys: 2, noNullPrototype: true };
  return fc.dictionary(keys, valuesOf(values, definitions, variant), bounds);
}

function lists(shape: Shape, definitions: Definitions, variant: number | null): fc.Arbitrary<unknown> {
  const minLength = Math.max(shape.minItems ?? 0, variant === null ? 0 : 1);
  const maxLength = Math.min(shape.maxItems ?? 3, Math.max(minLength, variant === null ? 3 : 1));
  return fc.array(valuesOf(shape.items ?? {}, definitions, variant), { minLength, maxLength });
}

function scalars(shape: Shape): fc.Arbitrary<unknown> {
  if (shape.type === 'boolean') return fc.boolean();
  if (shape.type === 'null') return fc.constant(null);
  return shape.type === 'string' ? texts(shape) : numbers(shape);
}

function texts(shape: Shape): fc.Arbitrary<string> {
  const [pattern] = patternsOf(shape);
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  const { minLength = 0, maxLength = 200 } = shape;
  return fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 12) });
}

function numbers(shape: Shape): fc.Arbitrary<number> {
  const { type, minimum = -1e6, maximum = 1e6, exclusiveMinimum } = shape;
  if (type === 'integer') return fc.integer({ min: Math.max(minimum, -1e6), max: Math.min(maximum, 1e6) });
  if (type !== 'number') throw new Error(`no values for ${JSON.stringify(shape)}`);
  const bounds = { min: exclusiveMinimum ?? minimum, max: maximum, minExcluded: exclusiveMinimum !== undefined, noNaN: true };
  // JSON has no negative zero.
  return fc.double(bounds).map((value) => (value === 0 ? 0 : value));
}
