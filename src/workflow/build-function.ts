import type { FieldBuilder, FieldPlace } from './build-fields.ts';
import type { FunctionAction, JsonValue, ValueTemplate } from './model.ts';
import type { SourceNode } from './source-node.ts';

// What a function without `with` is given: one for all, frozen.
const noInput: ValueTemplate = Object.freeze({ kind: 'literal', value: Object.freeze({}) });

/** The call of the function `name` with the input that `with` of the step says, its expressions compiled. Mistakes are noted; the call then must not be used. */
export function buildFunction(fields: FieldBuilder, name: string, step: SourceNode, place: FieldPlace): FunctionAction {
  const given = step.kind === 'mapping' ? step.entries.get('with')?.value : undefined;
  return Object.freeze({ kind: 'function', name, input: given === undefined ? noInput : valueTemplate(fields, given, place) });
}

/** A value without expressions is kept whole, and frozen: each attempt is given the same one. */
function valueTemplate(fields: FieldBuilder, node: SourceNode, place: FieldPlace): ValueTemplate {
  if (node.kind === 'scalar') {
    const isTemplate = typeof node.value === 'string' && node.value.includes('${{');
    return Object.freeze(
      isTemplate ? { kind: 'template', template: fields.template(node, place) } : { kind: 'literal', value: node.value },
    );
  }
  if (node.kind === 'list') {
    const items = node.items.map((item) => valueTemplate(fields, item, place));
    const literals = items.flatMap((item) => (item.kind === 'literal' ? [item.value] : []));
    return Object.freeze(
      literals.length === items.length
        ? { kind: 'literal', value: Object.freeze(literals) }
        : { kind: 'list', items: Object.freeze(items) },
    );
  }
  const entries = [...node.entries].map(([name, { value }]) => [name, valueTemplate(fields, value, place)] as const);
  const literals = entries.flatMap(([name, value]): [string, JsonValue][] =>
    value.kind === 'literal' ? [[name, value.value]] : [],
  );
  return Object.freeze(
    literals.length === entries.length
      ? { kind: 'literal', value: Object.freeze(Object.fromEntries(literals)) }
      : { kind: 'mapping', entries: Object.freeze(entries) },
  );
}
