import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { mutantReport } from '../mutants/mutants.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Every how many mutants one is tried here; `npm run mutants` tries all. A prime, so that the sample has some of each state and kind. */
const nth = 17;

describe.each(['run', 'step'])('the generated test of the machine %s', (name) => {
  it('passes with the machine, and fails for at least 94 % of its single-edge mutants', async () => {
    const { killed, all, passesUnmutated, kinds } = await mutantReport(root, name, nth);
    expect(passesUnmutated).toBe(true);
    expect([...kinds.keys()].toSorted()).toEqual(['delete', 'drop action', 'drop guard', 'retarget']);
    expect(killed / all).toBeGreaterThanOrEqual(0.94);
  });
});
