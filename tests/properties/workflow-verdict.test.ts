import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Dispatcher, type RunPosture } from '../../src/engine/dispatcher.ts';
import { noRouting } from '../../src/routing/run-routing.ts';
import type { LoadedRun } from '../../src/engine/loaded-run.ts';
import type { Plan, StepEndState, Value, Workflow } from '../../src/workflow/model.ts';
import { loadWorkflow } from '../../src/workflow/load.ts';
import { endConditions } from '../../src/workflow/verdict/ends-if.ts';
import { Flow } from '../../src/workflow/verdict/flow.ts';
import { consequencesOf } from '../../src/workflow/verdict/if-it-fails.ts';
import { neverRuns } from '../../src/workflow/verdict/never-runs.ts';
import { runId } from '../unit/engine/run-fixture.ts';

const conditions = [
  'always()',
  'failure()',
  'success()',
  'cancelled()',
  '!success()',
  'false',
  'params.fast',
  '!params.fast',
  "params.target == 'prod'",
  "params.target != 'prod'",
  "params.target == 'Test' || failure()",
  'params.count > 3',
  'params.count <= 3 && params.count >= 1',
  "contains(params.free, 'a')",
  "steps.NEED.state == 'failed'",
  "always() && steps.NEED.state == 'skipped'",
  'always() && steps.NEED.outputs.ok',
  'steps.NEED.outputs.ok == false',
];

function ifOf(source: string | null | undefined): string {
  return source === null || source === undefined ? '' : `, if: ${JSON.stringify(source)}`;
}

interface Game {
  readonly workflow: Workflow;
  readonly plan: Plan;
  readonly params: Readonly<Record<string, Value>>;
  readonly choices: readonly number[];
  readonly stopAfter: number;
}

const sketch = fc.record({
  links: fc.array(fc.nat(), { maxLength: 3 }),
  condition: fc.option(fc.constantFrom(...conditions), { freq: 2 }),
  tolerated: fc.boolean(),
  asks: fc.constantFrom(false, false, false, true),
  isBounded: fc.constantFrom(true, true, false),
});

const game: fc.Arbitrary<Game> = fc
  .record({
    sketches: fc.array(sketch, { minLength: 1, maxLength: 9 }),
    onFailure: fc.constantFrom('fail_fast', 'continue', 'escalate'),
    isTimed: fc.boolean(),
    params: fc.record({
      fast: fc.boolean(),
      target: fc.constantFrom('prod', 'PROD', 'test', 'else'),
      count: fc.integer({ min: 0, max: 6 }),
      free: fc.constantFrom('a', 'b', ''),
    }),
    choices: fc.array(fc.nat(1000), { minLength: 30, maxLength: 30 }),
    stopAfter: fc.nat(14),
  })
  .map(({ sketches, onFailure, isTimed, ...rest }) => {
    const steps = sketches.map(({ links, condition, tolerated, asks, isBounded }, index) => {
      const needs = index === 0 ? [] : [...new Set(links.map((link) => `s${String(link % index)}`))];
      const need = needs[0] ?? '';
      const hasOutputs = sketches[Number(need.slice(1))]?.asks === false;
      const fits = condition?.includes('NEED') !== true || (need !== '' && (hasOutputs || !condition.includes('outputs')));
      const source = fits ? condition?.replace('NEED', need) : null;
      const action = asks ? 'approve: go on' : 'run: "true", outputs: { ok: boolean }';
      const outputs = `s${String(index)}: { ${action}, needs: [${needs.join(', ')}], continue_on_error: ${String(tolerated)}`;
      return `  ${outputs}${isBounded ? ', timeout: 1s' : ''}${ifOf(source)} }`;
    });
    const params =
      'params: { fast: { type: boolean }, target: { type: string }, count: { type: integer, minimum: 0 }, free: { type: string } }';
    const text = `name: made\non_failure: ${onFailure}\n${isTimed ? 'timeout: 1m\n' : ''}${params}\nsteps:\n${steps.join('\n')}\n`;
    const loaded = loadWorkflow({ path: 'made.yaml', text });
    if (!loaded.ok) throw new Error(`${text}\n${JSON.stringify(loaded.diagnostics)}`);
    return { workflow: loaded.workflow, plan: loaded.plan, ...rest };
  });

/** Plays a workflow through the real dispatcher: who ends when, and how, is chosen; the run stops as its chart would have it. */
class Play {
  readonly ends = new Map<string, StepEndState>();
  readonly started = new Set<string>();
  readonly #game: Game;
  readonly #dispatcher: Dispatcher;
  readonly #running: string[] = [];
  #posture: RunPosture = { stopping: 'no', canceling: false, reason: null };
  #moves = 0;

  constructor(game: Game) {
    this.#game = game;
    const { workflow, plan, params } = game;
    const run = { runId, workflow, plan, params, routing: noRouting, maxParallel: 3 } as unknown as LoadedRun;
    this.#dispatcher = new Dispatcher(run);
  }

  /** The steps that have started and not ended. */
  get running(): readonly string[] {
    return this.#running;
  }

