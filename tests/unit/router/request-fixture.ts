import type { RequestSources, TaskWork } from '../../../router/request.ts';
import type { PhaseSpec } from '../../../schemas/phase-spec.ts';
import type { App, RouterConfig } from '../../../schemas/router-config.ts';
import type { WorkstreamSpec } from '../../../schemas/workstream-spec.ts';

const app = (kinds: readonly string[]): App => ({ kind: 'tool', command: 'true', capabilities: { task_kinds: [...kinds] } });

/** Two editors, `alpha` and `beta`, and a linter, without rules or defaults. */
export const threeTools: RouterConfig = {
  version: '1.0.0',
  apps: { alpha: app(['code_edit']), beta: app(['code_edit']), linter: app(['lint']) },
  routing: {},
};

/** A phase "build" that reads everything and writes `src/`, but no key in it. */
export function phaseWith(more: Partial<PhaseSpec> = {}): PhaseSpec {
  return {
    phase_id: 'build',
    name: 'Build',
    category: 'code',
    resource_scope: { type: 'files', read: ['**'], write: ['src/**'], create: ['src/**'], forbidden: ['src/keys/'] },
    constraints: {},
    acceptance: { mode: 'all', checks: [] },
    ...more,
  };
}

/** A workstream "w1" of the phase "build" with one task, that says nothing about scope and constraints. */
export function workstreamWith(more: Partial<WorkstreamSpec> = {}): WorkstreamSpec {
  return {
    workstream_id: 'w1',
    project_id: 'shop',
    phase_id: 'build',
    name: 'First',
    objective: 'Sell more.',
    tasks: [{ task_id: 't1', name: 'Edit', kind: 'code_edit' }],
    ...more,
  };
}

/** A task of kind code_edit that says nothing else, without phase and workstream, for {@link threeTools}; but for what is given. */
export function sourcesWith(task: Partial<TaskWork> = {}, more: Partial<Omit<RequestSources, 'task'>> = {}): RequestSources {
  return {
    task: {
      taskKind: 'code_edit',
      classification: { complexity: 'moderate', risk_tier: '', domain: '', priority: 'normal' },
      resourceScope: null,
      constraints: null,
      strategy: null,
      allowedTools: null,
      preferredTools: [],
      maxAttempts: null,
      timeoutSeconds: null,
      correlationId: null,
      traceFlags: [],
      ...task,
    },
    workstream: null,
    phase: null,
    config: threeTools,
    ...more,
  };
}
