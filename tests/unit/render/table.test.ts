import { expect, test } from 'vitest';
import fc from 'fast-check';
import { formatTable } from '../../../src/cli/render/table.ts';
import type { Column } from '../../../src/cli/render/table.ts';
import { displayWidth } from '../../../src/logs/display-width.ts';

const columns: Column[] = [{ heading: 'STEP' }, { heading: 'TIME', align: 'right' }, { heading: 'REASON', mayShrink: true }];
const rows = [
  ['build', '1.2s', ''],
  ['日本語', '10m', 'exit code 1, after a long while in which nothing happened'],
];

test('columns are aligned and uncut where no terminal is', () => {
  expect(formatTable(columns, rows, { color: false, width: null })).toBe(
    ['STEP    TIME  REASON', 'build   1.2s', '日本語   10m  exit code 1, after a long while in which nothing happened', ''].join(
      '\n',
    ),
  );
});

test('a column that may shrink gives way to the width', () => {
  expect(formatTable(columns, rows, { color: false, width: 30 })).toBe(
    ['STEP    TIME  REASON', 'build   1.2s', '日本語   10m  exit code 1, af…', ''].join('\n'),
  );
});

test('without rows there is nothing', () => {
  expect(formatTable(columns, [], { color: false, width: 80 })).toBe('');
});

test('colours are around the text of their cell', () => {
  const table = formatTable([{ heading: 'STATE' }], [[{ text: 'failed', style: 'red' }]], { color: true, width: 80 });
  expect(table).toBe('\x1b[2mSTATE\x1b[22m\n\x1b[31mfailed\x1b[39m\n');
});

test('no line is wider than the terminal, whatever is in the cells', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'é', '日', '🚀', ' '), maxLength: 30 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 60 }),
      (cells, width) => {
        for (const line of formatTable(columns, cells, { color: false, width }).split('\n')) {
          expect(displayWidth(line)).toBeLessThanOrEqual(width);
        }
      },
    ),
  );
});
