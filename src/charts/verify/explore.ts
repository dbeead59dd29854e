import type { Chart, ChartTransition } from '../chart.ts';
import { canCome, eventsOf } from './chart-events.ts';
import type { ChartEvent } from './chart-events.ts';
import { twinOf } from './twin.ts';
import type { Answer, Configuration, Cycle, Turn } from './twin.ts';

/** How much of a chart is explored before the search gives up. */
export interface Bounds {
  /** Configurations that are followed. */
  readonly configurations: number;
  /** Sequences of answers that are tried of one event in one configuration. */
  readonly answerSequences: number;
  /** Turns in all: the time that the search may take, some 15 000 a second with twelve regions. */
  readonly turns: number;
}

/** Enough for a chart that a person can read, and over in a few seconds for one that nobody can. */
const usualBounds: Bounds = { configurations: 5000, answerSequences: 1024, turns: 60_000 };

/** What one event may do in one configuration. */
export interface Edge {
  /** Key of the configuration in which the event comes; null: this is the start. */
  readonly from: string | null;
  readonly event: string;
  /** Key of the configuration after it; null where the turn never ends. */
  readonly to: string | null;
  readonly taken: readonly ChartTransition[];
  readonly asked: readonly Answer[];
}

/** A turn that goes in circles, and the edge with it at its end. */
export interface FoundCycle {
  readonly cycle: Cycle;
  readonly edge: Edge;
}

/** Everything that can be reached in a chart, whatever its guards say. */
export interface Exploration {
  readonly chart: Chart;
  readonly events: readonly ChartEvent[];
  /** By key, in the order of the shortest way to each. */
  readonly configurations: ReadonlyMap<string, Configuration>;
  /** The first edge to each configuration: a shortest path, followed backwards. */
  readonly firstEdges: ReadonlyMap<string, Edge>;
  /** Edges by the configuration that they leave, without those that are refused. */
  readonly edges: ReadonlyMap<string, readonly Edge[]>;
  /** By the key of a configuration, the events that it refuses under some answers or under all: nothing takes them, or a transition without target and actions. */
  readonly refused: ReadonlyMap<string, ReadonlySet<string>>;
  /** Keys of the configurations in which every event has been tried. */
  readonly followed: ReadonlySet<string>;
  /** Keys of the configurations that the start may come to rest in. */
  readonly initial: readonly string[];
  /** By the path of a state, the first edge on which it is entered, if only in passing. */
  readonly firstEntries: ReadonlyMap<string, Edge>;
  readonly taken: ReadonlySet<ChartTransition>;
  readonly cycles: readonly FoundCycle[];
  /** Bounds that were met: then what was not reached may still be reachable. */
  readonly boundsMet: ReadonlySet<keyof Bounds | 'transitionsOfOneTurn'>;
}

/** Follows every event that can come in every configuration, under all combinations of answers of the guards that are really asked; breadth first. */
export function explore(chart: Chart, bounds: Bounds = usualBounds): Exploration {
  const search = new Search(chart, bounds);
  search.run();
  return search;
}

class Search implements Exploration {
  readonly chart: Chart;
  readonly events: readonly ChartEvent[];
  readonly configurations = new Map<string, Configuration>();
  readonly firstEdges = new Map<string, Edge>();
  readonly edges = new Map<string, Edge[]>();
  readonly initial: string[] = [];
  readonly refused = new Map<string, Set<string>>();
  readonly followed = new Set<string>();
  readonly firstEntries = new Map<string, Edge>();
  readonly taken = new Set<ChartTransition>();
  readonly cycles: FoundCycle[] = [];
  readonly boundsMet = new Set<keyof Bounds | 'transitionsOfOneTurn'>();
  private readonly bounds: Bounds;
  private turns = 0;

  constructor(chart: Chart, bounds: Bounds) {
    this.chart = chart;
    this.events = eventsOf(chart);
    this.bounds = bounds;
  }

  run(): void {
    const twin = twinOf(this.chart);
    for (const turn of this.underAllAnswers((script) => twin.start(script))) this.note(turn, null, '');
    // A map is walked in the order in which it grows: that makes the search breadth first.
    for (const configuration of this.configurations.values()) {
      if (configuration.status !== 'active') continue;
      this.edges.set(configuration.key, []);
      this.refused.set(configuration.key, new Set());
      for (const event of this.events) {
        if (!canCome(event, configuration.active)) continue;
        if (this.turns >= this.bounds.turns) {
          this.boundsMet.add('turns');
          return;
        }
        const turns = this.underAllAnswers((script) => twin.send(configuration, event.name, script));
        for (const turn of turns) this.note(turn, configuration, event.name);
      }
      this.followed.add(configuration.key);
    }
  }

  /** All turns that differ in an answer: each answer of false that no script has asked for is tried as true as well. */
  private underAllAnswers(run: (script: readonly boolean[]) => Turn): readonly Turn[] {
    const found: Turn[] = [];
    const scripts: (readonly boolean[])[] = [[]];
    for (const script of scripts) {
      if (found.length >= this.bounds.answerSequences) {
        this.boundsMet.add('answerSequences');
        break;
      }
      const turn = run(script);
      this.turns += 1;
      found.push(turn);
      const said = turn.asked.map((answer) => answer.said);
      for (let index = script.length; index < said.length; index += 1) scripts.push([...said.slice(0, index), true]);
    }
    return found;
  }

  private note(turn: Turn, from: Configuration | null, event: string): void {
    const edge: Edge = { from: from?.key ?? null, event, to: turn.to?.key ?? null, taken: turn.taken, asked: turn.asked };
    this.noteParts(turn, edge);
    if (turn.to !== null) this.reach(turn.to, edge);
    if (from === null) return;
    // What nothing takes, the error of an actor too: that is looked at where its invoke is written.
    if (turn.taken.every(isRefusal)) this.refused.get(from.key)?.add(event);
    else this.edges.get(from.key)?.push(edge);
  }

  private reach(to: Configuration, edge: Edge): void {
    if (edge.from === null && !this.initial.includes(to.key)) this.initial.push(to.key);
    if (to.status !== 'broken' && this.isNew(to)) this.firstEdges.set(to.key, edge);
  }

  private noteParts(turn: Turn, edge: Edge): void {
    if (turn.cutOff) this.boundsMet.add('transitionsOfOneTurn');
    if (turn.cycle !== null) this.cycles.push({ cycle: turn.cycle, edge });
    for (const transition of turn.taken) this.taken.add(transition);
    for (const path of turn.entered) if (!this.firstEntries.has(path)) this.firstEntries.set(path, edge);
  }

  private isNew(configuration: Configuration): boolean {
    if (this.configurations.has(configuration.key)) return false;
    if (this.configurations.size >= this.bounds.configurations) {
      this.boundsMet.add('configurations');
      return false;
    }
    this.configurations.set(configuration.key, configuration);
    return true;
  }
}

/** Whether a transition is written to take an event and do nothing, so that no state around it takes it. */
function isRefusal({ kind, targets, actions }: ChartTransition): boolean {
  return kind !== 'always' && targets.length === 0 && actions.length === 0;
}
