import { describe, expect, test } from 'vitest';
import { judgeEnd } from '../../../router/judge.ts';
import { outcomeSchema } from '../../../schemas/outcome.ts';
import type { Outcome } from '../../../schemas/outcome.ts';
import type { Adapter, App } from '../../../schemas/router-config.ts';

const appWith = (adapter?: Adapter): App => ({ kind: 'tool', command: 'x', capabilities: {}, ...(adapter && { adapter }) });
const withRules = (...outcomes: NonNullable<Adapter['outcomes']>): App => appWith({ outcomes });
const withResult = (result: NonNullable<Adapter['result']>): App => appWith({ result });

const succeeded: Outcome = { kind: 'succeeded', exitCode: 0 };
const failed: Outcome = { kind: 'exitNonZero', exitCode: 1 };
const killed: Outcome = { kind: 'signaled', signal: 'SIGKILL', exitCode: 137 };

describe('the end of a tool', () => {
  test('is what it was where its configuration says nothing', () => {
    expect(judgeEnd(appWith(), failed, 'boom')).toEqual({ outcome: failed, costUsd: null, result: null, breaker: 'failed' });
    expect(judgeEnd(appWith({}), succeeded, '')).toEqual({
      outcome: succeeded,
      costUsd: null,
      result: null,
      breaker: 'succeeded',
    });
  });

  test('is judged by its exit code, also when it is a success or a signal', () => {
    const app = withRules(
      { exit_codes: [0, 137], means: 'never_retry', because: 'it is done' },
      { exit_codes: [1], means: 'retry' },
    );
    expect(judgeEnd(app, succeeded, '').outcome).toEqual({
      kind: 'judged',
      exitCode: 0,
      means: 'never_retry',
      because: 'it is done',
    });
    expect(judgeEnd(app, killed, '').outcome).toMatchObject({ kind: 'judged', exitCode: 137, means: 'never_retry' });
    expect(judgeEnd(app, failed, '').outcome).toEqual({
      kind: 'judged',
      exitCode: 1,
      means: 'retry',
      because: 'it exited with 1',
    });
    expect(judgeEnd(app, { kind: 'exitNonZero', exitCode: 2 }, '').outcome).toEqual({ kind: 'exitNonZero', exitCode: 2 });
  });

  test('is judged by a line of its output, of which the last one is told', () => {
    const app = withRules({ pattern: '^Error: .*rate limit', means: 'try_another' });
    const tail = 'Error: rate limit 1\nsome Error: rate limit\nError: \t rate limit 2\nbye\n';
    expect(judgeEnd(app, failed, tail).outcome).toEqual({
      kind: 'judged',
      exitCode: 1,
      means: 'try_another',
      because: 'its output says: Error: rate limit 2',
    });
    expect(judgeEnd(app, failed, 'Error:\nrate limit').outcome).toEqual(failed);
    expect(judgeEnd(app, failed, 'error: rate limit').outcome).toEqual(failed);
  });

  test('is judged by both where a rule has both, and by the first rule that matches', () => {
    const app = withRules(
      { exit_codes: [2], pattern: 'quota', means: 'never_retry' },
      { pattern: 'quota', means: 'try_another' },
      { exit_codes: [1], means: 'retry' },
    );
    expect(judgeEnd(app, failed, 'quota').outcome).toMatchObject({ means: 'try_another' });
    expect(judgeEnd(app, failed, '').outcome).toMatchObject({ means: 'retry' });
    expect(judgeEnd(app, { kind: 'exitNonZero', exitCode: 2 }, 'quota').outcome).toMatchObject({ means: 'never_retry' });
    expect(judgeEnd(app, { kind: 'exitNonZero', exitCode: 2 }, '').outcome).toMatchObject({ kind: 'exitNonZero' });
  });

  test('is judged by what a reader sees, without colours and with each carriage return as an end of a line', () => {
    const app = withRules({ pattern: '^rate limit$', means: 'try_another' });
    expect(judgeEnd(app, failed, 'x\u001B[1;31mx\n\u001B[31mrate\u001B[0m limit\r\nx').outcome).toMatchObject({ kind: 'judged' });
    expect(judgeEnd(app, failed, '10 %\rrate limit\r').outcome).toMatchObject({ kind: 'judged' });
  });

  test('is judged by its last 200 lines, by their first 2,000 characters, and by 64 KiB of them', () => {
    const app = withRules({ pattern: 'quota', means: 'try_another' });
    expect(judgeEnd(app, failed, `quota\n${'x\n'.repeat(199)}`).outcome).toMatchObject({ kind: 'judged' });
    expect(judgeEnd(app, failed, `quota\n${'x\n'.repeat(200)}`).outcome).toEqual(failed);
    expect(judgeEnd(app, failed, `${'x'.repeat(1_995)}quota`).outcome).toMatchObject({ kind: 'judged' });
    expect(judgeEnd(app, failed, `${'x'.repeat(1_996)}quota`).outcome).toEqual(failed);
    expect(judgeEnd(app, failed, `quota\n${`${'x'.repeat(1_000)}\n`.repeat(66)}`).outcome).toEqual(failed);
  });

  test('is not judged by a pattern that is none', () => {
    expect(judgeEnd(withRules({ pattern: '(', means: 'retry' }), failed, '(').outcome).toEqual(failed);
    expect(judgeEnd(withRules({ pattern: '(?=x)', means: 'retry' }), failed, 'x').outcome).toEqual(failed);
    expect(judgeEnd(withResult({ cost_pattern: '(\\1)' }), succeeded, '1').costUsd).toBeNull();
  });

  test('is not judged where the tool did not come to it by itself', () => {
    const app = appWith({ outcomes: [{ pattern: 'x', means: 'retry' }], result: { error_pointer: '/e' } });
    for (const outcome of [
      { kind: 'timedOut', timeoutMs: 1, scope: 'attempt' },
      { kind: 'canceled', reason: '' },
      { kind: 'interrupted', message: '' },
      { kind: 'spawnFailed', code: 'ENOENT', message: '' },
    ] satisfies Outcome[])
      expect(judgeEnd(app, outcome, 'x\n{"e":true}').outcome).toEqual(outcome);
  });

  test.each<[string, Outcome]>([
    ['succeeded', succeeded],
    ['failed', failed],
    ['failed', killed],
    ['failed', { kind: 'spawnFailed', code: 'ENOENT', message: '' }],
    ['failed', { kind: 'logLimit', limitBytes: 1 }],
    ['failed', { kind: 'outputInvalid', problems: ['x'] }],
    ['failed', { kind: 'timedOut', timeoutMs: 1, scope: 'attempt' }],
    ['none', { kind: 'timedOut', timeoutMs: 1, scope: 'step' }],
    ['none', { kind: 'timedOut', timeoutMs: 1, scope: 'run' }],
    ['none', { kind: 'canceled', reason: '' }],
    ['none', { kind: 'interrupted', message: '' }],
    ['succeeded', { kind: 'judged', exitCode: 1, means: 'never_retry', because: '' }],
    ['failed', { kind: 'judged', exitCode: 1, means: 'retry', because: '' }],
    ['failed', { kind: 'judged', exitCode: 0, means: 'try_another', because: '' }],
  ])('counts for its breaker as %s: %j', (verdict, outcome) => {
    expect(judgeEnd(appWith(), outcome, '').breaker).toBe(verdict);
  });
});

