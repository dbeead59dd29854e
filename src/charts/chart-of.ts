import type { AnyStateMachine, AnyStateNode } from 'xstate';
import type { Chart, ChartState, ChartTransition, TransitionKind } from './chart.ts';
import { actionName, guardName, logicName } from './implementation-names.ts';

type Written = NonNullable<AnyStateNode['always']>[number];

/**
 * Reads the chart off a machine of XState 5, whichever copy of the library it was made with. Actions and guards become their names; the timers that
 * XState adds to the entry of a state with `after` are not among them. Context, input, output, params and the actions of an initial transition are no
 * part of a chart. The machine is not run.
 *
 * @throws Error of XState where an initial state or the target of a history state is not there.
 */
export function chartOf(machine: AnyStateMachine): Chart {
  const root = stateOf(machine.root, machine.id);
  const version: unknown = machine.version;
  return { id: machine.id, version: typeof version === 'string' ? version : null, description: root.description, root };
}

function stateOf(node: AnyStateNode, rootId: string): ChartState {
  return {
    path: pathOf(node, rootId),
    key: node.key,
    id: node.id,
    kind: node.type,
    initial: initialOf(node, rootId),
    history: node.type === 'history' ? node.history || 'shallow' : null,
    // Not the node's own lists: XState adds a raise and a cancel there for each delay.
    entry: listOf(node.config.entry).map(actionName),
    exit: listOf(node.config.exit).map(actionName),
    invokes: node.invoke.map((invoke, index) => ({ id: invoke.id, src: logicName(writtenSource(node, index)) })),
    tags: [...node.tags],
    description: node.description ?? null,
    transitions: transitionsAt(node, rootId),
    states: Object.values(node.states).map((child) => stateOf(child as AnyStateNode, rootId)),
  };
}

function pathOf(node: AnyStateNode, rootId: string): string {
  return [rootId, ...node.path].join('.');
}

function initialOf(node: AnyStateNode, rootId: string): string | null {
  if (node.type === 'compound') {
    const initial = node.initial.target?.[0] as AnyStateNode | undefined;
    return initial === undefined ? null : pathOf(initial, rootId);
  }
  const standIn: unknown = node.type === 'history' ? (node.config as { readonly target?: unknown }).target : undefined;
  if (typeof standIn !== 'string' || node.parent === undefined) return null;
  if (standIn.startsWith('#')) return pathOf(node.machine.getStateNodeById(standIn) as AnyStateNode, rootId);
  return pathOf(stateBelow(node.parent, standIn), rootId);
}

/** The state that a target names from another one on, `child` or `child.of.it`; XState does not look for that of a history state before it is needed. */
function stateBelow(from: AnyStateNode, target: string): AnyStateNode {
  let found = from;
  for (const key of target.split(/(?<!\\)\./).map((part) => part.replaceAll('\\.', '.'))) {
    const child = found.states[key] as AnyStateNode | undefined;
    if (child === undefined) throw new Error(`Child state '${key}' does not exist on '${found.id}'`);
    found = child;
  }
  return found;
}

function transitionsAt(node: AnyStateNode, rootId: string): readonly ChartTransition[] {
  const always = (node.always ?? []).map((written, index) => transitionOf(written, { node, rootId, event: '', index }));
  const others = [...node.transitions].flatMap(([event, list]) =>
    list.map((written: Written, index) => transitionOf(written, { node, rootId, event, index })),
  );
  return [...always, ...others];
}

interface Place {
  readonly node: AnyStateNode;
  readonly rootId: string;
  readonly event: string;
  readonly index: number;
}

function transitionOf(written: Written, { node, rootId, event, index }: Place): ChartTransition {
  const kind = kindOf(event);
  const { guard, description } = written as { readonly guard?: unknown; readonly description?: string };
  const targets = (written.target ?? []) as readonly AnyStateNode[];
  return {
    source: pathOf(node, rootId),
    kind,
    event,
    index,
    delay: kind === 'after' ? delayOf(written, event, node) : null,
    guard: guard === undefined ? null : guardName(guard),
    targets: targets.map((target) => pathOf(target, rootId)),
    reenter: written.reenter,
    actions: listOf(written.actions).map(actionName),
    description: description ?? null,
  };
}

const prefixes: readonly (readonly [string, TransitionKind])[] = [
  ['xstate.after.', 'after'],
  ['xstate.done.state.', 'done'],
  ['xstate.done.actor.', 'invokeDone'],
  ['xstate.error.actor.', 'invokeError'],
  ['xstate.snapshot.', 'invokeSnapshot'],
];

function kindOf(event: string): TransitionKind {
  if (event === '') return 'always';
  const named = prefixes.find(([prefix]) => event.startsWith(prefix));
  if (named !== undefined) return named[1];
  return event === '*' || event.endsWith('.*') ? 'wildcard' : 'event';
}

function delayOf(written: Written, event: string, node: AnyStateNode): string {
  const delay: unknown = (written as { readonly delay?: unknown }).delay;
  if (typeof delay === 'string' || typeof delay === 'number') return String(delay);
  // One that is written under `on`, by the full name of its event.
  const rest = event.slice('xstate.after.'.length);
  return rest.endsWith(`.${node.id}`) ? rest.slice(0, -node.id.length - 1) : rest;
}

function writtenSource(node: AnyStateNode, index: number): unknown {
  return (listOf(node.config.invoke)[index] as { readonly src?: unknown } | undefined)?.src;
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}
