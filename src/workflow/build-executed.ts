import type { FieldBuilder, FieldPlace } from './build-fields.ts';
import type { ExecutedAction, Expression } from './model.ts';
import { checkReferences, referToVariables } from './script.ts';
import type { SourceNode } from './source-node.ts';
import { splitTemplate } from './template.ts';

/** The command that the list `node` is, without a shell. Mistakes are noted; the command then must not be used. */
export function buildCommand(fields: FieldBuilder, node: SourceNode, place: FieldPlace): ExecutedAction {
  const items = node.kind === 'list' ? node.items : [];
  const argv = items.map((item) => fields.template(item, place));
  const [program] = argv;
  if (program !== undefined && program.length === 0)
    fields.problems.add('SY105', items[0] ?? node, '"command" starts with an empty text');
  return Object.freeze({ kind: 'command', argv: Object.freeze(argv) });
}

/** The script that the text `node` is, for `shell` (null: the default one); its expressions become variables. Mistakes are noted. */
export function buildScript(
  fields: FieldBuilder,
  node: SourceNode,
  shell: readonly string[] | null,
  place: FieldPlace,
): ExecutedAction {
  const text = node.kind === 'scalar' && typeof node.value === 'string' ? node.value : '';
  if (!text.includes('${{') || node.kind !== 'scalar') return plainScript(text, shell);
  const pieces = splitTemplate(text);
  const compiled = new Map<string, Expression>();
  for (const piece of pieces) {
    if (piece.kind === 'unclosed') fields.unclosed(node, piece.opens);
    if (piece.kind !== 'expression') continue;
    const expression = fields.expressions.compile(piece.source, { ...place, rangeOf: fields.rangesIn(node, piece.start) });
    if (expression !== null) compiled.set(piece.source, expression);
  }
  checkReferences(text, pieces, shell, { problems: fields.problems, rangeOf: fields.rangesIn(node, 0) });
  const { script, variables } = referToVariables(pieces);
  const expressions: Record<string, Expression> = {};
  for (const [name, expressionSource] of variables) {
    const expression = compiled.get(expressionSource);
    if (expression !== undefined) expressions[name] = expression;
  }
  return Object.freeze({ kind: 'run', script, expressions: Object.freeze(expressions), shell });
}

/** A script without expressions. */
export function plainScript(script: string, shell: readonly string[] | null = null): ExecutedAction {
  return Object.freeze({ kind: 'run', script, expressions: Object.freeze({}), shell });
}
