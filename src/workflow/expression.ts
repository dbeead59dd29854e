import { Evaluator, ExpressionError, ExpressionEvaluationError, Lexer, Parser } from '@actions/expressions';
import type { Expr } from '@actions/expressions/ast';
import { wellKnownFunctions } from '@actions/expressions/funcs';
import { TokenType } from '@actions/expressions/lexer';
import type { Pos, Token } from '@actions/expressions/lexer';
import { contextData, fromData, statusFunctions } from './expression-data.ts';
import type { Condition, ExpressionContext, Value } from './model.ts';

/** Functions that only a condition may call. */
export const statusFunctionNames: ReadonlySet<string> = new Set(['success', 'failure', 'cancelled', 'always']);
/** Functions that every expression may call, in lower case. */
export const plainFunctionNames: ReadonlySet<string> = new Set(Object.keys(wellKnownFunctions));

/** The tree of one expression, or where and why its text is not one. Places are offsets into the text. */
export type ParsedExpression =
  | { readonly ok: true; readonly tree: Expr; readonly offsetOf: (position: Pos) => number }
  | { readonly ok: false; readonly message: string; readonly start: number; readonly end: number };

/** Parses one expression. Unknown contexts and functions pass: they are reported by the check of names, all of them at once. */
export function parseExpression(source: string): ParsedExpression {
  if (source.trim() === '') return { ok: false, message: 'the expression is empty', start: 0, end: Math.max(1, source.length) };
  const offsetOf = offsetsIn(source);
  try {
    const tokens = new Lexer(source).lex().tokens.map(withWholeText);
    const { contexts, functions } = namesIn(tokens);
    const tree = new Parser(
      tokens,
      contexts,
      functions.map((name) => ({ name, minArgs: 0, maxArgs: 255 })),
    ).parse();
    return { ok: true, tree, offsetOf };
  } catch (error) {
    return syntaxError(source, error, offsetOf);
  }
}

/** An expression that was checked, ready to be evaluated any number of times. */
export class CompiledExpression implements Condition {
  readonly source: string;
  readonly readsStatus: boolean;
  readonly #tree: Expr;

  constructor(source: string, tree: Expr, readsStatus: boolean) {
    this.source = source;
    this.readsStatus = readsStatus;
    this.#tree = tree;
  }

  /** Stands for the expression in JSON; {@link CompiledExpression.revive} makes it again. */
  toJSON(): { readonly $expression: string; readonly readsStatus: boolean } {
    return { $expression: this.source, readsStatus: this.readsStatus };
  }

  /** The expression of {@link CompiledExpression.toJSON}; null when its source does not parse. */
  static revive(source: string, readsStatus: boolean): CompiledExpression | null {
    const parsed = parseExpression(source);
    return parsed.ok ? new CompiledExpression(source, parsed.tree, readsStatus) : null;
  }

  /** See {@link Condition}: a scalar, or an ExpressionEvaluationError that says what does not fit. */
  evaluate(context: ExpressionContext): Value {
    let result;
    try {
      result = fromData(new Evaluator(this.#tree, contextData(context), statusFunctions(context.status)).evaluate());
    } catch (cause) {
      if (cause instanceof ExpressionEvaluationError) throw cause;
      throw new ExpressionEvaluationError(cause instanceof Error ? cause.message : String(cause), { cause });
    }
    if (result !== undefined) return result;
    throw new ExpressionEvaluationError('the expression came to an object or a list, which has no text; toJSON(...) gives one');
  }
}

// The library's lexer undoes only the first doubled quote of a text.
function withWholeText(token: Token): Token {
  return token.type === TokenType.STRING ? { ...token, value: token.lexeme.slice(1, -1).replaceAll("''", "'") } : token;
}

function namesIn(tokens: readonly Token[]): { readonly contexts: string[]; readonly functions: string[] } {
  const contexts: string[] = [];
  const functions: string[] = [];
  tokens.forEach((token, index) => {
    if (token.type !== TokenType.IDENTIFIER || tokens[index - 1]?.type === TokenType.DOT) return;
    if (tokens[index + 1]?.type !== TokenType.LEFT_PAREN) contexts.push(token.lexeme);
    else if (!plainFunctionNames.has(token.lexeme.toLowerCase())) functions.push(token.lexeme);
  });
  return { contexts, functions };
}

function offsetsIn(source: string): (position: Pos) => number {
  const starts = [0];
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  return ({ line, column }) => (starts[line] ?? 0) + column;
}

function syntaxError(source: string, error: unknown, offsetOf: (position: Pos) => number): ParsedExpression {
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof ExpressionError) {
    const start = offsetOf(error.pos);
    const message = text.replace(/: 'EOF'$/, '');
    return { ok: false, message: message.slice(0, 1).toLowerCase() + message.slice(1), start, end: start + 1 };
  }
  if (text === 'ErrorExceededMaxLength')
    return { ok: false, message: 'the expression is longer than 21,000 characters', start: 0, end: 1 };
  const place = /^Unexpected symbol: '([\s\S]*)'\. Located at position (\d+) within/.exec(text);
  const start = place === null ? 0 : Number(place[2]) - 1;
  const symbol = place?.[1] ?? source;
  const message = symbol.startsWith("'")
    ? 'a text is not closed with a single quote'
    : `unexpected symbol '${symbol.slice(0, 40)}'`;
  return { ok: false, message, start, end: start + Math.max(1, symbol.length) };
}
