import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { initialTransition } from 'xstate';
import { runMachine } from '../../../machines/run.ts';
import { conditionsOf } from '../../../router/recompute.ts';
import { decide } from '../../../router/decide.ts';
import { completeRequest } from '../../../router/request.ts';
import type { RunId } from '../../../schemas/ids.ts';
import type { RouteDecision } from '../../../schemas/route-decision.ts';
import {
  appendEvent,
  beginAttempt,
  endAttempt,
  keepDocument,
  writeRun,
  writeSnapshot,
  writeStep,
} from '../../../src/engine/rows.ts';
import { bindRouting } from '../../../src/routing/bind.ts';
import { createRunFolder } from '../../../src/store/layout.ts';
import type { StoreLayout } from '../../../src/store/layout.ts';
import { loadMigrations } from '../../../src/store/migrations.ts';
import { recordRun } from '../../../src/store/run-index.ts';
import type { Statement } from '../../../src/store/statement.ts';
import { openStore } from '../../../src/store/store.ts';
import { requireWorkflow } from '../../../src/workflow/load.ts';

const workflowText = `name: routed
steps:
  prep: { run: echo prep }
  lint: { task: lint, domain: javascript, needs: prep, prompt: Look at it., verify: [test -e report] }
  ship: { run: echo ship, needs: lint }
  tell: { run: echo tell, needs: ship }
  tidy: { run: echo tidy, needs: lint, if: '\${{ always() }}' }
`;

/** The router configuration of {@link routedRun}: two linters, of which the second is a fallback. */
export const routedConfig = JSON.stringify({
  version: '1.0.0',
  apps: {
    first: { kind: 'tool', command: './first', capabilities: { task_kinds: ['lint'], domains: ['javascript'] } },
    second: {
      kind: 'tool',
      command: './second',
      args: ['{prompt}'],
      capabilities: { task_kinds: ['lint'] },
      adapter: { prompt: 'argument' },
    },
  },
  routing: {
    rules: [
      { id: 'linters', match: { task_kind: ['lint'] }, select_from: ['first'], fallback_to: ['second'], strategy: 'fixed' },
    ],
  },
});

const runId = '01KZ0000000000000000000001' as RunId;
const startMs = Date.UTC(2026, 1, 3, 4, 5, 6);
const at = (seconds: number): string => new Date(startMs + seconds * 1000).toISOString();
const ulid = (number: number): string => `01KD${String(number).padStart(22, '0')}`;

/** How the stored run is to differ. */
export interface RoutedRunOptions {
  /** A decision is stored that the configuration does not give. */
  readonly tampered?: boolean;
  /** What is stored as the configuration. */
  readonly storedConfig?: string;
}

/**
 * Stores a failed run of a workflow with one task: its first tool said that another should be tried, the result of the second did not pass its
 * check; what needs the task was skipped. The configuration lies in `folder`.
 */
export async function routedRun(layout: StoreLayout, folder: string, options: RoutedRunOptions = {}): Promise<RunId> {
  const router = { path: join(folder, 'router_config.json'), text: options.storedConfig ?? routedConfig, folder };
  await mkdir(folder, { recursive: true });
  await writeFile(router.path, routedConfig);
  const { folder: runFolder } = await createRunFolder(layout, runId);
  const { store } = await openStore({ folder: runFolder, name: 'run', migrations: loadMigrations('run') });
  const row = {
    runId,
    projectId: 'project',
    phaseId: 'default',
    workstreamId: null,
    createdAt: at(0),
    startedAt: at(0),
    endedAt: at(9),
    state: 'failed',
    stateReason: '1 step failed',
    origin: { trigger_type: 'manual', trigger_ref: null, requested_by: 'me' },
    counters: { step_attempts: 4, patches_created: 0, patches_applied: 0, errors: 2 },
    exitCode: 1,
    errorMessage: '1 step failed',
  };
  store.transact([
    definition({ router, phase: null }),
    writeRun(row),
    snapshot(),
    ...documents(router),
    ...attempts(),
    ...steps(),
    ...events(options.tampered === true),
  ]);
  await store.close();
  await recordRun(layout, {
    run_id: runId,
    workflow_name: 'routed',
    project_id: 'project',
    state: 'failed',
    state_reason: '1 step failed',
    created_at: at(0),
    started_at: at(0),
    ended_at: at(9),
    exit_code: 1,
    steps_total: 5,
    counters: '{}',
  });
  return runId;
}

function definition(routing: object): Statement {
  return [
    'insert into definitions (run_id, workflow_name, path, text, sha256, params, settings, machines) values (?, ?, ?, ?, ?, ?, ?, ?)',
    runId,
    'routed',
    '/project/routed.yaml',
    workflowText,
    'f'.repeat(64),
    '{}',
    JSON.stringify({ stepsTotal: 5, ...routing }),
    '{}',
  ];
}

function snapshot(): Statement {
  const input = { runId, total: 5, maxParallel: 2, onFailure: 'continue', timeoutMs: null, meters: [] } as const;
  const [{ context }] = initialTransition(runMachine, input);
  const failed = runMachine.resolveState({
    value: 'failed',
    context: { ...context, waiting: 0, succeeded: 2, failed: 1, skipped: 2 },
  });
  const text = JSON.stringify(runMachine.getPersistedSnapshot(failed));
  return writeSnapshot('run', { id: 'run', version: runMachine.version ?? '' }, text);
}

