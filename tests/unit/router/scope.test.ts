import { describe, expect, test } from 'vitest';
import { parsePattern } from '../../../router/scope-pattern.ts';
import { forbiddenScopeOf, scopeOf } from '../../../router/scope.ts';

const inside = (pattern: string, ...outers: readonly string[]): boolean => scopeOf(outers).contains(pattern);

describe('a scope contains', () => {
  test.each([
    ['src/app.ts', ['src/app.ts']],
    ['src/app.ts', ['src/*.ts']],
    ['src/app.ts', ['src/**']],
    ['src/lib/app.ts', ['src/**/*.ts']],
    ['src/app.ts', ['src/**/*.ts']],
    ['src/**', ['src/**']],
    ['src/**/*.ts', ['src/**']],
    ['src/*/a', ['src/**/a']],
    ['**/a/**/b', ['**/b']],
    ['anything/at/all', ['**']],
    ['**', ['**']],
    ['./src/a', ['src//a']],
    ['.env', ['*']],
    ['a*b*c', ['a*c']],
    ['a?', ['a*', 'b']],
    ['[ab]x', ['?x']],
    ['[a-c]', ['[a-b]', 'c']],
    ['[!a]', ['*']],
    ['é?', ['??']],
    ['a\\*', ['a[*]']],
    ['{a,b}/x', ['a/**', 'b/*']],
    ['a', ['{a,b}']],
  ])('%s when it is %j', (pattern, outers) => {
    expect(inside(pattern, ...outers)).toBe(true);
  });

  test('all that lies below a folder, when there is a slash at its end', () => {
    expect(inside('src/lib/a.ts', 'src/')).toBe(true);
    expect(inside('src/lib/', 'src/')).toBe(true);
    expect(inside('src/**', 'src/')).toBe(true);
    expect(inside('src/', 'src/**/*')).toBe(true);
    expect(inside('x/y/z', '.')).toBe(true);
    expect(inside('x/y/z', './')).toBe(true);
  });

  test('what only several of its patterns contain together', () => {
    expect(inside('*', 'a*', '[!a]*')).toBe(true);
    expect(inside('{a,b,c}/**', '[ab]/**', 'c/')).toBe(true);
  });
});

describe('a scope does not contain', () => {
  test.each([
    ['docs/a.md', ['src/**']],
    ['src/lib/a.ts', ['src/*']],
    ['src/**', ['src/*', 'src/*/*']],
    ['**', ['*', '*/**/a']],
    ['Src/a', ['src/**']],
    ['srcs/a', ['src/**']],
    ['src/a.tsx', ['src/*.ts']],
    ['*', ['a*']],
    ['a*', ['a?*']],
    ['[a-d]', ['[a-c]']],
    ['[!ab]', ['[!a]x']],
    ['?', ['[!.]a', 'a']],
    ['{a,b}', ['a']],
    ['a/**/b', ['a/*/b']],
    ['src/lib/', ['src/*']],
    ['src/lib/a.ts', ['src']],
    ['src', ['src/**']],
    ['src/', ['src']],
    ['a', []],
  ])('%s when it is %j', (pattern, outers) => {
    expect(inside(pattern, ...outers)).toBe(false);
  });

  test('what is no pattern, and nothing is contained in what is none', () => {
    expect(inside('../a', '**')).toBe(false);
    expect(inside('/a', '/a')).toBe(false);
    expect(inside('a', '/a', '../**')).toBe(false);
  });

  test('what would take too long to decide', () => {
    // To tell whether the thirtieth character from the end is an "a" takes two to the thirtieth sets of states.
    const rest = '?'.repeat(29);
    expect(inside('*', `*a${rest}`, `*[!a]${rest}`, ...Array.from({ length: 29 }, (_, index) => '?'.repeat(index + 1)))).toBe(
      false,
    );
  });
});

describe('a scope of what is forbidden contains', () => {
  const forbidden = (pattern: string, ...outers: readonly string[]): boolean => forbiddenScopeOf(outers).contains(pattern);

  test('what lies below a plain name, too', () => {
    expect(forbidden('secrets/key.pem', 'secrets')).toBe(true);
    expect(forbidden('a/secrets/**', '**/secrets')).toBe(true);
    expect(forbidden('secrets', 'secrets')).toBe(true);
  });

  test('no more than its wildcards say', () => {
    expect(forbidden('src/lib/a', 'src/*')).toBe(false);
    expect(forbidden('**', 'secrets')).toBe(false);
    expect(forbidden('a')).toBe(false);
  });
});

describe('a pattern is refused', () => {
  test.each([
    ['', 'is empty'],
    ['/etc/passwd', 'is absolute'],
    ['{src,/etc}/x', 'is absolute'],
    ['~/x', 'starts with "~"'],
    ['..', '".." segment'],
    ['src/../../x', '".." segment'],
    ['src/{a,..}/x', '".." segment'],
    ['\\.\\./x', '".." segment'],
    ['-rf', 'starts with "-"'],
    ['!src', 'starts with "!"'],
    ['a\0b', 'control character'],
    ['a\nb', 'control character'],
    ['a\\', 'backslash'],
    ['a\\/b', 'backslash'],
    ['[z-a]', '"z-a"'],
    ['[[:alpha:]]', 'class such as'],
    ['{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}', 'more than 256'],
  ])('%j: it %s', (pattern, why) => {
    const parsed = parsePattern(pattern);
    expect('problem' in parsed ? parsed.problem : null).toContain(why);
  });

  test.each(['./-rf', 'a..b', '...', '[', 'a[b', '{a}', '{a', 'a}', '[]a]', '[!]]', 'a\\{b,c\\}', '{a,b}{c,d}', '[a-]', '[\\]]'])(
    '%j: no, it is a pattern',
    (pattern) => {
      expect(parsePattern(pattern)).not.toHaveProperty('problem');
    },
  );
});

describe('brackets, braces and backslashes', () => {
  test.each([
    ['x]', '[]x]]', true],
    [']', '[]]', true],
    ['x-', 'x[a-]', true],
    ['b', '[a-]', false],
    ['a', '[^b]', true],
    ['[a', '[a', true],
    ['a{b,c}'.replace('{', '\\{').replace('}', '\\}'), 'a\\{b,c\\}', true],
    ['ab', 'a\\{b,c\\}', false],
    ['{a}', '?a?', true],
    ['{a{b,c}}', '?a[bc]?', true],
    ['xc', '{a,x{b,c}}', true],
    ['*', '\\*', false],
    ['a\\-b', '[a][-]b', true],
    ['b', '[\\a-c]', true],
  ])('%s lies in %s: %s', (pattern, outer, answer) => {
    expect(inside(pattern, outer)).toBe(answer);
  });
});
