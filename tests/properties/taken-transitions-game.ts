import type { InspectionEvent } from 'xstate';
import type { RunEvent, RunInput } from '../../machines/run-model.ts';
import type { StepInput } from '../../machines/step-model.ts';
import type { Outcome } from '../../schemas/outcome.ts';
import { judgements, exited, interrupted, succeeded, unverified } from '../../src/charts/territory/step-events.ts';
import { transitionKey } from '../../src/charts/chart.ts';
import type { StoredEvent } from '../../src/history/history-rows.ts';
import { plainInput, record, settled } from '../unit/engine/recording-fixture.ts';
import type { Recording } from '../unit/engine/recording-fixture.ts';

/** What happened in a game: what the engine's recorder stored of it, and what XState says was taken, by the chart's id and the transition's key. */
export interface Played {
  readonly events: readonly StoredEvent[];
  readonly taken: Readonly<Record<'run' | 'step', ReadonlyMap<string, number>>>;
}

/** A game: the run's input, which of the kinds of steps ({@link kindsOfSteps}) it has, and what is chosen at each move. */
export interface GameRules {
  readonly input: Partial<RunInput>;
  readonly kinds: readonly Partial<StepInput>[];
  readonly choices: readonly number[];
}

type Move = () => void | Promise<void>;

interface Inspected {
  readonly eventType: string;
  readonly source: {
    readonly path: readonly string[];
    readonly always?: readonly unknown[];
    readonly transitions: ReadonlyMap<string, readonly unknown[]>;
  };
}

const retry = { attempts: 2, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: null } as const;
const checks = [
  { id: 'format', required: false },
  { id: 'lint', required: true },
];

/** Steps of every kind; the first ones are dispatched, those with an approval are asked. */
export const kindsOfSteps: readonly Partial<StepInput>[] = [
  {},
  { continueOnError: true },
  { retry, attemptTimeoutMs: 50, declaresOutputs: true, checks },
  { toolId: null, retry, stepTimeoutMs: 250, declaresOutputs: true },
  { toolId: null, stepTimeoutMs: 250, onInterrupted: 'fail', checks },
  { checks, retry, attemptTimeoutMs: 50 },
  { obstacle: { kind: 'expressionFailed', field: 'approve', message: 'no such output' } },
  { approval: { timeoutMs: null, byDefault: 'reject' } },
  { approval: { timeoutMs: 70, byDefault: 'approve' } },
  { approval: { timeoutMs: 70, byDefault: 'reject' }, continueOnError: true },
];

const ends: readonly Outcome[] = [
  succeeded,
  succeeded,
  exited,
  interrupted,
  unverified,
  { kind: 'timedOut', timeoutMs: 50, scope: 'attempt' },
  { kind: 'spawnFailed', code: 'ENOENT', message: 'no such program' },
  ...judgements,
];

const routes = [
  { kind: 'routed', toolId: 'claude', promptId: 'prompt', attemptTimeoutMs: 50 },
  { kind: 'routed', toolId: 'codex', promptId: 'prompt', attemptTimeoutMs: null },
  { kind: 'overBudget' },
  { kind: 'unroutable', outcome: { kind: 'noRoutableTool', message: 'no tool is left' } },
];

/** Plays a run with live actors under the engine's recorder: each number chooses one of all the moves that there are then. */
export async function play({ input, kinds, choices }: GameRules): Promise<Played> {
  const recording = record({ maxParallel: 3, ...input });
  const game = new Game(recording, kinds);
  recording.root.start();
  for (const choice of choices) {
    const groups = game.moves();
    const moves = groups[choice % groups.length] ?? [];
    const move = moves[Math.floor(choice / groups.length) % moves.length];
    if (move === undefined) break;
    await move();
    await settled();
    await recording.store.sync();
  }
  await recording.store.sync();
  recording.root.stop();
  const [failure] = recording.failures;
  if (failure !== undefined) throw failure as Error;
  const events = recording.synced.flatMap((batch) => batch.events);
  return {
    events: events.map(({ sequence, ...document }) => ({ sequence, document }) as unknown as StoredEvent),
    taken: game.taken,
  };
}

class Game {
  readonly taken = { run: new Map<string, number>(), step: new Map<string, number>() };
  readonly #recording: Recording;
  readonly #kinds: GameRules['kinds'];
  readonly #held: string[] = [];
  readonly #ended: string[] = [];
  #steps = 0;

