import { exitCodes, UserError } from '../errors.ts';
import type { Diagnostic } from '../errors.ts';
import { buildWorkflow } from './build-workflow.ts';
import { documentKind, kindWords } from './document-kind.ts';
import { loadDocument } from './documents/load-document.ts';
import type { Plan, Workflow } from './model.ts';
import { Problems, TooManyProblems } from './problems.ts';
import { toPlainValue } from './source-node.ts';
import type { SourceNode } from './source-node.ts';
import { SourceText } from './source-text.ts';
import { checkStructure } from './structure.ts';
import { Suggestion } from './suggestion.ts';
import { parseYaml } from './yaml-document.ts';

export { readWorkflowFile } from './read.ts';

/** A workflow with its plan, checked in every respect; or the mistakes of its file (all, or the 1,000 found first), in the order of the file. */
export type LoadResult =
  | { readonly ok: true; readonly workflow: Workflow; readonly plan: Plan }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Checks and plans the text of a workflow file, or of a workstream_spec, task_spec or phase_spec. Pure: the same path and text give the same result, also years later. */
export function loadWorkflow({ path, text }: { readonly path: string; readonly text: string }): LoadResult {
  const source = new SourceText(path, text);
  const problems = new Problems();
  const built = buildUnlessHopeless(source, problems);
  if (built !== null && problems.none) return { ok: true, ...built };
  return { ok: false, diagnostics: problems.toDiagnostics(source) };
}

/** Like {@link loadWorkflow}, but throws UserError `workflow_invalid` (exit 3) with all diagnostics. */
export function requireWorkflow(source: { readonly path: string; readonly text: string }): {
  readonly workflow: Workflow;
  readonly plan: Plan;
} {
  const result = loadWorkflow(source);
  if (result.ok) return { workflow: result.workflow, plan: result.plan };
  const { diagnostics } = result;
  const count = diagnostics.length === 1 ? '1 error' : `${diagnostics.length} errors`;
  throw new UserError(exitCodes.invalidDefinition, 'workflow_invalid', `${count} in ${source.path}`, { diagnostics });
}

function buildUnlessHopeless(
  source: SourceText,
  problems: Problems,
): { readonly workflow: Workflow; readonly plan: Plan } | null {
  try {
    return build(source, problems);
  } catch (error) {
    if (error instanceof TooManyProblems) return null;
    throw error;
  }
}

function build(source: SourceText, problems: Problems): { readonly workflow: Workflow; readonly plan: Plan } | null {
  const root = parseYaml(source, problems);
  if (root === null) return null;
  const kind = documentKind(root);
  if (kind === 'router_config') return refuseRouterConfig(root, problems);
  if (kind !== 'workflow') return loadDocument(source, problems, kind);
  const suggestion = new Suggestion();
  const structure = checkStructure({ root, plain: toPlainValue(root), problems, suggestion });
  const steps = root.kind === 'mapping' ? root.entries.get('steps')?.value : undefined;
  if (structure === null || root.kind !== 'mapping' || steps?.kind !== 'mapping') return null;
  return buildWorkflow({ source, root, steps, document: structure.document, problems, suggestion });
}

function refuseRouterConfig(root: SourceNode, problems: Problems): null {
  const range = { start: root.start, end: root.start + 1 };
  const hint = 'name it with --router, beside a workflow, workstream, task or phase';
  problems.add('SY101', range, `the file is ${kindWords.router_config}: it cannot be run`, hint);
  return null;
}
