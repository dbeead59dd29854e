import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { escapeMessage, escapeProperty, withoutCommands } from '../../../src/cli/render/github-commands.ts';
import { Paper, planOf, Scene } from './scene.ts';

/** What a runner would take as commands: what `::NAME …` and `##[NAME]` lines it obeys, and which commands are in force. */
function obeyed(text: string): string[] {
  const commands: string[] = [];
  let stopWord: string | null = null;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const command = /^\s*::([^\s:]+)[^:]*::/.exec(line)?.[1] ?? /##\[([^\]\s]+)/.exec(line)?.[1];
    if (command === undefined) continue;
    if (stopWord !== null) {
      if (command === stopWord) stopWord = null;
      continue;
    }
    commands.push(command);
    if (command === 'stop-commands') stopWord = line.trim().slice('::stop-commands::'.length);
  }
  return stopWord === null ? commands : [...commands, 'NEVER RESTARTED'];
}

describe('the log of a GitHub Action', () => {
  test('folds good steps and opens failed ones', () => {
    const out = new Paper();
    const scene = new Scene('github', planOf(['build', 'lint', 'unit', 'pack']), out);
    scene.start();
    scene.logs.set('build.1', 'one\n\x1b[32mtwo\x1b[0m\n');
    scene.succeed('build', 1200);
    scene.succeed('lint', 300);
    scene.attempt('unit');
    scene.logs.set('unit.1', 'flaky\n');
    scene.event('tool_call_error', {
      step_id: 'unit',
      attempt: 1,
      outcome: { kind: 'exitNonZero', exitCode: 75 },
      exit_code: 75,
      duration_ms: 5,
    });
    scene.step('unit', 'backoff', { wake_at: scene.clock.nowMs() + 1000 });
    scene.attempt('unit', 2);
    scene.logs.set('unit.2', '::error::from the tool\n##[group]too\n');
    scene.fail('unit', 1, 2);
    scene.step('pack', 'skipped', { reason: { kind: 'dependencyFailed', need: 'unit', need_state: 'failed' } });
    scene.renderer.close();
    expect(out.text).toBe(`\
• run release-check started: 4 steps
▶ build started
::group::✔ build 1.2s
::stop-commands::TOKEN
one
two
::TOKEN::
::endgroup::
▶ lint started
✔ lint 300ms
▶ unit started
::group::• unit attempt 1 failed: exit code 75; again in 1s
::stop-commands::TOKEN
flaky
::TOKEN::
::endgroup::
▶ unit started, attempt 2
✖ unit 1.5s  2 attempts  exit code 1
::stop-commands::TOKEN
::error::from the tool
## [group]too
::TOKEN::
::error title=Step unit failed::exit code 1 (2 attempts)
– pack  needs unit, which failed
`);
  });

  test('cuts a long log at its beginning, and says so', () => {
    const out = new Paper();
    const scene = new Scene('github', planOf(['a']), out);
    scene.logs.set('a.1', Array.from({ length: 12_000 }, (_, index) => `${index}\n`).join(''));
    scene.succeed('a', 5);
    const lines = out.text.split('\n');
    expect(lines.slice(2, 5)).toEqual(['::stop-commands::TOKEN', '… the first 8.7 KiB of the output are left out', '2000']);
    expect(lines).toHaveLength(2 + 1 + 1 + 10_000 + 3);
  });

  test('cuts a log of few giant lines as well', () => {
    const out = new Paper();
    const scene = new Scene('github', planOf(['a']), out);
    scene.logs.set('a.1', 'x'.repeat(3 * 1024 * 1024));
    scene.succeed('a', 5);
    expect(out.text.length).toBeLessThan(1024 * 1024 + 500);
    expect(out.text).toContain('the first 2 MiB of the output are left out');
  });

  test('writes a block in one piece', () => {
    let writes = 0;
    const scene = new Scene('github', planOf(['a']), { write: () => (writes += 1) });
    scene.logs.set('a.1', 'one\ntwo\n');
    scene.succeed('a', 5);
    expect(writes).toBe(2);
  });

  test('uses a new random word for every block', () => {
    const out = new Paper();
    const scene = new Scene('github', planOf(['a', 'b']), out);
    const real = new Scene('github', planOf(['a', 'b']), out, { token: undefined as never });
    for (const id of ['a', 'b']) {
      real.logs.set(`${id}.1`, 'x');
      real.succeed(id, 1);
    }
    scene.renderer.close();
    const words = [...out.text.matchAll(/::stop-commands::(.*)/g)].map(([, word]) => word);
    expect(new Set(words).size).toBe(2);
    for (const word of words) expect(word).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('values in commands', () => {
  test('are escaped as GitHub documents', () => {
    expect(escapeMessage('50%\r\nof: a, b')).toBe('50%25%0D%0Aof: a, b');
    expect(escapeProperty('50%\r\nof: a, b')).toBe('50%25%0D%0Aof%3A a%2C b');
  });
});

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '::',
        'error',
        'stop-commands',
        'TOKEN',
        'TOKEN0',
        'endgroup',
        '##[',
        ']',
        ' ',
        '\n',
        '\r',
        '\r\n',
        '\x1b[',
        '\x1b]',
        '\x07',
        '\b',
        '\u2028',
      ),
      fc.string({ maxLength: 5 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

test('no tool output, reason or name gives the runner a command', () => {
  fc.assert(
    fc.property(hostile, hostile, hostile, (log, reason, name) => {
      const out = new Paper();
      const scene = new Scene('github', planOf(['a', 'b'], name), out);
      scene.start();
      scene.logs.set('a.1', log);
      scene.logs.set('b.1', log);
      scene.succeed('a', 5);
      scene.event('note', { text: reason });
      scene.attempt('b');
      scene.step('b', 'failed', { attempts: 1, duration_ms: 5, reason: { kind: 'spawnFailed', code: 'E', message: reason } });
      const block = log === '' ? [] : ['stop-commands'];
      const group = log === '' ? [] : ['group', ...block, 'endgroup'];
      expect(obeyed(out.text)).toEqual([...group, ...block, 'error']);
    }),
    { numRuns: 500 },
  );
});

test('the word that restarts commands is never in the output before it', () => {
  fc.assert(
    fc.property(fc.array(hostile), (lines) => {
      const [first = '', ...rest] = withoutCommands(lines, () => 'TOKEN');
      const word = first.slice('::stop-commands::'.length);
      expect(rest.at(-1)).toBe(`::${word}::`);
      for (const line of rest.slice(0, -1)) expect(line).not.toContain(word);
    }),
  );
});
