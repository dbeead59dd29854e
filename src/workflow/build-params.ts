import type { ParamDocument } from '../../schemas/workflow.ts';
import type { ParamSpec } from './model.ts';
import type { Problems } from './problems.ts';
import { findNode } from './source-node.ts';
import type { SourceNode } from './source-node.ts';
import { checkPatternSyntax, checkValue, isOfType, typeWords } from './value-check.ts';

/** Builds the declaration of one parameter and checks it against itself, its default included. `node` is the parameter's mapping. */
export function buildParam(name: string, document: ParamDocument, node: SourceNode, problems: Problems): ParamSpec {
  const spec: ParamSpec = Object.freeze({
    type: document.type,
    description: document.description ?? null,
    default: document.default,
    pattern: document.pattern ?? null,
    enum: document.enum === undefined ? null : Object.freeze([...document.enum]),
    minimum: document.minimum ?? null,
    maximum: document.maximum ?? null,
  });
  const bounded = checkBounds(name, spec, node, problems);
  const patterned = checkPattern(name, spec, node, problems);
  const listed = checkEnum(name, spec, node, problems);
  if (bounded && patterned && listed) checkDefault(name, spec, node, problems);
  return spec;
}

function checkBounds(name: string, spec: ParamSpec, node: SourceNode, problems: Problems): boolean {
  const { type, minimum, maximum } = spec;
  for (const key of ['minimum', 'maximum'] as const) {
    if (spec[key] === null || type === 'number' || type === 'integer') continue;
    problems.add(
      'SY104',
      findNode(node, [key]).keyRange,
      `"${key}" does not go with type ${type} (parameter "${name}")`,
      'it is for numbers',
    );
    return false;
  }
  if (minimum === null || maximum === null || minimum <= maximum) return true;
  problems.add('SY105', findNode(node, ['maximum']).node, `"maximum" is less than "minimum" (parameter "${name}")`);
  return false;
}

function checkPattern(name: string, { type, pattern }: ParamSpec, node: SourceNode, problems: Problems): boolean {
  if (pattern === null) return true;
  if (type !== 'string') {
    problems.add(
      'SY104',
      findNode(node, ['pattern']).keyRange,
      `"pattern" does not go with type ${type} (parameter "${name}")`,
      'it is for texts',
    );
    return false;
  }
  const wrong = checkPatternSyntax(pattern);
  if (wrong !== null) problems.add('SY107', findNode(node, ['pattern']).node, `"pattern" is not a regular expression: ${wrong}`);
  return wrong === null;
}

function checkEnum(name: string, spec: ParamSpec, node: SourceNode, problems: Problems): boolean {
  const wrong = (spec.enum ?? []).findIndex((value) => !isOfType(spec.type, value));
  if (wrong === -1) return true;
  const place = findNode(node, ['enum', wrong]).node;
  problems.add(
    'SY105',
    place,
    `"enum" of parameter "${name}": expected ${typeWords[spec.type]}, found ${JSON.stringify(spec.enum?.[wrong])}`,
  );
  return false;
}

function checkDefault(name: string, spec: ParamSpec, node: SourceNode, problems: Problems): void {
  // An empty default makes a parameter optional without a value.
  if (spec.default === undefined || spec.default === null) return;
  const wrong = checkValue(spec, spec.default);
  if (wrong === null) return;
  const place = findNode(node, ['default']).node;
  const hint =
    spec.type === 'string' && typeof spec.default !== 'string'
      ? `put quotes around it: default: "${place.kind === 'scalar' ? place.written : ''}"`
      : null;
  problems.add('SY108', place, `the default of parameter "${name}" does not fit: ${wrong}`, hint);
}
