import { join, resolve } from 'node:path';
import { fromPromise } from 'xstate';
import type { AttemptRef, AttemptReport, ValidationReport } from '../../machines/step.ts';
import type { Outcome } from '../../schemas/outcome.ts';
import { resolveStep } from '../workflow/resolve-step.ts';
import { attemptFolder, expressionContext, stepOf, type LoadedRun, type StepResults } from './loaded-run.ts';
import type { AttemptEnd, AttemptPort, AttemptSpec, Entropy, OutputReader } from './ports.ts';
import type { RunClock } from './run-clock.ts';

/** What the effects of a run need of the engine and of the world. */
export interface EffectHost {
  readonly run: LoadedRun;
  readonly results: StepResults;
  readonly clock: RunClock;
  readonly entropy: Entropy;
  readonly attempts: AttemptPort;
  readonly readOutputs: OutputReader;
  /** Resolves when the transition that started the effect is on disk and effects are allowed; never, once the engine has halted. */
  readonly mayStart: () => Promise<void>;
  readonly attemptIdOf: (stepId: string) => string;
  /** When the attempt that a step is on was recorded, by the clock of the run. */
  readonly attemptStartedAtMsOf: (stepId: string) => number;
  /** True when an earlier process recorded this attempt, so that its tool may have been started. */
  readonly wasRecordedBefore: (stepId: string, attempt: number) => boolean;
  /** Outputs that a step wrote without declaring them. */
  readonly onUndeclared: (stepId: string, names: readonly string[]) => void;
}

const never = new Promise<never>(() => undefined);

/** The actors that `machines/step` names: every one waits until the transition that started it is on disk. */
export function stepActors(host: EffectHost) {
  return {
    attempt: fromPromise<AttemptReport, AttemptRef>(async ({ input, signal }) => {
      await host.mayStart();
      if (signal.aborted) return never;
      const spec = resolveAttempt(host, input);
      if ('kind' in spec) return report(host, input, spec);
      const recordedBefore = host.wasRecordedBefore(input.stepId, input.attempt);
      return reportOwnEnd(
        host,
        input,
        await (recordedBefore ? host.attempts.reattach(spec, signal) : host.attempts.start(spec, signal)),
      );
    }),
    stopAttempt: fromPromise<AttemptReport, AttemptRef & { readonly otherwise: Outcome }>(async ({ input }) => {
      await host.mayStart();
      const spec = resolveAttempt(host, input);
      const stopped = 'kind' in spec ? null : await host.attempts.stop(spec);
      const ownEnd = stopped?.endedByItself ?? null;
      return ownEnd === null ? report(host, input, input.otherwise) : reportOwnEnd(host, input, ownEnd);
    }),
    validate: fromPromise<ValidationReport, AttemptRef>(async ({ input }) => {
      await host.mayStart();
      const file = join(attemptFolder(host.run, input.stepId, input.attempt), 'output');
      const read = await host.readOutputs(file, stepOf(host.run, input.stepId).outputs);
      if ('problems' in read) {
        const outcome: Outcome = { kind: 'outputInvalid', problems: [...read.problems] };
        return { ...report(host, input, outcome), outputs: {} };
      }
      if (read.undeclared.length > 0) host.onUndeclared(input.stepId, read.undeclared);
      return { ...report(host, input, { kind: 'succeeded', exitCode: 0 }), outputs: read.values };
    }),
    sleepUntil: sleepUntil(host),
  };
}

/** Waits for a time of the run, counted by the monotonic clock from now on; for ever when there is none. */
export function sleepUntil(host: Pick<EffectHost, 'clock' | 'mayStart'>) {
  return fromPromise<{ readonly nowMs: number; readonly skippedMs?: number }, { readonly untilMs: number | null }>(
    async ({ input, signal }) => {
      const { untilMs } = input;
      if (untilMs === null) return never;
      await host.mayStart();
      return new Promise((resolve) => {
        const sinceMs = host.clock.nowMs();
        const wake = (): void => resolve({ nowMs: host.clock.nowMs(), skippedMs: host.clock.skippedMsSince(sinceMs) });
        const cancel = host.clock.schedule(untilMs - sinceMs, wake);
        if (signal.aborted) cancel();
        else signal.addEventListener('abort', cancel, { once: true });
      });
    },
  );
}

function report(host: EffectHost, ref: AttemptRef, outcome: Outcome, endedAtMs = host.clock.nowMs()): AttemptReport {
  const skippedMs = host.clock.skippedMsSince(host.attemptStartedAtMsOf(ref.stepId));
  return { outcome, endedAtMs, random: host.entropy.random(), skippedMs };
}

/** An end is known by the time of a file, which another clock may have written: it lies between the attempt's start and now all the same. */
function reportOwnEnd(host: EffectHost, ref: AttemptRef, end: AttemptEnd): AttemptReport {
  const endedAtMs = Math.max(
    host.attemptStartedAtMsOf(ref.stepId),
    Math.min(host.clock.ofWall(end.endedAtMs), host.clock.nowMs()),
  );
  return report(host, ref, end.outcome, Math.floor(endedAtMs));
}

/**
 * What an attempt is started with: the step's templates with the values of this run. The same before and after a crash, since
 * the results that it reads are those of steps that have ended. An outcome where an expression cannot be evaluated.
 */
export function resolveAttempt(
  host: Pick<EffectHost, 'run' | 'results' | 'attemptIdOf'>,
  ref: Pick<AttemptRef, 'stepId' | 'attempt'>,
): AttemptSpec | Outcome {
  const { run, results } = host;
  const step = stepOf(run, ref.stepId);
  const context = expressionContext(run, results);
  const resolved = resolveStep(run.workflow, step, context);
  if (resolved.kind === 'expressionFailed') return resolved;
  return {
    folder: attemptFolder(run, ref.stepId, ref.attempt),
    attemptId: host.attemptIdOf(ref.stepId),
    graceMs: run.graceMs,
    logLimitBytes: step.logLimitBytes,
    action:
      resolved.kind === 'run'
        ? { kind: 'run', script: resolved.script, shell: resolved.shell }
        : { kind: 'command', argv: resolved.argv },
    cwd: resolve(run.baseFolder, resolved.workingDirectory ?? ''),
    env: { ...resolved.env, ...identity(host, ref) },
  };
}

/** What every attempt is told of itself (docs/workflow.md). The key is the same for every attempt of a step: a retried call is the same call. */
function identity(
  host: Pick<EffectHost, 'run' | 'attemptIdOf'>,
  ref: Pick<AttemptRef, 'stepId' | 'attempt'>,
): Record<string, string> {
  const { run } = host;
  return {
    STATEYARD_RUN_ID: run.runId,
    STATEYARD_STEP_ID: ref.stepId,
    STATEYARD_ATTEMPT: String(ref.attempt),
    STATEYARD_ATTEMPT_ID: host.attemptIdOf(ref.stepId),
    STATEYARD_IDEMPOTENCY_KEY: `${run.runId}.${ref.stepId}`,
    STATEYARD_OUTPUT: join(attemptFolder(run, ref.stepId, ref.attempt), 'output'),
    STATEYARD_ARTIFACTS: join(run.folder, 'artifacts'),
  };
}
