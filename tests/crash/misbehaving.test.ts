import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { jsonLines, test, type Ended, type Sandbox } from '../conformance/sandbox.ts';
import { writeFigures } from './figures.ts';
import { leftovers, living, measured, onTerminal, workflowOf } from './misbehaving-tools.ts';

const mib = 2 ** 20;
/** More than the engine may take for a noisy tool; the promise is 48 MiB. */
const allowedMib = 48;
/** How much one noisy tool writes; the promise holds for 1 GiB, which STATEYARD_NOISE_MIB=1024 tries. */
const noiseMib = Number(process.env['STATEYARD_NOISE_MIB'] ?? 64);

/** Every attack begins with a text that is harmless and must come through, and holds EVIL where it must not reach a terminal. */
const escapes = String.raw`printf 'title\033]0;EVIL1\007\nscreen\033[?1049hEVIL2\033[2J\nlink\033]8;;http://EVIL3\033\\\n\tsixel\033PqEVIL4\033\\\nc1\302\233?1049h\302\2350;EVIL5\302\234\ninvalid \377\376\303\050 \200\n'`;
const commands = String.raw`printf '::error::EVIL6\n::set-env name=A::EVIL7\n\r::stop-commands::EVIL8\n##[error]EVIL9\n'`;

const noisy: Readonly<Record<string, string>> = {
  many_lines: `yes 'a line of a tool that says far too much' | head -c ${String(noiseMib * mib)}`,
  one_line: `head -c ${String(20 * mib)} /dev/zero | tr '\\0' x`,
  invalid: `head -c ${String(4 * mib)} /dev/urandom`,
};

const counts: Record<string, number> = { noiseMib };
afterAll(() => writeFigures('misbehaving', counts));

interface Measure {
  readonly ended: Ended;
  readonly peakMib: number;
}

/** Runs the scripts one after the other, on a terminal when asked, and measures the memory of the engine. */
async function measure(box: Sandbox, scripts: Readonly<Record<string, string>>, args: readonly string[] = []): Promise<Measure> {
  const file = box.write('noisy.yaml', workflowOf(scripts, '').replace('max_parallel: 32', 'max_parallel: 1'));
  const { env, peakMib } = measured(box);
  const ended = await box.start(['run', file, ...args], { env }).ended;
  return { ended, peakMib: peakMib() };
}

describe.sequential('the memory of the engine', () => {
  test('does not grow with what tools write, in whatever form, also when they fail and the end of it is shown', async ({
    box,
  }) => {
    const quiet = Object.fromEntries(Object.keys(noisy).map((name) => [name, 'exit 1']));
    const failing = Object.fromEntries(
      Object.entries(noisy).map(([name, script]) => [name, `set +o pipefail; ${script}; exit 1`]),
    );
    const before = await measure(box, quiet);
    const after = await measure(box, failing);
    expect([before.ended.code, after.ended.code]).toEqual([1, 1]);
    const grownMib = Math.round(after.peakMib - before.peakMib);
    Object.assign(counts, { quietPeakMib: Math.round(before.peakMib), noisyPeakMib: Math.round(after.peakMib), grownMib });
    expect(before.peakMib).toBeGreaterThan(20);
    expect(grownMib).toBeLessThan(allowedMib);
    // The readers of the logs are as frugal.
    const { env, peakMib } = measured(box);
    const { code, stdout } = await box.start(['logs', '@latest', 'one_line', '--json'], { env }).ended;
    expect(code).toBe(0);
    expect(stdout.length).toBeGreaterThan(0);
    counts['logsPeakMib'] = Math.round(peakMib());
  }, 300_000);
});

