import type { CheckDraft, Clues } from './clues.ts';
import { pathLists, shellCommand } from './command-words.ts';
import { isUsedFor } from './main-purpose.ts';

const mostLists = 5;
const mostShebangs = 300;
const shebang = /^#! ?\S*[ /](env )?(ba|da|k)?sh\b/;

// Every file, though one before it is broken.
const syntaxScript =
  'shell=bash; command -v bash > /dev/null || shell=sh; status=0; for file; do "$shell" -n "$file" || status=1; done; exit "$status"';

/**
 * The shell scripts: bats where there are its tests, and shellcheck over all scripts where the project's CI calls it, it is
 * configured or the project is made of scripts. What nobody has configured is only asked for errors. Where shellcheck is not
 * there the shell itself reads the scripts.
 */
export function shellChecks(clues: Clues): readonly CheckDraft[] {
  const tests = bats(clues);
  const isConfigured = clues.has('.shellcheckrc');
  if (!isConfigured && !isUsedFor(clues, 'shellcheck')) return tests;
  const scripts = scriptsOf(clues);
  const reason = scripts.length === 1 ? `the shell script ${scripts[0] ?? ''}` : `${scripts.length} shell scripts`;
  const severity = isConfigured || clues.mentions('shellcheck') ? [] : ['--severity=error'];
  const lists = pathLists(scripts, mostLists);
  const lints = lists.map((list): CheckDraft => ({
    id: 'shellcheck',
    type: 'lint',
    command: ['shellcheck', ...severity, ...list],
    reason,
  }));
  if (clues.canRun('shellcheck')) return [...lints, ...tests];
  const syntax = lists.map((list): CheckDraft => ({
    id: 'shell-syntax',
    type: 'validation',
    command: shellCommand(syntaxScript, 'syntax', list),
    requires: [],
    reason,
  }));
  return [...lints, ...syntax, ...tests];
}

function scriptsOf(clues: Clues): readonly string[] {
  const { project, directories } = clues.survey;
  const named = [...clues.withExtension('sh'), ...clues.withExtension('bash')];
  const folders = new Set(['', 'bin', ...directories.script_dirs]);
  const unnamed = project.files
    .map(({ path }) => path)
    .filter((path) => {
      const slash = path.lastIndexOf('/');
      return (
        !path.slice(slash + 1).includes('.') &&
        folders.has(path.slice(0, Math.max(0, slash))) &&
        !/[\p{Surrogate}\uFFFD]/u.test(path)
      );
    });
  const bySheBang = unnamed.slice(0, mostShebangs).filter((path) => shebang.test(project.readStart(path, 128) ?? ''));
  return [...new Set([...named, ...bySheBang])].sort();
}

function bats(clues: Clues): readonly CheckDraft[] {
  const [list] = pathLists(clues.withExtension('bats'), 1);
  return list === undefined ? [] : [{ id: 'bats', type: 'test', command: ['bats', ...list], reason: list[0] ?? 'bats' }];
}
