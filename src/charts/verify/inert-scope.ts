import { createEmptyActor } from 'xstate';
import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';

/** The first snapshot of a machine; nothing is started. Its status is `error` where the machine throws. */
export function startInert(machine: AnyStateMachine, input: unknown): AnyMachineSnapshot {
  return machine.getInitialSnapshot(inertScope() as never, input) as AnyMachineSnapshot;
}

/** The snapshot after one event; nothing is started. Throws what the machine throws. */
export function sendInert(
  machine: AnyStateMachine,
  snapshot: AnyMachineSnapshot,
  event: { readonly type: string },
): AnyMachineSnapshot {
  return machine.transition(snapshot, event, inertScope() as never) as AnyMachineSnapshot;
}

/** A scope in which actors are made and never started. That of XState's own pure functions starts the machine anew, with its guards, at each transition. */
function inertScope(): object {
  const self = createEmptyActor();
  const nothing = (): void => undefined;
  return {
    self,
    id: '',
    sessionId: 'inert',
    system: self.system,
    logger: nothing,
    defer: nothing,
    stopChild: nothing,
    emit: nothing,
    actionExecutor: nothing,
  };
}
