import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runMark } from '../../../src/tools/lineage.ts';
import { outcomeSchema } from '../../../schemas/outcome.ts';
import { startAttempt } from '../../../src/tools/attempt.ts';
import { isAlive, logOf, runAttempt, useBench } from './attempt-fixture.ts';

const bench = useBench();

/** A folder with links to a few programs only, to be a PATH without bash. */
function pathOf(...programs: readonly string[]): string {
  const folder = bench().at('bin');
  mkdirSync(folder);
  for (const program of programs) symlinkSync(`/bin/${program}`, path.join(folder, program));
  return folder;
}

describe('the end of a tool', () => {
  it('is success, with the time of its end, for exit code 0', async () => {
    const before = Date.now();
    const end = await runAttempt(bench().command(['/bin/true']));
    expect(end).toMatchObject({
      outcome: { kind: 'succeeded', exitCode: 0 },
      toolStarted: true,
      alreadyEnded: false,
      survivors: [],
    });
    expect(end.endedAtMs).toBeGreaterThanOrEqual(before - 20);
    expect(end.endedAtMs).toBeLessThanOrEqual(Date.now() + 20);
  });

  it.each([1, 2, 42, 125, 126, 127, 255])('is its exit code %i', async (code) => {
    const { outcome } = await runAttempt(bench().script(`exit ${code}`));
    expect(outcome).toEqual({ kind: 'exitNonZero', exitCode: code });
    expect(outcomeSchema.parse(outcome)).toEqual(outcome);
  });

  it.each([
    ['KILL', 137],
    ['TERM', 143],
    ['ABRT', 134],
    ['INT', 130],
  ])('is the signal SIG%s', async (name, exitCode) => {
    const { outcome } = await runAttempt(bench().script(`kill -${name} $$`));
    expect(outcome).toEqual({ kind: 'signaled', signal: `SIG${name}`, exitCode });
  });

  it('is known although the tool signals its whole group', async () => {
    const { outcome } = await runAttempt(bench().script('trap "exit 7" TERM; kill 0; exit 8'));
    expect(outcome).toEqual({ kind: 'exitNonZero', exitCode: 7 });
  });

  it('is known although the tool removed the folder of its attempt', async () => {
    const spec = bench().script('rm -rf "$ATTEMPT"; exit 6', { folder: bench().at('own'), env: { ATTEMPT: bench().at('own') } });
    expect((await runAttempt(spec)).outcome).toEqual({ kind: 'exitNonZero', exitCode: 6 });
  });

  it('is the signal when the whole group, our wrapper included, is killed', async () => {
    const { outcome } = await runAttempt(bench().script('kill -9 0'));
    expect(outcome).toEqual({ kind: 'signaled', signal: 'SIGKILL', exitCode: 137 });
  });
});

describe('what a tool is given', () => {
  const hostile = [
    '',
    ' ',
    '-n',
    '--',
    "it's",
    '"',
    '$(touch pwned)',
    '`touch pwned`',
    '*',
    'a\nb\n',
    '\\n',
    '$HOME',
    '; exit 3',
    'ü😀',
  ];

  it('is its arguments, byte for byte', async () => {
    const spec = bench().command(['node', '-e', 'process.stdout.write(JSON.stringify(process.argv.slice(1)))', '--', ...hostile]);
    expect(await runAttempt(spec)).toMatchObject({ outcome: { kind: 'succeeded' } });
    expect(JSON.parse(readFileSync(path.join(spec.folder, 'log'), 'utf8'))).toEqual(hostile);
  });

  it('is its environment, byte for byte, also names that a shell cannot write', async () => {
    const env = Object.fromEntries(hostile.map((value, index) => [`HOSTILE_${index}`, value]));
    const all = { ...env, 'INPUT_MY-KEY': 'a b', 'dotted.name': '$(x)\n' };
    const spec = bench().command(['node', '-e', 'process.stdout.write(JSON.stringify(process.env))'], { env: all });
    expect(await runAttempt(spec)).toMatchObject({ outcome: { kind: 'succeeded' } });
    expect(JSON.parse(readFileSync(path.join(spec.folder, 'log'), 'utf8'))).toMatchObject(all);
  });

  it('is an empty standard input, its working directory and the umask of this process', async () => {
    mkdirSync(bench().at('-work dir'));
    const spec = bench().script('wc -c; pwd; umask', { cwd: bench().at('-work dir') });
    await runAttempt(spec);
    const [bytes, cwd, umask] = logOf(spec).trim().split('\n');
    expect(bytes?.trim()).toBe('0');
    expect(cwd).toBe(bench().at('-work dir'));
    expect(Number.parseInt(umask ?? '', 8)).toBe(process.umask());
  });

  it.runIf(process.platform === 'linux')('is no open file beyond the three', async () => {
    const spec = bench().command(['ls', '/proc/self/fd']);
    await runAttempt(spec);
    // The fourth is the folder that ls reads.
    expect(
      logOf(spec)
        .trim()
        .split('\n')
        .filter((fd) => Number(fd) < 10),
    ).toEqual(['0', '1', '2', '3']);
  });

  it('is a lineage that names its run and itself, after the attempt around it', async () => {
    const spec = bench().command(['printenv', 'STATEYARD_LINEAGE']);
    await runAttempt(spec);
    expect(logOf(spec).trim().split('/').slice(-2)).toEqual([runMark(bench().folder), spec.attemptId]);
  });
});

