import { data } from '@actions/expressions';
import { Binary, Grouping, Literal, Logical, Unary } from '@actions/expressions/ast';
import type { Expr } from '@actions/expressions/ast';
import { invariant } from '../../errors.ts';
import { fromData } from '../expression-data.ts';
import { usesOf } from '../expression-scope.ts';
import type { ContextUse, ExpressionUses } from '../expression-scope.ts';
import { parseExpression } from '../expression.ts';
import type { Step, Value, Workflow } from '../model.ts';

/** A condition as it is looked into: what joins its parts, and the parts themselves, each a whole expression. */
export type ConditionPart =
  | { readonly kind: 'all' | 'any'; readonly parts: readonly ConditionPart[] }
  | { readonly kind: 'not'; readonly part: ConditionPart }
  | ConditionLeaf;

/** A part without `&&`, `||` or `!` on its outside. */
export interface ConditionLeaf {
  readonly kind: 'leaf';
  readonly tree: Expr;
  /** Names of the parameters and outputs that it reads, as {@link paramAtom} and {@link outputAtom} give them. */
  readonly atoms: readonly string[];
  /** Ids of the steps of which it reads the state or an output. */
  readonly steps: readonly string[];
  /** It reads something of which nothing is known before the run. */
  readonly isOpaque: boolean;
  readonly callsFunction: boolean;
  /** How its only atom is used: compared with a value, or by itself (`test`); null: in another way. */
  readonly comparison: Comparison | null;
}

/** A comparison of an atom with a value that is written out; `test`: whether it is something at all. */
export interface Comparison {
  readonly operator: '==' | '!=' | '<' | '<=' | '>' | '>=' | 'test';
  readonly value: Value;
}

/** The name under which cases speak of a parameter. */
export function paramAtom(name: string): string {
  return `params.${name}`;
}

/** The name under which cases speak of an output of a step. */
export function outputAtom(stepId: string, name: string): string {
  return `steps.${stepId}.outputs.${name}`;
}

/** The condition of a step in its parts; null where it has none. It has been checked when the file was loaded. */
export function conditionParts(workflow: Workflow, step: Step): ConditionPart | null {
  if (step.if === null) return null;
  const parsed = parseExpression(step.if.source);
  invariant(parsed.ok, `the condition of step ${step.id} was checked`);
  for (const use of usesOf(parsed.tree).contexts) spellNames(use, workflow, step);
  return partOf(parsed.tree, { workflow, step });
}

/** All leaves of a condition. */
export function leavesOf(part: ConditionPart): readonly ConditionLeaf[] {
  if (part.kind === 'leaf') return [part];
  return part.kind === 'not' ? leavesOf(part.part) : part.parts.flatMap(leavesOf);
}

/** The variables that conditions of a step can know before the run: those that are plain text. */
export function plainEnv(workflow: Workflow, step: Step): Readonly<Record<string, string>> {
  const plain: Record<string, string> = {};
  for (const [name, template] of [...Object.entries(workflow.env), ...Object.entries(step.env)]) {
    if (template.every((piece) => typeof piece === 'string')) plain[name] = template.join('');
    else delete plain[name];
  }
  return plain;
}

interface Place {
  readonly workflow: Workflow;
  readonly step: Step;
}

function partOf(tree: Expr, place: Place): ConditionPart {
  if (tree instanceof Grouping) return partOf(tree.group, place);
  if (tree instanceof Logical)
    return { kind: tree.operator.lexeme === '&&' ? 'all' : 'any', parts: tree.args.map((part) => partOf(part, place)) };
  if (tree instanceof Unary) return { kind: 'not', part: partOf(tree.expr, place) };
  const uses = usesOf(tree);
  const read = uses.contexts.map((use) => readOf(use, place));
  return {
    kind: 'leaf',
    tree,
    atoms: read.flatMap(({ atom }) => atom ?? []),
    steps: [...new Set(read.flatMap(({ stepId }) => stepId ?? []))],
    isOpaque: read.some(({ isOpaque }) => isOpaque),
    callsFunction: uses.functions.length > 0,
    comparison: comparisonOf(tree, uses),
  };
}

interface Read {
  readonly atom: string | null;
  readonly stepId: string | null;
  readonly isOpaque: boolean;
}

const opaque: Read = { atom: null, stepId: null, isOpaque: true };
const known: Read = { atom: null, stepId: null, isOpaque: false };

function readOf({ context, parts }: ContextUse, { workflow, step }: Place): Read {
  const names = parts.map((part) => (part.kind === 'name' ? part.name : null));
  const [first = null, second = null, third = null] = names.map((name, index) => spelled(parts[index]?.literal ?? null) ?? name);
  switch (context.lexeme.toLowerCase()) {
    case 'params':
      return first === null ? opaque : { ...known, atom: paramAtom(first) };
    case 'env':
      return first !== null && Object.hasOwn(plainEnv(workflow, step), first) ? known : opaque;
    case 'run':
      return first?.toLowerCase() === 'workflow' ? known : opaque;
    default:
      return readOfStep(first, second, third);
  }
}

function readOfStep(stepId: string | null, property: string | null, output: string | null): Read {
  if (stepId === null || property === null) return opaque;
  if (property === 'state') return { ...known, stepId };
  return output === null ? opaque : { atom: outputAtom(stepId, output), stepId, isOpaque: false };
}

function spelled(literal: Literal | null): string | null {
  return literal === null ? null : literal.literal.coerceString();
}

/** Evaluating looks names up as they are spelled where they are declared. */
function spellNames({ context, parts }: ContextUse, { params, steps }: Workflow, step: Step): void {
  const [first, second, third] = parts;
  const spell = (literal: Literal | null | undefined, names: readonly string[]): string | null => {
    if (literal === null || literal === undefined) return null;
    const written = literal.literal.coerceString();
    const exact = names.includes(written) ? written : names.find((name) => name.toLowerCase() === written.toLowerCase());
    if (exact !== undefined) literal.literal = new data.StringData(exact);
    return exact ?? null;
  };
  const name = context.lexeme.toLowerCase();
  if (name === 'params') spell(first?.literal, Object.keys(params));
  if (name === 'env') spell(first?.literal, Object.keys(step.env));
  if (name !== 'steps') return;
  const stepId = spell(
    first?.literal,
    steps.map(({ id }) => id),
  );
  spell(second?.literal, ['outputs', 'state']);
  spell(third?.literal, Object.keys(steps.find(({ id }) => id === stepId)?.outputs ?? {}));
}

const mirrored = { '==': '==', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

function comparisonOf(tree: Expr, uses: ExpressionUses): Comparison | null {
  if (uses.contexts.length !== 1 || uses.functions.length > 0) return null;
  if (!(tree instanceof Binary)) return { operator: 'test', value: null };
  const operator = tree.operator.lexeme as keyof typeof mirrored;
  const [left, right] = [bare(tree.left), bare(tree.right)];
  // The other side of a literal is the only context, or something made of it, which is then no bare name.
  if (right instanceof Literal && isName(left)) return compared(operator, right);
  if (left instanceof Literal && isName(right)) return compared(mirrored[operator], left);
  return null;
}

function compared(operator: Comparison['operator'], { literal }: Literal): Comparison | null {
  const value = fromData(literal);
  return value === undefined ? null : { operator, value };
}

function bare(tree: Expr): Expr {
  return tree instanceof Grouping ? bare(tree.group) : tree;
}

function isName(tree: Expr): boolean {
  return !(tree instanceof Binary || tree instanceof Logical || tree instanceof Unary || tree instanceof Literal);
}
