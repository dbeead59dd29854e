import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { followLog } from '../../../src/logs/follow-log.ts';

let folder = '';
let path = '';
let stop = new AbortController();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stateyard-follow-'));
  path = join(folder, 'log');
  stop = new AbortController();
});
afterEach(() => {
  stop.abort();
  rmSync(folder, { recursive: true, force: true });
});

/** Follows into a text; `seen` waits until the text is as expected. */
function follow(pollMs = 10): {
  readonly ended: Promise<void>;
  readonly text: () => string;
  seen(expected: string): Promise<void>;
} {
  let text = '';
  const ended = followLog(
    path,
    (chunk) => {
      text += chunk;
    },
    stop.signal,
    { pollMs },
  );
  const seen = async (expected: string): Promise<void> => {
    await vi.waitFor(() => expect(text).toBe(expected), { timeout: 5000, interval: 5 });
  };
  return { ended, text: () => text, seen };
}

test('gives what is there and what is added', async () => {
  writeFileSync(path, 'one\n');
  const { ended, seen } = follow();
  await seen('one\n');
  appendFileSync(path, 'two');
  await seen('one\ntwo');
  stop.abort();
  await ended;
});

test('waits for a file that does not exist yet', async () => {
  const { ended, seen } = follow();
  await seen('');
  writeFileSync(path, 'late\n');
  await seen('late\n');
  stop.abort();
  await ended;
});

test('keeps a character whole that arrives in two parts', async () => {
  const rocket = Buffer.from('🚀');
  writeFileSync(path, Buffer.concat([Buffer.from('a'), rocket.subarray(0, 2)]));
  const { ended, seen } = follow();
  await seen('a');
  appendFileSync(path, rocket.subarray(2));
  await seen('a🚀');
  stop.abort();
  await ended;
});

test('loses nothing that was written before the abort', async () => {
  writeFileSync(path, 'one\n');
  const { ended, seen, text } = follow(60_000);
  await seen('one\n');
  appendFileSync(path, Buffer.from([0x74, 0x77, 0x6f, 0xe2, 0x82]));
  stop.abort();
  await ended;
  expect(text()).toBe('one\ntwo\ufffd');
});

test('an abort before the start gives the whole file once', async () => {
  writeFileSync(path, 'x'.repeat(200_000));
  stop.abort();
  const { ended, text } = follow();
  await ended;
  expect(text()).toHaveLength(200_000);
});

test('begins again with a file that became shorter', async () => {
  writeFileSync(path, 'a long first version\n');
  const { ended, seen } = follow();
  await seen('a long first version\n');
  truncateSync(path, 0);
  writeFileSync(path, 'new\n');
  await seen('a long first version\nnew\n');
  stop.abort();
  await ended;
});

test('an error of the reader ends it', async () => {
  writeFileSync(path, 'x');
  const broken = followLog(
    path,
    () => {
      throw new Error('nobody reads');
    },
    stop.signal,
  );
  await expect(broken).rejects.toThrow('nobody reads');
});
