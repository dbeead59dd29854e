import { expect } from 'vitest';
import { Scheduler, type Settled } from '../../src/engine/scheduler.ts';
import type { Plan, StepEndState } from '../../src/workflow/model.ts';
import { planOf } from '../unit/engine/plan-fixture.ts';
import { ancestorsOf, isCleanup, naiveStatus, naiveVerdict, needsOf, type Made } from './scheduler-model.ts';

/** Drives a scheduler through a made-up workflow, and checks all that it says against what the ends alone say. */
export class Game {
  readonly plan: Plan;
  readonly ends = new Map<number, StepEndState>();
  readonly running: number[] = [];
  readonly taken: number[] = [];
  readonly ready = new Set<number>();
  readonly #workflow: Made;
  #schedulers: Scheduler[];
  stopped = false;

  constructor(workflow: Made) {
    this.#workflow = workflow;
    this.plan = planOf(needsOf(workflow));
    this.#schedulers = [this.#newScheduler()];
  }

  /** Steps that have neither run nor ended. */
  get waiting(): number {
    return this.#workflow.steps.length - this.ends.size - this.running.length;
  }

  /** A second scheduler, restored from the ends and the running steps, plays along from now on. */
  restore(): void {
    const restored = this.#newScheduler();
    restored.restore(this.ends, this.running);
    this.#schedulers = [...this.#schedulers.slice(0, 1), restored];
  }

  /** Decides about every step that can be decided about. */
  decide(): void {
    const settled = this.#all((scheduler) => this.#decideOne(scheduler));
    for (const { position } of settled) expect(this.ends.has(position)).toBe(true);
    this.#compareCounts();
  }

  /** Takes the next step, which must be the right one. */
  take(): number | undefined {
    const position = this.#all((scheduler) => scheduler.take());
    expect(position).toBe(this.#first());
    if (position === undefined) return undefined;
    expect(ancestorsOf(this.#workflow, position).filter((before) => !this.ends.has(before))).toEqual([]);
    expect(this.taken).not.toContain(position);
    this.ready.delete(position);
    this.taken.push(position);
    this.running.push(position);
    this.#compareCounts();
    return position;
  }

  /** Ends one of the running steps as the workflow says. */
  end(choice: number): void {
    const [position] = this.running.splice(choice % this.running.length, 1);
    if (position === undefined) return;
    const end = this.#workflow.steps[position]?.end ?? 'succeeded';
    this.ends.set(position, end);
    this.#all((scheduler) => scheduler.settle(position, end));
  }

  /** The run is stopping: exactly what is no cleanup is canceled, at once. */
  stop(): void {
    this.stopped = true;
    const waiting = this.#workflow.steps
      .map((_, position) => position)
      .filter((position) => !this.ends.has(position) && !this.running.includes(position));
    const settled = this.#all((scheduler) => scheduler.stop((position) => isCleanup(this.#workflow, position)));
    const refused = waiting.filter((position) => !isCleanup(this.#workflow, position));
    expect(settled.map(({ position }) => position).sort((a, b) => a - b)).toEqual(refused);
    expect(settled.every(({ end }) => end === 'canceled')).toBe(true);
    for (const position of refused) this.ends.set(position, 'canceled');
    this.ready.clear();
  }

  /** What happens next, by the choice: something is taken, or something that runs ends. */
  move(choice: number): void {
    this.decide();
    if (choice % 2 === 0 && this.take() !== undefined) return;
    if (this.running.length > 0) this.end(choice);
    else this.take();
  }

  /** Nothing waits and nothing runs. */
  get isOver(): boolean {
    return this.ends.size === this.#workflow.steps.length;
  }

  #newScheduler(): Scheduler {
    return new Scheduler(this.plan, {
      tolerates: (position) => this.#workflow.steps[position]?.tolerated === true,
      rank: (position) => Number(this.#asks(position)),
    });
  }

  readonly #asks = (position: number): boolean => this.#workflow.steps[position]?.asks === true;

  /** The step that is to be taken next: questions, then the longest chain, then the order of the file. */
  #first(): number | undefined {
    const height = (position: number): number => this.plan.height[position] ?? 0;
    const order = (a: number, b: number): number =>
      Number(this.#asks(b)) - Number(this.#asks(a)) || height(b) - height(a) || a - b;
    return [...this.ready].sort(order)[0];
  }

  /** Asks both schedulers, when there are two, and lets neither say anything that the other does not. */
  #all<Answer>(ask: (scheduler: Scheduler) => Answer): Answer {
    const [first, ...others] = this.#schedulers.map(ask);
    for (const other of others) expect(inOrder(other)).toEqual(inOrder(first));
    return first as Answer;
  }

  #decideOne(scheduler: Scheduler): Settled[] {
    const settled = scheduler.decide((position, status) => {
      expect(status).toEqual(naiveStatus(this.#workflow, position, this.ends));
      const verdict = naiveVerdict(this.#workflow, position, status);
      if (verdict === 'run') this.ready.add(position);
      else this.ends.set(position, 'skipped');
      return verdict;
    });
    for (const { position, end } of settled) expect(scheduler.endOf(position)).toBe(end);
    return settled;
  }

  #compareCounts(): void {
    const seen = this.#all((scheduler) => [scheduler.waitingCount, scheduler.next()]);
    expect(seen).toEqual([this.waiting, this.#first()]);
  }
}

// A restored scheduler may come to the same steps in another order; who is settled with what must be the same.
function inOrder(answer: unknown): unknown {
  return Array.isArray(answer) && typeof answer[0] === 'object'
    ? (answer as Settled[]).toSorted((a, b) => a.position - b.position)
    : answer;
}
