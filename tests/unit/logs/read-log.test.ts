import { appendFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { readLog, readLogTail } from '../../../src/logs/read-log.ts';
import { tailLines } from '../../../src/logs/tail-lines.ts';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stateyard-log-'));
  path = join(folder, 'log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bounds = (lines: number, maxBytes = 64 * 1024) => ({ lines, maxBytes });

describe('the tail of a log', () => {
  test('is empty where there is no log', () => {
    expect(readLogTail(path, bounds(15))).toEqual({ lines: [], omittedBytes: 0 });
  });

  test('is an error where the log cannot be read', () => {
    mkdirSync(path);
    expect(() => readLogTail(path, bounds(15))).toThrow(/EISDIR/);
  });

  test.each([
    ['', 5, [], 0],
    ['\n', 5, [''], 0],
    ['a', 5, ['a'], 0],
    ['a\n', 5, ['a'], 0],
    ['a\nb', 1, ['b'], 2],
    ['a\nb\nc\n', 2, ['b', 'c'], 2],
    ['a\n\n\n', 2, ['', ''], 2],
    ['a\nb\n', 0, [], 4],
  ])('of %j with %i lines', (text, lines, expected, omittedBytes) => {
    writeFileSync(path, text);
    expect(readLogTail(path, bounds(lines))).toEqual({ lines: expected, omittedBytes });
  });

  test('grows its window until it has the lines', () => {
    const rows = Array.from({ length: 500 }, (_, index) => `${index} ${'x'.repeat(100)}`);
    writeFileSync(path, `${rows.join('\n')}\n`);
    expect(readLogTail(path, bounds(300)).lines).toEqual(rows.slice(200));
  });

  test('leaves out the line that its window begins inside of', () => {
    writeFileSync(path, `${'a'.repeat(100)}\nsecond\nthird\n`);
    expect(readLogTail(path, bounds(5, 20))).toEqual({ lines: ['second', 'third'], omittedBytes: 101 });
  });

  test('of one giant line is its end, from a whole character on', () => {
    writeFileSync(path, `${'é'.repeat(100_000)}end`);
    const tail = readLogTail(path, bounds(15, 1024));
    expect(tail.lines).toHaveLength(1);
    expect(tail.lines[0]).toMatch(/^é+end$/);
    expect(tail.omittedBytes + Buffer.byteLength(tail.lines[0] ?? '')).toBe(200_003);
  });

  test('shows bytes that are no text as replacement characters', () => {
    writeFileSync(path, Buffer.from([0x61, 0xff, 0xfe, 0x62, 0x0a]));
    expect(readLogTail(path, bounds(1)).lines).toEqual(['a\ufffd\ufffdb']);
  });

  test('of a file larger than memory reads no more than it may', () => {
    writeFileSync(path, '');
    truncateSync(path, 64 * 1024 ** 3);
    appendFileSync(path, 'end');
    const tail = readLogTail(path, bounds(15));
    expect(tail.lines.map(({ length }) => length)).toEqual([64 * 1024]);
    expect(tail.omittedBytes).toBe(64 * 1024 ** 3 + 3 - 64 * 1024);
  });

  test('agrees with splitting the whole text, whatever it is', () => {
    const text = fc.array(fc.constantFrom('a', 'bc', '\n', 'é', '日'), { maxLength: 60 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 20 }), (whole, lines) => {
        const all = whole === '' ? [] : whole.replace(/\n$/, '').split('\n');
        const tail = tailLines(Buffer.from(whole), 0, lines);
        expect(tail.lines).toEqual(all.slice(-lines));
        expect(Buffer.from(whole).subarray(tail.omittedBytes).toString().replace(/\n$/, '')).toBe(tail.lines.join('\n'));
      }),
    );
  });
});

describe('a whole log', () => {
  const collect = async (): Promise<Buffer> => {
    const chunks: Buffer[] = [];
    for await (const chunk of readLog(path)) chunks.push(chunk);
    return Buffer.concat(chunks);
  };

  test('comes as its bytes', async () => {
    const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 256));
    writeFileSync(path, bytes.subarray(0, 100_000));
    appendFileSync(path, bytes.subarray(100_000));
    expect((await collect()).equals(bytes)).toBe(true);
  });

  test('that does not exist is empty', async () => {
    expect((await collect()).length).toBe(0);
  });

  test('that cannot be read is an error', async () => {
    mkdirSync(path);
    await expect(collect()).rejects.toThrow(/EISDIR/);
  });
});
