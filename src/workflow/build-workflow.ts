import { createHash } from 'node:crypto';
import type { StepId } from '../../schemas/ids.ts';
import type { WorkflowDocument } from '../../schemas/workflow.ts';
import { FieldBuilder } from './build-fields.ts';
import type { FieldPlace } from './build-fields.ts';
import { buildNeeds, checkStepReferences, placeOfNeed, planSteps } from './build-needs.ts';
import type { NeedsCheck } from './build-needs.ts';
import { buildParam } from './build-params.ts';
import { buildStep } from './build-step.ts';
import { ExpressionCheck } from './expression-check.ts';
import { workflowLimits } from './limits.ts';
import type { ParamSpec, Plan, Step, Workflow } from './model.ts';
import { NameTable } from './name-table.ts';
import type { Problems } from './problems.ts';
import { findNode } from './source-node.ts';
import type { MappingNode } from './source-node.ts';
import type { SourceRange, SourceText } from './source-text.ts';
import type { Suggestion } from './suggestion.ts';

/** A file whose structure was checked, as far as that could be. */
export interface CheckedFile {
  readonly source: SourceText;
  readonly root: MappingNode;
  readonly steps: MappingNode;
  readonly document: WorkflowDocument;
  readonly problems: Problems;
  readonly suggestion: Suggestion;
}

/** Builds and plans the workflow of a file, noting what is wrong; null when the steps cannot be planned. Not to be used once anything was noted. */
export function buildWorkflow(file: CheckedFile): { readonly workflow: Workflow; readonly plan: Plan } | null {
  const { source, root, document, problems } = file;
  const names = declareNames(file);
  const expressions = new ExpressionCheck(names, problems, file.suggestion);
  const fields = new FieldBuilder(source.text, problems, expressions);
  const place: FieldPlace = { kind: 'workflow', stepId: null, env: null };
  const workflow: Workflow = Object.freeze({
    document: 'workflow',
    name: document.name,
    path: source.path,
    text: source.text,
    sha256: createHash('sha256').update(source.text).digest('hex'),
    params: buildParams(file),
    env: fields.environment(document.env, root, place),
    workingDirectory: fields.workingDirectory(document.working_directory, root, {
      ...place,
      env: new Set(Object.keys(document.env ?? {})),
    }),
    maxParallel: document.max_parallel ?? null,
    timeoutMs: fields.duration(document.timeout, root, ['timeout']),
    stopGraceMs: fields.stopGrace(document.stop_grace, root),
    onFailure: document.on_failure ?? 'fail_fast',
    budget: document.budget ?? null,
    workstream: null,
    steps: Object.freeze(buildSteps(file, fields)),
  });
  const plan = planSteps(workflow.steps, problems, (id, need) => placeOfNeed(file, id, need));
  if (plan === null) return null;
  checkStepReferences(plan, expressions.stepReferences, problems);
  return { workflow, plan };
}

function declareNames(file: CheckedFile) {
  const steps = distinct(
    file,
    'step',
    [...file.steps.entries].map(([name, { keyRange }]) => ({ name, keyRange })),
  );
  const params = distinct(
    file,
    'parameter',
    Object.keys(file.document.params ?? {}).map((name) => ({ name, keyRange: findNode(file.root, ['params', name]).keyRange })),
  );
  for (const [id, step] of Object.entries(file.document.steps)) {
    const outputs = Object.keys(step.outputs ?? {});
    if (outputs.length > 1)
      distinct(
        file,
        'output',
        outputs.map((name) => ({ name, keyRange: findNode(file.steps, [id, 'outputs', name]).keyRange })),
      );
  }
  return { steps, params, outputsOf: (id: string) => Object.keys(file.document.steps[id]?.outputs ?? {}) };
}

function distinct(
  { problems }: CheckedFile,
  what: string,
  names: readonly { readonly name: string; readonly keyRange: SourceRange }[],
): NameTable {
  const table = new NameTable();
  for (const { name, keyRange } of names) {
    const other = table.add(name);
    if (other !== null && other !== name)
      problems.add('SY202', keyRange, `${what} "${name}" differs from "${other}" in case only`, 'give one of them another name');
  }
  return table;
}

function buildParams({ document, root, problems }: CheckedFile): Readonly<Record<string, ParamSpec>> {
  const params = Object.entries(document.params ?? {});
  return Object.freeze(
    Object.fromEntries(
      params.map(([name, param]) => [name, buildParam(name, param, findNode(root, ['params', name]).node, problems)]),
    ),
  );
}

function buildSteps(file: CheckedFile & NeedsCheck, fields: FieldBuilder): Step[] {
  const workflowEnv: ReadonlySet<string> = new Set(Object.keys(file.document.env ?? {}));
  const logLimitBytes = fields.logLimit(file.document.log_limit, file.root) ?? workflowLimits.logBytes;
  return Object.entries(file.document.steps).flatMap(([id, document], index) => {
    const entry = file.steps.entries.get(id);
    if (entry === undefined) return [];
    const needs = buildNeeds(file, id, document, entry);
    return [buildStep(fields, file.source, { id: id as StepId, index, document, entry, needs, workflowEnv, logLimitBytes })];
  });
}
