import { test } from 'vitest';
import { expectLives, longestMs } from './expect-lives.ts';

test.for([10_000, 20_000, 30_000, 40_000, 50_000])(
  'a thousand lives from seed %i on break no promise',
  { timeout: longestMs },
  (seed) => expectLives(seed),
);
