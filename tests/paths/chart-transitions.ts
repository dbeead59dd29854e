import type { AnyStateMachine } from 'xstate';

/** A transition as it is written in a chart's configuration. */
export interface WrittenTransition {
  /** State id, event and position in the event's list: what {@link takenKey} gives for the same transition at run time. */
  readonly key: string;
  /** How the transition reads: state, event, guard, target. */
  readonly text: string;
  readonly guard: string | null;
}

interface TransitionConfig {
  readonly target?: string;
  readonly guard?: string | { readonly type: string };
}

type Entry = string | TransitionConfig;
type Entries = Entry | readonly Entry[];

interface Invoke {
  readonly id: string;
  readonly onDone?: Entries;
  readonly onError?: Entries;
}

interface StateConfig {
  readonly initial?: string;
  readonly on?: Readonly<Record<string, Entries>>;
  readonly always?: Entries;
  readonly invoke?: Invoke | readonly Invoke[];
  readonly states?: Readonly<Record<string, StateConfig>>;
}

/** Every transition of a machine's configuration: initial, always, on, and the ends of what is invoked; in the order of the file. */
export function writtenTransitions(machine: AnyStateMachine): WrittenTransition[] {
  const found: WrittenTransition[] = [];
  const add = (stateId: string, event: string, entries: Entries | undefined): void => {
    for (const [index, entry] of listOf(entries).entries()) {
      const { target, guard } = typeof entry === 'string' ? { target: entry, guard: undefined } : entry;
      const name = guard === undefined ? null : typeof guard === 'string' ? guard : guard.type;
      const leads = typeof entry === 'object' && Object.keys(entry).length === 0 ? 'refused' : (target ?? 'itself');
      const text = `${stateId}: ${event}${name === null ? '' : ` [${name}]`} -> ${leads}`;
      found.push({ key: `${stateId}|${event}|${String(index)}`, text, guard: name });
    }
  };
  const visit = (stateId: string, state: StateConfig): void => {
    add(stateId, 'initial', state.initial);
    add(stateId, 'always', state.always);
    for (const [event, entries] of Object.entries(state.on ?? {})) add(stateId, event, entries);
    for (const invoke of listOf(state.invoke)) {
      add(stateId, `xstate.done.actor.${invoke.id}`, invoke.onDone);
      add(stateId, `xstate.error.actor.${invoke.id}`, invoke.onError);
    }
    for (const [name, child] of Object.entries(state.states ?? {})) visit(`${stateId}.${name}`, child);
  };
  visit(machine.id, machine.config as StateConfig);
  return found;
}

/** The part of XState's transition objects that identifies a transition. */
export interface TakenTransition {
  readonly eventType: string;
  readonly source: StateNode;
  readonly target: readonly StateNode[] | undefined;
}

interface GuardedTransition extends TakenTransition {
  guard?: unknown;
}

/** The part of XState's state nodes that this looks at. */
export interface StateNode {
  readonly id: string;
  readonly type: string;
  readonly always?: readonly GuardedTransition[] | undefined;
  readonly transitions: ReadonlyMap<string, readonly GuardedTransition[]>;
  readonly states: Readonly<Record<string, StateNode>>;
}

/** The keys of a taken transition: its own, and those of the initial transitions that its targets entail. */
export function takenKeys(transition: TakenTransition): string[] {
  const entered = (transition.target ?? []).filter((node) => node.type === 'compound').map((node) => `${node.id}|initial|0`);
  return [keyOf(transition), ...entered];
}

/** Makes every guard of `machine` (a copy of its own) report what it said, and under which transition it was asked. */
export function watchGuards(machine: AnyStateMachine, report: (key: string, said: boolean) => void): void {
  const guards = machine.implementations.guards as Record<string, (args: unknown, params: unknown) => boolean>;
  const visit = (node: StateNode): void => {
    for (const transition of [...(node.always ?? []), ...[...node.transitions.values()].flat()]) {
      const { guard } = transition;
      if (guard === undefined) continue;
      const named = (typeof guard === 'string' ? { type: guard } : guard) as {
        type: string;
        params?: (args: unknown) => unknown;
      };
      transition.guard = (args: unknown): boolean => {
        const said = guards[named.type]?.(args, named.params?.(args)) === true;
        report(keyOf(transition), said);
        return said;
      };
    }
    for (const child of Object.values(node.states)) visit(child);
  };
  visit(machine.root as unknown as StateNode);
}

function keyOf(transition: TakenTransition): string {
  const { source, eventType } = transition;
  const list = eventType === '' ? source.always : source.transitions.get(eventType);
  return `${source.id}|${eventType === '' ? 'always' : eventType}|${String(list?.indexOf(transition) ?? -1)}`;
}

function listOf<Item>(items: Item | readonly Item[] | undefined): readonly Item[] {
  if (items === undefined) return [];
  return Array.isArray(items) ? (items as readonly Item[]) : [items as Item];
}
