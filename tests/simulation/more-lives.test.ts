import { test } from 'vitest';
import { expectLives, longestMs } from './expect-lives.ts';

test.for([60_000, 70_000, 80_000, 90_000, 100_000])(
  'a thousand lives from seed %i on break no promise',
  { timeout: longestMs },
  (seed) => expectLives(seed),
);
