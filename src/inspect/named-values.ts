import { ExpressionEvaluationError } from '@actions/expressions';
import { toText } from '../workflow/expression-data.ts';
import type { Expression, ExpressionContext, Template, Workflow } from '../workflow/model.ts';

/** A name with the value that stood under it when the run ran. */
export type NamedValue = readonly [name: string, value: string];

/** What the variables of a workflow were made from: its parameters, and what its steps have put out so far. */
export type Given = Pick<ExpressionContext, 'params' | 'steps' | 'run'>;

/**
 * The parameters and variables of a run. A variable that holds expressions gives the value of each of them too: under the name of a
 * secret it shows that a parameter or an output is one, whatever its own name.
 */
export function namedValues(workflow: Workflow | null, given: Given): readonly NamedValue[] {
  const params = Object.entries(given.params).map(([name, value]) => [name, toText(value)] as const);
  if (workflow === null) return params;
  const status = { success: true, failure: false, cancelled: false };
  const own = valuesOf(workflow.env, { ...given, env: {}, status });
  const env = Object.fromEntries(own);
  return [...params, ...own, ...workflow.steps.flatMap((step) => valuesOf(step.env, { ...given, env, status }))];
}

function valuesOf(table: Readonly<Record<string, Template>>, context: ExpressionContext): readonly NamedValue[] {
  return Object.entries(table).flatMap(([name, template]) => textsOf(template, context).map((text) => [name, text] as const));
}

/** The whole text comes last: of two values of one name it is the variable. */
function textsOf(template: Template, context: ExpressionContext): readonly string[] {
  const parts = template.map((part) => (typeof part === 'string' ? part : evaluated(part, context)));
  const values = parts.filter((_, index) => typeof template[index] !== 'string');
  const known = values.filter((value) => value !== null);
  // Of a text that cannot be told whole, what is written out is all that is left to be kept back.
  if (known.length < values.length) return [...known, ...template.filter((part) => typeof part === 'string')];
  return [...known, parts.join('')];
}

/** Null where the values that there are do not fit: the step that it reads of may not have ended. */
function evaluated(expression: Expression, context: ExpressionContext): string | null {
  try {
    return toText(expression.evaluate(context));
  } catch (error) {
    if (error instanceof ExpressionEvaluationError) return null;
    throw error;
  }
}
