import { promptSectionNames } from '../../schemas/prompt-instance.ts';
import type { StepDocument } from '../../schemas/workflow.ts';
import type { FieldBuilder, FieldPlace } from './build-fields.ts';
import type { TaskDeclaration, Template } from './model.ts';
import { placeInScalar } from './scalar-place.ts';
import type { EntryNode, SourceNode } from './source-node.ts';
import { classificationOf, defaultTemplateId, routingOf } from './task-declaration.ts';

// The router matches these before anything has run, so that there is nothing for an expression to see.
const matchedKeys = ['task', 'domain', 'risk_tier', 'resource_scope', 'constraints'] as const;

/** The task of a step of a workflow file; `node` is the step's mapping. Mistakes are noted; the task then must not be used. */
export function buildTask(fields: FieldBuilder, document: StepDocument, node: SourceNode, place: FieldPlace): TaskDeclaration {
  for (const key of matchedKeys) {
    const entry = entriesOf(node).get(key);
    if (entry !== undefined) refuseExpressions(fields, key, entry.value);
  }
  return Object.freeze({
    taskKind: document.task ?? '',
    classification: classificationOf(document),
    resourceScope: document.resource_scope ?? null,
    constraints: document.constraints ?? null,
    ...routingOf(document),
    maxAttempts: attemptsOf(document),
    correlationId: null,
    traceFlags: [],
    templateId: defaultTemplateId,
    prompt: buildPrompt(fields, document, node, place),
  });
}

function attemptsOf({ retry }: StepDocument): number | null {
  return (typeof retry === 'number' ? retry : retry?.attempts) ?? null;
}

/** What a task of a kind is called where nothing else says it: `code_review` is "Code review". */
function kindInWords(kind: string): string {
  const words = kind.replaceAll(/[_-]+/g, ' ').trim();
  return words === '' ? kind : words.slice(0, 1).toUpperCase() + words.slice(1);
}

function buildPrompt(
  fields: FieldBuilder,
  document: StepDocument,
  node: SourceNode,
  place: FieldPlace,
): TaskDeclaration['prompt'] {
  const prompt = entriesOf(node).get('prompt')?.value;
  if (prompt?.kind === 'scalar') return Object.freeze({ OBJECTIVE: fields.template(prompt, place) });
  const given = prompt === undefined ? new Map<string, EntryNode>() : entriesOf(prompt);
  const sections = promptSectionNames.flatMap((name) => {
    const entry = given.get(name);
    return entry === undefined ? [] : [[name, fields.template(entry.value, place)]];
  });
  // A description that is not the prompt is for readers: an expression in it is no mistake.
  const objective = given.has('OBJECTIVE') ? {} : { OBJECTIVE: defaultObjective(fields, document, node, place) };
  return Object.freeze({ ...objective, ...Object.fromEntries(sections) } as TaskDeclaration['prompt']);
}

function defaultObjective(fields: FieldBuilder, document: StepDocument, node: SourceNode, place: FieldPlace): Template {
  const description = entriesOf(node).get('description')?.value;
  if (description !== undefined && (document.description ?? '').trim() !== '') return fields.template(description, place);
  return Object.freeze([kindInWords(document.task ?? '')]);
}

function entriesOf(node: SourceNode): ReadonlyMap<string, EntryNode> {
  return node.kind === 'mapping' ? node.entries : new Map();
}

function refuseExpressions(fields: FieldBuilder, key: string, node: SourceNode): void {
  if (node.kind === 'list') return node.items.forEach((item) => refuseExpressions(fields, key, item));
  if (node.kind === 'mapping') return node.entries.forEach((entry) => refuseExpressions(fields, key, entry.value));
  const at = typeof node.value === 'string' ? node.value.indexOf('${{') : -1;
  if (at === -1) return;
  const place = placeInScalar(fields.text, node, at, at + 3);
  const hint = 'the router reads it before anything runs; expressions are for "prompt", "env" and "verify"';
  fields.problems.add('SY304', place, `"${key}" cannot hold an expression`, hint);
}