describe('a script', () => {
  it('runs under bash with errors, unset variables and broken pipes fatal', async () => {
    const spec = bench().spec({ kind: 'run', script: 'echo $BASH_VERSION\nfalse | cat\necho not reached', shell: null });
    expect((await runAttempt(spec)).outcome).toEqual({ kind: 'exitNonZero', exitCode: 1 });
    expect(logOf(spec)).toMatch(/^\d+\.\d+[^\n]*\n$/);
  });

  it('runs under sh where PATH has no bash', async () => {
    const spec = bench().spec(
      { kind: 'run', script: 'echo "${BASH_VERSION-none}"; echo $unset', shell: null },
      { env: { PATH: pathOf('sh') } },
    );
    expect((await runAttempt(spec)).outcome.kind).toBe('exitNonZero');
    expect(logOf(spec)).toMatch(/^none\n.*unset/s);
  });

  it('runs under any program that is named, given its path last', async () => {
    const spec = bench().spec({ kind: 'run', script: 'any text', shell: ['cat', '--'] });
    await runAttempt(spec);
    expect(logOf(spec)).toBe('any text');
  });

  it('that calls a missing program fails with 127, for the shell itself was executed', async () => {
    expect((await runAttempt(bench().script('no-such-program-here'))).outcome).toEqual({ kind: 'exitNonZero', exitCode: 127 });
  });
});

describe('a program that cannot be executed', () => {
  it.each([
    ['is nowhere on PATH', ['no-such-program'], 'ENOENT', '"no-such-program" was not found on PATH'],
    ['does not exist', ['./no/such'], 'ENOENT', '"./no/such" does not exist'],
    ['has an empty name', [''], 'ENOENT', 'empty'],
    ['begins with a dash and is nowhere', ['-x'], 'ENOENT', '"-x"'],
    ['is a folder', ['/etc'], 'EACCES', 'is a folder'],
    ['is not executable', ['./plain'], 'EACCES', 'is not executable'],
    ['has no interpreter', ['./orphan'], 'ENOENT', 'interpreter "/no/interpreter"'],
    ['is of a foreign format', ['./foreign'], 'ENOEXEC', '"./foreign"'],
    ['has a NUL in an argument', ['echo', 'a\0b'], 'EINVAL', 'NUL'],
    ['has an argument that is too long', ['/bin/echo', 'x'.repeat(200_000)], 'E2BIG', 'too long'],
  ])('because it %s', async (_, argv, code, message) => {
    writeFileSync(bench().at('plain'), 'echo no\n');
    writeFileSync(bench().at('orphan'), '#!/no/interpreter\n');
    writeFileSync(bench().at('foreign'), '\x7fELF\0\0\0');
    chmodSync(bench().at('orphan'), 0o755);
    chmodSync(bench().at('foreign'), 0o755);
    const end = await runAttempt(bench().command(argv));
    expect(end).toMatchObject({ outcome: { kind: 'spawnFailed', code }, toolStarted: false });
    expect(end.outcome).toHaveProperty('message', expect.stringContaining(message));
  });

  it('for want of its shell, its working directory or a folder to write to', async () => {
    const shell = await runAttempt(bench().spec({ kind: 'run', script: 'true', shell: ['no-such-shell', '-c'] }));
    expect(shell.outcome).toMatchObject({
      kind: 'spawnFailed',
      code: 'ENOENT',
      message: expect.stringContaining('no-such-shell'),
    });
    const missing = await runAttempt(bench().command(['true'], { cwd: bench().at('gone') }));
    expect(missing.outcome).toMatchObject({
      kind: 'spawnFailed',
      code: 'ENOENT',
      message: expect.stringMatching(/directory ".*gone" does not exist/),
    });
    writeFileSync(bench().at('file'), '');
    const file = await runAttempt(bench().command(['true'], { cwd: bench().at('file') }));
    expect(file.outcome).toMatchObject({ kind: 'spawnFailed', code: 'ENOTDIR' });
    const unwritable = await runAttempt(bench().command(['true'], { folder: bench().at('file/attempt') }));
    expect(unwritable.outcome).toMatchObject({ kind: 'spawnFailed', code: 'ENOTDIR' });
  });

  it('is told apart from a program that itself ends with 126 or 127, also behind restored variables', async () => {
    for (const code of [126, 127]) {
      const spec = bench().command(['/bin/sh', '-c', `exit ${code}`], { env: { 'a.b': '1' } });
      expect((await runAttempt(spec)).outcome).toEqual({ kind: 'exitNonZero', exitCode: code });
    }
    const missing = await runAttempt(bench().command(['no-such-program'], { env: { 'a.b': '1' } }));
    expect(missing.outcome).toMatchObject({ kind: 'spawnFailed', code: 'ENOENT' });
  });

  it('although a program with such a name is there, when that name begins with a dash, is executed', async () => {
    writeFileSync(bench().at('-tool'), '#!/bin/sh\necho "ran $1"\n');
    chmodSync(bench().at('-tool'), 0o755);
    const spec = bench().command(['-tool', '-x'], { env: { PATH: `${bench().folder}:/usr/bin:/bin` } });
    expect((await runAttempt(spec)).outcome.kind).toBe('succeeded');
    expect(logOf(spec)).toBe('ran -x\n');
  });
});

