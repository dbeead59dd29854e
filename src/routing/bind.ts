import { phaseToolsOf } from '../../router/conditions.ts';
import { candidatesOf, ruleOf, validatorsOf } from '../../router/decide.ts';
import { maxAttemptsOf } from '../../router/queries.ts';
import { draftRequest } from '../../router/request.ts';
import type { RequestProblem } from '../../router/request-codes.ts';
import type { RequestDraft } from '../../router/request-draft.ts';
import type { PhaseSpec } from '../../schemas/phase-spec.ts';
import type { RouterConfig } from '../../schemas/router-config.ts';
import type { PhaseConstraints } from '../../schemas/work.ts';
import { exitCodes, UserError, type Diagnostic } from '../errors.ts';
import { loadPhase } from '../workflow/documents/phase.ts';
import { diagnosticAt } from '../workflow/documents/diagnostic-at.ts';
import type { Step, StepCheck, TaskDeclaration, Workflow } from '../workflow/model.ts';
import { metersOf } from './budget-meters.ts';
import { loadRouterConfig } from './router-file.ts';
import { hasTasks, type BoundCheck, type BoundTask, type RouterPlace, type RunRouting, type SourceFile } from './run-routing.ts';

/**
 * Lays router configuration and phase over a workflow: an execution request is drafted for each task step and every invariant checked. Pure: the
 * same texts give the same result. `router` may be null where {@link hasTasks} is false. Throws UserError (exit 3) with all diagnostics:
 * `router_invalid`, `phase_spec_invalid`, `phase_not_found`, `request_invalid`.
 */
export function bindRouting(workflow: Workflow, router: RouterPlace | null, phase: SourceFile | null): RunRouting {
  const spec = phase === null ? null : loadPhase(phase);
  checkPhase(workflow, spec, phase);
  const boundPhase = spec === null || phase === null ? null : { spec, source: phase };
  if (router === null || !hasTasks(workflow)) {
    return { router: null, phase: boundPhase, tasks: new Map(), meters: metersOf([workflow.budget]) };
  }
  const config = loadRouterConfig(router);
  const tasks = new Map<string, BoundTask>();
  const problems: { readonly step: Step; readonly problem: RequestProblem }[] = [];
  for (const step of workflow.steps) {
    if (step.action.kind !== 'task') continue;
    const bound = bindTask(step, step.action.task, { workflow, config, phase: spec });
    if ('problems' in bound) problems.push(...bound.problems.map((problem) => ({ step, problem })));
    else tasks.set(step.id, bound);
  }
  if (problems.length > 0) throw refused(workflow, { router, phase }, problems);
  return {
    router: { config, source: { path: router.path, text: router.text }, folder: router.folder },
    phase: boundPhase,
    tasks,
    meters: metersOf([workflow.budget, config.budget]),
  };
}

interface Frame {
  readonly workflow: Workflow;
  readonly config: RouterConfig;
  readonly phase: PhaseSpec | null;
}

function bindTask(
  step: Step,
  task: TaskDeclaration,
  { workflow, config, phase }: Frame,
): BoundTask | { readonly problems: readonly RequestProblem[] } {
  const timeoutSeconds = step.timeoutMs === null ? null : Math.ceil(step.timeoutMs / 1000);
  const drafted = draftRequest({ task: { ...task, timeoutSeconds }, workstream: workflow.workstream, phase, config });
  if ('problems' in drafted) return drafted;
  const { draft } = drafted;
  const problems = validatorProblems(config, draft, phase);
  if (problems.length > 0) return { problems };
  return {
    draft,
    candidates: candidatesOf(config, draft, phaseToolsOf(phase)),
    checks: withIdsOfTheirOwn([
      ...step.checks,
      ...testCheck([task.constraints, workflow.workstream?.constraints, phase?.constraints]),
      ...toolChecks(config, draft),
    ]),
    maxAttempts: maxAttemptsOf(config, draft),
  };
}

/** A phase that keeps a tool out keeps it out as a validator too. */
function validatorProblems(config: RouterConfig, draft: RequestDraft, phase: PhaseSpec | null): readonly RequestProblem[] {
  const tools = phaseToolsOf(phase);
  const rule = ruleOf(config, draft);
  if (tools === null || rule === null) return [];
  const place = ['routing', 'rules', config.routing.rules?.indexOf(rule) ?? 0, 'validate_with'];
  return (rule.validate_with ?? []).flatMap((toolId, index): RequestProblem[] => {
    if (!tools.disallowedTools.includes(toolId) && tools.allowedTools?.includes(toolId) !== false) return [];
    const message = `the rule "${rule.id}" has it checked by "${toolId}", which the phase "${phase?.phase_id ?? ''}" does not permit`;
    const hint = 'permit the tool in the phase, or let a rule without it match';
    return [{ code: 'tool_not_permitted_for_phase', from: 'router', path: [...place, index], message, hint }];
  });
}

