import type { RunEventRow } from '../../src/engine/run-event.ts';
import type { SignalAnswer, SignalCommand } from '../../src/engine/signal.ts';
import type { StepEndState } from '../../src/workflow/model.ts';
import { CallWitness } from './call-witness.ts';
import { whyNotEnd, type ToldOutcome } from './judged-ends.ts';
import { whyNotCall } from './judged-starts.ts';
import type { NamedAttempt } from './life-attempts.ts';
import type { Life } from './life.ts';
import { isTask, limitMsOf } from './made-tools.ts';
import { stepById, whyNotStart, type MadeWorkflow } from './made-workflow.ts';
import type { SimulatedDisk } from './simulated-disk.ts';
import type { SimulatedProcess, SimulatedProcesses } from './simulated-processes.ts';
import type { SimulatedTools } from './simulated-tools.ts';
import { SyncedFacts } from './synced-facts.ts';
import type { VirtualClock } from '../../src/simulate/virtual-clock.ts';

/** The world that a witness stands in. */
export interface WitnessedWorld {
  readonly made: MadeWorkflow;
  readonly disk: SimulatedDisk;
  readonly clock: VirtualClock;
  readonly processes: () => SimulatedProcesses;
  /** Null where no tool is picked by a router. */
  readonly tools: SimulatedTools | null;
  /** The steps that the router of the present life holds slots for, each with the tools. */
  readonly held: () => ReadonlyMap<string, readonly string[]>;
  readonly graceMs: number;
  /** For the trace. */
  readonly note: (text: string) => void;
  /** A promise was broken. */
  readonly broken: (text: string) => void;
}

/** How late a stop may begin, in milliseconds: the slowest syncs and the wait for the one under way. */
const slackMs = 700;

/** Sees everything that leaves an engine (starts, events, answers) and holds it against what is on the disk at that moment. */
export class Witness {
  readonly facts = new SyncedFacts();
  readonly calls: CallWitness;
  /** Acknowledged: events by sequence, steps whose end was told, answers by signal. */
  readonly events = new Map<number, string>();
  readonly ends = new Map<string, string>();
  readonly answers = new Map<string, string>();
  readonly #world: WitnessedWorld;
  readonly #folders = new Set<string>();
  #lastEvent = 0;
  #life = 0;
  #quarantineAsked = false;

  constructor(world: WitnessedWorld) {
    this.#world = world;
    this.calls = new CallWitness({ ...world, facts: this.facts });
  }

  /** A new engine tells its own events, from where it begins. */
  lifeBegins(number: number): void {
    this.#lastEvent = 0;
    this.#life = number;
  }

  /** A person gives a command. */
  asked(command: SignalCommand): void {
    if (command === 'quarantine') this.#quarantineAsked = true;
  }

