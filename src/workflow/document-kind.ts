import { phaseSpecSchema } from '../../schemas/phase-spec.ts';
import { routerConfigSchema } from '../../schemas/router-config.ts';
import { taskSpecSchema } from '../../schemas/task-spec.ts';
import { workflowSchema } from '../../schemas/workflow.ts';
import { workstreamSpecSchema } from '../../schemas/workstream-spec.ts';
import type { DocumentKind } from './model.ts';
import type { SourceNode } from './source-node.ts';

/** What a file holds: something that can be run, or a router configuration. */
export type FileKind = DocumentKind | 'router_config';

/** The kinds of files in words, as messages name them. */
export const kindWords: Readonly<Record<FileKind, string>> = {
  workflow: 'a workflow',
  workstream_spec: 'a workstream',
  task_spec: 'a task',
  phase_spec: 'a phase',
  router_config: 'a router configuration',
};

// Of equals the first one counts.
const keysOf: readonly (readonly [FileKind, ReadonlySet<string>])[] = [
  ['workflow', new Set(Object.keys(workflowSchema.shape))],
  ['workstream_spec', new Set(Object.keys(workstreamSpecSchema.shape))],
  ['task_spec', new Set(Object.keys(taskSpecSchema.shape))],
  ['phase_spec', new Set(Object.keys(phaseSpecSchema.shape))],
  ['router_config', new Set(Object.keys(routerConfigSchema.shape))],
];

/**
 * Which document a parsed file is meant to be: told by the keys that only one kind has, else the kind that knows most of its keys; a
 * workflow where that says nothing. Whether it is a valid one is not looked at.
 */
export function documentKind(root: SourceNode): FileKind {
  if (root.kind !== 'mapping') return 'workflow';
  const { entries } = root;
  const has = (key: string): boolean => entries.has(key);
  if (has('steps')) return 'workflow';
  if (has('workstream_id') || entries.get('tasks')?.value.kind === 'list') return 'workstream_spec';
  if (has('task_id')) return 'task_spec';
  if (has('phase_id') && has('acceptance')) return 'phase_spec';
  if (has('apps') && has('routing')) return 'router_config';
  // Tasks that are no list are how another tool writes steps: they speak for no document of ours.
  return nearestKind([...entries.keys()].filter((key) => key !== 'tasks'));
}

function nearestKind(keys: readonly string[]): FileKind {
  let [nearest, most]: [FileKind, number] = ['workflow', 0];
  for (const [kind, known] of keysOf) {
    const count = keys.filter((key) => known.has(key)).length;
    if (count > most) [nearest, most] = [kind, count];
  }
  return nearest;
}
