import { mkdirSync, readFileSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { prepareAttempts, startAttempt } from '../../../src/tools/attempt.ts';
import type { AttemptSpec } from '../../../src/tools/attempt.ts';
import { attemptPaths, readPidFile } from '../../../src/tools/attempt-folder.ts';
import { isAlive, logOf, runAttempt, useBench } from './attempt-fixture.ts';

const bench = useBench();

/** A variable that makes a request too large for a launcher, and not for the system. */
const ballast = { FILLER: 'x'.repeat(100_000) };

/** Who the pid file says owes the exit file; null where a wrapper does. */
function launcherOf(spec: AttemptSpec): number | null {
  const file = readPidFile(attemptPaths(spec.folder));
  if (file.kind !== 'leader') throw new Error(`the pid file is ${file.kind}`);
  return file.leader.launcher?.pid ?? null;
}

/** What a tool prints when a launcher starts it, and when a wrapper of its own does. */
async function bothWays(argv: readonly string[], more: Partial<AttemptSpec> = {}): Promise<readonly [string, string]> {
  const byLauncher = bench().command(argv, more);
  const byWrapper = bench().command(argv, { ...more, env: { ...more.env, ...ballast } });
  await runAttempt(byLauncher);
  await runAttempt(byWrapper);
  expect(launcherOf(byLauncher)).not.toBeNull();
  expect(launcherOf(byWrapper)).toBeNull();
  const without = (log: string): string => log.replace(`FILLER=${ballast.FILLER}\0`, '');
  return [without(logOf(byLauncher)), without(logOf(byWrapper))];
}

function variables(log: string): Map<string, string> {
  const entries = log.split('\0').filter((entry) => entry !== '');
  return new Map(entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]));
}

