import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Game } from './scheduler-game.ts';
import { made } from './scheduler-model.ts';

/** A crash before that move, with the decisions that were due made already or not. */
const crash = fc.record({ move: fc.nat(40), decided: fc.boolean() });

test('a scheduler that is restored at any moment goes on exactly like the one that was not interrupted', () => {
  fc.assert(
    fc.property(made(), fc.array(crash, { minLength: 1, maxLength: 4 }), fc.option(fc.nat(40)), (workflow, crashes, stopAt) => {
      const game = new Game(workflow);
      const { choices } = workflow;
      for (let move = 0; !game.isOver && move < 200; move++) {
        const here = crashes.find((each) => each.move === move);
        if (here?.decided === true) game.decide();
        if (here !== undefined) game.restore();
        if (move === stopAt) game.stop();
        game.move(choices[move % choices.length] ?? 0);
      }
      expect(game.isOver).toBe(true);
    }),
    { numRuns: 150 },
  );
});
