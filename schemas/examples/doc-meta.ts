import type { DocMeta } from '../doc-meta.ts';

/** The header of the document that says which tools of a payment service are asked for what. */
export const docMetaExample: DocMeta = {
  meta_version: '1.0.0',
  doc_ulid: '01J9Z3NDEKTSV4RRFFQ69G5FAV',
  doc_type: 'other',
  doc_layer: 'project',
  title: 'Routing of the payment service',
  summary: 'Which tools are asked for which kinds of work, and how they are checked.',
  version: '1.2.0',
  status: 'active',
  schema_ref: 'urn:stateyard:schema:router_config:v1',
  created_at: '2026-01-12T08:30:00Z',
  updated_at: '2026-02-03T16:05:41Z',
  author_type: 'mixed',
  owner: 'platform-team',
  security_tier: 'internal',
  project_id: 'payments',
  module_id: null,
  phase_id: null,
  workstream_id: null,
  spec_refs: ['01J9Z3P0M1VXA7KQ4C8T2B6RSD'],
  tags: ['routing', 'tools'],
  patch_policy: { patch_required: true, require_issue_ref: true, min_reviewers: 2 },
  ascii_only: true,
  max_line_length: 120,
  last_validated_at: '2026-02-03T16:06:00Z',
  checksum: 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
};

/** The header of another example: the same author and dates, its own type, title and schema. */
export function headerOf(document: string, type: DocMeta['doc_type'], title: string): DocMeta {
  return {
    ...docMetaExample,
    doc_type: type,
    title,
    summary: `${title}, as an example.`,
    schema_ref: `urn:stateyard:schema:${document}:v1`,
  };
}
