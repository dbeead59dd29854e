import type { RunDetails, StepStatus } from '../../schemas/cli/run-details.ts';
import type { ShownRunState } from '../../schemas/cli/run-list.ts';

const mostLogsOffered = 3;

/** The answers that steps of the run wait for. Where nothing else goes on, no process is there to go on with an answer. */
function answers(runId: string, state: ShownRunState, steps: readonly StepStatus[]): RunDetails['next'] {
  const asking = steps.filter((step) => step.state === 'awaitingApproval');
  const then = state === 'awaiting' ? '; then resume' : '';
  return asking.flatMap(({ step_id: stepId }) => [
    { command: `stateyard approve ${runId} ${stepId}`, text: `let ${stepId} succeed${then}` },
    { command: `stateyard reject ${runId} ${stepId}`, text: `let ${stepId} fail${then}` },
  ]);
}

/** What can be done next with a run in this state, as commands that can be copied. */
export function nextCommands(runId: string, state: ShownRunState, steps: readonly StepStatus[]): RunDetails['next'] {
  const command = (verb: string, text: string): RunDetails['next'][number] => ({ command: `stateyard ${verb} ${runId}`, text });
  const failed = steps.filter((step) => step.state === 'failed' && step.attempts > 0).slice(0, mostLogsOffered);
  const logs = failed.map((step) => ({
    command: `stateyard logs ${runId} ${step.step_id}`,
    text: `the output of ${step.step_id}`,
  }));
  switch (state) {
    case 'pending':
    case 'running':
      return [
        ...answers(runId, state, steps),
        command('watch', 'follow it'),
        command('pause', 'let it start no further step'),
        command('cancel', 'stop it'),
        ...logs,
      ];
    case 'paused':
      return [command('unpause', 'let it go on'), ...answers(runId, state, steps), command('cancel', 'stop it'), ...logs];
    case 'awaiting':
      return [...answers(runId, state, steps), command('cancel', 'stop it'), ...logs];
    case 'interrupted':
      return [
        command('resume', 'take it up where it stood'),
        ...answers(runId, state, steps),
        command('cancel', 'give it up'),
        ...logs,
      ];
    case 'succeeded':
      return [command('logs', 'its output')];
    default:
      return logs.length > 0 ? logs : [command('events', 'what happened')];
  }
}
