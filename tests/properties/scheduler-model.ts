import fc from 'fast-check';
import type { NeedsStatus, Verdict } from '../../src/engine/scheduler.ts';
import type { StepEndState } from '../../src/workflow/model.ts';

/** What a step's `if` says: nothing, or what a status function does, or a plain truth. */
export type If = 'none' | 'always' | 'failure' | 'false';

/** One step of a made-up workflow: needs point backwards; `end` is what its execution comes to. */
export interface MadeStep {
  readonly needs: readonly number[];
  readonly end: 'succeeded' | 'failed' | 'canceled';
  readonly tolerated: boolean;
  readonly if: If;
  /** It asks a person: it needs no slot, goes first, and is no cleanup. */
  readonly asks: boolean;
}

/** A made-up workflow with the choices of whoever drives it. */
export interface Made {
  readonly steps: readonly MadeStep[];
  readonly choices: readonly number[];
}

/** Workflows of up to `maxSteps` steps; every acyclic shape can come up, with every end. */
export function made(maxSteps = 16): fc.Arbitrary<Made> {
  const step = fc.record({
    links: fc.array(fc.nat(), { maxLength: 4 }),
    end: fc.constantFrom('succeeded', 'succeeded', 'failed', 'canceled'),
    tolerated: fc.boolean(),
    if: fc.constantFrom<If>('none', 'none', 'none', 'always', 'failure', 'false'),
    asks: fc.constantFrom(false, false, false, true),
  });
  const steps = fc.array(step, { minLength: 1, maxLength: maxSteps }).map((sketches) =>
    sketches.map(({ links, ...sketch }, position): MadeStep => {
      const needs = position === 0 ? [] : [...new Set(links.map((link) => link % position))];
      return { ...sketch, needs };
    }),
  );
  return fc.record({ steps, choices: fc.array(fc.nat(1000), { minLength: 8, maxLength: 40 }) });
}

/** The needs of every step, for a plan. */
export function needsOf({ steps }: Made): number[][] {
  return steps.map(({ needs }) => [...needs]);
}

/** Every step that this one depends on, directly or not, found by walking backwards. */
export function ancestorsOf({ steps }: Made, position: number): number[] {
  const found = new Set<number>();
  const open = [...(steps[position]?.needs ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...(steps[next]?.needs ?? []));
  }
  return [...found].sort((a, b) => a - b);
}

/** How a step stands to its needs, worked out from nothing but the ends. */
export function naiveStatus(workflow: Made, position: number, ends: ReadonlyMap<number, StepEndState>): NeedsStatus {
  const tolerated = (step: number): boolean => workflow.steps[step]?.tolerated === true;
  const isGood = (step: number): boolean => ends.get(step) === 'succeeded' || (ends.get(step) === 'failed' && tolerated(step));
  const blockedBy = workflow.steps[position]?.needs.find((need) => !isGood(need)) ?? null;
  const failure = ancestorsOf(workflow, position).some((step) => ends.get(step) === 'failed' && !tolerated(step));
  return { success: blockedBy === null, failure, blockedBy };
}

/** What becomes of a step whose needs have ended. */
export function naiveVerdict({ steps }: Made, position: number, status: NeedsStatus): Verdict {
  switch (steps[position]?.if) {
    case 'always':
      return 'run';
    case 'failure':
      return status.failure ? 'run' : 'skip';
    case 'false':
      return 'skip';
    default:
      return status.success ? 'run' : 'skip';
  }
}

/** Whether a step still has its turn when the run is stopping. */
export function isCleanup({ steps }: Made, position: number): boolean {
  const step = steps[position];
  return step?.asks === false && (step.if === 'always' || step.if === 'failure');
}
