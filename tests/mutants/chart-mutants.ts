import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { transitionKey } from '../../src/charts/chart.ts';

/** What a mutant does to one edge of a chart. */
export type MutationKind = 'delete' | 'retarget' | 'drop guard' | 'drop action';

/** A machine with one edge that is not what it was. */
export interface Mutant {
  readonly kind: MutationKind;
  /** The edge, by its `transitionKey`, and what became of it. */
  readonly name: string;
  readonly machine: AnyStateMachine;
}

type Written = NonNullable<AnyStateNode['always']>[number];

interface Mutation {
  readonly kind: MutationKind;
  readonly name: string;
  /** Does it to a machine that is nobody else's. */
  readonly apply: (machine: AnyStateMachine) => void;
}

/**
 * Every single-edge mutant of a machine: each transition is deleted, is sent to each sibling of its target, loses its guard, and loses each of its actions.
 * What is provided to a mutant leaves it a mutant.
 */
export function mutantsOf(machine: AnyStateMachine): readonly Mutant[] {
  return mutationsOf(machine).map((mutation) => ({
    kind: mutation.kind,
    name: mutation.name,
    machine: mutated(machine, mutation),
  }));
}

function mutated(machine: AnyStateMachine, { apply, ...named }: Mutation): AnyStateMachine {
  const copy = machine.provide({}) as AnyStateMachine;
  apply(copy);
  const provide = (implementations: never): AnyStateMachine => {
    return mutated(machine.provide(implementations) as AnyStateMachine, { apply, ...named });
  };
  return Object.assign(copy, { provide });
}

function mutationsOf(machine: AnyStateMachine): readonly Mutation[] {
  return nodesOf(machine.root).flatMap((node) =>
    listsOf(node).flatMap(([event, list]) => list.flatMap((written, index) => ofEdge(node, { event, index }, written))),
  );
}

interface Place {
  readonly event: string;
  readonly index: number;
}

function ofEdge(node: AnyStateNode, place: Place, written: Written): readonly Mutation[] {
  const key = transitionKey({ source: [node.machine.id, ...node.path].join('.'), ...place });
  const edge = (machine: AnyStateMachine): Written => {
    const [, list] = listsOf(nodeAt(machine, node.path)).find(([event]) => event === place.event) ?? [];
    const found = list?.[place.index];
    if (found === undefined) throw new Error(`a copy of the machine has no ${key}`);
    return found;
  };
  const [target] = (written.target ?? []) as readonly AnyStateNode[];
  return [
    { kind: 'delete', name: key, apply: (machine) => remove(nodeAt(machine, node.path), place) },
    ...siblingsOf(target).map(({ path, key: other }): Mutation => {
      const apply = (machine: AnyStateMachine): void => void Object.assign(edge(machine), { target: [nodeAt(machine, path)] });
      return { kind: 'retarget', name: `${key} -> ${other}`, apply };
    }),
    ...(written.guard === undefined ? [] : [unguarded(key, edge)]),
    ...written.actions.map((action, dropped): Mutation => {
      const apply = (machine: AnyStateMachine): void => {
        const { actions } = edge(machine);
        Object.assign(edge(machine), { actions: actions.filter((_, at) => at !== dropped) });
      };
      return { kind: 'drop action', name: `${key} without ${actionName(action)}`, apply };
    }),
  ];
}

function unguarded(key: string, edge: (machine: AnyStateMachine) => Written): Mutation {
  return { kind: 'drop guard', name: key, apply: (machine) => void Object.assign(edge(machine), { guard: undefined }) };
}

function remove(node: AnyStateNode, { event, index }: Place): void {
  if (event === '') {
    node.always = node.always?.filter((_, at) => at !== index) ?? [];
    return;
  }
  const rest = (node.transitions.get(event) ?? []).filter((_, at) => at !== index);
  // An event without candidates would still keep wildcards from taking it.
  if (rest.length === 0) node.transitions.delete(event);
  else node.transitions.set(event, rest);
}

function siblingsOf(target: AnyStateNode | undefined): readonly AnyStateNode[] {
  const all = Object.values(target?.parent?.states ?? {}) as readonly AnyStateNode[];
  return all.filter((state) => state !== target && state.type !== 'history');
}

function nodeAt({ root }: AnyStateMachine, path: readonly string[]): AnyStateNode {
  return path.reduce<AnyStateNode>((node, key) => node.states[key] as AnyStateNode, root);
}

function nodesOf(node: AnyStateNode): readonly AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap((child) => nodesOf(child as AnyStateNode))];
}

function listsOf(node: AnyStateNode): readonly (readonly [string, readonly Written[]])[] {
  return [['', node.always ?? []] as const, ...node.transitions];
}

function actionName(action: unknown): string {
  if (typeof action === 'string') return action;
  const { type } = action as { readonly type?: unknown };
  return typeof type === 'string' ? type : 'a function';
}
