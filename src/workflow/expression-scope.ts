import {
  Binary,
  ContextAccess,
  FunctionCall,
  Grouping,
  IndexAccess,
  Literal,
  Logical,
  Star,
  Unary,
} from '@actions/expressions/ast';
import type { Expr } from '@actions/expressions/ast';
import type { Token } from '@actions/expressions/lexer';
import { invariant } from '../errors.ts';

/** One part of a chain such as `steps.build.outputs`: a name, or something that is not one. */
export interface NamePart {
  readonly kind: 'name' | 'star' | 'computed';
  readonly name: string;
  /** Present for a name: lets the check make its spelling exact. */
  readonly literal: Literal | null;
}

/** A use of a context: `params.version` is the context `params` with one part. */
export interface ContextUse {
  readonly context: Token;
  readonly parts: readonly NamePart[];
}

/** What an expression uses. `tooDeep` when it is nested further than can be evaluated safely; the rest is then incomplete. */
export interface ExpressionUses {
  readonly contexts: readonly ContextUse[];
  readonly functions: readonly Token[];
  readonly tooDeep: boolean;
}

// The library bounds parentheses, but a long `1 == 1 == 1 == …` is a tree as deep as it is long, and evaluating recurses.
const deepest = 200;

/** Walks the tree of an expression without recursion. */
export function usesOf(tree: Expr): ExpressionUses {
  const contexts: ContextUse[] = [];
  const functions: Token[] = [];
  const open: { readonly node: Expr; readonly depth: number }[] = [{ node: tree, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth } = next;
    if (depth > deepest) return { contexts, functions, tooDeep: true };
    const use = contextUse(node);
    if (use !== null) contexts.push(use);
    if (node instanceof FunctionCall) functions.push(node.functionName);
    for (const child of childrenOf(node, use !== null)) open.push({ node: child, depth: depth + 1 });
  }
  return { contexts, functions, tooDeep: false };
}

function contextUse(node: Expr): ContextUse | null {
  const parts: NamePart[] = [];
  let base = node;
  for (;;) {
    if (base instanceof ContextAccess) return { context: base.name, parts: parts.reverse() };
    if (base instanceof Grouping) base = base.group;
    else if (base instanceof IndexAccess) {
      parts.push(partOf(base.index));
      base = base.expr;
    } else return null;
  }
}

function partOf(index: Expr): NamePart {
  if (index instanceof Literal) return { kind: 'name', name: index.literal.coerceString(), literal: index };
  return { kind: isStar(index) ? 'star' : 'computed', name: '', literal: null };
}

function isStar(node: Expr): boolean {
  return node instanceof Star;
}

function childrenOf(node: Expr, isContextUse: boolean): readonly Expr[] {
  if (isContextUse) return indexesOf(node);
  if (node instanceof Binary) return [node.left, node.right];
  if (node instanceof Logical || node instanceof FunctionCall) return node.args;
  if (node instanceof Unary) return [node.expr];
  if (node instanceof Grouping) return [node.group];
  if (node instanceof IndexAccess) return [node.expr, node.index];
  invariant(node instanceof Literal || isStar(node), 'an expression holds a kind of node that is not known');
  return [];
}

// A computed index is an expression of its own: what it uses is checked as well.
function indexesOf(node: Expr): Expr[] {
  const indexes: Expr[] = [];
  let base = node;
  while (!(base instanceof ContextAccess)) {
    if (base instanceof Grouping) base = base.group;
    else if (base instanceof IndexAccess) {
      if (!(base.index instanceof Literal) && !isStar(base.index)) indexes.push(base.index);
      base = base.expr;
    } else break;
  }
  return indexes;
}
