import { describe, expect, it } from 'vitest';
import { findUnexpanded } from '../../../src/workflow/script-quotes.ts';
import { isPosixShell } from '../../../src/workflow/script.ts';

// `@` marks the place where an expression would stand.
function expandedAt(script: string): boolean {
  const at = script.indexOf('@');
  return !findUnexpanded(script).some(({ start, end }) => start <= at && at < end);
}

describe('where a shell puts values in', () => {
  it.each([
    'echo @',
    'echo "it\'s @"',
    "echo 'a' @ 'b'",
    "echo \\' @",
    "# don't\necho @",
    "echo a#'b' @",
    "cat <<EOF\nit's @\nEOF\n",
    "cat <<-EOF\n\tdon't\n\tEOF\necho @",
    'echo $((1 << 2)) @',
    'x=$((1<<n))\necho @',
    "cat <<<'word'\necho @",
    'echo "$(echo \'x\')" @',
    "case x in a) echo 'b';; esac; echo @",
    "echo $'don\\'t' @",
    "cat <<'A'\n'\nA\necho @",
  ])('expanded: %j', (script) => {
    expect(expandedAt(script)).toBe(true);
  });

  it.each([
    "echo '@'",
    'echo "$(echo \'@\')"',
    "cat <<'EOF'\n@\nEOF\n",
    'cat <<"EOF"\n@\nEOF\n',
    'cat <<\\EOF\n@\nEOF\n',
    "echo $'@'",
    "echo a'b@c'",
    "echo 'open @",
  ])('not expanded: %j', (script) => {
    expect(expandedAt(script)).toBe(false);
  });

  it.each([
    [null, true],
    [['bash', '-eu'], true],
    [['/usr/bin/env', '-S', 'zsh'], true],
    [['busybox', 'sh'], true],
    [['python3'], false],
    [['fish'], false],
    [['pwsh', '-c'], false],
    [['env', 'A=b', 'node'], false],
  ] as const)('shell %j reads ${NAME}: %j', (shell, expected) => {
    expect(isPosixShell(shell)).toBe(expected);
  });
});
