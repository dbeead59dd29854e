import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ulid } from 'ulid';
import { afterEach, beforeEach, vi } from 'vitest';
import { startAttempt, sweepRun } from '../../../src/tools/attempt.ts';
import type { AttemptAction, AttemptEnd, AttemptSpec } from '../../../src/tools/attempt.ts';
import { readProcess } from '../../../src/tools/process-table.ts';

/** A place to run attempts in: a temporary folder and a run id of the test's own, swept and removed after it. */
export class AttemptBench {
  readonly runId: string = ulid();
  readonly folder: string = mkdtempSync(path.join(tmpdir(), 'stateyard-tools-'));

  /** A file of the folder. */
  at(name: string): string {
    return path.join(this.folder, name);
  }

  /** A specification with a new attempt id and folder, SY_DIR naming {@link folder}. */
  spec(action: AttemptAction, more: Partial<AttemptSpec> = {}): AttemptSpec {
    const attemptId = ulid();
    return {
      folder: this.at(`attempts/${attemptId}`),
      action,
      cwd: this.folder,
      attemptId,
      graceMs: 100,
      ...more,
      env: { STATEYARD_RUN_ID: this.runId, SY_DIR: this.folder, ...more.env },
    };
  }

  /** A `run` step under plain sh. */
  script(script: string, more: Partial<AttemptSpec> = {}): AttemptSpec {
    return this.spec({ kind: 'run', script, shell: ['sh'] }, more);
  }

  /** A `command` step. */
  command(argv: readonly string[], more: Partial<AttemptSpec> = {}): AttemptSpec {
    return this.spec({ kind: 'command', argv }, more);
  }

  /** A named pipe that a tool can wait at; opening it by {@link release} lets the tool go on. */
  pipe(name: string): string {
    execFileSync('mkfifo', [this.at(name)]);
    return this.at(name);
  }

  release(name: string): void {
    writeFileSync(this.at(name), 'go\n');
  }

  /** The pid that a tool wrote into a file, waited for. */
  pid(name: string): Promise<number> {
    return vi.waitFor(
      () => {
        const text = existsSync(this.at(name)) ? readFileSync(this.at(name), 'utf8') : '';
        if (!/^\d+\n$/.test(text)) throw new Error(`${name} holds ${JSON.stringify(text)}`);
        return Number(text);
      },
      { timeout: 10_000, interval: 5 },
    );
  }
}

/** A new bench for each test of the file. */
export function useBench(): () => AttemptBench {
  let bench: AttemptBench;
  beforeEach(() => {
    bench = new AttemptBench();
  });
  afterEach(async () => {
    await sweepRun(bench.folder, 0);
    rmSync(bench.folder, { recursive: true, force: true });
  });
  return () => bench;
}

/** Runs an attempt to its end; nobody aborts it. */
export async function runAttempt(spec: AttemptSpec): Promise<AttemptEnd> {
  const end = await startAttempt(spec, new AbortController().signal);
  if (end === null) throw new Error('the attempt was given up');
  return end;
}

export function logOf(spec: AttemptSpec): string {
  return readFileSync(path.join(spec.folder, 'log'), 'latin1');
}

export function isAlive(pid: number): boolean {
  return readProcess(pid) !== null;
}
