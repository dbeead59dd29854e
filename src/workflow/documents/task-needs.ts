import type { StepId } from '../../../schemas/ids.ts';
import { NameTable } from '../name-table.ts';
import type { DocumentFile, DocumentPath } from './document-file.ts';
import type { TaskDocument } from './task-document.ts';

/** Notes tasks with the same id, or with ids that differ in case only, at the later one; whether there are none. */
export function checkTaskIds(file: DocumentFile, tasks: readonly TaskDocument[]): boolean {
  const table = new NameTable();
  let distinct = true;
  tasks.forEach(({ task_id: id }, index) => {
    const other = table.add(id);
    if (other === null) return;
    distinct = false;
    const path = ['tasks', index, 'task_id'];
    const hint = 'give one of them another id';
    if (other === id) file.report(path, { code: 'SY012', message: `the task "${id}" is there twice`, hint });
    else file.report(path, { code: 'SY202', message: `task "${id}" differs from "${other}" in case only`, hint });
  });
  return distinct;
}

/** The known tasks that a task depends on, each once, in the order they are written; the others are noted. `path` is where the task stands. */
export function taskNeeds(
  file: DocumentFile,
  task: TaskDocument,
  path: DocumentPath,
  known: ReadonlySet<string>,
): readonly StepId[] {
  const id = task.task_id;
  const needs = new Set<string>();
  (task.depends_on ?? []).forEach((need, index) => {
    const place = [...path, 'depends_on', index];
    if (need === id) file.report(place, { code: 'SY204', message: `task "${id}" depends on itself` });
    else if (!known.has(need)) {
      file.report(place, { code: 'SY201', message: `unknown task "${need}"`, hint: file.suggestion.hint(need, known) });
    } else if (needs.has(need)) {
      file.report(place, { code: 'SY205', message: `task "${id}" names "${need}" twice in "depends_on"` });
    } else needs.add(need);
  });
  return Object.freeze([...needs] as StepId[]);
}
