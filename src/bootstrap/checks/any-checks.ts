import type { ProjectCheck } from '../project.ts';
import type { CheckDraft, Clues } from './clues.ts';

/**
 * What serves any project where nothing better was found: pre-commit, where it is configured and no linter and no formatter can
 * run; and git's own look for conflict markers and trailing white space in what is not committed, where there is no check at all.
 * `found` are the types of checks that can run.
 */
export function anyChecks(clues: Clues, found: ReadonlySet<ProjectCheck['type']>): readonly CheckDraft[] {
  const drafts: CheckDraft[] = [];
  const hasHooks = clues.has('.pre-commit-config.yaml');
  if (hasHooks && !found.has('lint') && !found.has('format')) {
    drafts.push({
      id: 'pre-commit',
      type: 'lint',
      command: ['pre-commit', 'run', '--all-files', '--show-diff-on-failure'],
      reason: '.pre-commit-config.yaml',
    });
  }
  const hasOther = [...found].some((type) => type !== 'setup') || (hasHooks && clues.canRun('pre-commit'));
  if (clues.survey.versionControl === 'git' && !hasOther) {
    // Without HEAD, which a repository without a commit does not have.
    const command: CheckDraft['command'] = ['git', '--no-pager', 'diff', '--no-ext-diff', '--no-textconv', '--check'];
    drafts.push({ id: 'whitespace', type: 'validation', command, reason: 'version control with git' });
  }
  return drafts;
}
