import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startAttempt, stopAttempt, sweepRun } from '../../../src/tools/attempt.ts';
import { runMark } from '../../../src/tools/lineage.ts';
import type { AttemptSpec } from '../../../src/tools/attempt.ts';
import { terminate } from '../../../src/tools/terminate.ts';
import { isAlive, runAttempt, useBench } from './attempt-fixture.ts';

const bench = useBench();

/** Starts an attempt and, as an engine that goes on to stop it, waits no longer once `marker` is written. Returns the pid in it. */
async function begin(spec: AttemptSpec, marker: string): Promise<number> {
  const abort = new AbortController();
  const end = startAttempt(spec, abort.signal);
  const pid = await bench().pid(marker);
  abort.abort();
  await end;
  return pid;
}

const sayPid = (marker: string): string => `echo $$ >"$SY_DIR/${marker}.new"; mv "$SY_DIR/${marker}.new" "$SY_DIR/${marker}"`;

describe('stopping an attempt', () => {
  it('ends a tool by SIGTERM and does not wait out the grace', async () => {
    const spec = bench().script(`${sayPid('tool')}; sleep 300`, { graceMs: 60_000 });
    const tool = await begin(spec, 'tool');
    expect(await stopAttempt(spec)).toEqual({ endedByItself: null, survivors: [] });
    expect(isAlive(tool)).toBe(false);
  });

  it('asks a tool once, and leaves it and the programs it then calls the time to clean up', async () => {
    const spec = bench().script(
      // A signal that comes before the child has become `sleep` is lost on it.
      `n=0; trap 'n=$((n + 1))' TERM; sleep 300 & until ps -o comm= -p $! | grep -q sleep; do :; done
      ${sayPid('tool')}; wait $! || :; sleep 0.2; echo $n >"$SY_DIR/asked"`,
      { graceMs: 60_000 },
    );
    await begin(spec, 'tool');
    expect(await stopAttempt(spec)).toEqual({ endedByItself: null, survivors: [] });
    expect(await bench().pid('asked')).toBe(1);
  });

  it('that is just being executed reaches the tool too', async () => {
    const ends = Array.from({ length: 10 }, async () => {
      const spec = bench().command(['sleep', '300'], { graceMs: 60_000 });
      const abort = new AbortController();
      const end = startAttempt(spec, abort.signal);
      abort.abort();
      await end;
      return stopAttempt(spec);
    });
    expect(await Promise.all(ends)).toEqual(ends.map(() => ({ endedByItself: null, survivors: [] })));
  });

  it('kills a tool that ignores SIGTERM when the grace is over', async () => {
    const spec = bench().script(`trap '' TERM; ${sayPid('tool')}; while :; do sleep 300; done`);
    const tool = await begin(spec, 'tool');
    const before = performance.now();
    expect(await stopAttempt(spec)).toEqual({ endedByItself: null, survivors: [] });
    expect(performance.now() - before).toBeGreaterThanOrEqual(100);
    expect(performance.now() - before).toBeLessThan(100 + 500 + 1000);
    expect(isAlive(tool)).toBe(false);
  });

  it('wakes a tool that is suspended', async () => {
    const spec = bench().script(`${sayPid('tool')}; kill -STOP $$; sleep 300`, { graceMs: 60_000 });
    const tool = await begin(spec, 'tool');
    expect(await stopAttempt(spec)).toEqual({ endedByItself: null, survivors: [] });
    expect(isAlive(tool)).toBe(false);
  });

  it.runIf(process.platform === 'linux')(
    'finds processes that left the group and the session, and grandchildren whose parents are gone',
    async () => {
      const far = `setsid sh -c '${sayPid('far')}; exec sleep 300' &`;
      const orphan = `(setsid sh -c 'sh -c "${sayPid('orphan').replaceAll('"', '\\"').replaceAll('$', '\\$')}; sleep 300; :" & exit 0' &)`;
      const spec = bench().script(
        `${far}\n${orphan}\nwhile [ ! -e "$SY_DIR/far" ] || [ ! -e "$SY_DIR/orphan" ]; do sleep 0.01; done; ${sayPid('tool')}; sleep 300`,
      );
      const tool = await begin(spec, 'tool');
      const pids = [tool, await bench().pid('far'), await bench().pid('orphan')];
      expect(pids.map(isAlive)).toEqual([true, true, true]);
      expect(await stopAttempt(spec)).toEqual({ endedByItself: null, survivors: [] });
      expect(pids.map(isAlive)).toEqual([false, false, false]);
    },
  );

  it('reports the end of a tool that was faster', async () => {
    const spec = bench().script('exit 9');
    await runAttempt(spec);
    const { endedByItself } = await stopAttempt(spec);
    expect(endedByItself).toMatchObject({ outcome: { kind: 'exitNonZero', exitCode: 9 }, alreadyEnded: true });
    expect(existsSync(path.join(spec.folder, 'stop'))).toBe(false);
  });

  it('does not take the end that it caused for the own end of the tool, when it is repeated', async () => {
    const spec = bench().script(`${sayPid('tool')}; sleep 300`);
    await begin(spec, 'tool');
    await stopAttempt(spec);
    expect(existsSync(path.join(spec.folder, 'exit'))).toBe(true);
    expect(await stopAttempt(spec)).toEqual({ endedByItself: null, survivors: [] });
  });

  it('of a tool whose pid file is lost still ends it', async () => {
    const spec = bench().script(`${sayPid('tool')}; sleep 300`);
    const tool = await begin(spec, 'tool');
    rmSync(path.join(spec.folder, 'pid'));
    expect(await stopAttempt(spec)).toEqual({ endedByItself: null, survivors: [] });
    expect(isAlive(tool)).toBe(false);
  });

  it('before the start means that the tool is never executed', async () => {
    const spec = bench().command(['touch', bench().at('ran')]);
    expect(await stopAttempt(spec)).toEqual({ endedByItself: null, survivors: [] });
    const end = await runAttempt(spec);
    expect(end).toMatchObject({ outcome: { kind: 'spawnFailed', code: 'ECANCELED' }, toolStarted: false });
    expect(existsSync(bench().at('ran'))).toBe(false);
  });

  it('leaves other attempts of the run alone', async () => {
    const one = bench().script(`${sayPid('one')}; sleep 300`);
    const other = bench().script(`${sayPid('other')}; sleep 300`);
    const pids = [await begin(one, 'one'), await begin(other, 'other')];
    await stopAttempt(one);
    expect(pids.map(isAlive)).toEqual([false, true]);
  });
});

