import type { DocMeta } from '../../schemas/doc-meta.ts';
import { fileDocuments } from '../../schemas/registry.ts';
import { UserError, invariant } from '../errors.ts';
import type { Diagnostic } from '../errors.ts';
import { checkDocument } from '../workflow/check-document.ts';
import type { FileKind } from '../workflow/document-keys.ts';
import { kindWords } from '../workflow/document-kind.ts';
import { Problems, TooManyProblems } from '../workflow/problems.ts';
import { findNode } from '../workflow/source-node.ts';
import type { SourceNode } from '../workflow/source-node.ts';
import { SourceText } from '../workflow/source-text.ts';
import { parseYaml } from '../workflow/yaml-document.ts';

/** The text of a file, and where it comes from. */
export interface FileText {
  readonly path: string;
  readonly text: string;
}

/** Checks a file that holds a document of this kind: its schema, then what shows only in what it means. All mistakes, in the order of the file. */
export async function checkFile(file: FileText, kind: FileKind): Promise<readonly Diagnostic[]> {
  if (kind === 'router_config') {
    const found = await routerMistakes(file);
    return found.length > 0 ? found : checkFileHeader(file, kind);
  }
  const source = new SourceText(file.path, file.text);
  const problems = new Problems();
  const checked = checkDocument(await schemaOf(kind), source, problems, { what: kindWords[kind] });
  if (checked !== null) checkHeader(checked.root, kind, problems);
  return problems.toDiagnostics(source);
}

/** Checks only the header (`meta`) of a document whose schema was looked at elsewhere. */
export function checkFileHeader({ path, text }: FileText, kind: FileKind): readonly Diagnostic[] {
  if (!text.includes('doc_type')) return [];
  const source = new SourceText(path, text);
  const problems = new Problems();
  try {
    const root = parseYaml(source, problems);
    if (root !== null) checkHeader(root, kind, problems);
  } catch (error) {
    if (!(error instanceof TooManyProblems)) throw error;
  }
  return problems.toDiagnostics(source);
}

async function schemaOf(kind: FileKind) {
  const entry = fileDocuments.find(({ name }) => name === kind);
  invariant(entry, `there is a schema of ${kind}`);
  return await entry.schema();
}

/* Only these types name a document of ours for certain. */
const documentOfType: Readonly<Record<string, FileKind | undefined>> = {
  project_profile: 'project_profile',
  phase_spec_master: 'phase_spec',
  phase_spec_instance: 'phase_spec',
  workstream_spec: 'workstream_spec',
} satisfies Partial<Record<DocMeta['doc_type'], FileKind>>;

function checkHeader(root: SourceNode, kind: FileKind, problems: Problems): void {
  const { node } = findNode(root, ['meta', 'doc_type']);
  if (node.kind !== 'scalar') return;
  const named = documentOfType[String(node.value)];
  if (named === undefined || named === kind) return;
  const fitting = Object.entries(documentOfType).flatMap(([type, document]) => (document === kind ? [type] : []));
  const message = `"doc_type": the header is that of ${kindWords[named]}, and the document is ${kindWords[kind]}`;
  problems.add('SY101', node, message, `expected ${fitting.length > 0 ? fitting.join(' or ') : 'another type, such as other'}`);
}

async function routerMistakes(file: FileText): Promise<readonly Diagnostic[]> {
  const { loadRouterConfig } = await import('../routing/router-file.ts');
  try {
    loadRouterConfig(file);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.diagnostics;
  }
}
