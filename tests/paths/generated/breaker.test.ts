import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { createActor, fromCallback, SimulatedClock } from 'xstate';
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { breakerMachine } from '../../../machines/breaker.ts';

// Written by stateyard generate-tests; what is changed here by hand is lost when it is written anew.
// Paths: 1. They meet 22 of 22 aims: that each transition is taken, and each guard says yes and no.

const paths: readonly Path[] = [
  {
    name: '1: start, FAILED, CALL, CALL, SUCCEEDED, CALL, SUCCEEDED, and 13 more',
    input: { toolId: 't', failureThreshold: 1, recoveryTimeoutMs: 600000, halfOpenMaxCalls: 1 },
    steps: [
      {
        value: 'closed',
        context: {
          toolId: 't',
          failureThreshold: 1,
          recoveryTimeoutMs: 600000,
          halfOpenMaxCalls: 1,
          failures: 0,
          reopensAtMs: null,
          probes: [],
        },
      },
      {
        send: { type: 'FAILED', key: 'a', nowMs: 6000000 },
        takes: ['breaker.closed FAILED 0'],
        value: 'open',
        context: { failures: 1, reopensAtMs: 6600000 },
      },
      {
        send: { type: 'CALL', key: 'a', nowMs: 6660000, expiresAtMs: 8460000 },
        takes: ['breaker.open CALL 0'],
        value: 'half_open',
        context: { reopensAtMs: null, probes: [{ key: 'a', expiresAtMs: 8460000 }] },
      },
      {
        send: { type: 'CALL', key: 'a', nowMs: 6000000, expiresAtMs: 7800000 },
        takes: ['breaker.half_open CALL 0'],
        value: 'half_open',
        context: { probes: [{ key: 'a', expiresAtMs: 7800000 }] },
      },
      {
        send: { type: 'SUCCEEDED', key: 'a', nowMs: 6000000 },
        takes: ['breaker.half_open SUCCEEDED 0'],
        value: 'closed',
        context: { failures: 0, probes: [] },
      },
      {
        send: { type: 'CALL', key: 'a', nowMs: 6000000, expiresAtMs: 7800000 },
        takes: ['breaker.closed CALL 0'],
        value: 'closed',
      },
      {
        send: { type: 'SUCCEEDED', key: 'a', nowMs: 6000000 },
        takes: ['breaker.closed SUCCEEDED 0'],
        value: 'closed',
      },
      {
        send: { type: 'CONFIGURE', failureThreshold: 2, recoveryTimeoutMs: 300000, halfOpenMaxCalls: 1 },
        takes: ['breaker CONFIGURE 0'],
        value: 'closed',
        context: { failureThreshold: 2, recoveryTimeoutMs: 300000 },
      },
      {
        send: { type: 'FAILED', key: 'a', nowMs: 6000000 },
        takes: ['breaker.closed FAILED 1'],
        value: 'closed',
        context: { failures: 1 },
      },
      {
        send: { type: 'FAILED', key: 'a', nowMs: 6000000 },
        takes: ['breaker.closed FAILED 0'],
        value: 'open',
        context: { failures: 2, reopensAtMs: 6300000 },
      },
      {
        send: { type: 'CALL', key: 'a', nowMs: 6000000, expiresAtMs: 7800000 },
        value: 'open',
      },
      {
        send: { type: 'CALL', key: 'a', nowMs: 6660000, expiresAtMs: 8460000 },
        takes: ['breaker.open CALL 0'],
        value: 'half_open',
        context: { reopensAtMs: null, probes: [{ key: 'a', expiresAtMs: 8460000 }] },
      },
      {
        send: { type: 'FAILED', key: 'a', nowMs: 6000000 },
        takes: ['breaker.half_open FAILED 0'],
        value: 'open',
        context: { reopensAtMs: 6300000, probes: [] },
      },
      {
        send: { type: 'CALL', key: 'a', nowMs: 6660000, expiresAtMs: 8460000 },
        takes: ['breaker.open CALL 0'],
        value: 'half_open',
        context: { reopensAtMs: null, probes: [{ key: 'a', expiresAtMs: 8460000 }] },
      },
      {
        send: { type: 'DROPPED', key: 'a' },
        takes: ['breaker.half_open DROPPED 0'],
        value: 'half_open',
        context: { probes: [] },
      },
      {
        send: { type: 'SUCCEEDED', key: 'a', nowMs: 6000000 },
        value: 'half_open',
      },
      {
        send: { type: 'FAILED', key: 'a', nowMs: 6000000 },
        value: 'half_open',
      },
      {
        send: { type: 'DROPPED', key: 'a' },
        value: 'half_open',
      },
      {
        send: { type: 'CALL', key: 'a', nowMs: 6000000, expiresAtMs: 7800000 },
        takes: ['breaker.half_open CALL 0'],
        value: 'half_open',
        context: { probes: [{ key: 'a', expiresAtMs: 7800000 }] },
      },
      {
        send: { type: 'CALL', key: 'b', nowMs: 6000000, expiresAtMs: 7800000 },
        value: 'half_open',
      },
    ],
  },
];

