import type { ParamSpec, Value, ValueType, Workflow } from '../model.ts';
import { leavesOf, outputAtom, paramAtom } from './condition-parts.ts';
import type { Comparison, ConditionPart } from './condition-parts.ts';

/** A choice of values: of parameters, and of the outputs that steps have once they have succeeded. What it does not name may be anything. */
export type ValueCase = ReadonlyMap<string, Value>;

/** One thing that differs from case to case, and the values that stand for all that it can be. */
export interface Choice {
  readonly name: string;
  readonly values: readonly Value[];
}

/** What is known of a parameter or an output before the run. */
interface Declared {
  readonly name: string;
  readonly type: ValueType;
  readonly enum: readonly Value[] | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  /** It may be nothing although its step succeeded, or it was declared. */
  readonly mayBeNull: boolean;
}

/**
 * The parameters and outputs that the conditions read, each with so many values that every other one makes the same difference to every condition:
 * all of an `enum` or a truth; else those that it is compared with, and one for each gap between them. One that is used in another way is left out.
 */
export function choicesOf(workflow: Workflow, conditions: readonly (ConditionPart | null)[]): readonly Choice[] {
  const uses = usesByAtom(conditions);
  return declaredIn(workflow).flatMap((declared) => {
    const used = uses.get(declared.name);
    const values = used === undefined ? null : valuesOf(declared, used);
    return values === null
      ? []
      : [{ name: declared.name, values: declared.mayBeNull ? [...new Set([...values, null])] : values }];
  });
}

/** Every combination of the choices, as many as `most`; beyond that the last choices are left open, which `isWhole` then says. */
export function casesOf(
  choices: readonly Choice[],
  most: number,
): { readonly cases: readonly ValueCase[]; readonly isWhole: boolean } {
  let cases: ValueCase[] = [new Map()];
  let isWhole = true;
  for (const { name, values } of choices) {
    if (cases.length * values.length > most) isWhole = false;
    else cases = cases.flatMap((each) => values.map((value) => new Map([...each, [name, value]])));
  }
  return { cases, isWhole };
}

/** By atom the comparisons that it is in; null where something else is done with it. */
function usesByAtom(conditions: readonly (ConditionPart | null)[]): Map<string, (Comparison | null)[]> {
  const uses = new Map<string, (Comparison | null)[]>();
  for (const condition of conditions) {
    for (const { atoms, comparison } of condition === null ? [] : leavesOf(condition)) {
      for (const atom of atoms) uses.set(atom, [...(uses.get(atom) ?? []), atoms.length === 1 ? comparison : null]);
    }
  }
  return uses;
}

function declaredIn({ params, steps }: Workflow): Declared[] {
  const ofParam = ([name, spec]: [string, ParamSpec]): Declared => ({
    name: paramAtom(name),
    type: spec.type,
    enum: spec.enum,
    minimum: spec.minimum,
    maximum: spec.maximum,
    mayBeNull: spec.default === null,
  });
  const open = { enum: null, minimum: null, maximum: null, mayBeNull: false };
  return [
    ...Object.entries(params).map(ofParam),
    ...steps.flatMap(({ id, outputs }) =>
      Object.entries(outputs).map(([name, type]) => ({ name: outputAtom(id, name), type, ...open })),
    ),
  ];
}

function valuesOf(declared: Declared, uses: readonly (Comparison | null)[]): readonly Value[] | null {
  if (declared.enum !== null) return declared.enum;
  if (declared.type === 'boolean') return [true, false];
  const comparisons = uses.filter((use) => use !== null);
  if (comparisons.length < uses.length) return null;
  return declared.type === 'string' ? textsOf(comparisons) : numbersOf(declared, comparisons);
}

function textsOf(comparisons: readonly Comparison[]): readonly Value[] | null {
  const texts: string[] = [];
  for (const { operator, value } of comparisons) {
    if (operator === 'test') texts.push('');
    else if (typeof value === 'string' && (operator === '==' || operator === '!=')) texts.push(value);
    else return null;
  }
  // Texts are compared without case; one that is longer than all of them is none of them.
  const other = 'x'.repeat(1 + Math.max(...texts.map(({ length }) => length)));
  return [...new Set([...texts, other])];
}

function numbersOf(declared: Declared, comparisons: readonly Comparison[]): readonly Value[] | null {
  const marks: number[] = [];
  for (const { operator, value } of comparisons) {
    if (operator === 'test') marks.push(0);
    else if (typeof value === 'number' && Number.isFinite(value)) marks.push(value);
    else return null;
  }
  const sorted = [...new Set(marks)].sort((a, b) => a - b);
  const between = sorted.flatMap((mark, index) => gapAfter(mark, sorted[index + 1], declared));
  const values = [...gapBefore(sorted[0] ?? 0, declared), ...sorted, ...between];
  const fits = values.filter((value) => isWithin(value, declared));
  return fits.length === 0 ? null : fits;
}

function gapBefore(first: number, { type, minimum }: Declared): number[] {
  const bound = type === 'integer' ? Math.ceil(first) - 1 : first - 1;
  return minimum !== null && minimum < first ? [Math.max(minimum, bound)] : [bound];
}

function gapAfter(mark: number, next: number | undefined, { type, maximum }: Declared): number[] {
  if (type === 'integer') return next === undefined || Math.floor(mark) + 1 < next ? [Math.floor(mark) + 1] : [];
  if (next !== undefined) return [mark + (next - mark) / 2];
  return maximum !== null && maximum > mark ? [Math.min(maximum, mark + 1)] : [mark + 1];
}

function isWithin(value: number, { type, minimum, maximum }: Declared): boolean {
  if (type === 'integer' && !Number.isInteger(value)) return false;
  return (minimum === null || value >= minimum) && (maximum === null || value <= maximum);
}