describe('sweeping a run', () => {
  it.runIf(process.platform === 'linux')('stops what left the group of its attempt, and counts it', async () => {
    const spec = bench().script(
      `setsid sh -c '${sayPid('far')}; exec sleep 300' & while [ ! -e "$SY_DIR/far" ]; do sleep 0.01; done`,
    );
    expect((await runAttempt(spec)).outcome.kind).toBe('succeeded');
    const far = await bench().pid('far');
    expect(isAlive(far)).toBe(true);
    expect(await sweepRun(path.dirname(bench().folder))).toBe(0);
    expect(isAlive(far)).toBe(true);
    expect(await sweepRun(bench().folder)).toBe(1);
    expect(isAlive(far)).toBe(false);
    expect(await sweepRun(bench().folder)).toBe(0);
  });

  it('also finds attempts of a run inside a tool of the run', async () => {
    const inner = bench().script(`${sayPid('inner')}; sleep 300`, { env: { STATEYARD_RUN_ID: 'inner' } });
    const before = process.env['STATEYARD_LINEAGE'];
    process.env['STATEYARD_LINEAGE'] = `${runMark(bench().folder)}/outer`;
    try {
      const pid = await begin(inner, 'inner');
      expect(await sweepRun(bench().folder)).toBeGreaterThanOrEqual(1);
      expect(isAlive(pid)).toBe(false);
    } finally {
      if (before === undefined) delete process.env['STATEYARD_LINEAGE'];
      else process.env['STATEYARD_LINEAGE'] = before;
    }
  });
});

describe('terminate', () => {
  it('gives up on what cannot be stopped, and says what', async () => {
    // Beyond the largest pid there is, so that no signal reaches anything.
    const stuck = {
      pid: 2 ** 22 + 7,
      parentPid: 1,
      group: 2 ** 22 + 7,
      session: 2 ** 22 + 7,
      start: '1',
      startedAtMs: null,
      environment: () => null,
    };
    expect(await terminate({ find: () => [stuck], group: null, graceMs: 20 })).toEqual({ found: 1, survivors: [stuck.pid] });
  });
});
