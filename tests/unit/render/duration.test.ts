import { expect, test } from 'vitest';
import { formatBytes, formatDuration, formatElapsed } from '../../../src/cli/render/duration.ts';

test.each([
  [-5, '0ms'],
  [0, '0ms'],
  [345.4, '345ms'],
  [999.6, '1s'],
  [1000, '1s'],
  [1240, '1.2s'],
  [59_940, '59.9s'],
  [59_960, '1m'],
  [63_000, '1m03s'],
  [600_000, '10m'],
  [3_599_700, '1h'],
  [7_800_000, '2h10m'],
  [3 * 86_400_000, '3d'],
  [3 * 86_400_000 + 3_600_000, '3d01h'],
])('%f ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  [-1, '0s'],
  [999, '0s'],
  [59_999, '59s'],
  [60_000, '1m00s'],
  [3_600_000, '1h00m'],
  [90_000_000, '1d01h'],
])('%i ms have elapsed as %s', (ms, text) => {
  expect(formatElapsed(ms)).toBe(text);
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [1024 * 1024 - 1, '1 MiB'],
  [20 * 1024 * 1024, '20 MiB'],
  [5000 * 1024 ** 4, '5000 TiB'],
])('%i bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