function bound() {
  const { workflow } = requireWorkflow({ path: '/project/routed.yaml', text: workflowText });
  const routing = bindRouting(workflow, { path: 'router_config.json', text: routedConfig, folder: '/' }, null);
  const task = routing.tasks.get('lint');
  if (task === undefined || routing.router === null) throw new Error('the fixture has no task');
  return { draft: task.draft, config: routing.router.config };
}

const requestId = ulid(1);
const promptIds = { first: ulid(2), second: ulid(3) };

function documents(router: { readonly text: string }): Statement[] {
  const { draft } = bound();
  const ids = { requestId, projectId: 'project', createdBy: 'me', createdAt: at(1), promptId: null };
  const prompt = (id: string, tool: string) => ({
    prompt_instance_id: id,
    template_id: 'default',
    target_tool: tool,
    kind: 'lint',
    sections: { OBJECTIVE: 'Look at it.', CONTEXT: `${router.text.length} bytes` },
  });
  const keep = (id: string, kind: string, body: object, seconds: number): Statement =>
    keepDocument({ id, kind, stepId: 'lint', createdAt: at(seconds), body: JSON.stringify(body) });
  return [
    keep(requestId, 'execution_request', completeRequest(draft, ids), 1),
    keep(promptIds.first, 'prompt_instance', prompt(promptIds.first, 'first'), 1),
    keep(promptIds.second, 'prompt_instance', prompt(promptIds.second, 'second'), 3),
  ];
}

const limit = { kind: 'judged', exitCode: 75, means: 'try_another', because: 'its limit is reached' };
const unverified = { kind: 'verificationFailed', check: 'verify.1', exitCode: 1, message: 'it ended with exit code 1' };

function attempts(): Statement[] {
  const one = (
    sequence: number,
    more: { stepId: string; attempt: number; toolId: string; check?: string },
    metadata: object,
  ): Statement[] => {
    const state = 'outcome' in metadata && (metadata.outcome as { kind: string }).kind === 'succeeded' ? 'succeeded' : 'failed';
    const routed = more.stepId === 'lint';
    return [
      beginAttempt({
        ...more,
        sequence,
        runId,
        attemptId: ulid(10 + sequence),
        requestId: routed ? requestId : null,
        promptId: routed ? promptIds.first : null,
        check: more.check ?? null,
        folder: `${more.stepId}.${more.attempt}`,
        startedAt: at(sequence),
      }),
      endAttempt({
        sequence,
        endedAt: at(sequence + 1),
        state,
        reason: state,
        exitCode: state === 'succeeded' ? 0 : 1,
        metadata,
      }),
    ];
  };
  const succeeded = { kind: 'succeeded', exitCode: 0 };
  return [
    ...one(1, { stepId: 'prep', attempt: 1, toolId: 'shell' }, { outcome: succeeded }),
    ...one(2, { stepId: 'lint', attempt: 1, toolId: 'first' }, { outcome: limit, cost_usd: 0.02 }),
    ...one(3, { stepId: 'lint', attempt: 2, toolId: 'second' }, { outcome: succeeded, cost_usd: 0.5 }),
    ...one(4, { stepId: 'lint', attempt: 2, toolId: 'shell', check: 'verify.1' }, { check: 'verify.1', outcome: unverified }),
  ];
}

function steps(): Statement[] {
  const skipped = (stepId: string, position: number, need: string, needState: string): Statement =>
    writeStep({
      stepId,
      position,
      state: 'skipped',
      toolId: null,
      attempts: 0,
      startedAt: null,
      endedAt: at(6),
      outputs: null,
      reason: { kind: 'dependencyFailed', need, need_state: needState },
    });
  const ended = { startedAt: at(1), endedAt: at(5), outputs: null };
  return [
    writeStep({ stepId: 'prep', position: 0, state: 'succeeded', reason: null, toolId: 'shell', attempts: 1, ...ended }),
    writeStep({ stepId: 'lint', position: 1, state: 'failed', reason: unverified, toolId: 'second', attempts: 2, ...ended }),
    skipped('ship', 2, 'lint', 'failed'),
    skipped('tell', 3, 'ship', 'skipped'),
    writeStep({ stepId: 'tidy', position: 4, state: 'succeeded', reason: null, toolId: 'shell', attempts: 1, ...ended }),
  ];
}

function events(tampered: boolean): Statement[] {
  const { config, draft } = bound();
  const conditions = conditionsOf({ cut: [], current: null, turn: null, seed: null, figures: {} } as unknown as RouteDecision);
  const first = decide(config, draft, null, conditions);
  const second = decide(config, draft, null, { ...conditions, spent: ['first'] });
  const decided = (attempt: number, decision: RouteDecision) => ({ step_id: 'lint', attempt, request_id: requestId, decision });
  const all: [string, object][] = [
    ['run_created', { workflow: 'routed', steps: 5 }],
    ['route_decided', decided(1, first)],
    ['route_decided', decided(2, tampered ? { ...second, tool_id: 'first' } : second)],
  ];
  return all.map(([kind, payload], index) =>
    appendEvent({
      sequence: index + 1,
      event_id: ulid(50 + index),
      run_id: runId,
      step_attempt_id: null,
      ts: at(index),
      kind,
      payload: { ...payload },
    }),
  );
}
