import type * as z from 'zod';
import { phaseSpecSchema } from '../../../schemas/phase-spec.ts';
import { checkDocument } from '../check-document.ts';
import { kindWords } from '../document-kind.ts';
import type { DocumentKind, Plan, Workflow } from '../model.ts';
import type { Problems } from '../problems.ts';
import type { SourceText } from '../source-text.ts';
import { Suggestion } from '../suggestion.ts';
import { DocumentFile } from './document-file.ts';
import { buildPhaseWorkflow } from './phase-workflow.ts';
import { taskDocumentSchema, workstreamDocumentSchema } from './task-document.ts';
import { buildTaskWorkflow, buildWorkstream } from './workstream.ts';

type Built = { readonly workflow: Workflow; readonly plan: Plan } | null;

/** Checks a document that is no workflow file and makes a workflow of it, planned. Null after mistakes; all of them are noted. */
export function loadDocument(source: SourceText, problems: Problems, kind: Exclude<DocumentKind, 'workflow'>): Built {
  const load = <T>(schema: z.ZodType<T>, build: (file: DocumentFile, document: T) => Built): Built => {
    const checked = checkDocument(schema, source, problems, { what: kindWords[kind] });
    return checked === null ? null : build(new DocumentFile(source, checked.root, problems, new Suggestion()), checked.value);
  };
  if (kind === 'workstream_spec') return load(workstreamDocumentSchema, buildWorkstream);
  return kind === 'task_spec' ? load(taskDocumentSchema, buildTaskWorkflow) : load(phaseSpecSchema, buildPhaseWorkflow);
}
