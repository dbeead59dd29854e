import type { ExpressionContext, JsonValue, ValueTemplate } from './model.ts';
import { renderTemplate } from './template.ts';

/**
 * A JSON value with the values of its expressions. A text that is one expression and nothing else becomes what the expression is: a number stays a
 * number. Throws ExpressionEvaluationError where an expression cannot be evaluated.
 */
export function renderValue(value: ValueTemplate, context: ExpressionContext): JsonValue {
  switch (value.kind) {
    case 'literal':
      return value.value;
    case 'list':
      return value.items.map((item) => renderValue(item, context));
    case 'mapping':
      return Object.fromEntries(value.entries.map(([name, entry]) => [name, renderValue(entry, context)]));
    case 'template': {
      const [only, ...more] = value.template;
      if (only === undefined || typeof only === 'string' || more.length > 0) return renderTemplate(value.template, context);
      return only.evaluate(context);
    }
  }
}
