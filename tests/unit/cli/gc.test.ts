import { spawn } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runMark } from '../../../src/tools/lineage.ts';
import type { GcReport } from '../../../schemas/cli/gc-report.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { acquireOwnerLock } from '../../../src/store/owner-lock.ts';
import { fakeIo } from './fake-io.ts';
import { expectDocument } from './json-shape.ts';
import { sampleStore, type SampleStore } from './sample-store.ts';

let own: SampleStore;
beforeEach(async () => {
  own = await sampleStore();
});
afterEach(() => own.remove());

async function gc(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const io = fakeIo({ cwd: own.top });
  const code = await runProgram(['gc', '--store', own.layout.root, ...args], io);
  return { code, out: io.out(), err: io.err() };
}

async function report(...args: string[]): Promise<{ code: number; value: GcReport }> {
  const { code, out } = await gc('--json', ...args);
  const value = JSON.parse(out) as GcReport;
  await expectDocument('gc_report', value);
  return { code, value };
}

describe('gc', () => {
  it('refuses without a rule, with a rule that is none, and with a negative number', async () => {
    expect(await gc()).toMatchObject({ code: 2, err: expect.stringContaining('--older-than, --keep, or both') as string });
    for (const age of ['x', '30', '30d', '1.5h', '2w', '10ms'])
      expect((await gc(`--older-than=${age}`)).code).toBe(age === 'x' ? 2 : 0);
    for (const age of ['-1d', '1e9d', '1y', ' 1d', '1d1h']) expect((await gc(`--older-than=${age}`)).code).toBe(2);
    expect((await gc('--keep=-1')).code).toBe(2);
  });

  it('removes what is old and not among the newest, and says so in words and as a document', async () => {
    const runIds = [await own.failedRun(1), await own.failedRun(2), await own.failedRun(3)];
    // All three ended at the same moment of 2026: the id decides which are the newest.
    const dry = await report('--keep', '2', '--dry-run');
    expect(dry).toMatchObject({
      code: 0,
      value: { dry_run: true, removed: [{ run_id: runIds[0], workflow: 'sample', state: 'failed' }], runs_left: 2 },
    });
    expect((await gc('--keep', '2', '--dry-run')).out).toMatch(
      /^would remove 01KX\w+1 {2}sample failed {2}2026-.*KiB\nwould remove 1 run, .*KiB; 2 left in /,
    );
    expect(await readdir(own.layout.runs)).toHaveLength(3);
    const { value } = await report('--keep', '2');
    expect(value).toEqual({ ...dry.value, dry_run: false });
    expect(value.bytes_freed).toBeGreaterThan(10_000);
    expect(await gc('--keep', '1', '--older-than', '5000w')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^0 runs removed, 0 B freed; 2 left/) as string,
    });
    expect(await gc('--keep', '0', '-q')).toEqual({ code: 0, out: '', err: '' });
    expect(await readdir(own.layout.runs)).toEqual([]);
    const io = fakeIo({ cwd: own.top });
    expect(await runProgram(['ls', '--json', '--store', own.layout.root], io)).toBe(0);
    expect(JSON.parse(io.out())).toEqual({ runs: [] });
  });

  it('never removes an interrupted, paused or owned run, and says which ended run it spared', async () => {
    const ended = await own.failedRun(1);
    const interrupted = await own.openRun(2);
    await interrupted.store.close();
    const paused = await own.openRun(3, 'paused');
    await paused.store.close();
    const lock = await acquireOwnerLock(own.layout.run(ended).folder);
    const { code, value } = await report('--keep', '0');
    await lock?.release();
    expect(code).toBe(0);
    expect(value).toMatchObject({ removed: [], spared: [{ run_id: ended, reason: 'owned' }], runs_left: 3 });
    expect((await report('--keep', '0')).value).toMatchObject({ removed: [{ run_id: ended }], spared: [], runs_left: 2 });
    expect((await readdir(own.layout.runs)).sort()).toEqual([interrupted.runId, paused.runId]);
  });

  it('spares a run of which a process still lives', async () => {
    const runId = await own.failedRun(1);
    const child = spawn('sleep', ['60'], {
      env: { ...process.env, STATEYARD_LINEAGE: runMark(own.layout.run(runId).folder) },
      stdio: 'ignore',
    });
    try {
      await once(child, 'spawn');
      const { out } = await gc('--keep', '0', '-q');
      expect(out).toBe(`kept ${runId}: a process that it started still lives; see stateyard doctor\n`);
    } finally {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    expect((await report('--keep', '0')).value.removed).toHaveLength(1);
  });

  it('finishes what a gc that was killed has left', async () => {
    const runId = await own.failedRun(1);
    await mkdir(join(own.layout.removed(runId), 'attempts'), { recursive: true });
    expect((await gc('--older-than', '5000w', '--dry-run')).out).toContain(`would finish the removal of ${runId}`);
    expect((await gc('--older-than', '5000w')).out).toContain(`finished the removal of ${runId}`);
    expect(await readdir(own.layout.runs)).toEqual([runId]);
  });

  it('refuses beside another one, and has nothing to do where there is no store', async () => {
    await own.failedRun(1);
    const lock = await acquireOwnerLock(own.layout.runs);
    expect(await gc('--keep', '0')).toMatchObject({
      code: 7,
      err: expect.stringContaining('another process is removing runs') as string,
    });
    await lock?.release();
    const io = fakeIo({ cwd: own.top });
    expect(await runProgram(['gc', '--keep', '0', '--store', join(own.top, 'nowhere')], io)).toBe(0);
    expect(io.out()).toContain('0 runs removed');
    expect(await readdir(own.top)).toEqual(['.stateyard']);
  });
});
