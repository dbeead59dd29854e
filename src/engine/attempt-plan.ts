import { join, resolve } from 'node:path';
import type { AttemptRef, CheckRef } from '../../machines/step-model.ts';
import { invocationOf } from '../../router/invocation.ts';
import { promptText } from '../../router/prompt.ts';
import type { App } from '../../schemas/router-config.ts';
import type { Outcome } from '../../schemas/outcome.ts';
import { invariant } from '../errors.ts';
import { resolveCheck, resolveFunction, resolveStep, type ResolvedStep } from '../workflow/resolve-step.ts';
import { attemptFolder, checksOf, expressionContext, stepOf, type LoadedRun, type StepResults } from './loaded-run.ts';
import type { AttemptSpec } from './ports.ts';
import type { Step } from '../workflow/model.ts';
import { resolvePrompt, storedRequest } from './task-documents.ts';

/** What preparing an attempt needs of the engine. */
export interface PlanHost {
  readonly run: LoadedRun;
  readonly results: StepResults;
  readonly attemptIdOf: (stepId: string) => string;
  readonly requestOf: (stepId: string) => { readonly requestId: string; readonly requestedAtMs: number };
}

type Ref = Pick<AttemptRef, 'stepId' | 'attempt' | 'toolId'>;

/**
 * What an attempt is started with: the step's templates with the values of this run, or the tool's command with the prompt. The same before and after a
 * crash, since the results that it reads are those of steps that have ended. An outcome where that is not possible.
 */
export function planAttempt(host: PlanHost, ref: Ref): AttemptSpec | Outcome {
  const { run } = host;
  const step = stepOf(run, ref.stepId);
  if (step.action.kind === 'task') return planTask(host, ref, { toolId: ref.toolId, checkRun: null, env: {} });
  if (step.action.kind === 'function') return planFunction(host, ref, step);
  const resolved = resolveStep(run.workflow, step, expressionContext(run, host.results));
  if (resolved.kind === 'expressionFailed') return resolved;
  return specOf(host, ref, { resolved, checkRun: null, env: {} });
}

/** What the execution of a check is started with. It is told where the output of the tool is. */
export function planCheck(host: PlanHost, ref: Ref, { check, checkRun }: CheckRef): AttemptSpec | Outcome {
  const { run } = host;
  const step = stepOf(run, ref.stepId);
  const bound = checksOf(run, step)[check];
  invariant(bound !== undefined, `step ${ref.stepId} has no check ${String(check)}`);
  const env = {
    STATEYARD_CHECK_ID: bound.id,
    STATEYARD_TOOL_LOG: join(attemptFolder(run, ref.stepId, ref.attempt), 'log'),
  };
  if (bound.action.kind === 'tool') return planTask(host, ref, { toolId: bound.action.toolId, checkRun, env });
  const resolved = resolveCheck(run.workflow, step, { ...bound, action: bound.action }, expressionContext(run, host.results));
  if (resolved.kind === 'expressionFailed') return resolved;
  return specOf(host, ref, { resolved, checkRun, env });
}

/** A function has no environment and no folder of its own to work in: it is told all by its argument. */
function planFunction(host: PlanHost, ref: Ref, step: Step): AttemptSpec | Outcome {
  const { run } = host;
  const resolved = resolveFunction(run.workflow, step, expressionContext(run, host.results));
  if (resolved.kind === 'expressionFailed') return resolved;
  const call = { ...resolved, runId: run.runId, stepId: ref.stepId, attempt: ref.attempt, outputs: step.outputs };
  return {
    folder: attemptFolder(run, ref.stepId, ref.attempt),
    attemptId: host.attemptIdOf(ref.stepId),
    graceMs: run.graceMs,
    logLimitBytes: step.logLimitBytes,
    action: call,
    cwd: run.baseFolder,
    env: {},
  };
}

/** The tool of the run's configuration; every id that the engine meets was picked from it. */
export function appOf(run: LoadedRun, toolId: string | null): App {
  const app = toolId === null ? undefined : run.routing.router?.config.apps[toolId];
  invariant(app !== undefined, `the router configuration of the run has no tool ${String(toolId)}`);
  return app;
}

interface Execution {
  readonly checkRun: number | null;
  readonly env: Readonly<Record<string, string>>;
}

function planTask(host: PlanHost, ref: Ref, execution: Execution & { readonly toolId: string | null }): AttemptSpec | Outcome {
  const { run } = host;
  const app = appOf(run, execution.toolId);
  const prompt = resolvePrompt(host, ref.stepId);
  if (prompt.kind === 'expressionFailed') return prompt;
  const folder = attemptFolder(run, ref.stepId, ref.attempt, execution.checkRun);
  const invocation = invocationOf(app, {
    toolId: execution.toolId ?? '',
    promptText: promptText(prompt.sections),
    promptFile: join(folder, 'prompt.md'),
    requestFile: join(folder, 'request.json'),
    request: storedRequest(run, ref.stepId, host.requestOf(ref.stepId)),
  });
  if ('problem' in invocation) return { kind: 'spawnFailed', code: 'EINVAL', message: invocation.problem };
  const argv = [commandOf(run, invocation.argv[0] ?? ''), ...invocation.argv.slice(1)];
  const resolved: ResolvedStep = {
    kind: 'command',
    argv,
    env: { ...prompt.env, ...invocation.env },
    workingDirectory: prompt.workingDirectory,
  };
  const spec = specOf(host, ref, { resolved, checkRun: execution.checkRun, env: execution.env });
  return { ...spec, files: invocation.files, ...(invocation.stdin === null ? {} : { stdin: invocation.stdin }) };
}

/** A command with a slash is meant from the folder of the configuration that names it. */
function commandOf(run: LoadedRun, command: string): string {
  const folder = run.routing.router?.folder ?? run.baseFolder;
  return command.includes('/') ? resolve(folder, command) : command;
}

function specOf(host: PlanHost, ref: Ref, execution: Execution & { readonly resolved: ResolvedStep }): AttemptSpec {
  const { run } = host;
  const { resolved, checkRun, env } = execution;
  const step = stepOf(run, ref.stepId);
  const folder = attemptFolder(run, ref.stepId, ref.attempt, checkRun);
  return {
    folder,
    attemptId: host.attemptIdOf(ref.stepId),
    graceMs: run.graceMs,
    logLimitBytes: step.logLimitBytes,
    action:
      resolved.kind === 'run'
        ? { kind: 'run', script: resolved.script, shell: resolved.shell }
        : { kind: 'command', argv: resolved.argv },
    cwd: resolve(run.baseFolder, resolved.workingDirectory ?? ''),
    env: { ...resolved.env, ...identity(host, ref, folder), ...env },
  };
}

/** What every attempt is told of itself (docs/workflow.md). The key is the same for every attempt of a step: a retried call is the same call. */
function identity(host: PlanHost, ref: Ref, folder: string): Record<string, string> {
  const { run } = host;
  return {
    STATEYARD_RUN_ID: run.runId,
    STATEYARD_STEP_ID: ref.stepId,
    STATEYARD_ATTEMPT: String(ref.attempt),
    STATEYARD_ATTEMPT_ID: host.attemptIdOf(ref.stepId),
    STATEYARD_IDEMPOTENCY_KEY: `${run.runId}.${ref.stepId}`,
    STATEYARD_OUTPUT: join(folder, 'output'),
    STATEYARD_ARTIFACTS: join(run.folder, 'artifacts'),
  };
}
