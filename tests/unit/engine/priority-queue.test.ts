import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PriorityQueue } from '../../../src/engine/priority-queue.ts';

const ascending = (a: number, b: number): number => a - b;

describe('a priority queue', () => {
  test('that is empty gives nothing', () => {
    const queue = new PriorityQueue(ascending);
    expect([queue.pop(), queue.peek(), queue.size]).toEqual([undefined, undefined, 0]);
  });

  test('gives its only position back and is empty then', () => {
    const queue = new PriorityQueue(ascending);
    queue.push(7);
    expect([queue.size, queue.pop(), queue.size, queue.pop()]).toEqual([1, 7, 0, undefined]);
  });

  test('gives in order what was pushed, whatever comes between', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(50), { freq: 3 }), { maxLength: 200 }), (script) => {
        const queue = new PriorityQueue(ascending);
        const model: number[] = [];
        for (const pushed of script) {
          if (pushed === null) expect(queue.pop()).toBe(model.shift());
          else {
            queue.push(pushed);
            model.push(pushed);
            model.sort(ascending);
          }
          expect([queue.size, queue.peek()]).toEqual([model.length, model[0]]);
        }
        expect(Array.from(model, () => queue.pop())).toEqual(model);
      }),
    );
  });

  test('goes by the order it was given', () => {
    const queue = new PriorityQueue((a, b) => b - a);
    for (const position of [3, 1, 4, 1, 5, 9, 2, 6]) queue.push(position);
    expect(Array.from({ length: 8 }, () => queue.pop())).toEqual([9, 6, 5, 4, 3, 2, 1, 1]);
  });
});
