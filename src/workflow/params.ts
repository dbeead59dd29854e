import { exitCodes, UserError } from '../errors.ts';
import type { ParamSpec, Value, Workflow } from './model.ts';
import { NameTable } from './name-table.ts';
import { Suggestion } from './suggestion.ts';
import { checkValue, readValue, typeWords } from './value-check.ts';

/**
 * The value of every parameter of a workflow, in the order of declaration: `given` (`-p NAME=VALUE`, read by the declared type)
 * goes before `file` (what a parameters file says, already of its type; nothing or a mapping) before the default. Throws UserError
 * `params_invalid` (exit 3) that names all problems, one a line.
 */
export function resolveParams(
  workflow: Pick<Workflow, 'name' | 'params'>,
  given: Readonly<Record<string, string>>,
  file: unknown,
): Readonly<Record<string, Value>> {
  const problems: string[] = [];
  const written = readFileValues(file, problems);
  reportUnknown(workflow.params, [...Object.keys(given), ...written.keys()], problems);
  const values: Record<string, Value> = {};
  for (const [name, spec] of Object.entries(workflow.params)) {
    const text = Object.hasOwn(given, name) ? given[name] : undefined;
    const value =
      text !== undefined
        ? fromText(name, spec, text, problems)
        : written.has(name)
          ? fromFile(name, spec, written.get(name), problems)
          : spec.default;
    if (value === undefined && text === undefined && !written.has(name))
      problems.push(`${name}: is required (${typeWords[spec.type]})`);
    values[name] = value ?? null;
  }
  if (problems.length === 0) return Object.freeze(values);
  const count = problems.length === 1 ? 'a parameter is invalid' : `${problems.length} parameters are invalid`;
  throw new UserError(
    exitCodes.invalidDefinition,
    'params_invalid',
    `${count} for workflow "${workflow.name}":\n${problems.map((line) => `  ${line}`).join('\n')}`,
    {
      hint: 'give values with -p NAME=VALUE or --params FILE',
    },
  );
}

function readFileValues(file: unknown, problems: string[]): ReadonlyMap<string, unknown> {
  if (file === undefined || file === null) return new Map();
  if (typeof file === 'object' && !Array.isArray(file)) return new Map(Object.entries(file));
  problems.push('the parameters file: expected a mapping of names to values');
  return new Map();
}

function reportUnknown(params: Readonly<Record<string, ParamSpec>>, names: readonly string[], problems: string[]): void {
  const known = new NameTable(Object.keys(params));
  const suggestion = new Suggestion();
  for (const name of new Set(names)) {
    if (Object.hasOwn(params, name)) continue;
    const all = [...known.names()];
    const hint =
      suggestion.hint(name, all) ?? (all.length === 0 ? 'the workflow has no parameters' : `known are ${all.join(', ')}`);
    problems.push(`${name}: unknown parameter; ${hint}`);
  }
}

function fromText(name: string, spec: ParamSpec, text: string, problems: string[]): Value | undefined {
  const value = readValue(spec.type, text);
  const wrong =
    value === null ? `expected ${typeWords[spec.type]}, found ${JSON.stringify(text.slice(0, 60))}` : checkValue(spec, value);
  if (wrong !== null) problems.push(`${name}: ${wrong}`);
  return value;
}

function fromFile(name: string, spec: ParamSpec, value: unknown, problems: string[]): Value | undefined {
  // Nothing stands for nothing only where the workflow says that the parameter may have no value.
  if (value === null && spec.default === null) return null;
  if (value !== null && typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    problems.push(`${name}: expected ${typeWords[spec.type]}, found ${Array.isArray(value) ? 'a list' : 'a mapping'}`);
    return undefined;
  }
  const wrong = checkValue(spec, value);
  if (wrong === null) return value;
  const quotes = spec.type === 'string' && typeof value === 'number' ? '; put quotes around it' : '';
  problems.push(`${name}: ${wrong}${quotes}`);
  return undefined;
}
