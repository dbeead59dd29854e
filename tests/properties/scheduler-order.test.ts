import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Game } from './scheduler-game.ts';
import { ancestorsOf, made, naiveStatus, naiveVerdict } from './scheduler-model.ts';

/** Every step takes at most a decision, a take and an end. */
const movesOf = (steps: number): number => 3 * steps + 3;

describe('whatever the workflow, and however its steps end', () => {
  test('a step is given when all before it has ended, once, the longest chain first, and every step ends', () => {
    fc.assert(
      fc.property(made(), (workflow) => {
        const game = new Game(workflow);
        const { choices, steps } = workflow;
        for (let move = 0; !game.isOver && move < movesOf(steps.length); move++) game.move(choices[move % choices.length] ?? 0);
        expect(game.isOver).toBe(true);
        game.decide();
        expect(game.take()).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });

  test('exactly those steps run for which their needs and conditions speak', () => {
    fc.assert(
      fc.property(made(), (workflow) => {
        const game = new Game(workflow);
        const { choices, steps } = workflow;
        for (let move = 0; !game.isOver; move++) game.move(choices[move % choices.length] ?? 0);
        steps.forEach((_, position) => {
          const ran = naiveVerdict(workflow, position, naiveStatus(workflow, position, game.ends)) === 'run';
          expect(game.taken.includes(position)).toBe(ran);
          if (!ran) expect(game.ends.get(position)).toBe('skipped');
        });
      }),
    );
  });

  test('stopping at any moment cancels what waits and is no cleanup, and cleanup comes after all before it', () => {
    fc.assert(
      fc.property(made(), fc.nat(30), (workflow, stopAt) => {
        const game = new Game(workflow);
        const { choices, steps } = workflow;
        const last = movesOf(steps.length) + stopAt;
        for (let move = 0; (!game.isOver || !game.stopped) && move <= last; move++) {
          if (move === Math.min(stopAt, last)) game.stop();
          else game.move(choices[move % choices.length] ?? 0);
        }
        expect([game.isOver, game.stopped]).toEqual([true, true]);
        const order = game.taken;
        for (const position of order) {
          const before = ancestorsOf(workflow, position).filter((ancestor) => order.includes(ancestor));
          expect(before.every((ancestor) => order.indexOf(ancestor) < order.indexOf(position))).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });
});
