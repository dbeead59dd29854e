import { usualRetry } from '../build-fields.ts';
import type { RetryPolicy } from '../model.ts';
import type { DocumentPath } from './document-file.ts';
import type { PlacedTask } from './task-document.ts';

/** Attempts that a step may have at most, as in a workflow file. */
const mostAttempts = 1_000;
const strategies = ['fixed', 'exponential', 'none'];

/** The retry policy of a task, and whether its document says how many attempts there are. Mistakes are noted. */
export function taskRetry(placed: PlacedTask): { readonly policy: RetryPolicy; readonly asked: boolean } {
  const attempts = attemptsOf(placed);
  const strategy = strategyOf(placed, attempts ?? 1);
  const backoff = strategy === 'fixed' ? 'fixed' : usualRetry.backoff;
  const policy = Object.freeze({ ...usualRetry, backoff, attempts: attempts ?? usualRetry.attempts });
  return { policy, asked: attempts !== undefined || strategy === 'none' };
}

function attemptsOf({ file, task, path }: PlacedTask): number | undefined {
  const own = task.execution?.max_attempts;
  const attempts = own ?? task.execution_request_template?.routing?.max_attempts;
  if (attempts === undefined || attempts <= mostAttempts) return attempts;
  const place: DocumentPath =
    own === undefined ? ['execution_request_template', 'routing', 'max_attempts'] : ['execution', 'max_attempts'];
  const message = `"max_attempts": expected a whole number from 1 to ${mostAttempts}, found ${attempts}`;
  file.report([...path, ...place], { code: 'SY105', message });
  return attempts;
}

function strategyOf({ file, task, path }: PlacedTask, attempts: number): string | undefined {
  const strategy = task.execution?.retry_strategy;
  if (strategy === undefined) return undefined;
  const place = [...path, 'execution', 'retry_strategy'];
  if (!strategies.includes(strategy)) {
    const hint = file.suggestion.hint(strategy, strategies) ?? `known are ${strategies.join(', ')}`;
    file.report(place, { code: 'SY105', message: `the retry strategy "${strategy}" is not known`, hint });
  } else if (strategy === 'none' && attempts > 1) {
    const message = `"retry_strategy: none" contradicts ${attempts} attempts`;
    file.report(place, { code: 'SY105', message, hint: 'use fixed or exponential, or take "max_attempts" away' });
  }
  return strategy;
}
