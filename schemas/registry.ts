import { outputDocuments } from './cli/registry.ts';
import { documentEntry } from './document-entry.ts';
import type { DocumentEntry } from './document-entry.ts';

/** The workflow and the seventeen documents of the framework: what a file can hold. Each has examples. */
export const fileDocuments: readonly DocumentEntry[] = [
  documentEntry('workflow', 'a workflow file', {
    schema: async () => (await import('./workflow.ts')).workflowSchema,
    jsonSchema: async () => (await import('./workflow.ts')).workflowJsonSchema(),
    examples: async () => [(await import('./examples/workflow.ts')).workflowExample],
  }),
  documentEntry('run_record', 'one execution of a workflow', {
    schema: async () => (await import('./run-record.ts')).runRecordSchema,
    examples: async () => [(await import('./examples/run-record.ts')).runRecordExample],
  }),
  documentEntry('step_attempt', 'one call of one tool inside a run', {
    schema: async () => (await import('./step-attempt.ts')).stepAttemptSchema,
    examples: async () => [(await import('./examples/step-attempt.ts')).stepAttemptExample],
  }),
  documentEntry('run_event', 'one entry of the audit trail of a run', {
    schema: async () => (await import('./run-event.ts')).runEventSchema,
    examples: async () => (await import('./examples/run-event.ts')).runEventExamples,
  }),
  documentEntry('execution_request', 'the unit of work that is routed to a tool', {
    schema: async () => (await import('./execution-request.ts')).executionRequestSchema,
    examples: async () => [(await import('./examples/execution-request.ts')).executionRequestExample],
  }),
  documentEntry('phase_spec', 'what work of one kind may do', {
    schema: async () => (await import('./phase-spec.ts')).phaseSpecSchema,
    examples: async () => [(await import('./examples/phase-spec.ts')).phaseSpecExample],
  }),
  documentEntry('workstream_spec', 'a sequence of tasks inside a phase', {
    schema: async () => (await import('./workstream-spec.ts')).workstreamSpecSchema,
    examples: async () => [(await import('./examples/workstream-spec.ts')).workstreamSpecExample],
  }),
  documentEntry('task_spec', 'one task', {
    schema: async () => (await import('./task-spec.ts')).taskSpecSchema,
    examples: async () => [(await import('./examples/task-spec.ts')).taskSpecExample],
  }),
  documentEntry('prompt_instance', 'a rendered prompt, ready for a tool', {
    schema: async () => (await import('./prompt-instance.ts')).promptInstanceSchema,
    examples: async () => [(await import('./examples/prompt-instance.ts')).promptInstanceExample],
  }),
  documentEntry('router_config', 'a router configuration: the file router_config.json', {
    schema: async () => (await import('./router-config.ts')).routerConfigSchema,
    examples: async () => [(await import('./examples/router-config.ts')).routerConfigExample],
  }),
  documentEntry('patch_artifact', 'a change that a tool proposes, as a unified diff', {
    schema: async () => (await import('./patch-artifact.ts')).patchArtifactSchema,
    examples: async () => [(await import('./examples/patch-artifact.ts')).patchArtifactExample],
  }),
  documentEntry('patch_ledger_entry', 'the life of one patch', {
    schema: async () => (await import('./patch-ledger-entry.ts')).patchLedgerEntrySchema,
    examples: async () => [(await import('./examples/patch-ledger-entry.ts')).patchLedgerEntryExample],
  }),
  documentEntry('patch_policy', 'what patches may do', {
    schema: async () => (await import('./patch-policy.ts')).patchPolicySchema,
    examples: async () => [(await import('./examples/patch-policy.ts')).patchPolicyExample],
  }),
  documentEntry('project_profile', 'the profile of a project: the file PROJECT_PROFILE.yaml', {
    schema: async () => (await import('./project-profile.ts')).projectProfileSchema,
    examples: async () => [(await import('./examples/project-profile.ts')).projectProfileExample],
  }),
  documentEntry('profile_extension', 'a profile: what a kind of project adds to the framework', {
    schema: async () => (await import('./profile-extension.ts')).profileExtensionSchema,
    examples: async () => [(await import('./examples/profile-extension.ts')).profileExtensionExample],
  }),
  documentEntry('bootstrap_discovery', 'what the scan of a project found', {
    schema: async () => (await import('./bootstrap-discovery.ts')).bootstrapDiscoverySchema,
    examples: async () => [(await import('./examples/bootstrap-discovery.ts')).bootstrapDiscoveryExample],
  }),
  documentEntry('bootstrap_report', 'what the bootstrap of a project tells its reader', {
    schema: async () => (await import('./bootstrap-report.ts')).bootstrapReportSchema,
    examples: async () => [(await import('./examples/bootstrap-report.ts')).bootstrapReportExample],
  }),
  documentEntry('doc_meta', 'the header that a document may carry under the key meta', {
    schema: async () => (await import('./doc-meta.ts')).docMetaSchema,
    examples: async () => [(await import('./examples/doc-meta.ts')).docMetaExample],
  }),
];

/** All documents: first those that a file can hold, then what is stored inside of others, then the outputs of the command line. */
export const documents: readonly DocumentEntry[] = [
  ...fileDocuments,
  documentEntry('outcome', 'what came of one attempt', {
    schema: async () => (await import('./outcome.ts')).outcomeSchema,
  }),
  documentEntry('route_decision', 'one decision of the router, with all that it was made from', {
    schema: async () => (await import('./route-decision.ts')).routeDecisionSchema,
  }),
  ...outputDocuments,
];
