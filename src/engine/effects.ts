import { join } from 'node:path';
import type { AttemptRef, AttemptReport, CheckRef, ValidationReport } from '../../machines/step-model.ts';
import type { Outcome } from '../../schemas/outcome.ts';
import { planAttempt, planCheck } from './attempt-plan.ts';
import { verifiedBy } from './check-verdict.ts';
import { effectActor } from './effect-actor.ts';
import type { EffectHost } from './effect-host.ts';
import { attemptFolder, stepOf } from './loaded-run.ts';
import { never } from './never.ts';
import type { AttemptEnd, AttemptSpec } from './ports.ts';
import { routeActor } from './route-effect.ts';
import { holdsTool, reclaimTool, settleAttempt, settleCheck } from './tool-calls.ts';

type StopRef = AttemptRef & { readonly check: CheckRef | null; readonly otherwise: Outcome };

/** The actors that `machines/step` names: every one waits until the transition that started it is on disk. */
export function stepActors(host: EffectHost) {
  return {
    route: routeActor(host),
    attempt: effectActor<AttemptReport, AttemptRef>(async ({ input, signal }) => {
      await host.mayStart();
      if (signal.aborted) return never();
      const spec = planAttempt(host, input);
      if ('kind' in spec) return settleAttempt(host, input, report(host, input, spec));
      const end = await carryOut(host, spec, signal, () => reclaimTool(host, input, null));
      return settleAttempt(host, input, reportOwnEnd(host, input, end));
    }),
    check: effectActor<AttemptReport, AttemptRef & CheckRef>(async ({ input, signal }) => {
      await host.mayStart();
      if (signal.aborted) return never();
      const spec = planCheck(host, input, input);
      if ('kind' in spec) return verifiedBy(host, input, report(host, input, spec));
      const end = await carryOut(
        host,
        spec,
        signal,
        () => reclaimTool(host, input, input),
        () => holdsTool(host, input, signal),
      );
      return verifiedBy(host, input, await settleCheck(host, input, reportOwnEnd(host, input, end)));
    }),
    stopAttempt: effectActor<AttemptReport, StopRef>(async ({ input }) => {
      await host.mayStart();
      const { check } = input;
      const spec = check === null ? planAttempt(host, input) : planCheck(host, input, check);
      const stopped = 'kind' in spec ? null : await host.attempts.stop(spec);
      const ownEnd = stopped?.endedByItself ?? null;
      const ended = ownEnd === null ? report(host, input, input.otherwise) : reportOwnEnd(host, input, ownEnd);
      if (check === null) return settleAttempt(host, input, ended);
      const settled = await settleCheck(host, { ...input, ...check }, ended);
      return ownEnd === null ? settled : verifiedBy(host, { ...input, ...check }, settled);
    }),
    validate: effectActor<ValidationReport, AttemptRef>(async ({ input }) => {
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

/** Waits for a time of the run, counted by the monotonic clock from the transition on that asks for it; for ever when there is none. */
export function sleepUntil(host: Pick<EffectHost, 'clock' | 'mayStart'>) {
  return effectActor<{ readonly nowMs: number; readonly skippedMs?: number }, { readonly untilMs: number | null }>(
    async (effect) => {
      const { untilMs } = effect.input;
      if (untilMs === null) return never();
      // Before the wait for the disk: a clock that jumps meanwhile must not wake the timer early.
      const sinceMs = host.clock.nowMs();
      const askedMs = host.clock.monotonicMs();
      await host.mayStart();
      return new Promise((resolve) => {
        const wake = (): void => resolve({ nowMs: host.clock.nowMs(), skippedMs: host.clock.skippedMsSince(sinceMs) });
        const cancel = host.clock.schedule(untilMs - sinceMs - (host.clock.monotonicMs() - askedMs), wake);
        const { signal } = effect;
        if (signal.aborted) cancel();
        else signal.addEventListener('abort', cancel, { once: true });
      });
    },
  );
}

/** Starts an attempt, or takes up the one that an earlier process has recorded. `before` comes first where it is started. */
async function carryOut(
  host: EffectHost,
  spec: AttemptSpec,
  signal: AbortSignal,
  ...[reclaim, before]: [reclaim: () => Promise<void>, before?: () => Promise<void>]
): Promise<AttemptEnd> {
  if (host.wasRecordedBefore(spec.attemptId)) {
    await reclaim();
    return host.attempts.reattach(spec, signal);
  }
  await before?.();
  return host.attempts.start(spec, signal);
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
