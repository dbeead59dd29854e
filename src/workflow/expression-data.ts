import { data } from '@actions/expressions';
import type { FunctionDefinition } from '@actions/expressions/funcs/info';
import type { ExpressionContext, Value } from './model.ts';

/** A value inside the expression library. */
export type ExpressionData = ReturnType<FunctionDefinition['call']>;

/** A record seen as an object of the expression language: names as they are written, values converted only when they are read. */
class RecordData<T> extends data.Dictionary {
  readonly #record: Readonly<Record<string, T>>;
  readonly #convert: (value: T) => ExpressionData;

  constructor(record: Readonly<Record<string, T>>, convert: (value: T) => ExpressionData) {
    super();
    this.#record = record;
    this.#convert = convert;
  }

  override get(key: string): ExpressionData | undefined {
    const value = Object.hasOwn(this.#record, key) ? this.#record[key] : undefined;
    return value === undefined ? undefined : this.#convert(value);
  }

  override pairs(): { key: string; value: ExpressionData }[] {
    return Object.entries(this.#record).map(([key, value]) => ({ key, value: this.#convert(value) }));
  }

  override values(): ExpressionData[] {
    return Object.values(this.#record).map((value) => this.#convert(value));
  }
}

/** A scalar as the expression library has it. */
export function toData(value: Value): ExpressionData {
  if (value === null) return new data.Null();
  if (typeof value === 'string') return new data.StringData(value);
  return typeof value === 'number' ? new data.NumberData(value) : new data.BooleanData(value);
}

/** The scalar that an expression came to; undefined for an object or a list, which only toJSON can turn into a text. */
export function fromData(result: ExpressionData): Value | undefined {
  if (result instanceof data.Null) return null;
  if (result instanceof data.StringData || result instanceof data.BooleanData || result instanceof data.NumberData)
    return result.value;
  return undefined;
}

/** A value as text, as GitHub has it: nothing is '', numbers have at most 15 digits after the point. */
export function toText(value: Value): string {
  return toData(value).coerceString();
}

/** The contexts of an expression as one object of the expression language. */
export function contextData(context: ExpressionContext): data.Dictionary {
  return new data.Dictionary(
    { key: 'params', value: new RecordData(context.params, toData) },
    { key: 'env', value: new RecordData(context.env, toData) },
    { key: 'run', value: new RecordData<string>({ id: context.run.id, workflow: context.run.workflow }, toData) },
    { key: 'steps', value: new RecordData(context.steps, stepData) },
  );
}

function stepData(step: ExpressionContext['steps'][string]): ExpressionData {
  return new data.Dictionary(
    { key: 'outputs', value: new RecordData(step.outputs, toData) },
    { key: 'state', value: toData(step.state) },
  );
}

/** success(), failure(), cancelled() and always() over a status, by lower-case name. */
export function statusFunctions(status: ExpressionContext['status']): Map<string, FunctionDefinition> {
  const answers = { success: status.success, failure: status.failure, cancelled: status.cancelled, always: true };
  return new Map(
    Object.entries(answers).map(([name, answer]) => [name, { name, minArgs: 0, maxArgs: 0, call: () => toData(answer) }]),
  );
}
