import { isAbsolute, join } from 'node:path';
import { invariant } from '../errors.ts';
import type { Failure } from '../../schemas/outcome.ts';
import type { PromptSection } from '../../schemas/prompt-instance.ts';
import { renderValue } from './value-template.ts';
import type { ExecutedAction, ExpressionContext, JsonValue, Step, StepCheck, Template, Workflow } from './model.ts';
import { evaluateCondition, renderTemplate } from './template.ts';
import { toText } from './expression-data.ts';

/** What expressions of a step can see before its own environment is known. */
export type StepContext = Omit<ExpressionContext, 'env'>;

interface ResolvedCommon {
  /** The workflow's and the step's variables, and those that carry the values of a script's expressions; not the process's own. */
  readonly env: Readonly<Record<string, string>>;
  /** As given: a relative one is relative to the workflow file's folder. Null: that folder. */
  readonly workingDirectory: string | null;
}

/** A step with every expression replaced by its value, ready to be started. */
export type ResolvedStep =
  | (ResolvedCommon & { readonly kind: 'run'; readonly script: string; readonly shell: readonly string[] | null })
  | (ResolvedCommon & { readonly kind: 'command'; readonly argv: readonly string[] });

/** A task with its values: the sections of its prompt, and what its tool is started with. */
export interface ResolvedTask extends ResolvedCommon {
  readonly kind: 'task';
  readonly sections: Readonly<Partial<Record<PromptSection, string>>>;
}

/** A call of a function with its values. */
export interface ResolvedFunction {
  readonly kind: 'function';
  readonly name: string;
  readonly input: JsonValue;
}

/** A question to a person with its values. */
export interface ResolvedQuestion {
  readonly kind: 'question';
  readonly question: string;
}

/** An expression that could not be evaluated: a failure of the step, as data. */
export type ExpressionFailure = Extract<Failure, { kind: 'expressionFailed' }>;

/** Thrown and caught in this file only, with the field that failed. */
class FieldFailed extends Error {
  readonly field: string;
  constructor(field: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.field = field;
  }
}

/** A step with its expressions evaluated, or the failure of the first one (in the order env, working_directory, run or command) that could not be. */
export function resolveStep(workflow: Workflow, step: Step, context: StepContext): ResolvedStep | ExpressionFailure {
  const { action } = step;
  invariant(action.kind !== 'approve', 'a question to a person is not executed');
  invariant(action.kind !== 'task', 'a task is executed by the tool that is picked for it');
  invariant(action.kind !== 'function', 'a function is called with its input, see resolveFunction');
  return caught(() => resolveAction(action, action.kind, withPlace(workflow, step, context)));
}

/** A check of a step with its expressions evaluated, in the environment and folder of its step; else the failure of the first, as {@link resolveStep}. */
export function resolveCheck(
  workflow: Workflow,
  step: Step,
  check: StepCheck,
  context: StepContext,
): ResolvedStep | ExpressionFailure {
  const field = check.id.startsWith('verify.') ? check.id : `verify.${check.id}`;
  return caught(() => resolveAction(check.action, field, withPlace(workflow, step, context)));
}

/** The prompt of a `task` step with its values, or the failure of the first expression (in the order env, working_directory, sections). */
export function resolveTask(workflow: Workflow, step: Step, context: StepContext): ResolvedTask | ExpressionFailure {
  const { action } = step;
  invariant(action.kind === 'task', 'only a task step has a prompt');
  return caught(() => {
    const { full, workingDirectory } = withPlace(workflow, step, context);
    const sections = Object.entries(action.task.prompt).map(([name, template]) => [
      name,
      render(`prompt.${name}`, template, full),
    ]);
    return { kind: 'task', sections: Object.fromEntries(sections) as ResolvedTask['sections'], env: full.env, workingDirectory };
  });
}

/** The input of a `function` step with its values, or the failure of its expression. */
export function resolveFunction(workflow: Workflow, step: Step, context: StepContext): ResolvedFunction | ExpressionFailure {
  const { action } = step;
  invariant(action.kind === 'function', 'only a function step calls a function');
  if (action.input.kind === 'literal') return { kind: 'function', name: action.name, input: action.input.value };
  return caught(() => {
    const full = withStepEnv(workflow, step, context);
    return { kind: 'function', name: action.name, input: inField('with', () => renderValue(action.input, full)) };
  });
}

