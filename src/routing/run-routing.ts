import type { Meter } from '../../machines/budget.ts';
import type { RequestDraft } from '../../router/request-draft.ts';
import type { PhaseSpec } from '../../schemas/phase-spec.ts';
import type { RouterConfig } from '../../schemas/router-config.ts';
import type { StepCheck, Workflow } from '../workflow/model.ts';

/** A file as it was read: a run keeps the text, so that it goes on by what it was started with. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** A router configuration with the folder (absolute) from where a command with a slash is meant. */
export interface RouterPlace extends SourceFile {
  readonly folder: string;
}

/** A check that a tool of the router configuration makes (`validate_with` of a rule). */
export interface ToolCheck {
  readonly id: string;
  readonly required: boolean;
  readonly action: { readonly kind: 'tool'; readonly toolId: string };
}

/** A check of a step's result: a command of its own, or a tool. */
export type BoundCheck = StepCheck | ToolCheck;

/** A task step with everything about its routing that is known before the run. */
export interface BoundTask {
  readonly draft: RequestDraft;
  /** The tools that may ever be picked for it, in order. */
  readonly candidates: readonly string[];
  readonly checks: readonly BoundCheck[];
  /** Attempts with one tool. */
  readonly maxAttempts: number;
}

/** How a run routes its tasks: the configuration and the phase that it was started with, and what follows from them for each task step. */
export interface RunRouting {
  /** Null where no step is routed. */
  /** `folder`: absolute, from where a command with a slash is meant. */
  readonly router: { readonly config: RouterConfig; readonly source: SourceFile; readonly folder: string } | null;
  readonly phase: { readonly spec: PhaseSpec; readonly source: SourceFile } | null;
  /** By step id. */
  readonly tasks: ReadonlyMap<string, BoundTask>;
  /** What the run may spend, by workflow file and router configuration together. */
  readonly meters: readonly Meter[];
}

/** The routing of a run in which nothing is routed. */
export const noRouting: RunRouting = { router: null, phase: null, tasks: new Map(), meters: [] };

/** Whether the workflow has a step that is routed, so that a router configuration is needed. */
export function hasTasks(workflow: Workflow): boolean {
  return workflow.steps.some((step) => step.action.kind === 'task');
}
