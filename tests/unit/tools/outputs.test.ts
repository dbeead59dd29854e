import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outputLimitBytes, readOutputs } from '../../../src/tools/outputs.ts';
import type { ValueType } from '../../../src/workflow/model.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'stateyard-outputs-'));
  file = path.join(folder, 'output');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function read(text: string | Buffer, declared: Record<string, ValueType> = {}): ReturnType<typeof readOutputs> {
  writeFileSync(file, text);
  return readOutputs(file, declared);
}

describe('the output file', () => {
  it('gives declared values in their types, and the names of the others', () => {
    const text = 'a=some text = more\r\nb=-1.5e3\n\nc=42\nd=true\ne=\nextra=1\n__proto__=x';
    expect(read(text, { a: 'string', b: 'number', c: 'integer', d: 'boolean', e: 'string' })).toEqual({
      values: { a: 'some text = more', b: -1500, c: 42, d: true, e: '' },
      undeclared: ['extra', '__proto__'],
    });
  });

  it('takes the last value of a name', () => {
    expect(read('a=1\na=2\n', { a: 'integer' })).toEqual({ values: { a: 2 }, undeclared: [] });
  });

  it('takes values of many lines between delimiters, whatever they hold', () => {
    const text = 'a<<END\none=1\n\nb<<X\n ENDING\nEND\nb<<END\nEND\nc=x<<END\n';
    expect(read(text, { a: 'string', b: 'string', c: 'string' })).toEqual({
      values: { a: 'one=1\n\nb<<X\n ENDING', b: '', c: 'x<<END' },
      undeclared: [],
    });
  });

  it('gives an output named __proto__ like any other', () => {
    const reading = read('__proto__=x\n', Object.fromEntries([['__proto__', 'string']]));
    expect(Object.entries((reading as { values: object }).values)).toEqual([['__proto__', 'x']]);
  });

  it.each<[ValueType, string]>([
    ['number', 'x'],
    ['number', ''],
    ['number', 'NaN'],
    ['number', 'Infinity'],
    ['number', '1e999'],
    ['number', '0x10'],
    ['number', ' 1'],
    ['integer', '1.0'],
    ['integer', '1e3'],
    ['integer', '9007199254740993'],
    ['boolean', 'True'],
    ['boolean', '1'],
  ])('refuses for a %s the value %j', (type, value) => {
    expect(read(`a=${value}\n`, { a: type })).toEqual({ problems: [expect.stringContaining('output "a" is')] });
  });

  it('says everything that is wrong with it', () => {
    expect(read('what\n1a=2\n=3\nb=x\n', { a: 'string', b: 'integer' })).toEqual({
      problems: [
        'line 1 is "what", expected NAME=VALUE or NAME<<DELIMITER',
        expect.stringContaining('line 2'),
        expect.stringContaining('line 3'),
        'output "a" is missing',
        'output "b" is "x", expected a whole number',
      ],
    });
  });

  it.each([
    ['a<<END\nx\nEN\n', 'never comes'],
    ['a<<\nx\n', 'names no delimiter'],
  ])('needs its delimiters: %j', (text, message) => {
    expect(read(text)).toEqual({ problems: [expect.stringContaining(message)] });
  });

  it('may be missing where nothing is declared', () => {
    expect(readOutputs(file, {})).toEqual({ values: {}, undeclared: [] });
    expect(readOutputs(file, { a: 'string' })).toEqual({ problems: ['output "a" is missing'] });
  });

  it('is bounded in size and valid UTF-8', () => {
    const fits = `a=${'x'.repeat(outputLimitBytes - 2)}`;
    expect(read(fits, { a: 'string' })).toHaveProperty('values');
    expect(read(`${fits}x`)).toEqual({ problems: ['the output file is larger than 1048576 bytes'] });
    expect(read(Buffer.from([0x61, 0x3d, 0xff]))).toEqual({ problems: ['the output file is not valid UTF-8'] });
  });

  it('that is not a regular file is a problem, not a wait', () => {
    execFileSync('mkfifo', [file]);
    expect(readOutputs(file, {})).toEqual({ problems: [expect.stringContaining('not a regular file')] });
    expect(readOutputs(folder, {})).toEqual({ problems: [expect.stringContaining('not a regular file')] });
  });
});
