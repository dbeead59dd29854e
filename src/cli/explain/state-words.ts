const stepStates: Readonly<Record<string, string>> = {
  waiting: 'has not started',
  dispatched: 'is about to start',
  routing: 'asks for a tool',
  held: 'waits, because the budget of the run is used up',
  awaitingApproval: 'waits for the answer of a person',
  'attempting.executing': 'is running',
  'attempting.validating': 'has ended; its outputs are being read',
  'attempting.verifying': 'has ended; its result is being checked',
  'attempting.stopping': 'is being stopped',
  'attempting.stoppingCheck': 'the check of its result is being stopped',
  backoff: 'waits before its next attempt',
  canceling: 'is being canceled',
  succeeded: 'succeeded',
  failed: 'failed',
  canceled: 'was canceled',
  skipped: 'was skipped',
};

/** What a state of a step (a path of its chart, or `waiting`) means; a state that is not known is told by its name. */
export function describeStepState(state: string): string {
  return Object.hasOwn(stepStates, state) ? (stepStates[state] ?? state) : state;
}
