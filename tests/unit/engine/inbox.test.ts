import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readInbox, removeSignal, sendSignal, watchInbox } from '../../../src/engine/inbox.ts';
import type { Signal } from '../../../src/engine/signal.ts';

let folder: string;
let inbox: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stateyard-inbox-'));
  inbox = join(folder, 'run', 'inbox');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const signal = (id: string, more: Partial<Signal> = {}): Signal => ({
  id,
  command: 'cancel',
  reason: null,
  stepId: null,
  receivedAtMs: 5,
  ...more,
});

describe('an inbox', () => {
  test('that is not there is empty', async () => {
    expect(await readInbox(inbox)).toEqual([]);
    await removeSignal(inbox, 'a');
  });

  test('gives signals back oldest first, until they are removed', async () => {
    await sendSignal(inbox, signal('b', { command: 'pause', reason: 'lunch' }));
    await sendSignal(inbox, signal('a'));
    expect(await readInbox(inbox)).toEqual([signal('a'), signal('b', { command: 'pause', reason: 'lunch' })]);
    await removeSignal(inbox, 'a');
    await removeSignal(inbox, 'a');
    expect(await readInbox(inbox)).toEqual([signal('b', { command: 'pause', reason: 'lunch' })]);
  });

  test('keeps an answer with the step that it is for', async () => {
    const answer = signal('a', { command: 'approve', stepId: 'ship', reason: 'checked' });
    await sendSignal(inbox, answer);
    expect(await readInbox(inbox)).toEqual([answer]);
  });

  test('holds a signal once, however often it is sent', async () => {
    await sendSignal(inbox, signal('a'));
    await sendSignal(inbox, signal('a'));
    expect(await readdir(inbox)).toEqual(['a.json']);
  });

  test('is readable by its owner alone', async () => {
    await sendSignal(inbox, signal('a'));
    expect((await stat(inbox)).mode & 0o777).toBe(0o700);
    expect((await stat(join(inbox, 'a.json'))).mode & 0o777).toBe(0o600);
  });

  test('shows no half-written signal', async () => {
    await sendSignal(inbox, signal('b'));
    await writeFile(join(inbox, '.a.tmp'), '{"id":"a"');
    expect(await readInbox(inbox)).toEqual([signal('b')]);
  });

  test('reports what is no signal, with the reason, and gives the rest', async () => {
    await sendSignal(inbox, signal('z'));
    const bad: [string, unknown, string][] = [
      ['a', { ...signal('other') }, 'its id is not its name'],
      ['b', { ...signal('b'), command: 'explode' }, 'unknown command "explode"'],
      ['c', { ...signal('c'), reason: 5 }, 'its reason is not a text'],
      ['d', { ...signal('d'), receivedAtMs: 'now' }, 'receivedAtMs is not a number'],
      ['e', null, 'its id is not its name'],
    ];
    for (const [name, content] of bad) await writeFile(join(inbox, `${name}.json`), JSON.stringify(content));
    await writeFile(join(inbox, 'f.json'), '{"id":');
    await mkdir(join(inbox, 'g.json'));
    const found = await readInbox(inbox);
    expect(found.slice(0, 5)).toEqual(bad.map(([name, , problem]) => ({ file: `${name}.json`, problem })));
    expect(found.slice(5)).toEqual([
      { file: 'f.json', problem: expect.stringContaining('JSON') },
      { file: 'g.json', problem: expect.stringContaining('EISDIR') },
      signal('z'),
    ]);
  });

  test('passes over a signal that is gone when it is read', async () => {
    await sendSignal(inbox, signal('b'));
    await symlink(join(folder, 'nowhere'), join(inbox, 'a.json'));
    expect(await readInbox(inbox)).toEqual([signal('b')]);
  });

  test('that is not a folder is an error', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(readInbox(join(folder, 'file'))).rejects.toThrow('ENOTDIR');
    await expect(removeSignal(join(folder, 'file'), 'a')).rejects.toThrow('ENOTDIR');
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('');
  });
});

describe('watching an inbox', () => {
  test('looks at once, then after each new signal, until it is told to stop', async () => {
    await mkdir(inbox, { recursive: true });
    const stop = new AbortController();
    const seen = new Set<string>();
    let looks = 0;
    watchInbox(
      inbox,
      async () => {
        looks++;
        for (const found of await readInbox(inbox)) if ('id' in found) seen.add(found.id);
      },
      stop.signal,
    );
    expect(looks).toBe(1);
    await sendSignal(inbox, signal('a'));
    await expect.poll(() => [...seen], { interval: 5, timeout: 5000 }).toEqual(['a']);
    stop.abort();
    await sendSignal(inbox, signal('b'));
    await new Promise((resolve) => setImmediate(resolve));
    expect([...seen]).toEqual(['a']);
  });

  test('makes one call at a time, and one more for what came meanwhile', async () => {
    await mkdir(inbox, { recursive: true });
    const stop = new AbortController();
    const finish: (() => void)[] = [];
    const onChange = vi.fn(() => new Promise<void>((resolve) => finish.push(resolve)));
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      watchInbox(inbox, onChange, stop.signal);
      vi.advanceTimersByTime(3000);
      expect(onChange).toHaveBeenCalledTimes(1);
      finish.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
      expect(onChange).toHaveBeenCalledTimes(2);
      finish.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
      expect(onChange).toHaveBeenCalledTimes(2);
    } finally {
      stop.abort();
      vi.useRealTimers();
    }
  });

  test('finds signals without a watcher too', async () => {
    const stop = new AbortController();
    const seen: string[] = [];
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      watchInbox(
        inbox,
        async () => {
          for (const found of await readInbox(inbox)) if ('id' in found) seen.push(found.id);
        },
        stop.signal,
      );
      await sendSignal(inbox, signal('a'));
      vi.advanceTimersByTime(1000);
      await expect.poll(() => seen, { interval: 5, timeout: 5000 }).toContain('a');
    } finally {
      stop.abort();
      vi.useRealTimers();
    }
  });

  test('that was stopped before it began never looks', () => {
    const stop = new AbortController();
    stop.abort();
    const onChange = vi.fn(() => Promise.resolve());
    watchInbox(inbox, onChange, stop.signal);
    expect(onChange).not.toHaveBeenCalled();
  });
});