/** The question of an `approve` step with its values, or the failure of its expression. */
export function resolveQuestion(workflow: Workflow, step: Step, context: StepContext): ResolvedQuestion | ExpressionFailure {
  const { action } = step;
  invariant(action.kind === 'approve', 'only an approve step asks a question');
  return caught(() => ({ kind: 'question', question: render('approve', action.question, withStepEnv(workflow, step, context)) }));
}

interface StepPlace {
  readonly full: ExpressionContext;
  readonly workingDirectory: string | null;
}

function withPlace(workflow: Workflow, step: Step, context: StepContext): StepPlace {
  const full = withStepEnv(workflow, step, context);
  return { full, workingDirectory: resolveWorkingDirectory(workflow, step, full) };
}

function resolveAction(action: ExecutedAction, field: string, { full, workingDirectory }: StepPlace): ResolvedStep {
  if (action.kind === 'command') {
    const argv = action.argv.map((word, index) => render(`${field}[${index}]`, word, full));
    return { kind: 'command', argv: checkProgram(field, argv), env: full.env, workingDirectory };
  }
  const env: Record<string, string> = { ...full.env };
  for (const [name, expression] of Object.entries(action.expressions)) {
    env[name] = inField(field, () => withoutNul(toText(expression.evaluate(full))));
  }
  return { kind: 'run', script: action.script, shell: action.shell, env, workingDirectory };
}

/** The answer of a step's `if`; true where it has none. Whether its needs succeeded is not looked at here. */
export function resolveCondition(
  workflow: Workflow,
  step: Step,
  context: StepContext,
): { readonly kind: 'condition'; readonly holds: boolean } | ExpressionFailure {
  const condition = step.if;
  if (condition === null) return { kind: 'condition', holds: true };
  return caught(() => {
    const full = withStepEnv(workflow, step, context);
    return { kind: 'condition', holds: inField('if', () => evaluateCondition(condition, full)) };
  });
}

/** The variables of the workflow's own `env`. Throws ExpressionEvaluationError where one cannot be evaluated. */
function resolveWorkflowEnv(workflow: Workflow, context: StepContext): Readonly<Record<string, string>> {
  return renderEnv(workflow.env, { ...context, env: {} });
}

function withStepEnv(workflow: Workflow, step: Step, context: StepContext): ExpressionContext {
  const env = resolveWorkflowEnv(workflow, context);
  const own = renderEnv(step.env, { ...context, env });
  return { ...context, env: { ...env, ...own } };
}

function renderEnv(env: Readonly<Record<string, Template>>, context: ExpressionContext): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, template]) => [name, render(`env.${name}`, template, context)]));
}

function resolveWorkingDirectory(workflow: Workflow, step: Step, context: ExpressionContext): string | null {
  const [outer, inner] = [workflow.workingDirectory, step.workingDirectory].map((template) => {
    if (template === null) return null;
    return inField('working_directory', () => notEmpty(renderTemplate(template, context)));
  });
  if (outer === null || outer === undefined) return inner ?? null;
  if (inner === null || inner === undefined) return outer;
  return isAbsolute(inner) ? inner : join(outer, inner);
}

function render(field: string, template: Template, context: ExpressionContext): string {
  return inField(field, () => withoutNul(renderTemplate(template, context)));
}

function checkProgram(field: string, argv: readonly string[]): readonly string[] {
  return inField(`${field}[0]`, () => [notEmpty(argv[0] ?? ''), ...argv.slice(1)]);
}

function notEmpty(text: string): string {
  if (text === '') throw new Error('the value is empty');
  return withoutNul(text);
}

// Neither arguments nor the environment can hold one: the value would be cut off without a word.
function withoutNul(text: string): string {
  if (text.includes('\0')) throw new Error('the value holds a NUL character');
  return text;
}

function inField<T>(field: string, evaluate: () => T): T {
  try {
    return evaluate();
  } catch (error) {
    throw error instanceof FieldFailed ? error : new FieldFailed(field, error);
  }
}

function caught<T>(resolve: () => T): T | ExpressionFailure {
  try {
    return resolve();
  } catch (error) {
    if (!(error instanceof FieldFailed)) throw error;
    return { kind: 'expressionFailed', field: error.field, message: error.message };
  }
}