/** What comes, and what is seen then; what is left out is as before, or nothing. The first step is the start. */
interface Step {
  readonly send?: object;
  readonly afterMs?: number;
  readonly yes?: readonly string[];
  readonly takes?: readonly string[];
  readonly value: unknown;
  readonly status?: string;
  readonly context?: object;
  readonly children?: readonly string[];
  readonly heard?: readonly unknown[];
  readonly did?: readonly string[];
}

interface Path {
  readonly name: string;
  readonly input?: unknown;
  readonly steps: readonly Step[];
}

const taken: Record<string, number> = {};

test.each(paths)('$name', ({ input, steps }) => {
  let [takes, did, heard]: [string[], string[], unknown[]] = [[], [], []];
  const idle = fromCallback(({ receive, self }) => receive((event) => void heard.push({ to: self.id, event })));
  const machine = still(breakerMachine as unknown as AnyStateMachine, idle);
  const clock = new SimulatedClock();
  const actor = createActor(machine, {
    clock,
    input,
    logger: () => undefined,
    inspect: (event) => {
      if (event.type === '@xstate.microstep') takes.push(...event._transitions.flatMap((each) => keyOf(machine, each)));
      if (event.type === '@xstate.action' && event.actorRef.sessionId === event.rootId) did.push(...told(event.action));
    },
  });
  actor.subscribe({ error: () => undefined });
  let seen = { status: 'active', context: {}, children: [] as readonly string[] };
  for (const [index, step] of steps.entries()) {
    if (index === 0) actor.start();
    else if (step.afterMs === undefined) actor.send(step.send as never);
    else clock.increment(step.afterMs);
    for (const key of takes) taken[key] = (taken[key] ?? 0) + 1;
    const { value, status, context, children } = actor.getSnapshot();
    const now = { status, context: plain(context), children: Object.keys(children).sort() };
    seen = {
      status: step.status ?? seen.status,
      context: { ...seen.context, ...step.context },
      children: step.children ?? seen.children,
    };
    const wanted = { takes: step.takes ?? [], value: step.value, ...seen, heard: step.heard ?? [], did: step.did ?? [] };
    expect({ takes, value, ...now, heard: plain(heard), did }, `after step ${String(index)} of this path`).toEqual(wanted);
    [takes, did, heard] = [[], [], []];
  }
  actor.stop();
});

/** The machine without effects: its actors do nothing, and actions that are not XState's own are told and not performed. */
function still(original: AnyStateMachine, idle: unknown): AnyStateMachine {
  const { actors, actions } = original.implementations;
  const machine = original.provide({
    actors: Object.fromEntries([...Object.keys(actors), 'idle'].map((name) => [name, idle])),
    actions: Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, quiet(action)])),
  } as never) as AnyStateMachine;
  stillNode(machine.root);
  return machine;
}

/** What is written in a state itself, and not by its name. */
function stillNode(node: AnyStateNode): void {
  for (const invoke of node.invoke) (invoke as { src: string }).src = 'idle';
  const { initial } = node as { initial?: object };
  const transitions = [initial, ...(node.always ?? []), ...[...node.transitions.values()].flat()];
  for (const each of transitions as ({ actions: unknown[] } | undefined)[]) if (each) each.actions = each.actions.map(quiet);
  node.entry = node.entry.map(quiet) as never;
  node.exit = node.exit.map(quiet) as never;
  for (const child of Object.values(node.states)) stillNode(child as AnyStateNode);
}

function quiet(action: unknown): unknown {
  if (typeof action !== 'function' || 'resolve' in action) return action;
  return Object.defineProperty(() => undefined, 'name', { value: action.name });
}

/** What an action is told as: XState's own by nothing, but for the events that it emits. */
function told({ type, params }: { readonly type: string; readonly params: unknown }): readonly string[] {
  if (type === 'xstate.emit') return [`emit ${(params as { readonly event: { readonly type: string } }).event.type}`];
  return type.startsWith('xstate.') ? [] : [type];
}

/** What a transition is told by: its state, its event and its place among those of the event. Nothing for one that starts the machine. */
function keyOf({ id }: AnyStateMachine, transition: object): readonly string[] {
  const { source, eventType } = transition as { source: AnyStateNode; eventType: string };
  const list: readonly object[] = (eventType === '' ? source.always : source.transitions.get(eventType)) ?? [];
  const key = `${[id, ...source.path].join('.')} ${eventType} ${String(list.indexOf(transition))}`;
  return list.includes(transition) ? [key] : [];
}

/** JSON, with undefined as a text. */
function plain(value: unknown): object {
  const text = JSON.stringify(value ?? {}, (_, part: unknown) => {
    if (part === undefined) return '(undefined)';
    return typeof part === 'bigint' ? `${String(part)}n` : part;
  });
  return JSON.parse(text) as object;
}

// With STATEYARD_COVERAGE=FOLDER what was taken is left for `stateyard coverage`.
afterAll(() => {
  const folder = process.env['STATEYARD_COVERAGE'];
  if (folder === undefined || folder === '') return;
  mkdirSync(folder, { recursive: true });
  const record = { machine: 'breaker', taken };
  // Of each test file its own, the same at each run.
  const place = createHash('sha256').update(String(expect.getState().testPath)).digest('hex').slice(0, 12);
  const name = `${encodeURIComponent(record.machine).slice(0, 80)}.${place}.generated.json`;
  writeFileSync(`${folder}/${name}`, `${JSON.stringify(record, null, 2)}\n`);
});
