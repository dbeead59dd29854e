import { createMachine } from 'xstate';
import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import type { Chart, ChartTransition } from '../chart.ts';
import { sendInert, startInert } from './inert-scope.ts';
import { twinConfig } from './twin-config.ts';

/** What a guard was told to say, at the transition that it stands at. */
export interface Answer {
  readonly transition: ChartTransition;
  readonly said: boolean;
}

/** What a twin is in at rest. Two with the same key are the same, history included. */
export interface Configuration {
  readonly key: string;
  /** Paths of the states that have no active child, in the order of the chart. */
  readonly leaves: readonly string[];
  /** Paths of all active states. */
  readonly active: ReadonlySet<string>;
  /** `broken`: an error of an actor was taken by no transition, which ends the machine. */
  readonly status: 'active' | 'done' | 'broken';
  readonly snapshot: AnyMachineSnapshot;
}

/** A turn that would never end: the last transition of `taken` is taken again from where it was taken before, with no event between. */
export interface Cycle {
  /** The transitions from the first time up to the second. */
  readonly transitions: readonly ChartTransition[];
  /** Whether a guard was asked on the way: then it ends as soon as that guard says something else. */
  readonly guarded: boolean;
}

/** What one event does under one sequence of answers: everything up to the next rest. */
export interface Turn {
  /** Null where the turn does not come to rest. */
  readonly to: Configuration | null;
  readonly taken: readonly ChartTransition[];
  readonly entered: readonly string[];
  /** Every guard that was asked, in order. */
  readonly asked: readonly Answer[];
  readonly cycle: Cycle | null;
  /** The turn was cut off, because it asked or took more than a turn may. */
  readonly cutOff: boolean;
}

/** A chart that can be driven purely, with answers in the place of guards. */
export interface Twin {
  readonly start: (script: readonly boolean[]) => Turn;
  /**
   * Guards are answered by `script` in the order in which they are asked, those beyond its end with false. Those of `always` are not asked before something is
   * taken: a guard is held to look at what is kept, not at the event that came.
   */
  readonly send: (from: Configuration, event: string, script: readonly boolean[]) => Turn;
}

/** So many transitions may one turn take, and so many guards may it ask. */
const mostInTurn = 1000;

/** Stands for every event that only a wildcard takes: XState refuses one that is called `*`. */
const unnamedEvent = '(any other)';

/** Ends a turn from inside: thrown by the witness, caught where the turn began. */
class TurnCut extends Error {}

/** Makes the structural twin of a chart: selection, entering, leaving, history and `always` are done by XState itself, on a machine without code of its user. */
export function twinOf(chart: Chart): Twin {
  let turn = new TurnRecord([], new Set());
  const { config, names } = twinConfig(chart, {
    asked: (asked) => turn.ask(asked),
    taken: (taken) => turn.take(taken),
    entered: (path) => turn.enter(path),
    left: (path) => turn.leave(path),
  });
  const machine = createMachine({ ...config, options: { maxIterations: 4 * mostInTurn } } as never) as AnyStateMachine;
  const paths = new Map([...names].map(([path, name]) => [name, path]));
  const run = (script: readonly boolean[], from: ReadonlySet<string>, step: () => AnyMachineSnapshot): Turn => {
    turn = new TurnRecord(script, from);
    let snapshot: AnyMachineSnapshot | null = null;
    try {
      snapshot = step();
    } catch (error) {
      if (!turn.isCut) throw error;
    }
    return turn.ended(snapshot === null || turn.isCut ? null : configurationOf(snapshot, paths));
  };
  return {
    start: (script) => run(script, new Set(), () => startInert(machine, undefined)),
    send: (from, event, script) =>
      run(script, from.active, () => sendInert(machine, from.snapshot, { type: event === '*' ? unnamedEvent : event })),
  };
}

/** What has happened in a turn so far. */
class TurnRecord {
  isCut = false;
  private readonly script: readonly boolean[];
  private readonly active: Set<string>;
  private readonly fromRest: boolean;
  private readonly taken: ChartTransition[] = [];
  private readonly entered: string[] = [];
  private readonly asked: Answer[] = [];
  /** The answers of one selection: a guard that two regions ask for the same transition says the same. */
  private readonly selection = new Map<ChartTransition, boolean>();
  /** Where in `taken` and `asked` each transition without an event of its own was taken, by it and the states that were left active. */
  private readonly before = new Map<string, { readonly taken: number; readonly asked: number }>();
  private cycle: Cycle | null = null;

  constructor(script: readonly boolean[], active: ReadonlySet<string>) {
    this.script = script;
    this.active = new Set(active);
    this.fromRest = active.size > 0;
  }

  ask(transition: ChartTransition): boolean {
    // At rest all of these have said no, and nothing has happened since.
    if (transition.kind === 'always' && this.fromRest && this.taken.length === 0) return false;
    const known = this.selection.get(transition);
    if (known !== undefined) return known;
    if (this.asked.length >= mostInTurn) throw this.cut();
    const said = this.script[this.asked.length] ?? false;
    this.asked.push({ transition, said });
    this.selection.set(transition, said);
    return said;
  }

  take(transition: ChartTransition): void {
    this.selection.clear();
    if (transition.kind === 'always' || transition.kind === 'done') this.watch(transition);
    this.taken.push(transition);
    if (this.taken.length > mostInTurn) throw this.cut();
  }

  enter(path: string): void {
    this.active.add(path);
    this.entered.push(path);
  }

  leave(path: string): void {
    this.active.delete(path);
  }

  ended(to: Configuration | null): Turn {
    const cutOff = this.isCut && this.cycle === null;
    return { to, taken: this.taken, entered: this.entered, asked: this.asked, cycle: this.cycle, cutOff };
  }

  private watch(transition: ChartTransition): void {
    const place = JSON.stringify([transition.source, transition.event, transition.index, [...this.active].toSorted()]);
    const earlier = this.before.get(place);
    if (earlier === undefined) {
      this.before.set(place, { taken: this.taken.length, asked: this.asked.length });
      return;
    }
    this.cycle = { transitions: this.taken.slice(earlier.taken), guarded: this.asked.length > earlier.asked };
    throw this.cut();
  }

  private cut(): TurnCut {
    this.isCut = true;
    return new TurnCut('the turn is cut off');
  }
}

function configurationOf(snapshot: AnyMachineSnapshot, paths: ReadonlyMap<string, string>): Configuration {
  const names = snapshot._nodes.map((node) => ({ path: paths.get(node.key) ?? node.key, order: node.order, node }));
  const ordered = names.toSorted((a, b) => a.order - b.order);
  const historyValue = Object.entries(snapshot.historyValue).map(([id, nodes]) => [id, nodes.map((node) => node.key).toSorted()]);
  const status = snapshot.status === 'done' ? 'done' : snapshot.status === 'error' ? 'broken' : 'active';
  const leaves = ordered.filter(({ node }) => Object.keys(node.states).length === 0).map(({ path }) => path);
  return {
    key: JSON.stringify([status, leaves, status === 'done' ? [] : historyValue]),
    leaves,
    active: new Set(ordered.map(({ path }) => path)),
    status,
    snapshot,
  };
}