  /** A tool is about to start. */
  start(named: NamedAttempt): void {
    const { made, broken, processes, disk } = this.#world;
    const { attemptId, stepId, attempt, folder, name } = named;
    this.facts.update(disk);
    const recorded = this.facts.attempts.get(attemptId);
    if (recorded?.stepId !== stepId || recorded.attempt !== attempt) broken(`${name} starts before its record is synced`);
    if (this.#folders.has(folder)) broken(`${name} is started a second time`);
    this.#folders.add(folder);
    const ended = this.facts.ends.get(stepId) ?? this.ends.get(stepId);
    if (ended !== undefined) broken(`${name} starts although its step has ended as ${ended}`);
    const living = processes().livingOf(stepId)[0];
    if (living !== undefined) broken(`${name} starts while attempt ${String(living.attempt)} of its step lives`);
    const others = processes().living().length;
    if (others >= made.maxParallel)
      broken(`${name} starts as number ${String(others + 1)} of at most ${String(made.maxParallel)}`);
    const end = (id: string): StepEndState | undefined => this.facts.ends.get(id);
    const why = whyNotStart(made, stepId, { end, output: (id) => (end(id) === 'succeeded' ? this.outputOf(id) : null) });
    if (why !== null) broken(`${name} starts although ${why}`);
    const world = { made, facts: this.facts, processes: processes(), life: this.#life };
    for (const problem of whyNotCall(world, named)) broken(problem);
  }

  /** What the last attempt of a step wrote. */
  outputOf(stepId: string): number | null {
    const attempts = [...this.#world.processes().all].filter((each) => each.stepId === stepId && each.checkRun === null);
    return attempts.at(-1)?.behaviour.value ?? null;
  }

  /** Events are told to the outside. */
  told(events: readonly RunEventRow[]): void {
    const { broken } = this.#world;
    this.facts.update(this.#world.disk);
    for (const event of events) {
      const { sequence } = event;
      if (this.facts.events.get(sequence) !== event.event_id) broken(`event ${String(sequence)} is told before it is synced`);
      if (this.#lastEvent !== 0 && sequence !== this.#lastEvent + 1) {
        broken(`event ${String(sequence)} is told after event ${String(this.#lastEvent)}`);
      }
      this.#lastEvent = sequence;
      const before = this.events.get(sequence);
      if (before !== undefined && before !== event.event_id) broken(`event ${String(sequence)} was told before, as another one`);
      this.events.set(sequence, event.event_id);
      this.#world.note(`told ${String(sequence)} ${event.kind}${tail(event.payload)}`);
      this.#judge(event);
      this.calls.told(event);
    }
  }

  /** A person is told what came of a command. */
  answered(signalId: string, answer: SignalAnswer): void {
    this.facts.update(this.#world.disk);
    if (!this.facts.signals.has(signalId)) this.#world.broken(`signal ${signalId} is answered before it is synced`);
    if (this.answers.has(signalId)) this.#world.broken(`signal ${signalId} is applied twice`);
    this.answers.set(signalId, JSON.stringify(answer));
  }

  /** An engine has carried the run as far as it goes. */
  engineEnds(state: string): void {
    this.facts.update(this.#world.disk);
    this.calls.engineEnds(state);
  }

  /** A process has ended; while an engine watches, never later than its timeout and the grace. */
  ended(process: SimulatedProcess, life: Life | null): void {
    const limitMs = this.#limitMs(process);
    if (limitMs === null || life === null || life.isDead || process.watchedBy !== life.number) return;
    const watchedMs = process.endedMs - process.watchedSinceMs;
    if (watchedMs <= limitMs + this.#world.graceMs + slackMs) return;
    this.#world.broken(`${process.name} ran for ${String(watchedMs)} ms with a timeout of ${String(limitMs)}`);
  }

  /** The timeout of a process; a check has that of the attempt that it is about. */
  #limitMs({ stepId, attempt }: SimulatedProcess): number | null {
    const { made, processes } = this.#world;
    if (!isTask(made, stepId)) return limitMsOf(made, stepId, null);
    const own = [...processes().all].find((each) => each.checkRun === null && each.stepId === stepId && each.attempt === attempt);
    return limitMsOf(made, stepId, own?.toolId ?? null);
  }

  #judge({ kind, payload, step_attempt_id: attemptId }: RunEventRow): void {
    if (kind === 'step_state_changed') this.#judgeState(String(payload['step_id']), String(payload['to']));
    if (kind === 'run_state_changed' && payload['to'] === 'running.quarantining' && !this.#quarantineAsked)
      this.#world.broken(`the run is quarantined, and nobody asked for it: ${String(payload['reason'])}`);
    if (kind === 'tool_call_completed' || kind === 'tool_call_error') this.#judgeEnd(payload, attemptId);
  }

  #judgeState(stepId: string, to: string): void {
    const { broken, processes } = this.#world;
    if (!/^(succeeded|failed|canceled|skipped)$/.test(to)) return;
    if (this.ends.has(stepId)) broken(`${stepId} ends a second time`);
    this.ends.set(stepId, to);
    if (processes().livingOf(stepId).length > 0) broken(`${stepId} is said to have ended while its process lives`);
  }

  #judgeEnd(payload: RunEventRow['payload'], attemptId: string | null): void {
    const { broken, made, processes } = this.#world;
    const process = attemptId === null ? undefined : processes().find(attemptId);
    const outcome = (payload['outcome'] ?? { kind: 'succeeded', exitCode: 0 }) as ToldOutcome;
    const name = process?.name ?? `${String(payload['step_id'])}.${String(payload['attempt'])}`;
    const wrong =
      process === undefined
        ? judgeUnstarted(outcome.kind)
        : (whyNotEnd(made, process, outcome) ?? this.#judgeTime(process, outcome));
    if (wrong !== null) broken(`${name} is said to have ended as ${outcome.kind}, but ${wrong}`);
  }

  /** Time that passes while the engine is there is counted by the monotonic clock: no timeout comes early because a wall clock jumped. */
  #judgeTime(process: SimulatedProcess, { kind }: ToldOutcome): string | null {
    // Its timeout can pass while its end is counted: without the exit file nobody knows better.
    if (kind !== 'timedOut' || process.exitLost) return null;
    const step = stepById(this.#world.made.workflow, process.stepId);
    const limitMs = this.#limitMs(process);
    // A check may have waited for its tool, which counts.
    if (limitMs === null || step?.stepTimeoutMs !== null || process.checkRun !== null) return null;
    if (process.watchedSinceMs !== process.startedMs) return null;
    const ranMs = process.endedMs - process.startedMs;
    return ranMs < limitMs - slackMs ? `it ran for only ${String(ranMs)} of ${String(limitMs)} ms` : null;
  }
}

function judgeUnstarted(kind: string): string | null {
  return /^(succeeded|exitNonZero|outputInvalid|judged)$/.test(kind) ? 'it was never started' : null;
}

/** What a line of the trace says of an event. */
function tail(payload: Readonly<Record<string, unknown>>): string {
  const { from, to, outcome } = payload as Readonly<Record<string, string | null>>;
  const words = [payload['step_id'], to === undefined ? undefined : `${from ?? 'nothing'} -> ${to ?? ''}`];
  if (outcome !== undefined) words.push(JSON.stringify(outcome));
  return words
    .filter((word) => typeof word === 'string')
    .map((word) => ` ${word}`)
    .join('');
}
