import type { RunInput } from '../../../machines/run-model.ts';
import type { StepInput } from '../../../machines/step-model.ts';

/** A run of two steps, two at a time, unless `more` says otherwise. */
export function runInput(more: Partial<RunInput> = {}): RunInput {
  return { runId: 'run', total: 2, maxParallel: 2, onFailure: 'continue', timeoutMs: null, meters: [], ...more };
}

/** The input of a step that is tried once, unless `more` says otherwise. */
export function stepInput(stepId: string, more: Partial<StepInput> = {}): StepInput {
  return {
    stepId,
    toolId: 'shell',
    nowMs: 1000,
    attemptTimeoutMs: null,
    stepTimeoutMs: null,
    retry: { attempts: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null },
    declaresOutputs: false,
    onInterrupted: 'rerun',
    continueOnError: false,
    approval: null,
    checks: [],
    obstacle: null,
    ...more,
  };
}
