import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runMachine } from '../../machines/run.ts';
import { stepMachine } from '../../machines/step.ts';
import { chartOf } from '../../src/charts/chart-of.ts';
import { transitionKey, transitionsOf } from '../../src/charts/chart.ts';
import { takenStepTransitions } from '../../src/history/taken-step-transitions.ts';
import { takenTransitions } from '../../src/history/taken-transitions.ts';
import { kindsOfSteps, play } from './taken-transitions-game.ts';
import type { GameRules, Played } from './taken-transitions-game.ts';

const runChart = chartOf(runMachine);
const stepChart = chartOf(stepMachine);
const keysOf = (chart: typeof runChart): string[] => transitionsOf(chart).map(transitionKey);

/** A transition without target and actions takes an event to do nothing; no entry tells of that. */
const untold = new Set(
  transitionsOf(runChart).flatMap((each) => (each.targets.length + each.actions.length === 0 ? [transitionKey(each)] : [])),
);
const pausesAgain = 'run.running xstate.done.actor.step.* 1';
const endsStill = 'run.running xstate.done.actor.step.* 2';

function without(counts: ReadonlyMap<string, number>, left: ReadonlySet<string>): Record<string, number> {
  return Object.fromEntries([...counts].filter(([key]) => !left.has(key)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function check({ events, taken }: Played): void {
  const ofRun = takenTransitions(runChart, events);
  const open = new Set([...untold, pausesAgain, endsStill]);
  expect(without(ofRun, open)).toEqual(without(taken.run, open));
  for (const key of [pausesAgain, endsStill]) expect(ofRun.get(key) ?? 0).toBeLessThanOrEqual(taken.run.get(key) ?? 0);
  expect(without(takenStepTransitions(stepChart, events), new Set())).toEqual(without(taken.step, new Set()));
}

describe('what a run has taken, as its audit trail tells', () => {
  test('is what its actors took, for every transition that leaves an entry', async () => {
    const seen = new Set<string>();
    const game = fc.record({
      input: fc.record({
        onFailure: fc.constantFrom('fail_fast', 'continue', 'escalate'),
        timeoutMs: fc.constantFrom(null, 1000),
        total: fc.constantFrom(1, 3, 12),
      }),
      kinds: fc.subarray([...kindsOfSteps], { minLength: 1, maxLength: 3 }),
      choices: fc.array(fc.nat({ max: 10_000 }), { minLength: 12, maxLength: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(game, async ({ choices, ...rules }) => {
        const played = await play({ ...rules, choices: [0, ...choices] } as GameRules);
        for (const key of [...played.taken.run.keys(), ...played.taken.step.keys()]) seen.add(key);
        check(played);
      }),
      { numRuns: 150, seed: 6 },
    );
    // A game that went nowhere would prove nothing.
    const all = [...keysOf(runChart), ...keysOf(stepChart)].filter((key) => !untold.has(key));
    expect(all.filter((key) => seen.has(key)).length / all.length).toBeGreaterThan(0.65);
  });
});
