import { describe, expect, it } from 'vitest';
import { renderDiagnostics } from '../../../src/cli/render/diagnostics.ts';
import type { Diagnostic } from '../../../src/errors.ts';

function diagnostic(at: string, column: number, more: Partial<Diagnostic> = {}): Diagnostic {
  return {
    code: 'SY102',
    message: 'unknown key',
    hint: null,
    file: 'w.yaml',
    line: 1,
    column,
    endColumn: column + 2,
    context: { before: null, at },
    ...more,
  };
}

function render(...diagnostics: Diagnostic[]): string {
  return renderDiagnostics(diagnostics, { color: false });
}

describe('diagnostics as text', () => {
  it('shows code, place, two lines, carets and hint', () => {
    expect(render(diagnostic('  ab: 1', 3, { line: 10, hint: 'try c', context: { before: 'steps:', at: '  ab: 1' } }))).toBe(
      [
        'error SY102 unknown key',
        '  --> w.yaml:10:3',
        ' 9 | steps:',
        '10 |   ab: 1',
        '   |   ^^',
        '   = hint: try c',
        '',
        '1 error in w.yaml',
        '',
      ].join('\n'),
    );
  });

  it('puts carets below the place after tabs, wide characters and characters of two units', () => {
    expect(render(diagnostic('\t漢😀ab', 5)).split('\n')[2]).toBe('1 |     漢😀ab');
    expect(render(diagnostic('\t漢😀ab', 5)).split('\n')[3]).toBe('  |         ^^');
  });

  it('cuts a long line around the place', () => {
    const lines = render(diagnostic(`${'x'.repeat(100_000)}ab${'y'.repeat(100_000)}`, 100_001)).split('\n');
    expect(lines[2]).toMatch(/^1 \| …x+aby+…$/);
    expect(lines[2]?.length).toBeLessThan(120);
    expect(lines[2]?.slice(lines[3]?.indexOf('^')).startsWith('ab')).toBe(true);
  });

  it('leaves the line out where the place is past what is known of it', () => {
    expect(render(diagnostic('x'.repeat(2_000), 90_000))).toBe(
      'error SY102 unknown key\n --> w.yaml:1:90000\n\n1 error in w.yaml\n',
    );
  });

  it('lets no character of a file command the terminal', () => {
    const text = render(diagnostic('a\u001b[31m\u202eb', 1, { message: 'x\u001b]0;y\u0007', file: 'a\nb' }));
    for (const character of ['\u001b', '\u0007', '\u202e']) expect(text).not.toContain(character);
    expect(text).toContain('a\\u{1b}[31m\\u{202e}b');
  });

  it('shows 50 and counts the rest', () => {
    const text = render(...Array.from({ length: 120 }, () => diagnostic('ab', 1)));
    expect(text.match(/^error/gm)).toHaveLength(50);
    expect(text).toMatch(/… and 70 more\n\n120 errors in w\.yaml\n$/);
  });

  it('colors only when asked', () => {
    expect(renderDiagnostics([diagnostic('ab', 1)], { color: true })).toContain('\u001b[1;31merror SY102\u001b[0m');
    expect(render(diagnostic('ab', 1))).not.toContain('\u001b');
    expect(render()).toBe('');
  });
});
