import { fromCallback } from 'xstate';
import type { AnyStateMachine, AnyStateNode, InspectionEvent } from 'xstate';
import { and } from 'xstate/guards';
import { transitionKey } from '../chart.ts';

/** Who hears what a watched machine does: keys are those of `transitionKey`. */
export interface MachineWitness {
  readonly taken: (key: string) => void;
  readonly said: (key: string, answer: boolean) => void;
  /** A message that an actor was sent, by the id of the actor. */
  readonly heard: (actorId: string, event: object) => void;
  /** An action that is not XState's own, by its name; it is not performed. */
  readonly did: (name: string) => void;
  /** What a guard says that the machine has no implementation of. */
  readonly answer: (guard: string) => boolean;
}

/** A copy of a machine that tells what it does, and how to inspect an actor of it, so that it tells what it takes. */
export interface WatchedMachine {
  readonly machine: AnyStateMachine;
  readonly inspect: (event: InspectionEvent) => void;
}

/** Under this name stands what takes the place of all logic that is invoked. */
const idleName = 'idle';

/** How long a delay takes that the machine has no implementation of (one of a JSON file): XState would not wait at all. */
export const lackedDelayMs = 1000;

/**
 * A copy of a machine whose actors never end by themselves, whose guards report what they say, whose own actions are told and not performed, and which answers
 * for guards and delays that it lacks (those of a JSON file). Logic that is spawned where it is written, not by a name, cannot be replaced.
 */
export function watchedMachine(original: AnyStateMachine, witness: MachineWitness): WatchedMachine {
  const idle = fromCallback(({ receive, self }) => receive((event) => witness.heard(self.id, event)));
  const { actors, actions } = original.implementations as { readonly actors: object; readonly actions: Record<string, unknown> };
  const machine = original.provide({
    actors: Object.fromEntries([...Object.keys(actors), idleName].map((name) => [name, idle])),
    actions: Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, told(action)])),
    guards: Object.fromEntries(lackedGuards(original).map((name) => [name, () => witness.answer(name)])),
    delays: Object.fromEntries(lackedDelays(original).map((name) => [name, lackedDelayMs])),
  } as never) as AnyStateMachine;
  const keys = new Map<object, string>();
  watchNode(machine.root, machine.id, { keys, witness });
  return {
    machine,
    inspect: (event) => {
      if (event.type === '@xstate.action' && event.actorRef.sessionId === event.rootId) {
        const did = didOf(event.action);
        if (did !== null) witness.did(did);
      }
      if (event.type !== '@xstate.microstep') return;
      for (const transition of event._transitions) {
        const key = keys.get(transition);
        if (key !== undefined) witness.taken(key);
      }
    },
  };
}

/** What an action is told as; null for those of XState, but for the events that it emits: their effects are seen elsewhere. */
function didOf({ type, params }: { readonly type: string; readonly params: unknown }): string | null {
  if (type === 'xstate.emit') return `emit ${(params as { readonly event: { readonly type: string } }).event.type}`;
  return type.startsWith('xstate.') ? null : type;
}

/** An action of the user's becomes one of the same name that does nothing; those of XState (`assign`, `raise`) stay what they are. */
function told(action: unknown): unknown {
  if (typeof action !== 'function' || 'resolve' in action) return action;
  return Object.defineProperty(() => undefined, 'name', { value: action.name });
}

/** Names of the delays that a machine has no implementation of; sorted. */
export function lackedDelays(machine: AnyStateMachine): readonly string[] {
  const { delays } = machine.implementations as { readonly delays: Readonly<Record<string, unknown>> };
  const asked = nodesOf(machine.root).flatMap((node) => Object.keys((node.config.after as object | undefined) ?? {}));
  return [...new Set(asked)].filter((name) => Number.isNaN(Number(name)) && !(name in delays)).sort(byCodeUnits);
}

/** Names of the guards that a machine asks and has no implementation of, those inside of `and`, `or` and `not` included; sorted. */
export function lackedGuards(machine: AnyStateMachine): readonly string[] {
  const { guards } = machine.implementations as { readonly guards: Readonly<Record<string, unknown>> };
  const asked = nodesOf(machine.root).flatMap((node) =>
    listsOf(node).flatMap(([, list]) => list.flatMap(({ guard }) => namesIn(guard))),
  );
  return [...new Set(asked)].filter((name) => !(name in guards)).sort(byCodeUnits);
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

type Written = NonNullable<AnyStateNode['always']>[number];

function watchNode(
  node: AnyStateNode,
  rootId: string,
  watch: { readonly keys: Map<object, string>; readonly witness: MachineWitness },
): void {
  const source = [rootId, ...node.path].join('.');
  for (const [event, list] of listsOf(node)) {
    for (const [index, written] of list.entries()) {
      const key = transitionKey({ source, event, index });
      watch.keys.set(written, key);
      written.actions = written.actions.map(told) as never;
      if (written.guard !== undefined) written.guard = watchedGuard(written.guard, (said) => watch.witness.said(key, said));
    }
  }
  const { initial } = node as { readonly initial?: { actions: readonly unknown[] } };
  if (initial !== undefined) initial.actions = initial.actions.map(told);
  node.entry = node.entry.map(told) as never;
  node.exit = node.exit.map(told) as never;
  // The list is made once for each node of this copy, and read whenever its state is entered.
  for (const invoke of node.invoke) (invoke as { src: string }).src = idleName;
  for (const child of Object.values(node.states)) watchNode(child as AnyStateNode, rootId, watch);
}

/** Asks the old guard by XState's own rules, composite guards and params included. */
function watchedGuard(guard: unknown, report: (said: boolean) => void): never {
  const asked = and([guard as never]) as unknown as { readonly check: (...args: readonly unknown[]) => boolean };
  const check = (snapshot: unknown, args: unknown): boolean => {
    const said = asked.check(snapshot, args, asked);
    report(said);
    return said;
  };
  return Object.assign(() => false, { check }) as never;
}

function listsOf(node: AnyStateNode): readonly (readonly [string, readonly Written[]])[] {
  return [...node.transitions, ['', node.always ?? []] as const];
}

function nodesOf(node: AnyStateNode): readonly AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap((child) => nodesOf(child as AnyStateNode))];
}

function namesIn(guard: unknown): readonly string[] {
  if (typeof guard === 'string') return [guard];
  if (guard === null || (typeof guard !== 'object' && typeof guard !== 'function')) return [];
  const { guards, type } = guard as { readonly guards?: unknown; readonly type?: unknown };
  if (Array.isArray(guards)) return guards.flatMap(namesIn);
  return typeof guard === 'object' && typeof type === 'string' ? [type] : [];
}
