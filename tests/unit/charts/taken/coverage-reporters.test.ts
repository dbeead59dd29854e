import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { chartOf } from '../../../../src/charts/chart-of.ts';
import { coverageMermaid } from '../../../../src/charts/taken/coverage-mermaid.ts';
import { lcovTracefile } from '../../../../src/charts/taken/lcov.ts';
import { machineCoverage } from '../../../../src/charts/taken/machine-coverage.ts';
import { readMermaid } from '../read-mermaid.ts';

const chart = chartOf(
  createMachine({
    id: 'lamp',
    initial: 'off',
    states: {
      off: { on: { 'ON,\n1': { target: 'on', actions: 'light' }, WAIT: {} } },
      on: { on: { OFF: [{ guard: 'isDay', target: 'off' }, { actions: 'note' }] } },
      lost: { on: { FIND: 'off' } },
    },
  }),
);
const taken = new Map([
  ['lamp.off ON,\n1 0', 1],
  ['lamp.on OFF 0', 12],
]);
const coverage = machineCoverage(
  chart,
  { tests: null, runs: taken, isUntold: ({ event }) => event === 'WAIT' },
  { file: 'lamp.ts', min: null },
);

describe('lcovTracefile', () => {
  it('has a function and a branch for each transition that counts, and the lines in which they stand', () => {
    const lines = new Map([
      ['lamp.off ON,\n1 0', 5],
      ['lamp.on OFF 0', 4],
      ['lamp.on OFF 1', 4],
    ]);
    expect(lcovTracefile([{ coverage, file: 'src/lamp.ts', lines }])).toBe(
      `TN:
SF:src/lamp.ts
FN:4,lamp.on OFF 0
FN:4,lamp.on OFF 1
FN:5,lamp.off ON;;1 0
FNDA:12,lamp.on OFF 0
FNDA:0,lamp.on OFF 1
FNDA:1,lamp.off ON;;1 0
FNF:3
FNH:2
BRDA:4,0,0,12
BRDA:4,0,1,0
BRDA:5,0,0,1
BRF:3
BRH:2
DA:4,12
DA:5,1
LF:2
LH:2
end_of_record
`,
    );
  });

  it('has the place in the chart for a line that is not known, and a dash for a branch of a line that was never met', () => {
    const text = lcovTracefile([
      { coverage, file: 'a.ts', lines: null },
      { coverage, file: 'b.ts', lines: null },
    ]);
    expect(text).toContain('FN:3,lamp.on OFF 0\nFN:4,lamp.on OFF 1\n');
    expect(text).toContain('BRDA:4,0,0,-\n');
    expect(text).toContain('DA:4,0\nLF:3\nLH:2\nend_of_record\nTN:\nSF:b.ts\n');
  });
});

describe('coverageMermaid', () => {
  it('says of each transition how often it was taken, and why not', () => {
    const { arrows, lines } = readMermaid(coverageMermaid(chart, coverage));
    expect(arrows.map(([, , label]) => label)).toEqual([
      'ON,\\n1 (taken 1 time)',
      'OFF [isDay] (taken 12 times)',
      'FIND (cannot be taken)',
    ]);
    expect(lines.map(([, text]) => text)).toEqual(['WAIT (no event tells of it)', 'OFF [else] (NEVER TAKEN)']);
  });
});
