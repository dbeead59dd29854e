import type { FieldBuilder, FieldPlace } from './build-fields.ts';
import { CompiledExpression, parseExpression } from './expression.ts';
import type { Condition } from './model.ts';
import { findNode } from './source-node.ts';
import type { ScalarNode, SourceNode } from './source-node.ts';
import { splitTemplate } from './template.ts';

/** The `if` of a step, compiled; null after a mistake, which is noted. `node` is the step's mapping. */
export function buildCondition(fields: FieldBuilder, node: SourceNode, place: FieldPlace): Condition | null {
  const found = findNode(node, ['if']).node;
  if (found.kind !== 'scalar') return null;
  if (typeof found.value !== 'string') return literalCondition(String(found.value));
  const inside = conditionSource(fields, found, found.value);
  if (inside === null) return null;
  return fields.expressions.compile(inside.source, { ...place, rangeOf: fields.rangesIn(found, inside.start) });
}

function literalCondition(source: string): Condition | null {
  const parsed = parseExpression(source);
  return parsed.ok ? new CompiledExpression(source, parsed.tree, false) : null;
}

// With or without `${{ }}` around it; text around that would make the condition a text, which is always true.
function conditionSource(
  fields: FieldBuilder,
  scalar: ScalarNode,
  text: string,
): { readonly source: string; readonly start: number } | null {
  if (!text.includes('${{')) return { source: text.trim(), start: text.length - text.trimStart().length };
  const parts = splitTemplate(text).filter((part) => part.kind !== 'text' || part.text.trim() !== '');
  const [only] = parts;
  if (parts.length === 1 && only?.kind === 'expression') return { source: only.source, start: only.start };
  const unclosed = parts.find((part) => part.kind === 'unclosed');
  if (unclosed !== undefined) fields.unclosed(scalar, unclosed.opens);
  else {
    const range = fields.rangesIn(scalar, 0)(0, text.trimEnd().length);
    fields.problems.add(
      'SY301',
      range,
      '"if" is one expression: text around "${{ }}" would make it always true',
      'put all of it inside one "${{ }}", or leave that out',
    );
  }
  return null;
}
