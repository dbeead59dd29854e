import type { CheckDraft, Clues } from './clues.ts';
import { depthOf, pathLists } from './command-words.ts';

const configs = [
  '.ansible-lint',
  '.ansible-lint.yml',
  '.ansible-lint.yaml',
  '.config/ansible-lint.yml',
  '.config/ansible-lint.yaml',
];
const mostPlaybooks = 20;

/** ansible-lint, or where it is not there the syntax check of the playbooks in the root and in `playbooks`. */
export function ansibleChecks(clues: Clues): readonly CheckDraft[] {
  const config = clues.firstOf(configs);
  const playbooks = playbooksOf(clues);
  const isAnsible = clues.has('ansible.cfg') || playbooks.length > 0 || clues.has('galaxy.yml') || clues.has('tasks/main.yml');
  if (config === null && !isAnsible) return [];
  const reason = config ?? clues.firstOf(['ansible.cfg', 'galaxy.yml', 'tasks/main.yml']) ?? playbooks[0] ?? 'ansible';
  const lint: CheckDraft = { id: 'ansible-lint', type: 'lint', command: ['ansible-lint', '--offline'], reason };
  const [list] = pathLists(playbooks, 1);
  // ansible-lint checks the syntax, too.
  if (clues.canRun('ansible-lint') || list === undefined) return [lint];
  return [
    lint,
    {
      id: 'ansible-syntax',
      type: 'validation',
      command: ['ansible-playbook', '--syntax-check', ...list],
      reason: list[0] ?? reason,
    },
  ];
}

function playbooksOf(clues: Clues): readonly string[] {
  const candidates = [...clues.withExtension('yml'), ...clues.withExtension('yaml')].filter(
    (path) => depthOf(path) === 0 || /^playbooks\/[^/]+$/.test(path),
  );
  return candidates.filter((path) => /^- (name:.*\n(?:[ #].*\n)*? {2})?hosts:/m.test(clues.text(path))).slice(0, mostPlaybooks);
}