  constructor(recording: Recording, kinds: GameRules['kinds']) {
    this.#recording = recording;
    this.#kinds = kinds;
    recording.root.system.inspect((event) => this.#seen(event));
    recording.turn = () => {
      for (const stepId of this.#held.splice(0)) recording.root.send({ type: 'HOLD', stepId, reason: 'the budget is used up' });
    };
  }

  /** The moves that there are, by how likely they are chosen: what ends a run is rare, so that games come far. */
  moves(): readonly (readonly Move[])[] {
    const { root, begun, clock } = this.#recording;
    const snapshot = root.getSnapshot();
    if (snapshot.status !== 'active') return [];
    const sent = (...events: RunEvent[]): readonly Move[] =>
      events.filter((event) => snapshot.can(event)).map((event) => () => root.send(event));
    const open = begun.filter((name, index) => begun.indexOf(name) === index && !this.#ended.includes(name));
    const ends = open.flatMap((name) => this.#endings(name));
    const starts = this.#kinds.flatMap((kind) => this.#start(kind));
    const answers = snapshot.context.awaiting.map(({ stepId }) => {
      return { type: 'ANSWER', stepId, approved: this.#steps % 2 === 0, comment: null } as const;
    });
    const steering = sent(
      { type: 'PAUSE', reason: 'asked' },
      { type: 'UNPAUSE', nowMs: clock.nowMs },
      { type: 'IDLE' },
      ...answers,
    );
    const stopping = sent({ type: 'CANCEL', reason: 'asked' }, { type: 'QUARANTINE', reason: 'asked' });
    const settles = snapshot.matches('running') && !this.#hasJustSettled ? this.#settles() : [];
    const begins = sent({ type: 'START', nowMs: clock.nowMs });
    const groups = [begins, begins, ends, ends, ends, starts, starts, steering, steering, [...settles, ...stopping]];
    return groups.filter(({ length }) => length > 0);
  }

  #start(more: Partial<StepInput>): Move[] {
    const { root, clock } = this.#recording;
    const asks = more.approval !== undefined || more.obstacle !== undefined;
    const stepId = `s${String(this.#steps)}`;
    const step = { ...plainInput(stepId, clock.nowMs), ...more };
    const event = { type: asks ? 'ASK' : 'DISPATCH', stepId, input: step } as RunEvent;
    if (!root.getSnapshot().can(event)) return [];
    return [
      () => {
        this.#steps += 1;
        root.send(event);
      },
    ];
  }

  /** The engine settles all that it can at once, and again only after something else has happened. */
  get #hasJustSettled(): boolean {
    const told = this.#recording.synced.flatMap(({ events }) => events);
    return told.at(-1)?.payload['to'] === 'skipped';
  }

  #settles(): Move[] {
    const { recorder, root } = this.#recording;
    const settle = (count: number): void => {
      const reason = { kind: 'conditionFalse', condition: 'false' };
      for (let left = count; left > 0; left--) recorder.settleWaiting(`s${String(this.#steps++)}`, 'skipped', reason);
      root.send({ type: 'SETTLE', skipped: count, canceled: 0 });
    };
    return [1, 2].filter((count) => count <= root.getSnapshot().context.waiting).map((count) => () => settle(count));
  }

  #endings(name: string): Move[] {
    const end = (outcome: Outcome, more: object = {}): Move => {
      return () => {
        this.#ended.push(name);
        return this.#recording.end(name, outcome, more);
      };
    };
    const lose: Move = () => {
      this.#ended.push(name);
      return this.#recording.breakDown(name, 'it broke');
    };
    const [what] = name.split(' ');
    if (what === 'timer') return [end(succeeded)];
    if (what === 'route')
      return routes.map((report) => end(succeeded, { requestId: 'request', decision: null, documents: [], ...report }));
    if (what === 'validate')
      return [end(succeeded, { outputs: {} }), end({ kind: 'outputInvalid', problems: ['none'] }, { outputs: {} })];
    return [...ends.map((outcome) => end(outcome)), lose];
  }

  #seen(event: InspectionEvent): void {
    if (event.type !== '@xstate.microstep') return;
    const { id } = event.actorRef as unknown as { readonly id: string };
    const chart = id === 'run' ? 'run' : id.startsWith('step.') ? 'step' : null;
    if (chart === null) return;
    for (const transition of event._transitions as unknown as readonly Inspected[]) this.#count(chart, transition);
    const { value, context } = event.snapshot as unknown as {
      readonly value: unknown;
      readonly context: { readonly stepId: string };
    };
    if (chart === 'step' && value === 'held' && event.event.type === 'xstate.done.actor.route') this.#held.push(context.stepId);
  }

  #count(chart: 'run' | 'step', transition: Inspected): void {
    const { eventType: event, source } = transition;
    const list = (event === '' ? source.always : source.transitions.get(event)) ?? [];
    const key = transitionKey({ source: [chart, ...source.path].join('.'), event, index: list.indexOf(transition) });
    this.taken[chart].set(key, (this.taken[chart].get(key) ?? 0) + 1);
  }
}
