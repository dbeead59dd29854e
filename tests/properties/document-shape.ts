/** A JSON Schema, as far as the documents use it. */
export interface Shape {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly allOf?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Shape;
  readonly propertyNames?: Shape;
  readonly items?: Shape;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly $defs?: Readonly<Record<string, Shape>>;
}

/** The definitions of a JSON Schema by their names. */
export type Definitions = Readonly<Record<string, Shape>>;

/** Any JSON value: zod writes it as a definition that refers to itself. */
export function isFree(shape: Shape): boolean {
  return shape.$ref?.startsWith('#/$defs/__schema') ?? false;
}

/** The shape that a reference stands for. */
export function resolve(shape: Shape, definitions: Definitions): Shape {
  if (shape.$ref === undefined) return shape;
  const found = definitions[shape.$ref.slice('#/$defs/'.length)];
  if (found === undefined) throw new Error(`no definition ${shape.$ref}`);
  return found;
}

const made = new WeakMap<Shape, readonly Shape[]>();

/** The branches of a union, also of a list of types; null for what is none. (`anyOf` beside `properties` only says which keys there must be.) */
export function branchesOf(shape: Shape): readonly Shape[] | null {
  const { anyOf, oneOf, properties, type } = shape;
  if (typeof type !== 'object') return properties === undefined ? (anyOf ?? oneOf ?? null) : null;
  const known = made.get(shape) ?? type.map((each) => (each === 'null' ? { type: each } : { ...shape, type: each }));
  made.set(shape, known);
  return known;
}

/** The patterns that a text must match. */
export function patternsOf({ pattern, allOf = [] }: Shape): string[] {
  return [pattern, ...allOf.map((each) => each.pattern)].filter((each) => each !== undefined);
}

/** Whether a value that fits some branch of a union is of this one: by its type and by the words that only one branch has. */
export function isOf(shape: Shape, value: unknown): boolean {
  const branches = branchesOf(shape);
  if (branches !== null) return branches.some((branch) => isOf(branch, value));
  if (shape.const !== undefined) return shape.const === value;
  if (shape.enum !== undefined) return shape.enum.includes(value);
  if (Array.isArray(value) || value === null || typeof value !== 'object')
    return shape.type === typeName(value) || shape.type === typeof value;
  const fields = Object.entries(shape.properties ?? {}).filter(([, { const: word }]) => word !== undefined);
  return shape.type === 'object' && fields.every(([key, field]) => isOf(field, (value as Record<string, unknown>)[key]));
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