/** Nothing of the tool's control over a screen or a reader of commands is left. */
function expectClean(text: string): void {
  for (const code of ['\x1b]', '\x1bP', '\x1b[?1049', '\x1b[2J']) expect(text).not.toContain(code);
  expect([...text].filter((character) => character >= '\x80' && character < '\xa0')).toEqual([]);
  for (const line of text.split(/[\r\n]+/))
    expect(line).not.toMatch(/^\s*(::(error|set-env|stop-commands)::EVIL|##\[error\]EVIL)/);
}

describe.concurrent('what a failed tool wrote reaches', () => {
  const shown = { escapes: `${escapes}; exit 1`, commands: `${commands}; exit 1` };

  test('plain output without its escape codes', async ({ box }) => {
    const { ended } = await measure(box, shown);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('title');
    expect(ended.stderr).not.toContain('\x1b');
    expect(ended.stderr).not.toContain('EVIL1');
    expectClean(ended.stderr);
  });

  test('the log of GitHub Actions without commands that it would obey', async ({ box }) => {
    const file = box.write('noisy.yaml', workflowOf(shown, ''));
    const { code, stdout, stderr } = await box.start(['run', file], { env: { GITHUB_ACTIONS: 'true' } }).ended;
    expect(code).toBe(1);
    expect(stderr).not.toContain('\x1b]');
    const stops = stderr.split('\n').filter((line) => line.startsWith('::stop-commands::'));
    // Between such a line and its token no command is obeyed: so whatever stands at the margin there is only text.
    let token: string | null = null;
    const obeyed = stderr.split('\n').filter((line) => {
      if (token !== null) {
        if (line === `::${token}::`) token = null;
        return false;
      }
      token = /^::stop-commands::(.+)$/.exec(line)?.[1] ?? null;
      return /^\s*(::|##\[)/.test(line);
    });
    expect(stops.length).toBeGreaterThan(0);
    expect(obeyed.filter((line) => /EVIL[6789]/.test(line))).toEqual([]);
    expect(`${stdout}${stderr}`).toContain('title');
  });

  test('a terminal that is left as it was', async ({ box }) => {
    const file = box.write('noisy.yaml', workflowOf({ ...shown, waits: 'sleep 0.3' }, ''));
    const { code, screen } = await onTerminal(box, 'run', file);
    expect(code).toBe(1);
    expect(screen).toContain('title');
    expect(screen).toContain('\x1b[');
    expectClean(screen);
    expect(screen.lastIndexOf('\x1b[?25h')).toBeGreaterThanOrEqual(screen.lastIndexOf('\x1b[?25l'));
  });

  test('the verb logs as clean text, and as JSON that can be read', async ({ box }) => {
    await measure(box, shown);
    const { screen } = await onTerminal(box, 'logs', '@latest', 'escapes');
    expect(screen).toContain('title');
    expectClean(screen);
    const { stdout } = await box.cli('logs', '@latest', 'escapes', '--json');
    expect(jsonLines(stdout).map((line) => line.line.slice(0, 5))).toContain('title');
  });
});

describe.concurrent('a tool', () => {
  test('that leaves a child with its output open ends when it ends, and the child is stopped', async ({ box }) => {
    const script = `sh -c 'echo $$ >>"$FOLDER/pids"; trap "" TERM; while :; do sleep 0.1; done' & until [ -s "$FOLDER/pids" ]; do sleep 0.02; done; echo done`;
    const file = box.write('a.yaml', workflowOf({ leaves: script }, 'stop_grace: 300ms'));
    const { code, stderr } = await box.cli('run', file);
    expect(code, stderr).toBe(0);
    expect(living(box)).toEqual([]);
    expect(await box.log('leaves')).toBe('done\n');
  });

  test('that leaves a process in another session does not hold up the run, which stops it at its end', async ({ box }) => {
    const script = `setsid sh -c 'echo $$ >>"$FOLDER/pids"; trap "" TERM; while :; do sleep 0.1; done' & until [ -s "$FOLDER/pids" ]; do sleep 0.02; done`;
    const file = box.write(
      'a.yaml',
      workflowOf({ leaves: script, after: 'kill -0 $(cat "$FOLDER/pids")' }, '').replace(
        '  after:\n',
        '  after:\n    needs: leaves\n',
      ),
    );
    const { code, stderr } = await box.cli('run', file);
    expect(code, stderr).toBe(0);
    expect(leftovers(box)).toEqual([]);
  });

  test('that forks a thousand times, closes its descriptors, removes its folder or fills its output file gets its own result', async ({
    box,
  }) => {
    const scripts = {
      forks: 'for i in $(seq 1000); do ( : ) & done; wait; exit 3',
      closes: 'exec <&- >&- 2>&-; exit 4',
      removes: 'rm -rf "$(dirname "$STATEYARD_OUTPUT")"; exit 5',
      fills: `head -c ${String(3 * mib)} /dev/zero | tr '\\0' x >"$STATEYARD_OUTPUT"`,
      fills_undeclared: `head -c ${String(3 * mib)} /dev/zero >"$STATEYARD_OUTPUT"; exit 6`,
      renames: `perl -e '$0 = "x" x 4000; exit 7'`,
    };
    const file = box.write('a.yaml', workflowOf(scripts, '').replace('  fills:\n', '  fills:\n    outputs: { size: integer }\n'));
    expect((await box.cli('run', file)).code).toBe(1);
    const steps = await box.steps();
    const codes = ['forks', 'closes', 'removes', 'fills_undeclared', 'renames'].map((id) => steps[id].reason);
    expect(codes).toEqual([3, 4, 5, 6, 7].map((exitCode) => ({ kind: 'exitNonZero', exitCode })));
    expect(steps['fills'].reason).toMatchObject({ kind: 'outputInvalid', problems: [expect.stringContaining('larger than')] });
    expect(leftovers(box)).toEqual([]);
  });
});

describe.concurrent('a log that outgrows its limit', () => {
  const sizeOf = (box: Sandbox, step: string): number =>
    statSync(join(box.store, 'runs', box.id, 'attempts', `${step}.1`, 'log')).size;

  test('stops its step with the reason, is cut to the limit, and touches no other step', async ({ box }) => {
    const scripts = {
      endless: 'yes endless',
      stubborn: `trap '' TERM; while :; do head -c 500000 /dev/zero; sleep 0.02; done`,
      quick: 'head -c 3000000 /dev/zero',
      larger: 'head -c 3000000 /dev/zero',
      modest: 'echo modest; sleep 0.5',
    };
    const text = workflowOf(scripts, 'log_limit: 1MB\nstop_grace: 500ms').replace(
      '  larger:\n',
      '  larger:\n    log_limit: 4MB\n',
    );
    const { code, stderr } = await box.cli('run', box.write('a.yaml', text), '--id', box.id);
    expect(code).toBe(1);
    expect(stderr).toContain('its log outgrew its limit');
    const steps = await box.steps(box.id);
    const reason = { kind: 'logLimit', limitBytes: 1_000_000 };
    expect([steps['endless'].reason, steps['stubborn'].reason, steps['quick'].reason]).toEqual([reason, reason, reason]);
    expect([steps['larger'].state, steps['modest'].state]).toEqual(['succeeded', 'succeeded']);
    expect(['endless', 'stubborn', 'quick', 'larger'].map((step) => sizeOf(box, step))).toEqual([
      1_000_000, 1_000_000, 1_000_000, 3_000_000,
    ]);
    expect(await box.log('modest', box.id)).toBe('modest\n');
    expect(leftovers(box)).toEqual([]);
  });

  test('while no engine watches is noticed by the one that takes the run up', async ({ box }) => {
    const script = 'echo ready >>"$TRACE"; read -r line <"$GATE"; yes endless';
    const run = box.start([
      'run',
      box.write('a.yaml', workflowOf({ endless: script }, 'log_limit: 500KB\nstop_grace: 300ms')),
      '--id',
      box.id,
    ]);
    await box.traced('ready');
    run.kill('SIGKILL');
    await run.ended;
    box.open();
    expect((await box.cli('resume', box.id)).code).toBe(1);
    expect((await box.steps(box.id))['endless'].reason).toEqual({ kind: 'logLimit', limitBytes: 500_000 });
    expect(sizeOf(box, 'endless')).toBe(500_000);
    expect(leftovers(box)).toEqual([]);
  });
});