describe('a tool that a launcher starts', () => {
  it('has the environment that a wrapper gives, byte for byte, save the mark of its own attempt', async () => {
    const env = {
      EMPTY: '',
      LINES: 'a\nb\n',
      QUOTES: `'"$(touch x)\`\\`,
      UNICODE: 'ü\x01\x1f\x7f',
      OLDPWD: '/old',
      SHLVL: '7',
      LC_ALL: 'C',
    };
    const [one, other] = (await bothWays(['env', '-0'], { env })).map(variables);
    const mark = one?.get('STATEYARD_LINEAGE');
    expect(mark).not.toBe(other?.get('STATEYARD_LINEAGE'));
    other?.set('STATEYARD_LINEAGE', mark ?? '');
    expect(Object.fromEntries(one ?? [])).toEqual(Object.fromEntries(other ?? []));
    expect(one?.get('PWD')).toBe(realpathSync(bench().folder));
  });

  it('has the names in its environment that a shell cannot write', async () => {
    const spec = bench().command(['env', '-0'], { env: { 'INPUT_MY-KEY': 'v', 'a.b': '', 'x%%': '() { :; }' } });
    await runAttempt(spec);
    expect(launcherOf(spec)).not.toBeNull();
    const got = variables(logOf(spec));
    expect([got.get('INPUT_MY-KEY'), got.get('a.b'), got.get('x%%')]).toEqual(['v', '', '() { :; }']);
  });

  it('has the variables of this process as they are now, not as they were', async () => {
    const script = 'echo "${SY_SECRET-unset} ${SY_NEW-unset}"';
    vi.stubEnv('SY_SECRET', 'token');
    const before = bench().script(script);
    await runAttempt(before);
    vi.stubEnv('SY_SECRET', undefined);
    vi.stubEnv('SY_NEW', 'new');
    const after = bench().script(script);
    await runAttempt(after);
    vi.unstubAllEnvs();
    expect([logOf(before), logOf(after)]).toEqual(['token unset\n', 'unset new\n']);
    expect(launcherOf(after)).not.toBeNull();
  });

  it('has the signals, open files, limits and umask that a wrapper gives', async () => {
    const script = 'grep -E "^Sig(Blk|Ign)" /proc/self/status; ls /proc/self/fd; ulimit -a; umask; pwd; wc -c';
    const [one, other] = await bothWays(['/bin/sh', '-c', script]);
    expect(one).toBe(other);
  });

  it('leads a session and a group of its own, without a terminal', async () => {
    const spec = bench().command(['/bin/sh', '-c', 'read -r line </proc/self/stat; echo "$$ $line"']);
    await runAttempt(spec);
    const [own, pid, , , , group, session, terminal] = logOf(spec).split(' ');
    expect([pid, group, session]).toEqual([own, own, own]);
    expect(terminal).toBe('0');
  });

  it('keeps the name of its working directory that it was given where that is one', async () => {
    mkdirSync(bench().at('real'));
    symlinkSync(bench().at('real'), bench().at('link'));
    const pwd = async (env: Record<string, string>): Promise<readonly [string, string]> =>
      bothWays(['printenv', 'PWD'], { cwd: bench().at('link'), env });
    const [named, namedByWrapper] = await pwd({ PWD: bench().at('link') });
    expect([named, namedByWrapper]).toEqual([`${bench().at('link')}\n`, `${bench().at('link')}\n`]);
    const [wrong, wrongByWrapper] = await pwd({ PWD: '/' });
    expect(wrong).toBe(wrongByWrapper);
  });

  it('finds its files made for the owner alone, an old output emptied', async () => {
    const spec = bench().command(['ls'], { emptyFile: 'output' });
    mkdirSync(spec.folder, { recursive: true });
    writeFileSync(path.join(spec.folder, 'output'), 'old=1\n', { mode: 0o600 });
    await runAttempt(spec);
    const modes = ['log', 'pid', 'exit', 'output'].map((name) => statSync(path.join(spec.folder, name)).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o600, 0o600]);
    expect(readFileSync(path.join(spec.folder, 'output'), 'utf8')).toBe('');
  });

  it('has not ended when it suspends itself', async () => {
    const spec = bench().script('(sleep 0.05; kill -CONT $$) & kill -STOP $$; echo back');
    expect((await runAttempt(spec)).outcome).toEqual({ kind: 'succeeded', exitCode: 0 });
    expect(logOf(spec)).toBe('back\n');
  });

  it('is followed to its end when its launcher is killed, and then counts as interrupted', async () => {
    bench().pipe('gate');
    const spec = bench().script('echo $$ >"$SY_DIR/new"; mv "$SY_DIR/new" "$SY_DIR/tool"; read x <"$SY_DIR/gate"; echo $x');
    const end = startAttempt(spec, new AbortController().signal);
    const tool = await bench().pid('tool');
    process.kill(launcherOf(spec) ?? 0, 'SIGKILL');
    bench().release('gate');
    expect(await end).toMatchObject({
      outcome: { kind: 'interrupted', message: expect.stringContaining('launcher') },
      toolStarted: true,
    });
    expect(isAlive(tool)).toBe(false);
  });

  it('is started all the same when its launcher had died before', async () => {
    const before = bench().command(['true']);
    await runAttempt(before);
    const launcher = launcherOf(before) ?? 0;
    process.kill(launcher, 'SIGKILL');
    // Without waiting: what is handed to it now is lost on the way.
    const spec = bench().command(['echo', 'there']);
    expect(await runAttempt(spec)).toMatchObject({ outcome: { kind: 'succeeded', exitCode: 0 }, toolStarted: true });
    expect(logOf(spec)).toBe('there\n');
  });

  it('has a launcher ready that was prepared', async () => {
    prepareAttempts();
    const spec = bench().command(['true']);
    await runAttempt(spec);
    expect(launcherOf(spec)).not.toBeNull();
  });

  it('is one of many at once, each with its own end', async () => {
    const ends = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const spec = bench().command(['/bin/sh', '-c', `echo ${index}; exit ${index % 7}`]);
        const { outcome } = await runAttempt(spec);
        return [outcome.kind === 'exitNonZero' ? outcome.exitCode : 0, logOf(spec)];
      }),
    );
    expect(ends).toEqual(Array.from({ length: 200 }, (_, index) => [index % 7, `${index}\n`]));
  });

  // Last: from here on this process has no launchers.
  it('is started all the same where what calls itself perl is none', async () => {
    const folder = path.join(bench().folder, 'bin');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'perl'), '#!/bin/sh\nexit 1\n', { mode: 0o700 });
    vi.stubEnv('PATH', `${folder}:${process.env['PATH'] ?? ''}`);
    const spec = bench().command(['echo', 'there']);
    const { outcome } = await runAttempt(spec);
    vi.unstubAllEnvs();
    expect(outcome).toEqual({ kind: 'succeeded', exitCode: 0 });
    expect([logOf(spec), launcherOf(spec)]).toEqual(['there\n', null]);
  });
});
