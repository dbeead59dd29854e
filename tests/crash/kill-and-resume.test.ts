import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ulid } from 'ulid';
import { openReader } from '../../src/store/reader.ts';
import { writeFigures } from './figures.ts';

const root = resolve(import.meta.dirname, '../..');
const binary = join(root, 'dist/stateyard.js');
const example = join(root, 'examples/data/factbook.yaml');
const kills = 30;

let folder: string;

beforeEach(() => {
  if (!existsSync(binary)) throw new Error('dist/stateyard.js is missing: npm run build');
  folder = mkdtempSync(join(tmpdir(), 'stateyard-kill-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Life {
  readonly code: number | null;
  readonly killed: boolean;
  readonly stderr: string;
}

/** One life of the engine, ended by kill -9 after `killAfterMs` unless it ends before. */
function live(args: readonly string[], killAfterMs: number | null): Promise<Life> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [binary, ...args, '--store', join(folder, 'store')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const stderr: string[] = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text));
    const timer = killAfterMs === null ? null : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    child.on('close', (code, signal) => {
      if (timer !== null) clearTimeout(timer);
      done({ code, killed: signal === 'SIGKILL', stderr: stderr.join('') });
    });
  });
}

/** A run of the example, killed at random moments (at most `atMost` times), to its end; how often it was killed. */
async function runThroughKills(runId: string, atMost: number): Promise<{ killed: number; last: Life }> {
  const moment = () => 250 + Math.random() * 1500;
  const start = ['run', example, '--id', runId];
  let killed = 0;
  let last = await live(start, moment());
  while (last.killed) {
    killed++;
    const killAfterMs = killed < atMost ? moment() : null;
    last = await live(['resume', runId], killAfterMs);
    // Killed before anything of it was recorded: nobody has heard of that run.
    if (last.code === 4) last = await live(start, killAfterMs);
  }
  return { killed, last };
}

describe('kill -9 of the engine in the middle of examples/data', () => {
  test(
    `is survived ${String(kills)} times: the run succeeds and no tool is ever started twice`,
    { timeout: 300_000 },
    async () => {
      let left = kills;
      let runs = 0;
      while (left > 0) {
        const runId = ulid();
        const { killed, last } = await runThroughKills(runId, Math.min(left, 8));
        left -= killed;
        runs++;
        // 7: the kill came between the run's end and the end of its process.
        expect(last.code === 0 || last.code === 7, `exit code ${String(last.code)}: ${last.stderr}`).toBe(true);
        await expectNothingTwice(runId);
      }
      writeFigures('kill-and-resume', { kills, runs });
    },
  );
});

async function expectNothingTwice(runId: string): Promise<void> {
  const reader = await openReader({ folder: join(folder, 'store/runs', runId), name: 'run' });
  try {
    expect(reader.query("select step_id from steps where state <> 'succeeded'")).toEqual([]);
    const ended = reader.query("select step_id, count(*) as n from step_attempts where state = 'succeeded' group by step_id");
    expect(ended).toHaveLength(19);
    expect(ended.filter((row) => row['n'] !== 1)).toEqual([]);
    // An attempt may only be given up when its tool was never started: the engine died between the record and the start.
    const others = reader.query("select step_id, metadata from step_attempts where state <> 'succeeded'");
    for (const row of others) expect(String(row['metadata'])).toContain('before the program of the attempt was started');
    const [events] = reader.query('select count(*) as n, max(sequence) as last from run_events');
    expect(events?.['n']).toBe(events?.['last']);
  } finally {
    reader.close();
  }
}
