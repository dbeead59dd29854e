import type { PhaseConstraints } from '../schemas/work.ts';

/** A constraint that is looser than the one that it should tighten. */
export interface Weakening {
  /** Where it stands in the constraints. */
  readonly path: readonly [group: string, name: string];
  readonly inner: boolean | number | string;
  readonly outer: boolean | number | string;
}

type Group = keyof PhaseConstraints;

/** How of two values the tighter one is told. `duty`: true binds; `most`: the smaller one; `same`: the first that is given, and no other. */
const kinds: Readonly<Record<Group, Readonly<Record<string, 'duty' | 'most' | 'same'>>>> = {
  patch: { patch_required: 'duty', max_lines_changed: 'most', max_files_changed: 'most' },
  tests: { tests_must_run: 'duty', tests_must_pass: 'duty', test_command: 'same' },
  behavior: { ascii_only: 'duty', require_doc_update: 'duty' },
};

interface Field {
  readonly group: Group;
  readonly name: string;
  readonly kind: 'duty' | 'most' | 'same';
}

const fields: readonly Field[] = Object.entries(kinds).flatMap(([group, names]) =>
  Object.entries(names).map(([name, kind]) => ({ group: group as Group, name, kind })),
);

type Value = boolean | number | string;

/** The constraints that hold where all of `layers` do, from the widest (the phase) to the narrowest (the task): of each the tightest. */
export function tightestConstraints(layers: readonly (PhaseConstraints | null | undefined)[]): PhaseConstraints {
  const tightest: Partial<Record<Group, Record<string, Value>>> = {};
  for (const field of fields) {
    const values = layers.flatMap((layer) => valueOf(layer, field) ?? []);
    const [first, ...others] = values;
    if (first === undefined) continue;
    const value = others.reduce((outer, inner) => (isWeaker(field, inner, outer) ? outer : inner), first);
    tightest[field.group] = { ...tightest[field.group], [field.name]: value };
  }
  return tightest;
}

/** Where `inner` allows more than `outer` does; what it leaves unsaid stays as it is. */
export function weakenings(
  outer: PhaseConstraints | null | undefined,
  inner: PhaseConstraints | null | undefined,
): readonly Weakening[] {
  return fields.flatMap((field) => {
    const [wide, narrow] = [valueOf(outer, field), valueOf(inner, field)];
    if (wide === undefined || narrow === undefined || !isWeaker(field, narrow, wide)) return [];
    return [{ path: [field.group, field.name] as const, inner: narrow, outer: wide }];
  });
}

function isWeaker({ kind }: Field, inner: Value, outer: Value): boolean {
  if (kind === 'most') return inner > outer;
  return kind === 'duty' ? outer === true && inner === false : inner !== outer;
}

function valueOf(layer: PhaseConstraints | null | undefined, { group, name }: Field): Value | undefined {
  const values: Readonly<Record<string, Value | undefined>> | undefined = layer?.[group];
  return values?.[name];
}