/** The tests that the phase, the workstream or the task itself asks for, the nearest first. */
function testCheck(constraints: readonly (PhaseConstraints | null | undefined)[]): readonly StepCheck[] {
  const tests = constraints.flatMap((each) => (each?.tests === undefined ? [] : [each.tests]));
  const command = tests.map((each) => each.test_command).find((each) => each !== undefined && each.trim() !== '');
  if (command === undefined || !tests.some((each) => each.tests_must_run === true || each.tests_must_pass === true)) return [];
  const required = tests.map((each) => each.tests_must_pass).find((each) => each !== undefined) ?? true;
  return [{ id: 'tests', required, action: { kind: 'run', script: command, expressions: {}, shell: null } }];
}

/** What phase and router add may be named as a check of the file is: those get a number. */
function withIdsOfTheirOwn(checks: readonly BoundCheck[]): readonly BoundCheck[] {
  const taken = new Set<string>();
  return checks.map((check) => {
    let { id } = check;
    for (let number = 2; taken.has(id); number++) id = `${check.id}.${String(number)}`;
    taken.add(id);
    return { ...check, id };
  });
}

function toolChecks(config: RouterConfig, draft: RequestDraft): BoundCheck[] {
  const { validators, required } = validatorsOf(config, draft);
  return validators.map((toolId) => ({
    id: `validate_with.${toolId}`,
    required,
    action: { kind: 'tool', toolId },
  }));
}

/** A workstream names the phase that it belongs to: without that document nothing says what its tasks may do. */
function checkPhase(workflow: Workflow, phase: PhaseSpec | null, source: SourceFile | null): void {
  const { workstream } = workflow;
  if (workstream === null || phase?.phase_id === workstream.phase_id) return;
  const message =
    phase === null
      ? `the workstream belongs to phase "${workstream.phase_id}", and no phase document was given`
      : `the workstream belongs to phase "${workstream.phase_id}", and ${source?.path ?? 'the file'} holds phase "${phase.phase_id}"`;
  const hint = 'name the document of the phase with --phase FILE';
  throw new UserError(exitCodes.invalidDefinition, 'phase_not_found', message, {
    hint,
    diagnostics: [diagnosticAt(workflow, ['phase_id'], { code: 'phase_not_found', message, hint })],
  });
}

function refused(
  workflow: Workflow,
  { router, phase }: { router: SourceFile; phase: SourceFile | null },
  problems: readonly { readonly step: Step; readonly problem: RequestProblem }[],
): UserError {
  const diagnostics = problems.map(({ step, problem }): Diagnostic => {
    const { code, message, hint } = problem;
    if (problem.from === 'router') return diagnosticAt(router, problem.path, { code, message, hint });
    if (problem.from === 'phase' && phase !== null) return diagnosticAt(phase, problem.path, { code, message, hint });
    const path = problem.from === 'workstream' ? problem.path : [...placeOf(workflow, step), ...fieldOf(workflow, problem.path)];
    return diagnosticAt(workflow, path, { code, message: `step "${step.id}": ${message}`, hint });
  });
  const unique = [
    ...new Map(diagnostics.map((each) => [`${each.file}:${each.line}:${each.column}:${each.message}`, each])).values(),
  ];
  const count = unique.length === 1 ? '1 error' : `${String(unique.length)} errors`;
  const [first] = problems;
  const codes = new Set(problems.map(({ problem }) => problem.code));
  const code = codes.size === 1 && first !== undefined ? first.problem.code : 'request_invalid';
  return new UserError(exitCodes.invalidDefinition, code, `${count} in the requests of ${workflow.path}`, {
    diagnostics: unique,
  });
}

/** Where a step stands in its document. */
function placeOf({ document, workstream }: Workflow, step: Step): (string | number)[] {
  if (document === 'workflow') return ['steps', step.id];
  if (document === 'task_spec') return [];
  return ['tasks', Math.max(0, workstream?.tasks.findIndex((task) => task.task_id === step.id) ?? 0)];
}

/** The field of a document that a field of the execution request comes from. */
function fieldOf({ document }: Workflow, path: readonly (string | number)[]): readonly (string | number)[] {
  const [field = '', ...rest] = path;
  const own = (document === 'workflow' ? workflowFields : taskFields)[field];
  return own === undefined ? path : [...own, ...rest];
}

const workflowFields: Readonly<Record<string, readonly string[]>> = {
  task_kind: ['task'],
  max_attempts: ['retry', 'attempts'],
  timeout_seconds: ['timeout'],
};

const taskFields: Readonly<Record<string, readonly string[]>> = {
  task_kind: ['kind'],
  resource_scope: ['resource_scope_delta'],
  constraints: ['constraints_delta'],
  allowed_tools: ['execution_request_template', 'routing', 'allowed_tools'],
  preferred_tools: ['execution_request_template', 'routing', 'preferred_tools'],
  max_attempts: ['execution', 'max_attempts'],
  timeout_seconds: ['execution', 'timeout_seconds'],
};