  /** Every step fails, and one without a timeout does not end; the timeout of the workflow comes when nothing else does, or after so many moves. */
  drag(timeoutAfter: number): this {
    const { workflow, plan } = this.#game;
    const ends = (id: string): boolean => workflow.steps[plan.indexOf.get(id) ?? 0]?.timeoutMs !== null;
    for (;;) {
      for (const { stepId, end } of this.#dispatcher.settle(this.#posture)) this.ends.set(stepId, end);
      const isOver = workflow.timeoutMs !== null && this.#posture.stopping === 'no';
      if (isOver && this.#moves++ === timeoutAfter) this.#stop({ stopping: 'cleanup', canceling: false, reason: 'out of time' });
      else if (this.#start()) continue;
      else {
        const index = this.#running.findIndex(ends);
        const [stepId] = index < 0 ? [] : this.#running.splice(index, 1);
        if (stepId !== undefined) this.#end(stepId, 'failed');
        else if (isOver) this.#moves = timeoutAfter;
        else return this;
      }
    }
  }

  /** Ends every step as `outcomeOf` says; with `cancelAfter` a person cancels the run after so many moves. */
  finish(outcomeOf: (id: string) => 'succeeded' | 'failed', cancelAfter: number | null = null): this {
    for (;;) {
      if (this.#moves === cancelAfter) this.#stop({ stopping: 'cleanup', canceling: true, reason: 'enough' });
      for (const { stepId, end } of this.#dispatcher.settle(this.#posture)) this.ends.set(stepId, end);
      const choice = this.#game.choices[this.#moves++ % this.#game.choices.length] ?? 0;
      if (choice % 2 === 0 && this.#start()) continue;
      const [stepId] = this.#running.splice(choice % Math.max(1, this.#running.length), 1);
      if (stepId !== undefined) this.#end(stepId, outcomeOf(stepId));
      else if (!this.#start()) return this;
    }
  }

  #start(): boolean {
    const next = this.#dispatcher.take((needs) => needs === 'person' || this.#running.length < 3);
    if (next === undefined) return false;
    // A condition that cannot be evaluated ends its step before it is executed.
    if (this.#dispatcher.inputOf(next.stepId, 0).obstacle !== null) this.#end(next.stepId, 'failed');
    else {
      this.started.add(next.stepId);
      this.#running.push(next.stepId);
    }
    return true;
  }

  #end(stepId: string, end: 'succeeded' | 'failed' | 'canceled'): void {
    const { workflow, plan, choices } = this.#game;
    const position = plan.indexOf.get(stepId) ?? 0;
    this.ends.set(stepId, end);
    const outputs = end === 'succeeded' ? { ok: (choices[position] ?? 0) % 2 === 0 } : {};
    const declares = Object.keys(workflow.steps[position]?.outputs ?? {}).length > 0;
    this.#dispatcher.ended(stepId, end, declares ? outputs : {});
    const counts = end === 'failed' && workflow.steps[position]?.continueOnError === false;
    if (counts && workflow.onFailure === 'fail_fast' && this.#posture.stopping === 'no')
      this.#stop({ stopping: 'cleanup', canceling: false, reason: 'a step failed' });
  }

  #stop(posture: RunPosture): void {
    this.#posture = posture;
    for (const stepId of this.#running.splice(0)) this.#end(stepId, 'canceled');
  }
}

describe('the verdict on a workflow', () => {
  test('names no step as never running that the scheduler starts', () => {
    fc.assert(
      fc.property(game, fc.boolean(), (made, cancels) => {
        const never = new Set(neverRuns(new Flow(made.workflow, made.plan)).steps.map(({ position }) => made.plan.ids[position]));
        const fails = (id: string): boolean => (made.choices[(made.plan.indexOf.get(id) ?? 0) + 9] ?? 0) % 3 === 0;
        const play = new Play(made).finish((id) => (fails(id) ? 'failed' : 'succeeded'), cancels ? made.stopAfter : null);
        expect([...play.started].filter((id) => never.has(id as never))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test('says that a run always ends only where it ends against all odds', () => {
    let always = 0;
    fc.assert(
      fc.property(game, (made) => {
        const unbounded = made.workflow.steps.flatMap(({ id, timeoutMs }) => (timeoutMs === null ? [id] : []));
        if (endConditions(made.workflow, unbounded, false).length > 0) return;
        always += 1;
        expect(new Play(made).drag(made.stopAfter).running).toEqual([]);
      }),
      { numRuns: 150 },
    );
    expect(always).toBeGreaterThan(5);
  });

  test('agrees with the scheduler about what follows when one step fails', () => {
    fc.assert(
      fc.property(game, fc.nat(), (made, pick) => {
        const { plan } = made;
        const failing = pick % plan.ids.length;
        const well = new Play(made).finish(() => 'succeeded');
        const found = consequencesOf(new Flow(made.workflow, plan))[failing] ?? null;
        const failingId = plan.ids[failing] ?? '';
        if (found === null) {
          expect(well.started.has(failingId)).toBe(false);
          return;
        }
        if (!well.started.has(failingId)) return;
        const bad = new Play(made).finish((id) => (id === failingId ? 'failed' : 'succeeded'));
        const ids = (positions: readonly number[]): string[] => positions.map((position) => plan.ids[position] ?? '');
        const wouldRun = (positions: readonly number[]): string[] => ids(positions).filter((id) => well.started.has(id));
        for (const id of wouldRun(found.skipped)) expect([id, bad.ends.get(id)]).toEqual([id, 'skipped']);
        for (const id of wouldRun(found.canceled)) expect([id, bad.ends.get(id)]).toEqual([id, 'canceled']);
        for (const id of ids(found.runsThen)) expect(well.started.has(id)).toBe(false);
        const told = new Set(ids([...found.skipped, ...found.canceled, ...found.perhaps, failing]));
        const lost = [...well.started].filter((id) => bad.ends.get(id) === 'skipped' || bad.ends.get(id) === 'canceled');
        expect(lost.filter((id) => !told.has(id))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