describe('what a tool reports', () => {
  const places = { result_pointer: '/result', cost_pointer: '/usage/0/cost~1usd', error_pointer: '/is_error' };
  const object = { result: 'Done.', usage: [{ 'cost/usd': 0.25 }], is_error: false };
  const reported = { result: 'Done.', costUsd: 0.25 };

  test.each([
    ['alone', JSON.stringify(object)],
    ['on its last line', `log\n{"result":"old"}\n${JSON.stringify(object)}\n`],
    ['before other lines', `log\n${JSON.stringify(object)}\nbye\n`],
    ['over several lines', JSON.stringify(object, null, 2)],
    ['over several lines, between others', `{ no\n${JSON.stringify(object, null, 2)}\nbye\n`],
    ['with line ends of Windows', `log\r\n${JSON.stringify(object, null, 2).replaceAll('\n', '\r\n')}\r\n`],
  ])('is read from its JSON %s', (_, tail) => {
    expect(judgeEnd(withResult({ format: 'json', ...places }), succeeded, tail)).toMatchObject(reported);
    expect(judgeEnd(withResult(places), succeeded, tail)).toMatchObject(reported);
  });

  test('is read from the last line of JSON that has it, each by itself', () => {
    const lines = [{ result: 'old' }, { usage: [{ 'cost/usd': 0.25 }] }, { result: 'Done.' }, { type: 'end' }, 7, [1]];
    const tail = `te":1}\n${lines.map((line) => JSON.stringify(line)).join('\n')}\nbye`;
    expect(judgeEnd(withResult({ format: 'json_lines', ...places }), succeeded, tail)).toMatchObject(reported);
  });

  test('is looked for in the last 1,000 lines', () => {
    const app = withResult({ format: 'json_lines', result_pointer: '/r' });
    expect(judgeEnd(app, succeeded, `{"r":1}\n${'{}\n'.repeat(998)}`).result).toBe('1');
    expect(judgeEnd(app, succeeded, `{"r":1}\n${'{}\n'.repeat(1_000)}`).result).toBeNull();
  });

  test('is missing where it is not there, or not what it should be', () => {
    const app = withResult({ format: 'json', ...places });
    const nothing = { outcome: succeeded, result: null, costUsd: null };
    for (const tail of [
      '',
      'no json',
      '[{"result":1}]',
      '{"result":null,"is_error":"true"}',
      '{"usage":[{"cost/usd":-1}]}',
      '{"usage":[{"cost/usd":1e999}]}',
      '{"usage":{"0":{}}}',
    ])
      expect(judgeEnd(app, succeeded, tail)).toMatchObject(nothing);
    expect(judgeEnd(withResult({ format: 'json', result_pointer: '/__proto__' }), succeeded, '{}').result).toBeNull();
    expect(judgeEnd(withResult({ format: 'json', result_pointer: '/toString' }), succeeded, '{}').result).toBeNull();
    expect(judgeEnd(withResult({ format: 'json', result_pointer: '/a/01' }), succeeded, '{"a":[1,2]}').result).toBeNull();
    expect(judgeEnd(withResult({ format: 'json', result_pointer: '/a~2' }), succeeded, '{"a~2":1}').result).toBeNull();
    expect(judgeEnd(withResult({ format: 'json', result_pointer: '/a/b' }), succeeded, '{"a":"b"}').result).toBeNull();
  });

  test('is written as JSON where it is no text', () => {
    expect(judgeEnd(withResult({ format: 'json', result_pointer: '/r' }), succeeded, '{"r":[1,{"a":2}]}').result).toBe(
      '[1,{"a":2}]',
    );
    expect(judgeEnd(withResult({ format: 'json', result_pointer: '' }), succeeded, '{"r":1}').result).toBe('{"r":1}');
    expect(judgeEnd(withResult({ format: 'json', result_pointer: '/~0' }), succeeded, '{"~":""}').result).toBe('');
  });

  test('is the end of what it printed where that is a text', () => {
    expect(judgeEnd(withResult({ format: 'text' }), succeeded, 'log\nDone.\n').result).toBe('log\nDone.');
    expect(judgeEnd(withResult({ format: 'text' }), succeeded, ' \n').result).toBeNull();
    expect(judgeEnd(withResult({}), succeeded, 'Done.').result).toBeNull();
  });

  test('is at most 4,000 characters of it, and none of them is halved', () => {
    const long = `😀${'x'.repeat(3_998)}😀${'x'.repeat(3_998)}😀`;
    const json = judgeEnd(
      withResult({ format: 'json', result_pointer: '/r' }),
      succeeded,
      JSON.stringify({ r: `x${long}` }),
    ).result;
    expect(json).toBe(`x😀${'x'.repeat(3_997)}`.slice(0, 4_000));
    const cut = judgeEnd(
      withResult({ format: 'json', result_pointer: '/r' }),
      succeeded,
      JSON.stringify({ r: 'x'.repeat(3_999) + '😀' }),
    );
    expect(cut.result).toBe('x'.repeat(3_999));
    const text = judgeEnd(withResult({ format: 'text' }), succeeded, `😀${'x'.repeat(3_999)}`).result;
    expect(text).toBe('x'.repeat(3_999));
  });

  test('of its cost is a number, or a text with one, of the last line that has it', () => {
    const app = withResult({ cost_pattern: 'cost: (.*?) USD' });
    const cost = (amount: string) => judgeEnd(app, failed, `cost: 9 USD\ncost: ${amount} USD\nend`).costUsd;
    expect([cost('0'), cost('1,234.50'), cost('$ 12'), cost('.5'), cost('1e-3')]).toEqual([0, 1234.5, 12, 0.5, 0.001]);
    expect([cost('-1'), cost('1,23'), cost('NaN'), cost('1e999'), cost('1.2.3')]).toEqual([9, 9, 9, 9, 9]);
    expect(judgeEnd(withResult({ cost_pattern: 'cost' }), failed, 'cost').costUsd).toBeNull();
    expect(judgeEnd(withResult({ format: 'json', cost_pointer: '/c' }), failed, '{"c":"1,000"}').costUsd).toBe(1_000);
    const both = withResult({ format: 'json', cost_pointer: '/c', cost_pattern: 'spent (\\d+)' });
    expect([judgeEnd(both, failed, 'spent 3\n{"c":2}').costUsd, judgeEnd(both, failed, 'spent 3\n{}').costUsd]).toEqual([2, 3]);
  });

  test('of a failure counts whatever its exit code, unless a rule knows better', () => {
    const result = { format: 'json', result_pointer: '/r', error_pointer: '/e' } as const;
    const because = 'it says that it failed: no such model';
    for (const outcome of [succeeded, failed])
      expect(judgeEnd(withResult(result), outcome, '{"e":true,"r":"no such\\nmodel"}').outcome).toMatchObject({
        kind: 'judged',
        means: 'retry',
        because,
        exitCode: (outcome as { exitCode: number }).exitCode,
      });
    expect(judgeEnd(withResult(result), succeeded, '{"e":true}').outcome).toMatchObject({ because: 'it says that it failed' });
    const app = appWith({ result, outcomes: [{ pattern: 'model', means: 'never_retry' }] });
    expect(judgeEnd(app, succeeded, '{"e":true,"r":"no such model"}').outcome).toMatchObject({ means: 'never_retry' });
  });
});

