import type { AnyMachineSnapshot, AnyStateMachine, AnyStateNode } from 'xstate';
import { and } from 'xstate/guards';
import type { PathStep } from '../../../schemas/cli/verify-report.ts';
import { exitCodes, UserError } from '../../errors.ts';
import type { Chart } from '../chart.ts';
import { statesOf } from '../chart.ts';
import { sendInert, startInert } from './inert-scope.ts';
import { transitionLabel } from './paths.ts';

/** An event as a machine is given it, with all that its guards and actions look at. */
export interface SampleEvent {
  readonly type: string;
}

/** What a machine is tried with: its real guards, actions and context, along every order of these events from each of these inputs. */
export interface Samples {
  /** None: the machine is started once, without input. */
  readonly inputs: readonly unknown[];
  /** The same events everywhere, or those that can come in a snapshot. */
  readonly events: readonly SampleEvent[] | ((snapshot: AnyMachineSnapshot) => readonly SampleEvent[]);
  /** Which snapshots count as the same: those with the same text. Left out: those with the same value, context and status. */
  readonly keyOf?: (snapshot: AnyMachineSnapshot) => string;
}

/** What guards said along the samples. */
export interface GuardsSaid {
  /** By the label of the transition that a guard stands at, for every guard of the chart. */
  readonly guards: ReadonlyMap<
    string,
    { readonly saidTrue: boolean; readonly saidFalse: boolean; readonly firstAsked: readonly PathStep[] | null }
  >;
  readonly snapshots: number;
  /** Whether snapshots were left that nothing was tried in. */
  readonly boundMet: boolean;
}

const mostSnapshots = 20_000;

interface Place {
  readonly snapshot: AnyMachineSnapshot;
  readonly before: Place | null;
  readonly event: string;
}

/**
 * Explores the real machine purely, breadth first: actors are made and never started, so their ends must be among the events. Snapshots that the samples
 * count as the same are one.
 *
 * @throws UserError (exit code 3) where the machine throws on an input or on an event.
 */
export function guardsSaid(machine: AnyStateMachine, chart: Chart, samples: Samples): GuardsSaid {
  const said = new Map(
    statesOf(chart)
      .flatMap(({ transitions }) => transitions.filter(({ guard }) => guard !== null))
      .map((guarded) => [
        transitionLabel(guarded),
        { saidTrue: false, saidFalse: false, firstAsked: null as readonly PathStep[] | null },
      ]),
  );
  let here: Place | null = null;
  let coming = '';
  const watched = machine.provide({}) as AnyStateMachine;
  watchGuards(watched.root, chart.id, (label, answer) => {
    const entry = said.get(label);
    if (entry === undefined) return;
    entry.firstAsked ??= [...pathOf(here), stepOf(coming, here)];
    if (answer) entry.saidTrue = true;
    else entry.saidFalse = true;
  });
  const places = new Map<string, Place>();
  const reach = (event: string, step: () => AnyMachineSnapshot): void => {
    coming = event;
    const snapshot = step();
    const key = samples.keyOf?.(snapshot) ?? JSON.stringify([snapshot.value, snapshot.context, snapshot.status]);
    if (!places.has(key)) places.set(key, { snapshot, before: here, event });
  };
  for (const input of samples.inputs.length === 0 ? [undefined] : samples.inputs) reach('', () => started(watched, input));
  for (const place of places.values()) {
    if (place.snapshot.status !== 'active') continue;
    if (places.size > mostSnapshots) break;
    here = place;
    const events = typeof samples.events === 'function' ? samples.events(place.snapshot) : samples.events;
    for (const event of events) reach(event.type, () => followed(watched, place.snapshot, event));
  }
  return { guards: said, snapshots: places.size, boundMet: places.size > mostSnapshots };
}

function started(machine: AnyStateMachine, input: unknown): AnyMachineSnapshot {
  const snapshot = startInert(machine, input);
  if (snapshot.status === 'error') throw thrown(machine, 'its input', snapshot.error);
  return snapshot;
}

function followed(machine: AnyStateMachine, snapshot: AnyMachineSnapshot, event: SampleEvent): AnyMachineSnapshot {
  try {
    return sendInert(machine, snapshot, event);
  } catch (error) {
    throw thrown(machine, `the event ${event.type}`, error);
  }
}

function thrown(machine: AnyStateMachine, what: string, error: unknown): UserError {
  const message = error instanceof Error ? error.message : String(error);
  return new UserError(exitCodes.invalidDefinition, 'machine_throws', `the machine ${machine.id} throws on ${what}: ${message}`, {
    hint: 'the module exports inputs and events beside its machine: they must hold all that its guards and actions look at',
    cause: error,
  });
}

function pathOf(place: Place | null): readonly PathStep[] {
  if (place === null) return [];
  return [...pathOf(place.before), stepOf(place.event, place)];
}

function stepOf(event: string, place: Place | null): PathStep {
  return { event, guards: [], to: place === null ? [] : leavesOf(place.snapshot) };
}

function leavesOf(snapshot: AnyMachineSnapshot): string[] {
  const leaves = snapshot._nodes.filter((node) => Object.keys(node.states).length === 0);
  return leaves.map((node) => [snapshot.machine.id, ...node.path].join('.'));
}

/** Puts a guard that reports in the place of every guard below `node`: one that asks the old one by XState's own rules, composite guards and params included. */
function watchGuards(node: AnyStateNode, rootId: string, report: (label: string, said: boolean) => void): void {
  const source = [rootId, ...node.path].join('.');
  const lists = [...node.transitions, ['', node.always ?? []] as const];
  for (const [event, list] of lists) {
    for (const [index, written] of list.entries()) {
      if (written.guard === undefined) continue;
      const label = transitionLabel({ source, event, index });
      const asked = and([written.guard as never]) as unknown as { readonly check: (...args: readonly unknown[]) => boolean };
      const check = (snapshot: unknown, args: unknown): boolean => {
        const said = asked.check(snapshot, args, asked);
        report(label, said);
        return said;
      };
      written.guard = Object.assign(() => false, { check });
    }
  }
  for (const child of Object.values(node.states)) watchGuards(child as AnyStateNode, rootId, report);
}
