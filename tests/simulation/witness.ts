import type { RunEventRow } from '../../src/engine/run-event.ts';
import type { SignalAnswer } from '../../src/engine/signal.ts';
import type { StepEndState } from '../../src/workflow/model.ts';
import type { NamedAttempt } from './life-attempts.ts';
import type { Life } from './life.ts';
import { stepById, whyNotStart, type MadeWorkflow } from './made-workflow.ts';
import type { SimulatedDisk } from './simulated-disk.ts';
import type { SimulatedProcess, SimulatedProcesses } from './simulated-processes.ts';
import { SyncedFacts } from './synced-facts.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** The world that a witness stands in. */
export interface WitnessedWorld {
  readonly made: MadeWorkflow;
  readonly disk: SimulatedDisk;
  readonly clock: VirtualClock;
  readonly processes: () => SimulatedProcesses;
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
  /** Acknowledged: events by sequence, steps whose end was told, answers by signal. */
  readonly events = new Map<number, string>();
  readonly ends = new Map<string, string>();
  readonly answers = new Map<string, string>();
  readonly #world: WitnessedWorld;
  readonly #folders = new Set<string>();
  #lastEvent = 0;

  constructor(world: WitnessedWorld) {
    this.#world = world;
  }

  /** A new engine tells its own events, from where it begins. */
  lifeBegins(): void {
    this.#lastEvent = 0;
  }

  /** A tool is about to start. */
  start({ attemptId, stepId, attempt, folder }: NamedAttempt): void {
    const { made, broken, processes, disk } = this.#world;
    const name = `${stepId}.${String(attempt)}`;
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
  }

  /** What the last attempt of a step wrote. */
  outputOf(stepId: string): number | null {
    return [...this.#world.processes().all].findLast((each) => each.stepId === stepId)?.behaviour.value ?? null;
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
    }
  }

  /** A person is told what came of a command. */
  answered(signalId: string, answer: SignalAnswer): void {
    this.facts.update(this.#world.disk);
    if (!this.facts.signals.has(signalId)) this.#world.broken(`signal ${signalId} is answered before it is synced`);
    if (this.answers.has(signalId)) this.#world.broken(`signal ${signalId} is applied twice`);
    this.answers.set(signalId, JSON.stringify(answer));
  }

  /** A process has ended; while an engine watches, never later than its timeout and the grace. */
  ended(process: SimulatedProcess, life: Life | null): void {
    const limitMs = stepById(this.#world.made.workflow, process.stepId)?.timeoutMs ?? null;
    if (limitMs === null || life === null || life.isDead || process.watchedBy !== life.number) return;
    const watchedMs = process.endedMs - process.watchedSinceMs;
    if (watchedMs <= limitMs + this.#world.graceMs + slackMs) return;
    this.#world.broken(
      `${process.stepId}.${String(process.attempt)} ran for ${String(watchedMs)} ms with a timeout of ${String(limitMs)}`,
    );
  }

  #judge({ kind, payload, step_attempt_id: attemptId }: RunEventRow): void {
    const { broken, processes } = this.#world;
    const stepId = String(payload['step_id']);
    if (kind === 'step_state_changed' && /^(succeeded|failed|canceled|skipped)$/.test(String(payload['to']))) {
      if (this.ends.has(stepId)) broken(`${stepId} ends a second time`);
      this.ends.set(stepId, String(payload['to']));
      if (processes().livingOf(stepId).length > 0) broken(`${stepId} is said to have ended while its process lives`);
    }
    if (kind !== 'tool_call_completed' && kind !== 'tool_call_error') return;
    const process = attemptId === null ? undefined : processes().find(attemptId);
    const outcome = (payload['outcome'] ?? { kind: 'succeeded', exitCode: 0 }) as { kind: string; exitCode?: number };
    const name = `${stepId}.${String(payload['attempt'])}`;
    const wrong = process === undefined ? this.#judgeUnstarted(outcome.kind) : this.#judgeOutcome(process, outcome);
    if (wrong !== null) broken(`${name} is said to have ended as ${outcome.kind}, but ${wrong}`);
  }

  #judgeUnstarted(kind: string): string | null {
    return kind === 'succeeded' || kind === 'exitNonZero' || kind === 'outputInvalid' ? 'it was never started' : null;
  }

  #judgeOutcome(process: SimulatedProcess, outcome: { readonly kind: string; readonly exitCode?: number }): string | null {
    const { alive, behaviour, exit } = process;
    if (alive) return 'its process lives';
    const endedItself = exit !== null;
    const code = behaviour.exitCode;
    switch (outcome.kind) {
      case 'succeeded':
      case 'outputInvalid':
        return code === 0 && !process.stopRequested ? null : `its process ended otherwise (${String(code)})`;
      case 'exitNonZero':
        return code === outcome.exitCode ? null : `its exit code is ${String(code)}`;
      case 'interrupted':
        return endedItself ? `it had come to its end with exit code ${String(code)}` : null;
      case 'timedOut':
        if (endedItself) return `it had come to its end with exit code ${String(code)}`;
        return this.#judgeTimeout(process);
      default:
        return null;
    }
  }

  /** Time that passes while the engine is there is counted by the monotonic clock: no timeout comes early because a wall clock jumped. */
  #judgeTimeout(process: SimulatedProcess): string | null {
    const step = stepById(this.#world.made.workflow, process.stepId);
    const limitMs = step?.timeoutMs ?? null;
    if (limitMs === null || step?.stepTimeoutMs !== null || process.watchedSinceMs !== process.startedMs) return null;
    const ranMs = process.endedMs - process.startedMs;
    return ranMs < limitMs - slackMs ? `it ran for only ${String(ranMs)} of ${String(limitMs)} ms` : null;
  }
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
