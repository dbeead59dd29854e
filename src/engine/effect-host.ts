import type { Grant, Spending } from '../../machines/budget.ts';
import type { PlanHost } from './attempt-plan.ts';
import type { AttemptPort, BreakerChange, Entropy, OutputReader, RoutePort } from './ports.ts';
import type { RunClock } from './run-clock.ts';

/** What the effects of a run need of the engine and of the world. */
export interface EffectHost extends PlanHost {
  readonly clock: RunClock;
  readonly entropy: Entropy;
  readonly attempts: AttemptPort;
  readonly routes: RoutePort;
  readonly readOutputs: OutputReader;
  /** Resolves when the transition that started the effect is on disk and effects are allowed; never, once the engine has halted. */
  readonly mayStart: () => Promise<void>;
  /** The attempt of its tool that a step is on, also while a check of it is made: the id by which the call is settled. */
  readonly toolAttemptIdOf: (stepId: string) => string;
  /** When the attempt (or check) that a step is on was recorded, by the clock of the run. */
  readonly attemptStartedAtMsOf: (stepId: string) => number;
  /** True when an earlier process recorded this attempt, so that its tool may have been started. */
  readonly wasRecordedBefore: (attemptId: string) => boolean;
  /** Outputs that a step wrote without declaring them. */
  readonly onUndeclared: (stepId: string, names: readonly string[]) => void;
  /** Whether the run's budget lets one more call of a tool through; then it is counted. A check of what was done is always let through. */
  readonly grantCall: (call: Grant & { readonly isCheck: boolean }) => boolean;
  /** What a call that was granted has cost. */
  readonly spend: (stepId: string, spending: Spending) => void;
  /** Breakers that were moved, for the history of the run. */
  readonly noteBreakers: (changes: readonly BreakerChange[]) => void;
  /** Ends the work of this process with a fault; the run stays as recorded. */
  readonly fail: (error: unknown) => void;
}