describe('a hostile output', () => {
  const patterns = ['(a+)+$', '^(\\w|\\d|a)*!', '(?:a*)*b', '.*.*.*=.*', '(x+x+)+y', '^\\{.*"e": ?true.*([Rr]ate|limit){1,9}z'];
  const app = appWith({
    result: {
      format: 'json',
      result_pointer: '/r',
      cost_pointer: '/c',
      error_pointer: '/e',
      cost_pattern: '((?:a+)+)$|\\$([\\d,]+)+x',
    },
    outcomes: patterns.map((pattern) => ({ pattern, means: 'retry' as const, exit_codes: [0] })),
  });
  const half = 32_768;

  test.each([
    ['one character', 'a'.repeat(2 * half)],
    ['one character and another end', `${'a'.repeat(1_999)}!\n`.repeat(32)],
    ['objects that never end', '{'.repeat(2 * half)],
    ['lines that begin objects', '{\n'.repeat(half)],
    ['lines that are nearly objects', '{}x}\n'.repeat(half / 3)],
    ['lines that end objects', '{"a":\n}\n'.repeat(half / 4)],
    ['lists that never end', '['.repeat(2 * half)],
    ['deep lists', `{"r":${'['.repeat(half - 10)}${']'.repeat(half - 10)}}`],
    ['ends of lines', '\n'.repeat(2 * half - 1) + 'x'],
    ['carriage returns', '\r\n\r'.repeat(half / 2)],
    ['escape codes', '\u001B['.repeat(half)],
    ['digits after an escape code', `\u001B[${'1'.repeat(2 * half)}`],
    ['NUL characters', '\0'.repeat(2 * half)],
    ['halves of surrogate pairs', '\ud83d'.repeat(half) + '\ude00'.repeat(half)],
    ['spaces', ' '.repeat(2 * half) + 'x'],
    ['digits', `$${'1,'.repeat(half)}`],
    ['texts that never end', `{"r":"${'\\'.repeat(2 * half)}`],
    ['more than is read', 'aaaaaaaa!\n'.repeat(100_000)],
  ])('of %s is judged all the same', (_, tail) => {
    const { outcome, result, costUsd } = judgeEnd(app, succeeded, tail);
    expect(outcomeSchema.parse(outcome)).toEqual(outcome);
    expect(result === null || result.length <= 4_000).toBe(true);
    expect(costUsd).toBeNull();
  });
});
