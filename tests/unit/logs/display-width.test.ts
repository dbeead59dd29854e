import { expect, test } from 'vitest';
import { cutToWidth, displayWidth, padToWidth } from '../../../src/logs/display-width.ts';

test.each([
  ['', 0],
  ['abc', 3],
  ['é', 1],
  ['e\u0301', 1],
  ['日本', 4],
  ['ｆｕｌｌ', 8],
  ['🚀', 2],
  ['…', 1],
  ['한', 2],
  ['\u200b', 0],
])('%j takes %i columns', (text, columns) => {
  expect(displayWidth(text)).toBe(columns);
});

test('a cut says so and keeps characters whole', () => {
  expect(cutToWidth('abcdef', 6)).toBe('abcdef');
  expect(cutToWidth('abcdef', 5)).toBe('abcd…');
  expect(cutToWidth('🚀🚀🚀', 5)).toBe('🚀🚀…');
  expect(cutToWidth('🚀🚀🚀', 4)).toBe('🚀…');
  expect(cutToWidth('ae\u0301b', 2)).toBe('a…');
  expect(cutToWidth('日', 1)).toBe('…');
  expect(cutToWidth('abc', 0)).toBe('');
});

test('padding counts columns', () => {
  expect(padToWidth('日', 4)).toBe('日  ');
  expect(padToWidth('7', 3, 'start')).toBe('  7');
  expect(padToWidth('long', 2)).toBe('long');
});
