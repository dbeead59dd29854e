import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { reattachAttempt, stopAttempt } from '../../src/tools/attempt.ts';
import type { AttemptEnd, AttemptSpec } from '../../src/tools/attempt.ts';
import { attemptPaths, readExit } from '../../src/tools/attempt-folder.ts';
import { isAlive, logOf, runAttempt, useBench } from '../unit/tools/attempt-fixture.ts';

const bench = useBench();
let built: string;
let worker: string;

beforeAll(async () => {
  built = mkdtempSync(path.join(tmpdir(), 'stateyard-worker-'));
  worker = path.join(built, 'worker.mjs');
  await build({
    stdin: {
      contents: `import { startAttempt } from './src/tools/attempt.ts';
        startAttempt(JSON.parse(process.argv[2]), new AbortController().signal).then(() => process.stdout.write('ended'));`,
      resolveDir: path.resolve(import.meta.dirname, '../..'),
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: worker,
    logLevel: 'error',
  });
});
afterAll(() => rmSync(built, { recursive: true, force: true }));

/** Starts the attempt in an engine of its own; `crash` is kill -9. */
function engine(spec: AttemptSpec): { readonly process: ChildProcess; readonly crash: () => Promise<void> } {
  const child = spawn(process.execPath, [worker, JSON.stringify(spec)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  return {
    process: child,
    crash: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function reattach(spec: AttemptSpec): Promise<AttemptEnd> {
  const end = await reattachAttempt(spec, new AbortController().signal);
  if (end === null) throw new Error('the attempt was given up');
  return end;
}

/** Who writes the exit file: the launcher that the pid file names beside the tool. */
const launcherPid = (spec: AttemptSpec): number =>
  Number(/\nlauncher (\d+) /.exec(readFileSync(path.join(spec.folder, 'pid'), 'utf8'))?.[1]);
const gated = 'echo $$ >"$SY_DIR/new"; mv "$SY_DIR/new" "$SY_DIR/tool"; read x <"$SY_DIR/gate"; echo $x';

describe('an attempt whose engine was killed', () => {
  it('and that had been stopped before counts as interrupted, not as failed by the stop', async () => {
    bench().pipe('gate');
    const spec = bench().script(gated);
    const { crash } = engine(spec);
    await bench().pid('tool');
    await crash();
    expect(await stopAttempt(spec)).toMatchObject({ endedByItself: null });
    expect(readExit(attemptPaths(spec.folder))).toMatchObject({ code: 143 });
    expect(await reattach(spec)).toMatchObject({ outcome: { kind: 'interrupted' }, toolStarted: true });
  });

  it('and that ended meanwhile gives its result, with the time of its end', async () => {
    bench().pipe('gate');
    const spec = bench().script(`${gated}; exit 4`);
    const { crash } = engine(spec);
    await bench().pid('tool');
    await crash();
    bench().release('gate');
    await vi.waitFor(() => expect(readExit(attemptPaths(spec.folder))).not.toBeNull(), { timeout: 5000, interval: 5 });
    utimesSync(path.join(spec.folder, 'exit'), 1_700_000_000, 1_700_000_000.25);
    expect(await reattach(spec)).toMatchObject({
      outcome: { kind: 'exitNonZero', exitCode: 4 },
      endedAtMs: 1_700_000_000_250,
      alreadyEnded: true,
      toolStarted: true,
    });
    expect(logOf(spec)).toBe('go\n');
  });

  it('and that still lives is waited for', async () => {
    bench().pipe('gate');
    const spec = bench().script(gated);
    const { crash } = engine(spec);
    const tool = await bench().pid('tool');
    await crash();
    expect(isAlive(tool)).toBe(true);
    const end = reattach(spec);
    bench().release('gate');
    expect(await end).toMatchObject({ outcome: { kind: 'succeeded' }, toolStarted: true });
    expect(logOf(spec)).toBe('go\n');
  });

  it('and that lives without a pid file is found by its mark and waited for', async () => {
    bench().pipe('gate');
    const spec = bench().script(`${gated}; exit 3`);
    const { crash } = engine(spec);
    await bench().pid('tool');
    await crash();
    rmSync(path.join(spec.folder, 'pid'));
    const end = reattach(spec);
    bench().release('gate');
    expect((await end).outcome).toEqual({ kind: 'exitNonZero', exitCode: 3 });
  });

  it('and whose waiting is aborted goes on', async () => {
    bench().pipe('gate');
    const spec = bench().script(gated);
    const { crash } = engine(spec);
    const tool = await bench().pid('tool');
    await crash();
    const abort = new AbortController();
    const end = reattachAttempt(spec, abort.signal);
    abort.abort();
    expect(await end).toBeNull();
    expect(isAlive(tool)).toBe(true);
    expect(await stopAttempt(spec)).toEqual({ endedByItself: null, survivors: [] });
    expect(isAlive(tool)).toBe(false);
  });

  it('and whose launcher and tool were killed is interrupted, and nothing of it lives on', async () => {
    bench().pipe('gate');
    const spec = bench().script(`setsid sleep 300 & echo $! >"$SY_DIR/far"; ${gated}`);
    const { crash } = engine(spec);
    const pids = [await bench().pid('tool'), await bench().pid('far')];
    await crash();
    for (const pid of [launcherPid(spec), pids[0] ?? 0]) process.kill(pid, 'SIGKILL');
    expect(await reattach(spec)).toMatchObject({ outcome: { kind: 'interrupted' }, toolStarted: true, survivors: [] });
    expect(pids.map(isAlive)).toEqual([false, false]);
  });

  it('and whose launcher is killed while it is waited for is interrupted once the tool has ended', async () => {
    bench().pipe('gate');
    const spec = bench().script(gated);
    const { crash } = engine(spec);
    const tool = await bench().pid('tool');
    await crash();
    const end = reattach(spec);
    process.kill(launcherPid(spec), 'SIGKILL');
    bench().release('gate');
    expect(await end).toMatchObject({ outcome: { kind: 'interrupted' }, toolStarted: true });
    expect(isAlive(tool)).toBe(false);
    expect(logOf(spec)).toBe('go\n');
  });

  it('and that ended but left a process in its group is rid of it', async () => {
    bench().pipe('gate');
    const spec = bench().script(`sleep 300 & echo $! >"$SY_DIR/left"; ${gated}`);
    const { crash } = engine(spec);
    await bench().pid('tool');
    const left = await bench().pid('left');
    await crash();
    bench().release('gate');
    await vi.waitFor(() => expect(readExit(attemptPaths(spec.folder))).not.toBeNull(), { timeout: 5000, interval: 5 });
    expect(isAlive(left)).toBe(true);
    expect((await reattach(spec)).outcome.kind).toBe('succeeded');
    expect(isAlive(left)).toBe(false);
  });

  it('and whose log outgrows its limit while it is waited for is stopped', async () => {
    bench().pipe('gate');
    const spec = bench().script(`${gated}; exec yes`, { logLimitBytes: 10_000 });
    const { crash } = engine(spec);
    const tool = await bench().pid('tool');
    await crash();
    const end = reattach(spec);
    bench().release('gate');
    expect((await end).outcome).toEqual({ kind: 'logLimit', limitBytes: 10_000 });
    expect(isAlive(tool)).toBe(false);
  });

  it('before anything was started is interrupted, and can never start later', async () => {
    const spec = bench().command(['touch', bench().at('ran')]);
    expect(await reattach(spec)).toMatchObject({ outcome: { kind: 'interrupted' }, toolStarted: false });
    expect(await reattach(spec)).toMatchObject({ outcome: { kind: 'interrupted' }, toolStarted: false });
    expect(await runAttempt(spec)).toMatchObject({ outcome: { kind: 'spawnFailed', code: 'ECANCELED' }, toolStarted: false });
    expect(existsSync(bench().at('ran'))).toBe(false);
  });

  it('at any moment of the start is either found or never ran', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        const spec = bench().script(`echo ran >>"$SY_DIR/ran-${index}"`);
        const { process: child, crash } = engine(spec);
        // From before the log is made to after the end.
        await vi.waitFor(() => expect(existsSync(spec.folder) || child.exitCode !== null).toBe(true), {
          timeout: 10_000,
          interval: 1 + index / 4,
        });
        await crash();
        const end = await reattach(spec);
        expect(end.outcome.kind).toBe(end.toolStarted ? 'succeeded' : 'interrupted');
        expect(existsSync(bench().at(`ran-${index}`))).toBe(end.toolStarted);
        return end.outcome.kind;
      }),
    );
    expect(outcomes).toHaveLength(12);
  });
});

describe('a pid file that names a process of somebody else', () => {
  it.each(['another start', 'the same start but not our mark'])(
    'with %s is not believed, and that process lives on',
    async (which) => {
      const spec = bench().command(['true']);
      const stranger = spawn('sleep', ['300'], { detached: true, stdio: 'ignore', env: { PATH: process.env['PATH'] } });
      const pid = stranger.pid ?? 0;
      const line = existsSync('/proc/self/stat') ? readFileSync(`/proc/${pid}/stat`, 'latin1') : `${pid}\n`;
      const start = line.split(' ')[21] ?? '';
      mkdirSync(spec.folder, { recursive: true });
      writeFileSync(path.join(spec.folder, 'pid'), which === 'another start' ? line.replace(` ${start} `, ' 1 ') : line);
      expect(await reattach(spec)).toMatchObject({ outcome: { kind: 'interrupted' } });
      expect(await stopAttempt(spec)).toEqual({ endedByItself: null, survivors: [] });
      expect(isAlive(pid)).toBe(true);
      stranger.kill('SIGKILL');
      await once(stranger, 'exit');
    },
  );
});

describe('a damaged exit file', () => {
  it.each(['', '0', '12', 'zero\n', '999\n', '0\n0\n'])('is no result: %j', async (text) => {
    const spec = bench().command(['true']);
    mkdirSync(spec.folder, { recursive: true });
    writeFileSync(path.join(spec.folder, 'exit'), text);
    expect(await reattach(spec)).toMatchObject({ outcome: { kind: 'interrupted' } });
  });
});
