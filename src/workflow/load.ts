import { exitCodes, UserError } from '../errors.ts';
import type { Diagnostic } from '../errors.ts';
import { buildWorkflow } from './build-workflow.ts';
import type { FileKind } from './document-keys.ts';
import { kindWords, recogniseDocument } from './document-kind.ts';
import type { Recognition } from './document-kind.ts';
import { loadDocument } from './documents/load-document.ts';
import type { DocumentKind, Plan, Workflow } from './model.ts';
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
  | {
      readonly ok: false;
      readonly diagnostics: readonly Diagnostic[];
      /** What the file was taken for; null where it could not be read at all. */
      readonly recognition: Recognition | null;
    };

/** A file, and where its reader says so the document that it holds. */
interface Source {
  readonly path: string;
  readonly text: string;
  readonly as?: FileKind | null;
}

interface Parsed {
  readonly root: SourceNode;
  readonly recognition: Recognition;
}

type Built = { readonly workflow: Workflow; readonly plan: Plan } | null;

/**
 * Checks and plans the text of a workflow file, or of a workstream_spec, task_spec or phase_spec. Which of them it is shows in its keys unless `as` says
 * it. Pure: the same path and text give the same result, also years later.
 */
export function loadWorkflow({ path, text, as = null }: Source): LoadResult {
  const source = new SourceText(path, text);
  const problems = new Problems();
  const parsed = unlessHopeless(() => parse(source, problems, as));
  const built = parsed && unlessHopeless(() => build(source, problems, parsed));
  if (built !== null && problems.none) return { ok: true, ...built };
  return { ok: false, diagnostics: problems.toDiagnostics(source), recognition: parsed?.recognition ?? null };
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

function unlessHopeless<T>(step: () => T | null): T | null {
  try {
    return step();
  } catch (error) {
    if (error instanceof TooManyProblems) return null;
    throw error;
  }
}

function parse(source: SourceText, problems: Problems, as: FileKind | null): Parsed | null {
  const root = parseYaml(source, problems);
  if (root === null) return null;
  return { root, recognition: as === null ? recogniseDocument(root) : { kind: as, sure: true, keys: [] } };
}

function build(source: SourceText, problems: Problems, { root, recognition: { kind } }: Parsed): Built {
  if (!canBeRun(kind)) return refuse(kind, root, problems);
  if (kind !== 'workflow') return loadDocument(source, problems, kind);
  const suggestion = new Suggestion();
  const structure = checkStructure({ root, plain: toPlainValue(root), problems, suggestion });
  const steps = root.kind === 'mapping' ? root.entries.get('steps')?.value : undefined;
  if (structure === null || root.kind !== 'mapping' || steps?.kind !== 'mapping') return null;
  return buildWorkflow({ source, root, steps, document: structure.document, problems, suggestion });
}

/** Whether a workflow can be made of a document of this kind. */
export function canBeRun(kind: FileKind): kind is DocumentKind {
  return kind === 'workflow' || kind === 'workstream_spec' || kind === 'task_spec' || kind === 'phase_spec';
}

const otherwise: Readonly<Partial<Record<FileKind, string>>> = {
  router_config: 'name it with --router, beside a workflow, workstream, task or phase',
  project_profile: '`stateyard init` writes a workflow beside it that can be run; `stateyard validate` checks this file',
  profile_extension: 'the phases that its phase_templates name can be run; `stateyard validate` checks this file',
  run_record: '`stateyard resume` continues a run, by its id; `stateyard validate` checks this file',
  execution_request: 'a task of a workflow or a workstream becomes such a request; `stateyard validate` checks this file',
};

function refuse(kind: FileKind, root: SourceNode, problems: Problems): null {
  const range = { start: root.start, end: root.start + 1 };
  const hint =
    otherwise[kind] ?? 'what can be run is a workflow, workstream, task or phase; `stateyard validate` checks this file';
  problems.add('SY101', range, `the file is ${kindWords[kind]}: it cannot be run`, hint);
  return null;
}
