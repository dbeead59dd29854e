import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createActor, fromPromise, type Actor, type AnyActorRef, type InspectionEvent } from 'xstate';
import { runMachine } from '../../machines/run.ts';
import type { RunEvent } from '../../machines/run-model.ts';
import { stepMachine } from '../../machines/step.ts';
import type { StepEnd } from '../../machines/step-model.ts';
import { Dispatcher, type RunPosture } from '../../src/engine/dispatcher.ts';
import type { LoadedRun } from '../../src/engine/loaded-run.ts';
import { statePath } from '../../src/engine/run-event.ts';
import { always, condition, loadedRun, onFailure, type StepSketch } from '../unit/engine/run-fixture.ts';
import { isCleanup, made, type If, type Made } from './scheduler-model.ts';

const policies = ['fail_fast', 'continue', 'escalate'] as const;
const never = condition(() => false);
const conditions: Readonly<Record<If, StepSketch['if']>> = { none: null, always, failure: onFailure, false: never };
const commands = ['CANCEL', 'PAUSE', 'UNPAUSE', 'QUARANTINE', 'xstate.done.actor.deadline', 'HOLD'] as const;
const types = { slot: 'DISPATCH', person: 'ASK' } as const;

const question = { kind: 'approve', question: ['ok?'], byDefault: 'reject' } as const;

/** A run machine, a dispatcher, and an executor that ends what runs, and answers what is asked, when it is told to. */
class FakeEngine {
  readonly root: Actor<typeof runMachine>;
  readonly dispatcher: Dispatcher;
  readonly workflow: Made;
  readonly #run: LoadedRun;
  mostRunning = 0;

