import { describe, expect, it } from 'vitest';
import { difference, parseTour } from '../../../scripts/tour.mjs';

const fence = '```';

describe('parseTour', () => {
  it('reads files, commands and what they print, in order', () => {
    const tour = parseTour(
      [
        '# x',
        '<!-- file: a.yaml -->',
        '',
        `${fence}yaml`,
        'name: a',
        fence,
        '',
        `${fence}console`,
        '$ one',
        'out',
        '$ two',
        fence,
      ].join('\n'),
    );
    expect(tour).toEqual([
      { kind: 'file', name: 'a.yaml', text: 'name: a\n', line: 4 },
      { kind: 'command', command: 'one', expected: ['out'], line: 9 },
      { kind: 'command', command: 'two', expected: [], line: 11 },
    ]);
  });

  it('joins a command that goes on after a prompt', () => {
    const [command] = parseTour([`${fence}console`, "$ cat <<'E'", '> text', '>', '> E', 'text', fence].join('\n'));
    expect(command).toMatchObject({ command: "cat <<'E'\ntext\n\nE", expected: ['text'] });
  });

  it('leaves other fences alone', () => {
    expect(parseTour([`${fence}sh`, '$ rm -rf x', fence].join('\n'))).toEqual([]);
  });

  it('refuses a console block that prints before it runs', () => {
    expect(() => parseTour([`${fence}console`, 'out', fence].join('\n'))).toThrow(
      'line 2: a console block starts with a command',
    );
  });
});

describe('difference', () => {
  it('is null when every line is as expected', () => {
    expect(difference(['a', 'b'], ['a', 'b  '])).toBeNull();
  });

  it('takes … for anything on a line, and alone for any number of lines', () => {
    expect(difference(['run … (…)'], ['run 01J (2.4 s)'])).toBeNull();
    expect(difference(['a', '…', 'z'], ['a', 'b', 'c', 'z'])).toBeNull();
    expect(difference(['…'], [])).toBeNull();
  });

  it('takes any number of spaces between two words for one, but not at the start of a line', () => {
    expect(difference(['a  b …'], ['a      b   1'])).toBeNull();
    expect(difference(['  a'], ['a'])).toContain('printed: a');
  });

  it('takes every other character for itself', () => {
    expect(difference(['1.0 (x)'], ['1x0 (x)'])).toContain('printed: 1x0 (x)');
  });

  it('tells of a line too few, a line too many, and a part that never comes', () => {
    expect(difference(['a', 'b'], ['a'])).toBe('did not print: b');
    expect(difference(['a'], ['a', 'b'])).toBe('printed one line more: b');
    expect(difference(['…', 'z'], ['a', 'b'])).toContain('matches what follows');
  });
});
