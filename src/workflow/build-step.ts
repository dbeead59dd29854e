import type { StepId } from '../../schemas/ids.ts';
import type { StepDocument } from '../../schemas/workflow.ts';
import { checkActionKeys } from './action-keys.ts';
import { buildChecks } from './build-checks.ts';
import { buildCondition } from './build-condition.ts';
import { buildCommand, buildScript } from './build-executed.ts';
import type { FieldBuilder, FieldPlace } from './build-fields.ts';
import { buildFunction } from './build-function.ts';
import { buildTask } from './build-task.ts';
import type { Step, StepAction } from './model.ts';
import { findNode } from './source-node.ts';
import type { EntryNode, SourceNode } from './source-node.ts';
import type { SourceText } from './source-text.ts';

/** What a step is built from. `entry` is the step in the file: its id and its mapping; `needs` are the known ones. */
export interface StepParts {
  readonly id: StepId;
  readonly index: number;
  readonly document: StepDocument;
  readonly entry: EntryNode;
  readonly needs: readonly StepId[];
  readonly workflowEnv: ReadonlySet<string>;
  /** The workflow's own limit, for a step without one. */
  readonly logLimitBytes: number;
}

// A workflow file knows no order but that of needs.
const noSteps: readonly StepId[] = Object.freeze([]);

/** Builds one step: defaults filled in, expressions compiled. Mistakes are noted; the step then must not be used. */
export function buildStep(fields: FieldBuilder, source: SourceText, parts: StepParts): Step {
  const { id, index, document, entry, needs } = parts;
  const node = entry.value;
  const envPlace: FieldPlace = { kind: 'step', stepId: id, env: parts.workflowEnv };
  const names = Object.keys(document.env ?? {});
  const place: FieldPlace = {
    ...envPlace,
    env: names.length === 0 ? parts.workflowEnv : new Set([...parts.workflowEnv, ...names]),
  };
  const { line, column } = source.positionAt(entry.keyRange.start);
  return Object.freeze({
    id,
    index,
    action: buildAction(fields, parts, place),
    needs: Object.freeze(needs),
    after: noSteps,
    priority: document.priority ?? 'normal',
    if: document.if === undefined ? null : buildCondition(fields, node, { ...place, kind: 'if' }),
    env: fields.environment(document.env, node, envPlace),
    workingDirectory: fields.workingDirectory(document.working_directory, node, place),
    timeoutMs: fields.duration(document.timeout, node, ['timeout']),
    stepTimeoutMs: fields.duration(document.step_timeout, node, ['step_timeout']),
    logLimitBytes: fields.logLimit(document.log_limit, node) ?? parts.logLimitBytes,
    retry: fields.retry(document.retry, node),
    checks: buildChecks(fields, node, place),
    outputs: Object.freeze({ ...document.outputs }),
    continueOnError: document.continue_on_error ?? false,
    onInterrupted: document.on_interrupted ?? 'rerun',
    position: Object.freeze({ line, column }),
  });
}

function buildAction(fields: FieldBuilder, parts: StepParts, place: FieldPlace): StepAction {
  const { document, entry } = parts;
  checkActionKeys(fields.problems, parts);
  const nodeOf = (key: string): SourceNode => findNode(entry.value, [key]).node;
  if (document.command !== undefined) return buildCommand(fields, nodeOf('command'), place);
  if (document.function !== undefined) return buildFunction(fields, document.function, entry.value, place);
  if (document.approve !== undefined) {
    const question = fields.template(nodeOf('approve'), place);
    return Object.freeze({ kind: 'approve', question, byDefault: document.default ?? 'reject' });
  }
  if (document.task !== undefined) {
    return Object.freeze({ kind: 'task', task: buildTask(fields, document, entry.value, place) });
  }
  const shell = shellOf(document.shell);
  if (shell?.length === 0) fields.problems.add('SY105', nodeOf('shell'), '"shell" is empty');
  return buildScript(fields, nodeOf('run'), shell, place);
}

function shellOf(shell: StepDocument['shell']): readonly string[] | null {
  if (shell === undefined) return null;
  return Object.freeze(typeof shell === 'string' ? shell.split(/\s+/).filter((word) => word !== '') : [...shell]);
}
