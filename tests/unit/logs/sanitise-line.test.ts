import { describe, expect, test } from 'vitest';
import { sanitiseLine } from '../../../src/logs/sanitise-line.ts';

describe('a line of tool output', () => {
  test.each([
    ['plain text stays', 'Compiling 3 of 5', 'Compiling 3 of 5'],
    ['colours are removed', '\x1b[1;32mok\x1b[0m done', 'ok done'],
    ['cursor movement is removed', '\x1b[2J\x1b[1;1Hhello\x1b[K', 'hello'],
    ['a title is removed whole', 'a\x1b]0;evil title\x07b', 'ab'],
    ['a link keeps its words', '\x1b]8;;https://example.org\x1b\\words\x1b]8;;\x1b\\', 'words'],
    ['a title without an end hides nothing', 'a\x1b]0;text', 'a0;text'],
    ['a device control string is removed', 'a\x1bPq#0;2;0\x1b\\b', 'ab'],
    ['eight-bit introducers count', 'a\x9b31mb\x9d0;title\x9cc', 'abc'],
    ['an escape code cut at the end is removed', 'text\x1b[3', 'text'],
    ['a lone escape is removed', 'text\x1b', 'text'],
    ['the last version of a progress line is shown', '10%\r50%\r100%', '100%'],
    ['a carriage return at the end changes nothing', 'windows line\r', 'windows line'],
    ['a progress line that was wiped shows what came before', 'done\r    \r', 'done'],
    ['only carriage returns leave nothing', '\r\r', ''],
    ['backspaces take back', 'spin|\b/\b-', 'spin-'],
    ['tabs reach the next stop', 'a\tbc\td', 'a       bc      d'],
    ['line ends become spaces', 'a\nb\u2028c', 'a b c'],
    ['other control characters are dropped', 'a\x00\x07\x0e\x7fb', 'ab'],
    ['direction overrides are dropped', 'user\u202e txt.exe', 'user txt.exe'],
    ['annotation marks are dropped', 'a\ufff9b\ufffbc', 'abc'],
    ['halves of surrogates are replaced', 'a\ud800b', 'a\ufffdb'],
    ['joined emoji fall apart', '\u{1f468}\u200d\u{1f469}', '\u{1f468}\u{1f469}'],
    ['piles of marks are cut down', `e${'\u0335'.repeat(50)}x`, `e${'\u0335'.repeat(4)}x`],
  ])('%s', (_, line, clean) => {
    expect(sanitiseLine(line)).toBe(clean);
  });

  test('is cut to columns, not to characters', () => {
    expect(sanitiseLine('日本語のテキスト', 7)).toBe('日本語…');
    expect(sanitiseLine('日本語', 6)).toBe('日本語');
    expect(sanitiseLine('cafe\u0301 au lait', 5)).toBe('café…');
    expect(sanitiseLine('anything', 0)).toBe('');
  });

  test.each([
    ['escapes without an end', '\x1b]'.repeat(1_000_000)],
    ['eight-bit strings without an end', '\x9d'.repeat(2_000_000)],
    ['control sequences without an end', '\x1b[1;'.repeat(500_000)],
    ['carriage returns', 'x\r'.repeat(1_000_000)],
    ['marks', '\u0301'.repeat(1_000_000)],
    ['backspaces', 'a\b'.repeat(1_000_000)],
  ])('of megabytes of %s takes linear time', (_, line) => {
    const startedAt = performance.now();
    sanitiseLine(line, 80);
    expect(performance.now() - startedAt).toBeLessThan(2500);
  });
});
