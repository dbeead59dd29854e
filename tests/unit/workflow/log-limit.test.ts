import { describe, expect, it } from 'vitest';
import { describeReason } from '../../../src/cli/render/reason.ts';
import { UserError } from '../../../src/errors.ts';
import { requireWorkflow } from '../../../src/workflow/load.ts';
import { parseSizeBytes } from '../../../src/workflow/size.ts';

const load = (head: string, step = '{ run: x }') =>
  requireWorkflow({ path: 'w.yaml', text: `name: w\n${head}steps:\n  a: ${step}\n  b: { run: x }\n` }).workflow;

function mistakes(head: string, step?: string): string[] {
  try {
    load(head, step);
  } catch (error) {
    if (error instanceof UserError)
      return error.diagnostics.map(({ code, message, hint }) => `${code} ${message}${hint === null ? '' : ` (${hint})`}`);
    throw error;
  }
  return [];
}

describe('a size', () => {
  it.each([
    ['1B', 1],
    ['500KB', 500_000],
    ['10MB', 10_000_000],
    ['1GB', 1_000_000_000],
    ['1.5KB', 1_500],
    ['2KiB', 2_048],
    ['1MiB', 1_048_576],
    ['1GiB', 1_073_741_824],
    [4_096, 4_096],
    ['1024GiB', 2 ** 40],
  ])('%s is %i bytes', (written, bytes) => expect(parseSizeBytes(written)).toBe(bytes));

  it.each(['0B', '0.2B', '1025GiB', 0, 0.4, 2 ** 41, 'x', '10', '10 MB', '10mb', '-1MB', '1e3B'])('%s is none', (written) => {
    expect(parseSizeBytes(written)).toBeNull();
  });
});

describe('log_limit', () => {
  it('is 1 GiB where the file does not say', () => {
    expect(load('').steps.map((step) => step.logLimitBytes)).toEqual([2 ** 30, 2 ** 30]);
  });

  it('of the workflow holds for its steps, and that of a step for itself', () => {
    expect(load('log_limit: 10MB\n', '{ run: x, log_limit: 2000 }').steps.map((step) => step.logLimitBytes)).toEqual([
      2_000, 10_000_000,
    ]);
  });

  it('is refused where it is no size, or out of bounds', () => {
    expect(mistakes('log_limit: 10 MB\n')).toEqual([
      'SY101 "log_limit": expected a size such as 500KB, 10MB or 1GB, found the text "10 MB"',
    ]);
    expect(mistakes('', '{ run: x, log_limit: 2000GiB }')).toEqual([
      'SY105 "log_limit": expected from 1 byte to 1 TiB, found 2000GiB',
    ]);
    expect(mistakes('max_log: 10MB\n')).toEqual(['SY102 unknown key "max_log" in a workflow (here it is called "log_limit")']);
  });
});

describe('a log that outgrew its limit', () => {
  it.each([
    [10_000_000, '10 MB'],
    [2 ** 30, '1 GiB'],
    [1_234, '1234 bytes'],
  ])('of %i bytes is told as %s', (limitBytes, words) => {
    expect(describeReason({ kind: 'logLimit', limitBytes })).toBe(`stopped, because its log outgrew its limit: ${words}`);
  });
});

describe('stop_grace', () => {
  it('is 5 s where the file does not say', () => expect(load('').stopGraceMs).toBe(5_000));

  it.each([
    ['250ms', 250],
    ['10m', 600_000],
    ['2', 2_000],
  ])('of %s is %i ms', (written, milliseconds) => expect(load(`stop_grace: ${written}\n`).stopGraceMs).toBe(milliseconds));

  it('is refused where it is none, longer than 10 minutes, or of a step', () => {
    expect(mistakes('stop_grace: 0s\n')).toEqual(['SY105 "stop_grace": expected more than 0 and at most 365 days, found 0s']);
    expect(mistakes('stop_grace: 11m\n')).toEqual(['SY105 "stop_grace": expected at most 10 minutes, found 11m']);
    expect(mistakes('', '{ run: x, stop_grace: 5s }')).toEqual([
      'SY102 unknown key "stop_grace" in a step ("stop_grace" belongs to the workflow, at the left margin)',
    ]);
  });
});