describe('what a tool leaves running', () => {
  it('in its group is stopped before the end is reported', async () => {
    const spec = bench().script('sleep 300 & echo $! >"$SY_DIR/left"; exit 5');
    const end = await runAttempt(spec);
    expect(end).toMatchObject({ outcome: { kind: 'exitNonZero', exitCode: 5 }, survivors: [] });
    expect(isAlive(await bench().pid('left'))).toBe(false);
  });

  it('is killed when it ignores SIGTERM, a grandchild whose parent is gone too', async () => {
    const stubborn = `trap "" TERM; echo $$ >"$SY_DIR/new"; mv "$SY_DIR/new" "$SY_DIR/left"; while :; do sleep 300; done`;
    const spec = bench().script(`(sh -c '${stubborn}' &) ; while [ ! -e "$SY_DIR/left" ]; do sleep 0.01; done`);
    expect((await runAttempt(spec)).outcome.kind).toBe('succeeded');
    expect(isAlive(await bench().pid('left'))).toBe(false);
  });
});

describe('the files of an attempt', () => {
  it('hold both streams in order, open to the owner alone', async () => {
    const spec = bench().script('echo out; echo err >&2; echo out again');
    await runAttempt(spec);
    expect(logOf(spec)).toBe('out\nerr\nout again\n');
    for (const name of ['log', 'pid', 'exit', 'script']) {
      expect(statSync(path.join(spec.folder, name)).mode & 0o777, name).toBe(0o600);
    }
    expect(statSync(spec.folder).mode & 0o777).toBe(0o700);
    expect(readFileSync(path.join(spec.folder, 'exit'), 'utf8')).toBe('0\n');
  });

  it('hold 20 MB of output whole', async () => {
    const spec = bench().script('head -c 20000000 /dev/zero');
    expect((await runAttempt(spec)).outcome.kind).toBe('succeeded');
    expect(statSync(path.join(spec.folder, 'log')).size).toBe(20_000_000);
  });

  it('are never used twice', async () => {
    const spec = bench().command(['true']);
    await runAttempt(spec);
    await expect(runAttempt(spec)).rejects.toThrow('used before');
  });

  it('stop the attempt when the log outgrows its limit', async () => {
    const spec = bench().command(['yes'], { logLimitBytes: 100_000 });
    const end = await runAttempt(spec);
    expect(end.outcome).toEqual({ kind: 'logLimit', limitBytes: 100_000 });
    expect(outcomeSchema.safeParse(end.outcome).success).toBe(true);
  });
});

describe('aborting', () => {
  it('before the start starts nothing', async () => {
    const spec = bench().script('touch "$SY_DIR/ran"');
    expect(await startAttempt(spec, AbortSignal.abort())).toBeNull();
    expect(() => statSync(spec.folder)).toThrow('ENOENT');
  });

  it('ends the waiting and leaves the tool alone', async () => {
    bench().pipe('gate');
    const spec = bench().script('echo $$ >"$SY_DIR/tool"; read x <"$SY_DIR/gate"; sleep 300');
    const abort = new AbortController();
    const end = startAttempt(spec, abort.signal);
    const tool = await bench().pid('tool');
    abort.abort();
    expect(await end).toBeNull();
    bench().release('gate');
    expect(isAlive(tool)).toBe(true);
  });
});
