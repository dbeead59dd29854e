import type { AnyActorRef, EventObject, PromiseActorLogic, PromiseSnapshot } from 'xstate';

/** What an effect is told. */
export interface Effect<Input> {
  readonly input: Input;
  /** Aborted when the chart has left the state that asked for the effect. Made when it is first looked at: many effects never do. */
  readonly signal: AbortSignal;
}

const resolved = 'xstate.promise.resolve';
const rejected = 'xstate.promise.reject';
const stopped = 'xstate.stop';

function isActive(actor: AnyActorRef): boolean {
  return (actor.getSnapshot() as { readonly status: string }).status === 'active';
}

/**
 * An effect as an actor: in its snapshots, its ends and its errors the same as XState's `fromPromise`, and restored by it as by this. It is cheaper to make and to stop, which counts
 * because every step has two or more: an abort signal exists only where an effect looks at it.
 */
export function effectActor<Output, Input>(
  perform: (effect: Effect<Input>) => Promise<Output>,
): PromiseActorLogic<Output, Input> {
  const controllers = new WeakMap<AnyActorRef, AbortController>();
  type Snapshot = PromiseSnapshot<Output, Input>;

  const transition = (state: Snapshot, event: EventObject, { self }: { readonly self: AnyActorRef }): Snapshot => {
    if (state.status !== 'active') return state;
    const { data } = event as EventObject & { readonly data?: unknown };
    if (event.type === resolved) return { ...state, status: 'done', output: data as Output, input: undefined };
    if (event.type === rejected) return { ...state, status: 'error', error: data, input: undefined };
    if (event.type !== stopped) return state;
    controllers.get(self)?.abort();
    return { ...state, status: 'stopped', input: undefined };
  };

  const start = (state: Snapshot, { self }: { readonly self: AnyActorRef }): void => {
    // One that was restored after its end has nothing left to do.
    if (state.status !== 'active') return;
    const effect: Effect<Input> = {
      input: state.input as Input,
      get signal() {
        let controller = controllers.get(self);
        if (controller === undefined) {
          controllers.set(self, (controller = new AbortController()));
          if (!isActive(self)) controller.abort();
        }
        return controller.signal;
      },
    };
    const tell = (type: string, data: unknown): void => {
      if (isActive(self)) self.send({ type, data });
    };
    perform(effect).then(
      (output) => tell(resolved, output),
      (error: unknown) => tell(rejected, error),
    );
  };

  const logic = {
    transition,
    start,
    getInitialSnapshot: (_: unknown, input: Input) => ({ status: 'active', output: undefined, error: undefined, input }),
    getPersistedSnapshot: (snapshot: Snapshot) => snapshot,
    restoreSnapshot: (snapshot: Snapshot) => snapshot,
  };
  return logic as unknown as PromiseActorLogic<Output, Input>;
}
