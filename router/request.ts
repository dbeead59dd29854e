import type { ExecutionRequest } from '../schemas/execution-request.ts';
import { executionRequestSchema } from '../schemas/execution-request.ts';
import type { PhaseSpec } from '../schemas/phase-spec.ts';
import type { RouterConfig } from '../schemas/router-config.ts';
import type { Classification, PhaseConstraints, ResourceScope, Strategy } from '../schemas/work.ts';
import type { WorkstreamSpec } from '../schemas/workstream-spec.ts';
import { tightestConstraints, weakenings } from './constraints.ts';
import type { RequestProblem } from './request-codes.ts';
import type { RequestDraft } from './request-draft.ts';
import { layScopes, scopeProblems } from './request-scope.ts';
import { routeProblem, toolProblems } from './request-tools.ts';

/** A piece of work as its file declares it; what the file does not say is null or empty. */
export interface TaskWork {
  readonly taskKind: string;
  readonly classification: Classification;
  readonly resourceScope: ResourceScope | null;
  readonly constraints: PhaseConstraints | null;
  readonly strategy: Strategy | null;
  readonly allowedTools: readonly string[] | null;
  readonly preferredTools: readonly string[];
  /** Attempts with one tool. */
  readonly maxAttempts: number | null;
  /** Bound of one attempt. */
  readonly timeoutSeconds: number | null;
  readonly correlationId: string | null;
  readonly traceFlags: readonly string[];
}

/** All that a request is made from before its run. Without a phase nothing bounds the work but its workstream and itself. */
export interface RequestSources {
  readonly task: TaskWork;
  readonly workstream: WorkstreamSpec | null;
  readonly phase: PhaseSpec | null;
  readonly config: RouterConfig;
}

/** What a request gets when its run is there. Times are ISO 8601 UTC. */
export interface RequestIds {
  readonly requestId: string;
  readonly projectId: string;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly promptId: string | null;
}

const defaultPhaseId = 'default';

/**
 * The request of a task: its scope and constraints the narrowest and tightest that are given, its tools those that its phase permits. All
 * that is wrong is told at once, but for what would only follow from something else that is.
 */
export function draftRequest(
  work: RequestSources,
): { readonly draft: RequestDraft } | { readonly problems: readonly RequestProblem[] } {
  const misplaced = phaseProblem(work);
  if (misplaced !== null) return { problems: [misplaced] };
  const { task, workstream, phase, config } = work;
  const tools = toolProblems(task, config, phase);
  const problems = [...scopeProblems({ phase, workstream, task: task.resourceScope }), ...constraintProblems(work), ...tools];
  const draft = draftOf(work);
  const invalid = schemaProblems(draft);
  const unrouted = tools.length > 0 || invalid.length > 0 ? null : routeProblem(config, draft, phase);
  const all = [...problems, ...invalid, ...(unrouted === null ? [] : [unrouted])];
  return all.length > 0 ? { problems: all } : { draft };
}

/** The document of a draft, with its ids and times. A request with trace flags and no correlation id is correlated by its own id. */
export function completeRequest(draft: RequestDraft, ids: RequestIds): ExecutionRequest {
  const { telemetry } = draft;
  return {
    request_id: ids.requestId,
    project_id: ids.projectId,
    ...draft,
    origin: { created_by: ids.createdBy, created_at: ids.createdAt },
    prompt_spec: ids.promptId,
    ...(telemetry && { telemetry: { ...telemetry, correlation_id: telemetry.correlation_id || ids.requestId } }),
  };
}

function phaseProblem({ workstream, phase }: RequestSources): RequestProblem | null {
  if (workstream === null || phase === null || workstream.phase_id === phase.phase_id) return null;
  return {
    code: 'phase_not_found',
    from: 'workstream',
    path: ['phase_id'],
    message: `the workstream belongs to phase "${workstream.phase_id}", and the phase that is given is "${phase.phase_id}"`,
    hint: null,
  };
}

function constraintProblems({ task, workstream, phase }: RequestSources): readonly RequestProblem[] {
  const outer = tightestConstraints([phase?.constraints, workstream?.constraints]);
  const layers = [
    { from: 'workstream' as const, weaker: weakenings(phase?.constraints, workstream?.constraints) },
    { from: 'task' as const, weaker: weakenings(outer, task.constraints) },
  ];
  return layers.flatMap(({ from, weaker }) =>
    weaker.map(({ path, inner, outer: tighter }): RequestProblem => ({
      code: 'constraint_weakened',
      from,
      path: ['constraints', ...path],
      message: `"${path[1]}" is ${JSON.stringify(inner)}, and must be ${typeof inner === 'string' ? '' : 'as tight as '}${JSON.stringify(tighter)}`,
      hint: `leave it out to keep ${JSON.stringify(tighter)}`,
    })),
  );
}

function draftOf({ task, workstream, phase, config }: RequestSources): RequestDraft {
  const constraints = requestConstraints(tightestConstraints([phase?.constraints, workstream?.constraints, task.constraints]));
  const telemetry = telemetryOf(task);
  return {
    phase_id: phase?.phase_id ?? workstream?.phase_id ?? defaultPhaseId,
    workstream_id: workstream?.workstream_id ?? null,
    task_kind: task.taskKind,
    classification: task.classification,
    resource_scope: layScopes({ phase, workstream, task: task.resourceScope }),
    ...(Object.keys(constraints).length > 0 && { constraints }),
    routing: routingOf(task, config),
    ...(telemetry !== null && { telemetry }),
  };
}

function routingOf(task: TaskWork, { defaults }: RouterConfig): RequestDraft['routing'] {
  return {
    strategy: task.strategy ?? defaults?.strategy ?? 'fixed',
    ...(task.allowedTools !== null && { allowed_tools: [...task.allowedTools] }),
    ...(task.preferredTools.length > 0 && { preferred_tools: [...task.preferredTools] }),
    max_attempts: task.maxAttempts ?? defaults?.max_attempts ?? 1,
    ...(task.timeoutSeconds !== null && { timeout_seconds: task.timeoutSeconds }),
  };
}

function telemetryOf({ correlationId, traceFlags }: TaskWork): NonNullable<RequestDraft['telemetry']> | null {
  if (correlationId === null && traceFlags.length === 0) return null;
  return { correlation_id: correlationId ?? '', trace_flags: [...traceFlags] };
}

function requestConstraints({ patch, tests }: PhaseConstraints): NonNullable<ExecutionRequest['constraints']> {
  const all = {
    patch_only: patch?.patch_required,
    tests_must_pass: tests?.tests_must_pass,
    max_lines_changed: patch?.max_lines_changed,
    max_files_changed: patch?.max_files_changed,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function schemaProblems(draft: RequestDraft): readonly RequestProblem[] {
  const ids = {
    requestId: '0'.repeat(26),
    projectId: 'project',
    createdBy: '',
    createdAt: '2000-01-01T00:00:00Z',
    promptId: null,
  };
  const parsed = executionRequestSchema.safeParse(completeRequest(draft, ids));
  return (parsed.error?.issues ?? []).map(({ path, message }): RequestProblem => {
    const names = path.map((part) => (typeof part === 'number' ? part : String(part)));
    // A task says at its top what a request says about routing and telemetry.
    const place = names[0] === 'routing' || names[0] === 'telemetry' ? names.slice(1) : names;
    const what = `${names.join('.')}: ${message}`;
    return {
      code: 'request_invalid_schema',
      from: 'task',
      path: place,
      message: `the request would be invalid, ${what}`,
      hint: null,
    };
  });
}
