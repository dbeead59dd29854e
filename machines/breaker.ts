import { assign, setup } from 'xstate';

/** When a breaker opens, for how long, and how many probes it then lets through at a time. */
export interface BreakerSettings {
  /** So many failures in a row open it; from 1. */
  readonly failureThreshold: number;
  /** How long it stays open before it lets a probe through, in milliseconds; from 1. */
  readonly recoveryTimeoutMs: number;
  /** So many probes may be under way at a time; from 1. */
  readonly halfOpenMaxCalls: number;
}

/** What a new breaker is made from. */
export interface BreakerInput extends BreakerSettings {
  readonly toolId: string;
}

/** A call that a half open breaker has let through. It counts until `expiresAtMs` (milliseconds since 1970): its process may have died. */
export interface Probe {
  readonly key: string;
  readonly expiresAtMs: number;
}

/** JSON-only memory of one breaker. */
export interface BreakerContext extends BreakerInput {
  /** Failures in a row, up to the one that opened it; those of probes are not counted. */
  readonly failures: number;
  /** When the open breaker lets a probe through, in milliseconds since 1970; null in the other states. */
  readonly reopensAtMs: number | null;
  /** The probes that are under way; none but in half_open. */
  readonly probes: readonly Probe[];
}

/** A call that asks to go through. `key` names it until it ends; `expiresAtMs` says when it is taken for lost, should it become a probe. */
export interface BreakerCall {
  readonly key: string;
  readonly nowMs: number;
  readonly expiresAtMs: number;
}

/** What happens to a breaker. A CALL that it does not take is one that may not go through. */
export type BreakerEvent =
  | ({ readonly type: 'CALL' } & BreakerCall)
  | { readonly type: 'SUCCEEDED'; readonly key: string; readonly nowMs: number }
  | { readonly type: 'FAILED'; readonly key: string; readonly nowMs: number }
  /** The call has come to nothing: it was not made, or it was stopped and says nothing about the tool. */
  | { readonly type: 'DROPPED'; readonly key: string }
  | ({ readonly type: 'CONFIGURE' } & BreakerSettings);

/** A clock that is kept right by the network steps back by less than this; a minute. */
const clockSlackMs = 60_000;

/**
 * The circuit breaker of one tool, after Nygard, Release It! (2007): closed until `failureThreshold` calls in a row have failed, then open, and after
 * `recoveryTimeoutMs` half open: the end of a probe closes it or opens it again. The end of a call that began before it opened says nothing about the
 * tool as it is now, and changes nothing. It has no effects; it is driven by `transition` of XState, not as an actor.
 *
 * A clock that was set back must not keep a tool out for longer than its settings say: an open breaker that would open later than it can, and a probe that
 * would expire later than one that begins now, count as over.
 */
export const breakerMachine = setup({
  types: {
    input: {} as BreakerInput,
    context: {} as BreakerContext,
    events: {} as BreakerEvent,
  },
  guards: {
    hasRecovered: ({ context }, call: BreakerCall) =>
      context.reopensAtMs === null ||
      call.nowMs >= context.reopensAtMs ||
      call.nowMs < context.reopensAtMs - context.recoveryTimeoutMs - clockSlackMs,
    hasFreeProbe: ({ context }, call: BreakerCall) => otherProbes(context, call).length < context.halfOpenMaxCalls,
    isProbe: ({ context }, params: { key: string }) => context.probes.some(({ key }) => key === params.key),
    reachesThreshold: ({ context }) => context.failures + 1 >= context.failureThreshold,
  },
  actions: {
    countFailure: assign({ failures: ({ context }) => context.failures + 1 }),
    forgetFailures: assign({ failures: 0 }),
    setReopening: assign({
      reopensAtMs: ({ context }, params: { nowMs: number }) => params.nowMs + context.recoveryTimeoutMs,
      probes: () => [],
    }),
    beginProbe: assign({
      reopensAtMs: null,
      probes: ({ context }, call: BreakerCall) => [
        ...otherProbes(context, call),
        { key: call.key, expiresAtMs: call.expiresAtMs },
      ],
    }),
    dropProbe: assign({
      probes: ({ context }, params: { key: string }) => context.probes.filter(({ key }) => key !== params.key),
    }),
    forgetTrouble: assign({ failures: 0, reopensAtMs: null, probes: () => [] }),
    configure: assign(({ context }, settings: BreakerSettings) => ({
      failureThreshold: settings.failureThreshold,
      recoveryTimeoutMs: settings.recoveryTimeoutMs,
      halfOpenMaxCalls: settings.halfOpenMaxCalls,
      reopensAtMs:
        context.reopensAtMs === null ? null : context.reopensAtMs - context.recoveryTimeoutMs + settings.recoveryTimeoutMs,
    })),
  },
}).createMachine({
  id: 'breaker',
  version: '1.0.0',
  context: ({ input }) => ({
    toolId: input.toolId,
    failureThreshold: input.failureThreshold,
    recoveryTimeoutMs: input.recoveryTimeoutMs,
    halfOpenMaxCalls: input.halfOpenMaxCalls,
    failures: 0,
    reopensAtMs: null,
    probes: [],
  }),
  on: {
    CONFIGURE: { actions: { type: 'configure', params: ({ event }) => event } },
  },
  initial: 'closed',
  states: {
    closed: {
      on: {
        CALL: { target: 'closed' },
        SUCCEEDED: { actions: 'forgetFailures' },
        FAILED: [
          {
            guard: 'reachesThreshold',
            target: 'open',
            actions: ['countFailure', { type: 'setReopening', params: ({ event }) => event }],
          },
          { actions: 'countFailure' },
        ],
      },
    },
    open: {
      on: {
        CALL: {
          guard: { type: 'hasRecovered', params: ({ event }) => event },
          target: 'half_open',
          actions: { type: 'beginProbe', params: ({ event }) => event },
        },
      },
    },
    half_open: {
      on: {
        CALL: {
          guard: { type: 'hasFreeProbe', params: ({ event }) => event },
          actions: { type: 'beginProbe', params: ({ event }) => event },
        },
        SUCCEEDED: {
          guard: { type: 'isProbe', params: ({ event }) => event },
          target: 'closed',
          actions: 'forgetTrouble',
        },
        FAILED: {
          guard: { type: 'isProbe', params: ({ event }) => event },
          target: 'open',
          actions: { type: 'setReopening', params: ({ event }) => event },
        },
        DROPPED: {
          guard: { type: 'isProbe', params: ({ event }) => event },
          actions: { type: 'dropProbe', params: ({ event }) => event },
        },
      },
    },
  },
});

/** The probes of others that are still under way when a call asks. */
function otherProbes(context: BreakerContext, call: BreakerCall): Probe[] {
  return context.probes.filter(
    ({ key, expiresAtMs }) => key !== call.key && expiresAtMs > call.nowMs && expiresAtMs <= call.expiresAtMs + clockSlackMs,
  );
}
