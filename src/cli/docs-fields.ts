/** One field of a document: `run.state`, `runs[].run_id`; `?` at the end of the path: it may be missing. */
export interface DescribedField {
  readonly path: string;
  readonly type: string;
  readonly meaning: string;
}

interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly description?: string;
}

/** The fields of a JSON Schema, nested ones by their path, in the order of the schema. Variants of an object are told apart by their `kind`. */
export function describeFields(schema: object): DescribedField[] {
  return fieldsOf(schema, '');
}

function fieldsOf(schema: Schema, prefix: string): DescribedField[] {
  const variants = (schema.oneOf ?? schema.anyOf ?? []).filter((variant) => variant.properties);
  if (variants.length > 1)
    return variants.flatMap((variant) => fieldsOf(variant, `${prefix}${kindOf(variant)}`)).filter(isNews());
  const properties = (variants[0] ?? schema).properties ?? {};
  const required = new Set((variants[0] ?? schema).required);
  return Object.entries(properties).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const described = { path: required.has(name) ? path : `${path}?`, type: typeOf(field), meaning: field.description ?? '' };
    return [described, ...nested(field, path)];
  });
}

function nested(field: Schema, path: string): DescribedField[] {
  const [inner, separator] = field.items ? [field.items, '[].'] : [field, '.'];
  const isUnionOfKinds = (inner.oneOf ?? inner.anyOf ?? []).filter((variant) => variant.properties).length > 1;
  // The variants of an outcome or a reason have a document of their own.
  return isUnionOfKinds ? [] : fieldsOf(inner, `${path}${separator}`);
}

/** Drops what an earlier variant has said in the same words. */
function isNews(): (field: DescribedField) => boolean {
  const seen = new Set<string>();
  return (field) => {
    const key = `${field.path} ${field.type}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  };
}

function kindOf(variant: Schema): string {
  const kind = variant.properties?.['kind']?.const;
  return typeof kind === 'string' ? `${kind}: ` : '';
}

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) return typeOfUnion(variants);
  if (schema.format === 'date-time') return 'time';
  if (schema.type === 'array') return `list of ${schema.items ? typeOf(schema.items) : 'values'}`;
  if (schema.pattern?.startsWith('^[0-7][0-9A-HJKMNP')) return 'ulid';
  return nameOf(schema.type);
}

function nameOf(type: Schema['type']): string {
  return typeof type === 'string' ? type : (type?.join(' or ') ?? 'any value');
}

function typeOfUnion(variants: readonly Schema[]): string {
  const names = [...new Set(variants.map((variant) => typeOf(variant)))];
  return names.length > 4 ? 'any value' : names.join(' or ');
}
