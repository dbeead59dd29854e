import type { AttemptEnd, AttemptSpec } from '../engine/ports.ts';
import type { LoadedRun } from '../engine/loaded-run.ts';
import { stepOf } from '../engine/loaded-run.ts';
import type { Signal } from '../engine/signal.ts';
import { answerOf, behaviourOf, checkBehaviourOf, type Behaviour, type BehaviourSource } from './behaviours.ts';
import { memoryDisk, type MemoryDisk } from './memory-disk.ts';
import { VirtualClock } from './virtual-clock.ts';

/** When every simulated run begins, in milliseconds since 1970: any fixed time will do. */
export const startOfTimeMs = Date.UTC(2026, 0, 1);

/** One execution of a tool. It outlives the engine that started it, as real ones do. */
export interface SimulatedProcess {
  readonly attemptId: string;
  readonly folder: string;
  readonly behaviour: Behaviour;
  /** Null as long as it runs. */
  end: AttemptEnd | null;
  /** Somebody has stopped it: its end is not its own. */
  isStopped: boolean;
  readonly watchers: Set<() => void>;
}

/** What will happen whatever engines do: a process comes to its end, or a person answers. `atMs`: monotonic. */
type Prospect = { readonly atMs: number } & (
  | { readonly kind: 'ends'; readonly attemptId: string }
  | { readonly kind: 'answers'; readonly stepId: string; readonly approves: boolean }
);

/** All that is there beside the engine: time, a disk, processes, and a person who answers. It stays when an engine ends. */
export class SimulatedWorld {
  readonly clock = new VirtualClock(startOfTimeMs);
  /** Answers that no engine has taken in yet, oldest first. */
  readonly inbox: Signal[] = [];
  /** How often a tool was started, by step, or step and check (`build/check lint`). */
  readonly starts = new Map<string, number>();
  /** Called when an answer has come. */
  onAnswer: () => void = () => undefined;
  readonly disk: MemoryDisk;
  readonly #run: LoadedRun;
  readonly #source: BehaviourSource;
  readonly #byAttempt = new Map<string, SimulatedProcess>();
  readonly #byFolder = new Map<string, SimulatedProcess>();
  readonly #living = new Set<SimulatedProcess>();
  readonly #asked = new Set<string>();
  /** In the order in which they came about, as those that are due together happen in it. */
  readonly #prospects = new Set<Prospect>();
  #ids = 0;

  constructor(run: LoadedRun, source: BehaviourSource, disk: MemoryDisk = memoryDisk()) {
    this.#run = run;
    this.#source = source;
    this.disk = disk;
  }

  /** The world as it is without an engine: from now on it changes by itself, and in it happens what would happen here. */
  copy(): SimulatedWorld {
    const copy = new SimulatedWorld(this.#run, this.#source, this.disk.copy());
    copy.clock.moveTo(this.clock.monotonicMs());
    copy.inbox.push(...this.inbox);
    for (const [name, count] of this.starts) copy.starts.set(name, count);
    for (const stepId of this.#asked) copy.#asked.add(stepId);
    // Whoever has ended changes no more, so both worlds may have it.
    for (const process of this.#byAttempt.values())
      copy.#keep(process.end === null ? { ...process, watchers: new Set() } : process);
    for (const prospect of this.#prospects) copy.#expect(prospect);
    copy.#ids = this.#ids;
    return copy;
  }

  /** A new ulid, greater than all before. */
  ulid(): string {
    this.#ids += 1;
    return String(this.#ids).padStart(26, '0');
  }

  find(attemptId: string): SimulatedProcess | undefined {
    return this.#byAttempt.get(attemptId);
  }

  /** The process whose files are in that folder. */
  inFolder(folder: string): SimulatedProcess | undefined {
    return this.#byFolder.get(folder);
  }

  /** The processes that run. */
  living(): readonly SimulatedProcess[] {
    return [...this.#living];
  }

  /** Begins what an attempt, or a check of one, is said to do. */
  start({ attemptId, folder, env, action }: AttemptSpec): SimulatedProcess {
    const stepId = action.kind === 'function' ? action.stepId : env['STATEYARD_STEP_ID'];
    const behaviour = this.#behaviourOf(stepId ?? '', env);
    const process: SimulatedProcess = { attemptId, folder, behaviour, end: null, isStopped: false, watchers: new Set() };
    this.#keep(process);
    this.#expect({ kind: 'ends', atMs: this.clock.monotonicMs() + behaviour.durationMs, attemptId });
    return process;
  }

  /** Ends a process at once. */
  stop(process: SimulatedProcess): void {
    if (process.end !== null) return;
    process.isStopped = true;
    this.#finish(process, { outcome: { kind: 'signaled', signal: 'SIGTERM', exitCode: 143 }, endedAtMs: this.clock.nowMs() });
  }

  /** A step asks a person: the answer comes in time, once, however often the same question is heard. */
  ask(stepId: string): void {
    if (this.#asked.has(stepId)) return;
    this.#asked.add(stepId);
    const { delayMs, approves } = answerOf(this.#source, stepOf(this.#run, stepId));
    this.#expect({ kind: 'answers', atMs: this.clock.monotonicMs() + delayMs, stepId, approves });
  }

  #behaviourOf(stepId: string, env: AttemptSpec['env']): Behaviour {
    const step = stepOf(this.#run, stepId);
    const check = env['STATEYARD_CHECK_ID'];
    const name = check === undefined ? step.id : `${step.id}/check ${check}`;
    const start = (this.starts.get(name) ?? 0) + 1;
    this.starts.set(name, start);
    if (check !== undefined) return checkBehaviourOf(this.#source, step, `${check}#${String(start)}`);
    return behaviourOf(this.#source, step, { start, toolId: env['STATEYARD_TOOL_ID'] ?? null });
  }

  #keep(process: SimulatedProcess): void {
    this.#byAttempt.set(process.attemptId, process);
    this.#byFolder.set(process.folder, process);
    if (process.end === null) this.#living.add(process);
  }

  #expect(prospect: Prospect): void {
    this.#prospects.add(prospect);
    this.clock.scheduleFirst(prospect.atMs - this.clock.monotonicMs(), () => {
      this.#prospects.delete(prospect);
      if (prospect.kind === 'ends') this.#endByItself(prospect.attemptId);
      else this.#answer(prospect.stepId, prospect.approves);
    });
  }

  #endByItself(attemptId: string): void {
    const process = this.#byAttempt.get(attemptId);
    if (process === undefined || process.end !== null) return;
    this.#finish(process, { outcome: process.behaviour.outcome, endedAtMs: this.clock.nowMs() });
  }

  #answer(stepId: string, approves: boolean): void {
    const receivedAtMs = this.clock.nowMs();
    this.inbox.push({ id: this.ulid(), command: approves ? 'approve' : 'reject', reason: null, stepId, receivedAtMs });
    this.onAnswer();
  }

  #finish(process: SimulatedProcess, end: AttemptEnd): void {
    process.end = end;
    this.#living.delete(process);
    for (const tell of process.watchers) tell();
    process.watchers.clear();
  }
}
