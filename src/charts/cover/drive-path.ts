import { createActor, SimulatedClock } from 'xstate';
import type { AnyActorRef, AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import type { Json } from '../formats/machine-config.ts';
import { jsonCopy } from './json-copy.ts';
import { saidObligation, takenObligation } from './obligations.ts';
import type { Obligation } from './obligations.ts';
import { delayPrefix } from './possible-events.ts';
import type { PathEvent } from './possible-events.ts';
import { watchedMachine } from './watched-machine.ts';

/** A way through a machine: what it is started with, and the events that then come. */
export interface MachinePath {
  /** Undefined: it is started without input. */
  readonly input: unknown;
  readonly events: readonly PathEvent[];
}

/** One step of a test: what comes, and what is seen of the actor then. What is left out is as it was before. */
export interface DrivenStep {
  /** The event that is sent; absent at the start and where time passes. */
  readonly send?: Json;
  /** Milliseconds that pass, so that a delay is over. */
  readonly afterMs?: number;
  /** Guards without an implementation that say yes; absent: none. */
  readonly yes?: readonly string[];
  /** The transitions that are taken then, those without an event after it included, by their `transitionKey`. */
  readonly takes?: readonly string[];
  readonly value: Json;
  readonly status?: string;
  /** The parts of the context that are new or others than before. */
  readonly context?: { readonly [key: string]: Json };
  /** Ids of the actors that it has, sorted. */
  readonly children?: readonly string[];
  /** What its actors were sent meanwhile. */
  readonly heard?: readonly Json[];
  /** Names of the actions that it would have performed meanwhile, without those of XState; `(anonymous)` for one without a name. */
  readonly did?: readonly string[];
}

/** A path as it really went. */
export interface DrivenPath {
  readonly input: Json | undefined;
  readonly steps: readonly DrivenStep[];
  readonly covered: ReadonlySet<Obligation>;
}

/** Drives a real actor along a path, with XState's own SimulatedClock and with actors that do nothing, up to the path's end or to the actor's. */
export function drivePath(original: AnyStateMachine, path: MachinePath): DrivenPath {
  const covered = new Set<Obligation>();
  const told: Told = { takes: [], heard: [], did: [] };
  let yes: readonly string[] = [];
  const { machine, inspect } = watchedMachine(original, {
    taken: (key) => {
      told.takes.push(key);
      covered.add(takenObligation(key));
    },
    said: (key, answer) => covered.add(saidObligation(key, answer)),
    heard: (to, event) => told.heard.push({ to, event: jsonCopy(event) }),
    did: (name) => told.did.push(name),
    answer: (guard) => yes.includes(guard),
  });
  const input = path.input === undefined ? undefined : jsonCopy(path.input);
  const clock = new SimulatedClock();
  const actor = createActor(machine, { clock, inspect, input, logger: () => undefined } as never) as unknown as AnyActorRef;
  const timers = new Timers(actor, clock);
  // XState throws what nobody listens for in a timer of its own.
  actor.subscribe({ error: () => undefined });
  const teller = new Teller(actor, told);
  actor.start();
  timers.note();
  const steps: DrivenStep[] = [teller.tell({})];
  for (const event of path.events) {
    if (statusOf(actor) !== 'active') break;
    yes = event.yes;
    const came = send(actor, event, { timers, clock });
    timers.note();
    steps.push(teller.tell({ ...came, ...(yes.length === 0 ? {} : { yes }) }));
  }
  actor.stop?.();
  return { input, steps, covered };
}

function send(
  actor: AnyActorRef,
  { event }: PathEvent,
  { timers, clock }: { readonly timers: Timers; readonly clock: SimulatedClock },
): Pick<DrivenStep, 'send' | 'afterMs'> {
  const afterMs = event.type.startsWith(delayPrefix) ? timers.left(event.type) : null;
  if (afterMs === null) {
    actor.send(event);
    return { send: jsonCopy(event) };
  }
  clock.increment(afterMs);
  return { afterMs };
}

function statusOf(actor: AnyActorRef): string {
  return (actor.getSnapshot() as AnyMachineSnapshot).status;
}

/** Tells what is seen of an actor, without what has been told before. */
class Teller {
  private readonly actor: AnyActorRef;
  private readonly told: Told;
  private status = 'active';
  private context: { readonly [key: string]: Json } = {};
  private children = '[]';

  constructor(actor: AnyActorRef, told: Told) {
    this.actor = actor;
    this.told = told;
  }

  tell(came: Pick<DrivenStep, 'send' | 'afterMs' | 'yes'>): DrivenStep {
    const snapshot = this.actor.getSnapshot() as AnyMachineSnapshot;
    const context = jsonCopy(snapshot.context ?? {}) as { readonly [key: string]: Json };
    const changed = Object.entries(context).filter(([key, part]) => JSON.stringify(part) !== JSON.stringify(this.context[key]));
    const children = Object.keys(snapshot.children as object).sort();
    const step: DrivenStep = {
      ...came,
      ...emptied('takes', this.told.takes),
      value: jsonCopy(snapshot.value),
      ...(snapshot.status === this.status ? {} : { status: snapshot.status }),
      ...(changed.length === 0 ? {} : { context: Object.fromEntries(changed) }),
      ...(JSON.stringify(children) === this.children ? {} : { children }),
      ...emptied('heard', this.told.heard),
      ...emptied('did', this.told.did),
    };
    this.status = snapshot.status;
    this.context = context;
    this.children = JSON.stringify(children);
    return step;
  }
}

/** What a machine tells of itself between two steps, in its order. */
interface Told {
  readonly takes: string[];
  readonly heard: Json[];
  readonly did: string[];
}

function emptied(name: keyof Told, list: Json[]): object {
  return list.length === 0 ? {} : { [name]: list.splice(0) };
}

interface Scheduled {
  readonly event: { readonly type: string };
  readonly delay: number;
}

/** How long the delays of an actor still have to run, by the simulated clock. */
class Timers {
  private readonly actor: AnyActorRef;
  private readonly clock: SimulatedClock;
  private readonly since = new Map<Scheduled, number>();

  constructor(actor: AnyActorRef, clock: SimulatedClock) {
    this.actor = actor;
    this.clock = clock;
  }

  /** To be called after each turn: what is scheduled for the first time then has begun now. */
  note(): void {
    for (const scheduled of this.scheduled()) if (!this.since.has(scheduled)) this.since.set(scheduled, this.clock.now());
  }

  /** Milliseconds up to this event; null where it is not scheduled. */
  left(type: string): number | null {
    const found = this.scheduled().find(({ event }) => event.type === type);
    if (found === undefined) return null;
    return Math.max(0, (this.since.get(found) ?? this.clock.now()) + found.delay - this.clock.now());
  }

  private scheduled(): readonly Scheduled[] {
    // XState shows them in no other way; `startedAt` is the time of the wall.
    const system = this.actor.system as unknown as {
      readonly _snapshot: { readonly _scheduledEvents: Record<string, Scheduled> };
    };
    return Object.values(system._snapshot._scheduledEvents);
  }
}
