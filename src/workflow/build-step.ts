import type { StepId } from '../../schemas/ids.ts';
import type { StepDocument } from '../../schemas/workflow.ts';
import { checkActionKeys } from './action-keys.ts';
import type { FieldBuilder, FieldPlace } from './build-fields.ts';
import { CompiledExpression, parseExpression } from './expression.ts';
import type { Condition, Expression, Step, StepAction } from './model.ts';
import { checkReferences, referToVariables } from './script.ts';
import { findNode } from './source-node.ts';
import type { EntryNode, ScalarNode, SourceNode } from './source-node.ts';
import type { SourceText } from './source-text.ts';
import { splitTemplate } from './template.ts';

/** What a step is built from. `entry` is the step in the file: its id and its mapping; `needs` are the known ones. */
export interface StepParts {
  readonly id: StepId;
  readonly index: number;
  readonly document: StepDocument;
  readonly entry: EntryNode;
  readonly needs: readonly StepId[];
  readonly workflowEnv: ReadonlySet<string>;
  /** The workflow's own limit, for a step without one. */
  readonly logLimitBytes: number;
}

/** Builds one step: defaults filled in, expressions compiled. Mistakes are noted; the step then must not be used. */
export function buildStep(fields: FieldBuilder, source: SourceText, parts: StepParts): Step {
  const { id, index, document, entry, needs } = parts;
  const node = entry.value;
  const envPlace: FieldPlace = { kind: 'step', stepId: id, env: parts.workflowEnv };
  const names = Object.keys(document.env ?? {});
  const place: FieldPlace = {
    ...envPlace,
    env: names.length === 0 ? parts.workflowEnv : new Set([...parts.workflowEnv, ...names]),
  };
  const { line, column } = source.positionAt(entry.keyRange.start);
  return Object.freeze({
    id,
    index,
    action: buildAction(fields, parts, place),
    needs: Object.freeze(needs),
    if: document.if === undefined ? null : buildCondition(fields, node, { ...place, kind: 'if' }),
    env: fields.environment(document.env, node, envPlace),
    workingDirectory: fields.workingDirectory(document.working_directory, node, place),
    timeoutMs: fields.duration(document.timeout, node, ['timeout']),
    stepTimeoutMs: fields.duration(document.step_timeout, node, ['step_timeout']),
    logLimitBytes: fields.logLimit(document.log_limit, node) ?? parts.logLimitBytes,
    retry: fields.retry(document.retry, node),
    outputs: Object.freeze({ ...document.outputs }),
    continueOnError: document.continue_on_error ?? false,
    onInterrupted: document.on_interrupted ?? 'rerun',
    position: Object.freeze({ line, column }),
  });
}

function buildAction(fields: FieldBuilder, parts: StepParts, place: FieldPlace): StepAction {
  const { document, entry } = parts;
  checkActionKeys(fields.problems, parts);
  if (document.command !== undefined) {
    const { node } = findNode(entry.value, ['command']);
    const items = node.kind === 'list' ? node.items : [];
    const argv = items.map((item) => fields.template(item, place));
    const [program] = argv;
    if (program !== undefined && program.length === 0)
      fields.problems.add('SY105', items[0] ?? node, '"command" starts with an empty text');
    return Object.freeze({ kind: 'command', argv: Object.freeze(argv) });
  }
  if (document.approve !== undefined) {
    const question = fields.template(findNode(entry.value, ['approve']).node, place);
    return Object.freeze({ kind: 'approve', question, byDefault: document.default ?? 'reject' });
  }
  return buildScript(fields, parts, place);
}

function buildScript(fields: FieldBuilder, { document, entry }: StepParts, place: FieldPlace): StepAction {
  const shell = shellOf(document.shell);
  if (shell?.length === 0) fields.problems.add('SY105', findNode(entry.value, ['shell']).node, '"shell" is empty');
  const { node } = findNode(entry.value, ['run']);
  const text = document.run ?? '';
  if (!text.includes('${{') || node.kind !== 'scalar')
    return Object.freeze({ kind: 'run', script: text, expressions: Object.freeze({}), shell });
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

function shellOf(shell: StepDocument['shell']): readonly string[] | null {
  if (shell === undefined) return null;
  return Object.freeze(typeof shell === 'string' ? shell.split(/\s+/).filter((word) => word !== '') : [...shell]);
}

function buildCondition(fields: FieldBuilder, node: SourceNode, place: FieldPlace): Condition | null {
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
