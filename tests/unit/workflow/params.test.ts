import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { requireWorkflow } from '../../../src/workflow/load.ts';
import { resolveParams } from '../../../src/workflow/params.ts';
import { readValue } from '../../../src/workflow/value-check.ts';

const text = `
name: w
params:
  version: { type: string, pattern: "^[0-9.]+$" }
  workers: { type: integer, minimum: 1, maximum: 8, default: 2 }
  rate: { type: number, default: 0.5 }
  dry: { type: boolean, default: false }
  level: { type: string, enum: [low, high], default: low }
  note: { type: string, default: }
steps: { a: { run: x } }
`;
const { workflow } = requireWorkflow({ path: 'w', text });

function problemsOf(given: Record<string, string>, file?: unknown): string {
  try {
    resolveParams(workflow, given, file);
  } catch (error) {
    if (error instanceof UserError) return `${error.code} ${error.exitCode} ${error.message}`;
    throw error;
  }
  return 'none';
}

describe('parameters', () => {
  it('reads texts by declared type, over the file, over defaults', () => {
    expect(resolveParams(workflow, { version: '1.0', dry: 'true', workers: '3' }, { workers: 5, rate: 2, note: null })).toEqual({
      version: '1.0',
      workers: 3,
      rate: 2,
      dry: true,
      level: 'low',
      note: null,
    });
  });

  it('reports all problems at once', () => {
    const message = problemsOf({ workers: '9', dry: 'yes', level: 'lo', verison: '1' }, { rate: 'x', note: [] });
    expect(message).toMatch(/^params_invalid 3 7 parameters are invalid/);
    for (const part of [
      'verison: unknown parameter; did you mean "version"?',
      'version: is required',
      'workers: expected at most 8',
      'dry: expected true or false',
      'level: expected one of "low", "high"',
      'rate: expected a number',
      'note: expected a text, found a list',
    ]) {
      expect(message).toContain(part);
    }
  });

  it.each([
    [{ version: 'v1' }, undefined, 'matches ^[0-9.]+$'],
    [{ version: '1'.repeat(5_000) }, undefined, 'at most 4096 characters'],
    [{ version: '1' }, [], 'expected a mapping'],
    [{}, { version: 1.1 }, 'put quotes around it'],
    [{}, { version: null }, 'expected a text, found nothing'],
    [{ version: '1' }, { workers: 1.5 }, 'expected a whole number'],
    [{ version: '1', constructor: 'x' }, undefined, 'constructor: unknown parameter'],
  ])('refuses %j with file %j', (given, file, part) => {
    expect(problemsOf(given as Record<string, string>, file)).toContain(part);
  });

  it.each([
    ['integer', '3', 3],
    ['integer', '-3', -3],
    ['integer', '3.0', null],
    ['integer', '0x10', null],
    ['integer', '99999999999999999', null],
    ['integer', '', null],
    ['number', '1e3', 1000],
    ['number', '.5', 0.5],
    ['number', 'Infinity', null],
    ['boolean', 'TRUE', null],
    ['string', 'true', 'true'],
  ] as const)('reads %s from %j as %j', (type, written, expected) => {
    expect(readValue(type, written)).toBe(expected);
  });

  it('gives up on a pattern that would take for ever', () => {
    const { workflow: slow } = requireWorkflow({
      path: 'w',
      text: 'name: w\nparams: { p: { type: string, pattern: "^(a+)+$" } }\nsteps: { a: { run: x } }\n',
    });
    expect(() => resolveParams(slow, { p: `${'a'.repeat(60)}!` }, null)).toThrow('takes too long');
  });
});