  constructor(workflow: Made, policy: (typeof policies)[number], maxParallel: number) {
    this.workflow = workflow;
    const sketches = workflow.steps.map((step) => ({
      needs: step.needs,
      continueOnError: step.tolerated,
      if: conditions[step.if] ?? null,
      ...(step.asks ? { action: question } : {}),
    }));
    this.#run = loadedRun(sketches, { maxParallel });
    this.dispatcher = new Dispatcher(this.#run);
    const nothing = <Input, Output>() => fromPromise<Output, Input>(() => new Promise(() => undefined));
    const step = stepMachine.provide({
      actors: { route: nothing(), attempt: nothing(), stopAttempt: nothing(), validate: nothing(), sleepUntil: nothing() },
    });
    const input = { runId: 'run', total: workflow.steps.length, maxParallel, onFailure: policy, timeoutMs: 1000, meters: [] };
    this.root = createActor(runMachine.provide({ actors: { step, sleepUntil: nothing() } }), {
      input,
      inspect: (event) => this.#watch(event),
    });
    this.root.start();
    this.root.send({ type: 'START', nowMs: 0 });
  }

  get ended(): boolean {
    return this.root.getSnapshot().hasTag('ended');
  }

  get running(): readonly string[] {
    return this.root.getSnapshot().context.active;
  }

  get held(): readonly string[] {
    return this.root.getSnapshot().context.held;
  }

  get asking(): readonly string[] {
    return this.root.getSnapshot().context.awaiting.map((step) => step.stepId);
  }

  /** The end of a turn: settles and dispatches all that the chart lets through. */
  turn(): void {
    const settled = this.dispatcher.settle(this.#posture());
    if (settled.length > 0) {
      const canceled = settled.filter(({ end }) => end === 'canceled').length;
      this.root.send({ type: 'SETTLE', skipped: settled.length - canceled, canceled });
    }
    const mayStart = (needs: 'slot' | 'person'): boolean => this.root.getSnapshot().can({ type: types[needs] } as RunEvent);
    for (let next = this.dispatcher.take(mayStart); next !== undefined; next = this.dispatcher.take(mayStart)) {
      const { stepId, needs } = next;
      const input = this.dispatcher.inputOf(stepId, 0);
      this.root.send({ type: types[needs], stepId, input: this.#isRouted(stepId) ? { ...input, toolId: null } : input });
    }
    if (!this.dispatcher.hasReady && !this.ended) this.root.send({ type: 'IDLE' });
    this.mostRunning = Math.max(this.mostRunning, this.running.length);
  }

  /** One of the running steps ends: as the workflow says, or canceled where the run told it to stop. */
  endOne(choice: number): void {
    const stepId = this.running[choice % this.running.length];
    const position = this.#run.plan.indexOf.get(stepId ?? '') ?? 0;
    const { end, tolerated } = this.workflow.steps[position] ?? { end: 'failed' as const, tolerated: false };
    const stopping = this.root.getSnapshot().hasTag('stopping') && !isCleanup(this.workflow, position);
    const output: StepEnd = {
      stepId: stepId ?? '',
      end: stopping ? 'canceled' : end,
      tolerated: !stopping && end === 'failed' && tolerated,
    };
    this.dispatcher.ended(output.stepId, output.end, {});
    this.root.send({
      type: `xstate.done.actor.step.${output.stepId}`,
      actorId: `step.${output.stepId}`,
      output,
    } as unknown as RunEvent);
  }

  /** One of the running steps that are routed is over budget: it is held, unless the run is stopping and cancels it. */
  holdOne(choice: number): void {
    const routed = this.running.filter((stepId) => this.#isRouted(stepId));
    const stepId = routed[choice % routed.length];
    if (stepId === undefined) return;
    const isStopping = this.root.getSnapshot().hasTag('stopping');
    this.root.send({ type: 'HOLD', stepId, reason: 'the budget is used up' });
    expect(this.held.includes(stepId)).toBe(!isStopping);
    expect(this.running).not.toContain(stepId);
  }

  /** A person answers one of the questions as the workflow says. */
  answerOne(choice: number): void {
    const stepId = this.asking[choice % this.asking.length] ?? '';
    const position = this.#run.plan.indexOf.get(stepId) ?? 0;
    const answer = {
      type: 'ANSWER',
      stepId,
      approved: this.workflow.steps[position]?.end === 'succeeded',
      comment: null,
    } as const;
    expect(this.root.getSnapshot().can(answer)).toBe(true);
    this.root.send(answer);
    if (!this.ended) expect(this.root.getSnapshot().can(answer)).toBe(false);
  }

  /** What happens next by the choice: now and then a command, else a step ends; a run that only waits for a person is let go on. */
  move(choice: number, isCalm: boolean): void {
    const command = isCalm ? undefined : commands[choice % 16];
    if (command === 'HOLD') this.holdOne(choice);
    else if (command !== undefined) this.root.send({ type: command, reason: 'asked', nowMs: 0 } as RunEvent);
    else if (this.asking.length > 0 && (this.running.length === 0 || choice % 2 === 0)) this.answerOne(choice);
    else if (this.running.length > 0) this.endOne(choice);
    else this.root.send({ type: 'UNPAUSE', nowMs: 0 });
  }

  /** Every other step waits for a tool: canceled, it is gone at once. */
  #isRouted(stepId: string): boolean {
    return Number(this.#run.plan.indexOf.get(stepId)) % 2 === 1;
  }

  /** Questions and waits end by themselves: answered, or canceled with the run. */
  #watch(event: InspectionEvent): void {
    if (event.type !== '@xstate.microstep' || !(event.actorRef as AnyActorRef).id.startsWith('step.')) return;
    const { status, output } = event.snapshot as { status: string; output?: StepEnd };
    if (status === 'done' && output !== undefined) this.dispatcher.ended(output.stepId, output.end, {});
  }

  #posture(): RunPosture {
    const snapshot = this.root.getSnapshot();
    const stopping =
      snapshot.hasTag('abandoning') || snapshot.hasTag('ended') ? 'all' : snapshot.hasTag('stopping') ? 'cleanup' : 'no';
    return { stopping, canceling: snapshot.matches({ running: 'canceling' }), reason: snapshot.context.reason };
  }
}

const cases = fc.record({
  workflow: made(12),
  policy: fc.constantFrom(...policies),
  maxParallel: fc.integer({ min: 1, max: 4 }),
  commanded: fc.nat(12),
});

describe('the chart of a run with its dispatcher, whatever happens', () => {
  test('never runs more than max_parallel steps, always ends, and its counters are those of the steps', () => {
    fc.assert(
      fc.property(cases, ({ workflow, policy, maxParallel, commanded }) => {
        const engine = new FakeEngine(workflow, policy, maxParallel);
        const moves = 4 * workflow.steps.length + 4 * commanded + 20;
        for (let move = 0; move < moves && !engine.ended; move++) {
          engine.turn();
          expect(engine.running.length + engine.held.length).toBeLessThanOrEqual(maxParallel);
          const { total, waiting, succeeded, failed, skipped, canceled } = engine.root.getSnapshot().context;
          const open = waiting + engine.running.length + engine.held.length + engine.asking.length;
          expect(open + succeeded + failed + skipped + canceled).toBe(total);
          if (!engine.ended) engine.move(workflow.choices[move % workflow.choices.length] ?? 0, move >= commanded);
        }
        expect(statePath(engine.root.getSnapshot().value)).toMatch(/^(succeeded|failed|canceled|quarantined)$/);
        const { context } = engine.root.getSnapshot();
        const states = Object.values(engine.dispatcher.results).map(({ state }) => state);
        const count = (state: string): number => states.filter((each) => each === state).length;
        expect(states).toHaveLength(workflow.steps.length);
        expect(context).toMatchObject({
          succeeded: count('succeeded'),
          failed: count('failed'),
          skipped: count('skipped'),
          canceled: count('canceled'),
          waiting: 0,
          active: [],
          awaiting: [],
          held: [],
        });
      }),
      { numRuns: 120 },
    );
  });

  test('uses every slot when nothing stands in the way', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 12 }), (maxParallel, size) => {
        const steps = Array.from({ length: size }, () => ({
          needs: [],
          end: 'succeeded' as const,
          tolerated: false,
          if: 'none' as const,
          asks: false,
        }));
        const engine = new FakeEngine({ steps, choices: [0] }, 'fail_fast', maxParallel);
        while (!engine.ended) {
          engine.turn();
          if (!engine.ended) engine.endOne(0);
        }
        expect(engine.mostRunning).toBe(Math.min(maxParallel, size));
        expect(engine.root.getSnapshot().value).toBe('succeeded');
      }),
      { numRuns: 40 },
    );
  });
});
