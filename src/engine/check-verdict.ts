import type { AttemptRef, AttemptReport, CheckRef } from '../../machines/step-model.ts';
import type { Outcome } from '../../schemas/outcome.ts';
import type { EffectHost } from './effect-host.ts';
import { checksOf, stepOf } from './loaded-run.ts';

/** What the end of a check says of the step: it holds, or verification failed; an attempt that was lost says nothing. A required one that failed is told to the figures of the tool. */
export async function verifiedBy(host: EffectHost, ref: AttemptRef & CheckRef, report: AttemptReport): Promise<AttemptReport> {
  const { outcome } = report;
  if (outcome.kind === 'succeeded' || outcome.kind === 'interrupted') return report;
  const check = checksOf(host.run, stepOf(host.run, ref.stepId))[ref.check];
  if (check?.required === true && stepOf(host.run, ref.stepId).action.kind === 'task' && ref.toolId !== null) {
    await host.routes.refute({ attemptId: host.toolAttemptIdOf(ref.stepId), toolId: ref.toolId }).catch(host.fail);
  }
  const failed: Outcome = {
    kind: 'verificationFailed',
    check: check?.id ?? '',
    exitCode: 'exitCode' in outcome ? outcome.exitCode : null,
    message: messageOf(outcome),
  };
  return { ...report, outcome: failed };
}

function messageOf(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'exitNonZero':
    case 'signaled':
      return outcome.kind === 'signaled'
        ? `it was ended by ${outcome.signal}`
        : `it ended with exit code ${String(outcome.exitCode)}`;
    case 'judged':
      return outcome.because;
    case 'logLimit':
      return `its output grew beyond ${String(outcome.limitBytes)} bytes`;
    case 'spawnFailed':
    case 'expressionFailed':
    case 'noRoutableTool':
      return outcome.message;
    default:
      return `it ended: ${outcome.kind}`;
  }
}
