import { buildCommand, buildScript } from './build-executed.ts';
import type { FieldBuilder, FieldPlace } from './build-fields.ts';
import type { ExecutedAction, StepCheck } from './model.ts';
import { findNode } from './source-node.ts';
import type { MappingNode, SourceNode } from './source-node.ts';

/**
 * The checks of a step's `verify`, in order: one script, or a list of scripts, commands and mappings. Looks at the file and not at the
 * document, so that a wrong check does not move the places of those after it. Mistakes are noted; the checks then must not be used.
 */
export function buildChecks(fields: FieldBuilder, step: SourceNode, place: FieldPlace): readonly StepCheck[] {
  const verify = step.kind === 'mapping' ? step.entries.get('verify')?.value : undefined;
  if (verify === undefined) return noChecks;
  const checks = (verify.kind === 'list' ? verify.items : [verify]).map((node, index) => {
    const id = `verify.${index + 1}`;
    if (node.kind === 'mapping') return describedCheck(fields, node, id, place);
    return Object.freeze({ id, required: true, action: actionOf(fields, node, place) });
  });
  noteDoubles(fields, verify, checks);
  return Object.freeze(checks);
}

const noChecks: readonly StepCheck[] = Object.freeze([]);

function actionOf(fields: FieldBuilder, node: SourceNode, place: FieldPlace): ExecutedAction {
  return node.kind === 'list' ? buildCommand(fields, node, place) : buildScript(fields, node, null, place);
}

function describedCheck(fields: FieldBuilder, node: MappingNode, byDefault: string, place: FieldPlace): StepCheck {
  const given = node.entries.get('id')?.value;
  const id = given?.kind === 'scalar' && typeof given.value === 'string' ? given.value : byDefault;
  const required = node.entries.get('required')?.value;
  return Object.freeze({
    id,
    required: required?.kind !== 'scalar' || required.value !== false,
    action: actionOf(fields, theAction(fields, node, id), place),
  });
}

/** The one action of a check that is a mapping; notes it when there is none, or another one. */
function theAction({ problems }: FieldBuilder, node: MappingNode, id: string): SourceNode {
  const given = ['run', 'command'].flatMap((name) => {
    const entry = node.entries.get(name);
    return entry === undefined ? [] : [{ name, ...entry }];
  });
  const [first, other] = given.sort((a, b) => a.keyRange.start - b.keyRange.start);
  if (other !== undefined) {
    const message = `check "${id}" has both "${first?.name ?? ''}" and "${other.name}"`;
    problems.add('SY104', other.keyRange, message, 'keep one of them');
  }
  if (first === undefined) {
    const range = { start: node.start, end: node.start + 1 };
    problems.add('SY103', range, `check "${id}" checks nothing: "run" or "command" is missing`, 'such as `run: npm test`');
  }
  return first?.value ?? node;
}

function noteDoubles(fields: FieldBuilder, verify: SourceNode, checks: readonly StepCheck[]): void {
  const seen = new Set<string>();
  checks.forEach(({ id }, index) => {
    if (!seen.has(id)) return void seen.add(id);
    const { node, keyRange } = findNode(verify, [index, 'id']);
    const range = node.kind === 'scalar' ? node : keyRange;
    fields.problems.add('SY012', range, `the check "${id}" is there twice`, 'give one of them another id');
  });
}
