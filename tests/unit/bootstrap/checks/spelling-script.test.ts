import { expect, test } from 'vitest';
import { scriptChecks } from '../../../../src/bootstrap/checks/node-scripts.ts';

test('a script that checks the spelling is a check of its own beside the linter, and none where it writes', () => {
  const scripts = (spellcheck: string): Record<string, string> => ({ lint: 'eslint .', spellcheck });
  const checksOf = (text: string): readonly string[] =>
    scriptChecks({
      name: 'docs',
      scripts: scripts(text),
      dependencies: new Set(),
      packageManager: 'npm',
      lockFile: null,
      hasWorkspaces: false,
    }).map(({ script, type }) => `${script}: ${type}`);
  expect(checksOf('spellchecker -p spell frontmatter')).toEqual(['lint: lint', 'spellcheck: validation']);
  expect(checksOf('cspell --fix .')).toEqual(['lint: lint']);
});
