import { documentKeys, fileKinds } from './document-keys.ts';
import type { FileKind } from './document-keys.ts';
import type { SourceNode } from './source-node.ts';

/** Which document a file is meant to be, and what spoke for it. */
export interface Recognition {
  readonly kind: FileKind;
  /** Whether keys that no other document has spoke for it; else it is the one that knows most keys of the file. */
  readonly sure: boolean;
  /** The keys of the file that spoke for it, in the order of the file; none: nothing did. */
  readonly keys: readonly string[];
}

/** The documents in words, as messages name them. */
export const kindWords: Readonly<Record<FileKind, string>> = {
  workflow: 'a workflow',
  workstream_spec: 'a workstream',
  task_spec: 'a task',
  phase_spec: 'a phase',
  router_config: 'a router configuration',
  project_profile: 'a project profile',
  profile_extension: 'a profile',
  run_record: 'a run record',
  step_attempt: 'an attempt of a step',
  run_event: 'an event of a run',
  execution_request: 'an execution request',
  prompt_instance: 'a prompt',
  patch_artifact: 'a patch',
  patch_ledger_entry: 'an entry of the patch ledger',
  patch_policy: 'a patch policy',
  bootstrap_discovery: 'a discovery of the bootstrap',
  bootstrap_report: 'a report of the bootstrap',
  doc_meta: 'the header of a document',
};

/* The keys that tell a document where all of a row are there: the first row counts, so what carries the id of another stands before it. */
const telling: readonly (readonly [FileKind, ...string[]])[] = [
  ['workflow', 'steps'],
  ['run_event', 'event_id'],
  ['execution_request', 'request_id'],
  ['prompt_instance', 'prompt_instance_id'],
  ['patch_ledger_entry', 'ledger_id'],
  ['patch_artifact', 'diff_text'],
  ['patch_artifact', 'patch_id'],
  ['patch_policy', 'patch_policy_id'],
  ['step_attempt', 'step_attempt_id'],
  ['run_record', 'run_id'],
  ['doc_meta', 'doc_ulid'],
  ['workstream_spec', 'workstream_id'],
  ['task_spec', 'task_id'],
  ['phase_spec', 'phase_id', 'acceptance'],
  ['router_config', 'apps', 'routing'],
  ['project_profile', 'framework_paths'],
  ['profile_extension', 'extends_core'],
  ['profile_extension', 'adds_resource_types'],
  ['bootstrap_report', 'generated_artifacts'],
  ['bootstrap_discovery', 'project_root', 'languages'],
];

/**
 * Which document a parsed file is meant to be: told by the keys that only one kind has, else the kind that knows most of its keys; a
 * workflow where that says nothing. Whether it is a valid one is not looked at.
 */
export function recogniseDocument(root: SourceNode): Recognition {
  if (root.kind !== 'mapping') return { kind: 'workflow', sure: false, keys: [] };
  const { entries } = root;
  if (!entries.has('steps') && entries.get('tasks')?.value.kind === 'list') {
    return { kind: 'workstream_spec', sure: true, keys: ['tasks'] };
  }
  for (const [kind, ...keys] of telling) {
    if (keys.every((key) => entries.has(key))) return { kind, sure: true, keys };
  }
  // Tasks that are no list are how another tool writes steps: they speak for no document of ours.
  return nearestKind([...entries.keys()].filter((key) => key !== 'tasks'));
}

// Of equals the first one counts.
function nearestKind(keys: readonly string[]): Recognition {
  let nearest: Recognition = { kind: 'workflow', sure: false, keys: [] };
  for (const kind of fileKinds) {
    const found = keys.filter((key) => documentKeys[kind].includes(key));
    if (found.length > nearest.keys.length) nearest = { kind, sure: false, keys: found };
  }
  return nearest;
}
