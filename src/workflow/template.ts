import type { Condition, ExpressionContext, Template } from './model.ts';
import { toData, toText } from './expression-data.ts';
import { truthy } from '@actions/expressions/result';

/** One part of a text: as it stands, or the inside of `${{ }}` with its place in the text. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'expression'; readonly source: string; readonly start: number; readonly opens: number }
  | { readonly kind: 'unclosed'; readonly opens: number };

/** Splits a text at its `${{ }}`. A `}}` inside a quoted text of an expression does not end it. */
export function splitTemplate(text: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let done = 0;
  for (let opens = text.indexOf('${{'); opens !== -1; opens = text.indexOf('${{', done)) {
    if (opens > done) parts.push({ kind: 'text', text: text.slice(done, opens) });
    const closes = findClose(text, opens + 3);
    if (closes === -1) return [...parts, { kind: 'unclosed', opens }];
    const inside = text.slice(opens + 3, closes);
    const start = opens + 3 + (inside.length - inside.trimStart().length);
    parts.push({ kind: 'expression', source: inside.trim(), start, opens });
    done = closes + 2;
  }
  if (done < text.length) parts.push({ kind: 'text', text: text.slice(done) });
  return parts;
}

function findClose(text: string, from: number): number {
  let quoted = false;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === "'") quoted = !quoted;
    else if (!quoted && character === '}' && text[at + 1] === '}') return at;
  }
  // An odd quote would otherwise hide the end, and the message would be about the wrong thing.
  return quoted ? text.indexOf('}}', from) : -1;
}

/** The text of a template. Throws ExpressionEvaluationError where an expression cannot be evaluated. */
export function renderTemplate(template: Template, context: ExpressionContext): string {
  return template.map((piece) => (typeof piece === 'string' ? piece : toText(piece.evaluate(context)))).join('');
}

/** Whether a condition holds; nothing, false, 0, NaN and the empty text do not. Throws ExpressionEvaluationError. */
export function evaluateCondition(condition: Condition, context: ExpressionContext): boolean {
  return truthy(toData(condition.evaluate(context)));
}
