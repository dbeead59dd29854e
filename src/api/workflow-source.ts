import { dirname, join, resolve } from 'node:path';
import { exitCodes, UserError } from '../errors.ts';
import { workflowLimits } from '../workflow/limits.ts';
import { readWorkflowFile, requireWorkflow } from '../workflow/load.ts';
import type { Plan, Workflow } from '../workflow/model.ts';
import type { WorkflowObject, WorkflowSource } from './contract.ts';

/** A workflow that was checked, with its plan and the folder in which its processes run. */
export interface LoadedSource {
  readonly workflow: Workflow;
  readonly plan: Plan;
  readonly baseFolder: string;
}

/**
 * Reads, checks and plans a workflow; nothing is stored. Throws UserError: `file_not_found` (exit code 4), `workflow_invalid` (3, with diagnostics). An object
 * is read as its JSON text, a line a step, which is also what is stored: so its diagnostics have places, and a run of it can be resumed.
 */
export async function loadSource(source: WorkflowSource, cwd: string): Promise<LoadedSource> {
  if (typeof source === 'string') {
    const path = resolve(cwd, source);
    return { ...requireWorkflow(await readWorkflowFile(path)), baseFolder: dirname(path) };
  }
  if ('text' in source && typeof source.text === 'string' && !('steps' in source)) {
    return { ...requireWorkflow({ path: join(cwd, 'workflow.yaml'), text: source.text }), baseFolder: cwd };
  }
  const text = textOf(source as WorkflowObject);
  return { ...requireWorkflow({ path: join(cwd, 'workflow.json'), text }), baseFolder: cwd };
}

function textOf(workflow: WorkflowObject): string {
  if (typeof workflow !== 'object' || workflow === null || typeof workflow.steps !== 'object' || workflow.steps === null) {
    throw invalid('a workflow is the path of a file, { text } or an object with name and steps');
  }
  const steps = Object.entries(workflow.steps);
  if (steps.length > workflowLimits.steps) {
    throw invalid(`the workflow has ${steps.length} steps, and may have ${workflowLimits.steps}`);
  }
  const others = Object.entries(workflow).filter(([key, value]) => key !== 'steps' && value !== undefined);
  const lines = others.map(([key, value]) => `${json(key)}: ${json(value)},\n`).join('');
  const text = `{\n${lines}"steps": {\n${steps.map(([id, step]) => `${json(id)}: ${json(step)}`).join(',\n')}\n}}\n`;
  // The reader takes no control characters, and JSON leaves this one as it is.
  return text.replaceAll('\u007f', String.raw`\u007f`);
}

function json(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value, refuseCode);
  } catch (error) {
    throw error instanceof UserError
      ? error
      : invalid(`the workflow is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
  return text ?? 'null';
}

function refuseCode(key: string, value: unknown): unknown {
  if (typeof value !== 'function') return value;
  throw invalid(`"${key}" is a function`, 'register it, and give its name: a run must be readable without the program');
}

function invalid(message: string, hint?: string): UserError {
  return new UserError(exitCodes.invalidDefinition, 'workflow_invalid', message, hint === undefined ? {} : { hint });
}
