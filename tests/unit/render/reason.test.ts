import { expect, test } from 'vitest';
import { describeReason } from '../../../src/cli/render/reason.ts';

test.each([
  [{ kind: 'succeeded', exitCode: 0 }, 'succeeded'],
  [{ kind: 'exitNonZero', exitCode: 3 }, 'exit code 3'],
  [{ kind: 'signaled', signal: 'SIGKILL', exitCode: 137 }, 'killed by SIGKILL'],
  [{ kind: 'timedOut', timeoutMs: 600_000, scope: 'attempt' }, 'timed out: the attempt took longer than 10m'],
  [{ kind: 'timedOut', timeoutMs: 1500, scope: 'step' }, 'timed out: all attempts together took longer than 1.5s'],
  [{ kind: 'timedOut', timeoutMs: 7_200_000, scope: 'run' }, 'timed out: the run took longer than 2h'],
  [
    { kind: 'spawnFailed', code: 'ENOENT', message: 'no such program: npx' },
    'could not be started: no such program: npx (ENOENT)',
  ],
  [{ kind: 'spawnFailed', code: 'EACCES', message: 'spawn EACCES' }, 'could not be started: spawn EACCES'],
  [{ kind: 'spawnFailed', code: 'EACCES', message: '' }, 'could not be started: EACCES'],
  [
    { kind: 'outputInvalid', problems: ['a is missing', 'b is no number'] },
    'its outputs are not valid: a is missing; b is no number',
  ],
  [{ kind: 'expressionFailed', field: 'env.A', message: 'no such key' }, 'the expression in env.A failed: no such key'],
  [
    { kind: 'judged', exitCode: 1, means: 'try_another', because: 'the limit of the account is reached' },
    'the limit of the account is reached, exit code 1',
  ],
  [
    { kind: 'judged', exitCode: 2, means: 'never_retry', because: ' ' },
    'the tool says that trying again changes nothing, exit code 2',
  ],
  [{ kind: 'judged', means: 'retry' }, 'the tool says that it may be tried again'],
  [{ kind: 'judged', means: 'constructor' }, 'the tool failed'],
  [
    { kind: 'verificationFailed', check: 'tests', exitCode: 1, message: 'it ended with exit code 1' },
    'check tests failed: it ended with exit code 1',
  ],
  [{ kind: 'verificationFailed' }, 'a check failed'],
  [{ kind: 'noRoutableTool', message: 'rule "lint"; no tool is left' }, 'no tool could be picked: rule "lint"; no tool is left'],
  [{ kind: 'interrupted', message: 'its process is gone' }, 'interrupted: its process is gone'],
  [{ kind: 'canceled', reason: 'another step failed' }, 'canceled: another step failed'],
  [{ kind: 'dependencyFailed', need: 'build', need_state: 'failed' }, 'needs build, which failed'],
  [{ kind: 'dependencyFailed', need: 'build', need_state: 'skipped' }, 'needs build, which was skipped'],
  [{ kind: 'conditionFalse', condition: 'params.fast == true' }, 'its condition is false: params.fast == true'],
  [{ kind: 'approved', comment: 'checked', byDefault: false }, 'approved: checked'],
  [{ kind: 'rejected', comment: null, byDefault: false }, 'rejected'],
  [{ kind: 'rejected', comment: null, byDefault: true }, 'rejected, because nobody answered in time'],
  [{ kind: 'breakerOpen', message: 'too many failures' }, 'breaker open: too many failures'],
  [{ kind: 'exitNonZero' }, 'exit code unknown'],
  [{ kind: 'signaled' }, 'killed by a signal'],
  [{ kind: 'timedOut' }, 'timed out'],
  [{ kind: 'timedOut', timeoutMs: 1000, scope: 'constructor' }, 'timed out after 1s'],
  [{ kind: 'dependencyFailed' }, 'a step it needs did not succeed'],
  [{ kind: 'conditionFalse' }, 'its condition is false'],
  [{ kind: 'outputInvalid', problems: 'many' }, 'its outputs are not valid'],
  [{ kind: 'constructor' }, 'constructor'],
  [{ kind: 7 }, ''],
  [{}, ''],
  [null, ''],
  [undefined, ''],
  ['by hand', 'by hand'],
  ['two\r\nlines \x1b[31mred', 'two lines red'],
  [{ kind: 'interrupted', message: 'one\ntwo\x1b]0;title\x07' }, 'interrupted: one two'],
])('%j is told as %j', (reason, words) => {
  expect(describeReason(reason)).toBe(words);
});

test('a very long reason is cut', () => {
  expect(describeReason({ kind: 'canceled', reason: 'x'.repeat(10_000) })).toMatch(/^canceled: x{489}…$/);
});
