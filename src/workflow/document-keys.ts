/** What a file can hold: a workflow or one of the seventeen documents of the framework. */
export const fileKinds = [
  'workflow',
  'workstream_spec',
  'task_spec',
  'phase_spec',
  'router_config',
  'project_profile',
  'profile_extension',
  'run_record',
  'step_attempt',
  'run_event',
  'execution_request',
  'prompt_instance',
  'patch_artifact',
  'patch_ledger_entry',
  'patch_policy',
  'bootstrap_discovery',
  'bootstrap_report',
  'doc_meta',
] as const;

/** One of {@link fileKinds}. */
export type FileKind = (typeof fileKinds)[number];

/**
 * The keys at the top of each document. They stand here, and not in the schemas alone, so that a file is recognised without loading all of these;
 * tests/unit/schemas/documents.test.ts holds them to the schemas.
 */
export const documentKeys: Readonly<Record<FileKind, readonly string[]>> = {
  workflow: words(
    'name description params env working_directory max_parallel timeout stop_grace log_limit budget on_failure',
    'steps',
  ),
  workstream_spec: words(
    'meta workstream_id project_id phase_id name objective tags resource_scope constraints concurrency',
    'error_handling acceptance tasks',
  ),
  task_spec: words(
    'meta task_id name kind depends_on allow_parallel classification resource_scope_delta constraints_delta',
    'execution prompt_template_ref prompt_overrides execution_request_template error_handling acceptance',
  ),
  phase_spec: words(
    'meta phase_id name category description resource_scope constraints allowed_tools disallowed_tools',
    'acceptance',
  ),
  router_config: words('meta version apps routing defaults budget'),
  project_profile: words(
    'meta project_id project_name project_root domain profile_id profile_version resource_types',
    'available_tools framework_paths constraints framework_version',
  ),
  profile_extension: words(
    'meta profile_id profile_version domain description extends_core adds_resource_types adds_change_types',
    'adds_task_kinds adds_constraints adds_validation_types phase_templates',
  ),
  run_record: words(
    'meta run_id project_id phase_id workstream_id execution_request_id created_at started_at ended_at state',
    'state_reason origin counters exit_code error_message metadata',
  ),
  step_attempt: words(
    'meta step_attempt_id run_id sequence tool_id tool_run_id execution_request_id prompt_id started_at',
    'ended_at state state_reason exit_code outputs metadata',
  ),
  run_event: words('meta event_id run_id step_attempt_id ts kind payload'),
  execution_request: words(
    'meta request_id project_id phase_id workstream_id task_kind origin classification resource_scope',
    'constraints prompt_spec routing telemetry',
  ),
  prompt_instance: words('meta prompt_instance_id template_id target_tool kind sections'),
  patch_artifact: words('meta patch_id format target_repo base_ref base_commit origin summary scope diff_text'),
  patch_ledger_entry: words(
    'meta ledger_id patch_id project_id phase_id workstream_id execution_request_id state state_history',
    'validation apply quarantine relations',
  ),
  patch_policy: words('meta patch_policy_id scope constraints'),
  bootstrap_discovery: words(
    'meta project_root project_name domain domain_confidence languages frameworks resource_types',
    'available_tools existing_ci vcs inferred_constraints directory_structure discovery_timestamp',
  ),
  bootstrap_report: words(
    'meta project_name domain profile_id profile_version status selection discovery_summary',
    'generated_artifacts directories_created configuration validation_results next_steps initialization_time',
    'ready_for_workstreams',
  ),
  doc_meta: words(
    'meta_version doc_ulid doc_type doc_layer title summary version status schema_ref created_at updated_at',
    'author_type owner security_tier project_id module_id phase_id workstream_id spec_refs tags patch_policy',
    'ascii_only max_line_length last_validated_at checksum',
  ),
};

function words(...lines: readonly string[]): readonly string[] {
  return lines.join(' ').split(' ');
}
