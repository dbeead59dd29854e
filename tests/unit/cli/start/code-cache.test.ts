import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CodeCache, codeFileOf } from '../../../../src/cli/start/code-cache.ts';
import { readCodeFile, writeCodeFile } from '../../../../src/cli/start/code-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stateyard-code-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const codes = new Map([
  ['a-1.js', Buffer.from('one')],
  ['b-2.js', Buffer.from('another')],
]);
const file = (): string => join(folder, 'cache/stateyard/run.BUILD');
const source = `(function () { return ${JSON.stringify('x'.repeat(20_000))}.length; })`;

function cached(name = 'run-AAAA.js', text = source): CodeCache {
  const cache = new CodeCache(file());
  cache.compile(name, text, `/dist/${name}`);
  return cache;
}

describe('the file of compiled code', () => {
  it('gives back what was written, for its owner alone', () => {
    writeCodeFile(file(), codes);
    expect([...readCodeFile(file())]).toEqual([...codes]);
    expect([statSync(file()).mode & 0o777, statSync(dirname(file())).mode & 0o777]).toEqual([0o600, 0o700]);
  });

  it('gives nothing when any byte of it has changed, or it was cut', () => {
    writeCodeFile(file(), codes);
    const whole = readFileSync(file());
    for (let at = 0; at < whole.length; at += 1) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(file(), changed);
      expect(readCodeFile(file()).size).toBe(0);
    }
    writeFileSync(file(), whole.subarray(0, -1));
    expect(readCodeFile(file()).size).toBe(0);
  });

  it('gives nothing where another user could have written it', () => {
    writeCodeFile(file(), codes);
    chmodSync(file(), 0o620);
    expect(readCodeFile(file()).size).toBe(0);
    chmodSync(file(), 0o600);
    chmodSync(dirname(file()), 0o777);
    expect(readCodeFile(file()).size).toBe(0);
    writeCodeFile(`${file()}2`, codes);
    chmodSync(dirname(file()), 0o700);
    expect(readCodeFile(`${file()}2`).size).toBe(0);
    symlinkSync(file(), join(dirname(file()), 'link'));
    expect(readCodeFile(join(dirname(file()), 'link')).size).toBe(0);
  });

  it('is one of at most three of its verb', () => {
    for (const build of ['A', 'B', 'C', 'D', 'E']) writeCodeFile(join(folder, 'c', `run.${build}`), codes);
    writeCodeFile(join(folder, 'c', 'ls.A'), codes);
    expect(readdirSync(join(folder, 'c')).filter((name) => name.startsWith('run.'))).toHaveLength(3);
    expect(readdirSync(join(folder, 'c'))).toContain('ls.A');
  });

  it('is not written where that is not possible, and nobody hears of it', () => {
    mkdirSync(join(folder, 'full/run.A'), { recursive: true, mode: 0o700 });
    writeCodeFile(join(folder, 'full/run.A'), codes);
    expect(readdirSync(join(folder, 'full'))).toEqual(['run.A']);
  });
});

describe('compiled code', () => {
  it('is kept once, and then taken', () => {
    cached().keep(() => true);
    const { mtimeMs } = statSync(file());
    expect([...readCodeFile(file()).keys()]).toEqual(['run-AAAA.js']);
    const again = cached();
    again.keep(() => true);
    expect(statSync(file()).mtimeMs).toBe(mtimeMs);
    const script = again.compile('run-AAAA.js', source, '/dist/run-AAAA.js');
    expect(script.cachedDataRejected).toBe(false);
    expect((script.runInThisContext() as () => number)()).toBe(20_000);
  });

  it('of chunks that come later joins what is there', () => {
    cached().keep(() => true);
    cached('task-BBBB.js').keep(() => true);
    expect([...readCodeFile(file()).keys()]).toEqual(['run-AAAA.js', 'task-BBBB.js']);
  });

  it('is not kept for a word that is no verb, for little code, or without a file', () => {
    cached().keep(() => false);
    cached('small-CCCC.js', '(function () {})').keep(() => true);
    expect(readCodeFile(file()).size).toBe(0);
    const none = new CodeCache(null);
    none.compile('run-AAAA.js', source, '/dist/run-AAAA.js');
    none.keep(() => true);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that V8 refuses is compiled anew', () => {
    writeCodeFile(file(), new Map([['run-AAAA.js', Buffer.from('no code at all')]]));
    const cache = cached();
    expect((cache.compile('run-AAAA.js', source, '/dist/run-AAAA.js').runInThisContext() as () => number)()).toBe(20_000);
    cache.keep(() => true);
    expect(cached().compile('run-AAAA.js', source, '/dist/run-AAAA.js').cachedDataRejected).toBe(false);
  });
});

describe('where code is kept', () => {
  const name = `run.BUILD-${process.version}-${process.arch}`;

  it('is the cache folder of the user', () => {
    expect(codeFileOf('run', 'BUILD', { HOME: '/home/a' })).toBe(`/home/a/.cache/stateyard/${name}`);
    expect(codeFileOf('run', 'BUILD', { HOME: '/home/a', XDG_CACHE_HOME: '/c' })).toBe(`/c/stateyard/${name}`);
    expect(codeFileOf('run', 'BUILD', { HOME: '/home/a', XDG_CACHE_HOME: 'c' })).toBe(`/home/a/.cache/stateyard/${name}`);
  });

  it.for([
    [undefined, { HOME: '/home/a' }],
    ['--help', { HOME: '/home/a' }],
    ['../run', { HOME: '/home/a' }],
    ['run', {}],
    ['run', { HOME: 'a' }],
    ['run', { HOME: '/home/a', STATEYARD_CODE_CACHE: 'off' }],
  ] as const)('is nowhere for %s with %j', ([verb, environment]) => {
    expect(codeFileOf(verb, 'BUILD', environment)).toBeNull();
  });
});
