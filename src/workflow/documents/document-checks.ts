import type { CheckDocument } from '../../../schemas/work.ts';
import { plainScript } from '../build-executed.ts';
import type { StepCheck } from '../model.ts';
import type { DocumentFile, DocumentPath } from './document-file.ts';
import { uniqueName } from './document-workflow.ts';

/** A check of a document with its command, and where it stands. */
export interface CommandCheck {
  readonly id: string;
  readonly required: boolean;
  readonly command: string;
  readonly path: DocumentPath;
}

/** What a list of checks comes to: those with a command, and those without one, which only a person can judge. */
export interface SortedChecks {
  readonly decided: readonly CommandCheck[];
  readonly open: readonly CheckDocument[];
}

/** Sorts a document's checks, the list being at `path`; notes an id that is there twice and an expression in a command. */
export function sortChecks(file: DocumentFile, checks: readonly CheckDocument[], path: DocumentPath): SortedChecks {
  const seen = new Set<string>();
  const decided: CommandCheck[] = [];
  const open: CheckDocument[] = [];
  checks.forEach((check, index) => {
    const place = [...path, index];
    if (seen.has(check.id)) {
      const message = `the check "${check.id}" is there twice`;
      file.report([...place, 'id'], { code: 'SY012', message, hint: 'give one of them another id' });
    }
    seen.add(check.id);
    const { command } = check;
    if (command === undefined || command.trim() === '') return void open.push(check);
    file.refuseExpression([...place, 'command'], command);
    decided.push({ id: check.id, required: check.required ?? true, command, path: place });
  });
  return { decided, open };
}

/** Like {@link sortChecks}, for a place where no person is asked: a check without a command is a mistake. */
export function commandChecks(file: DocumentFile, checks: readonly CheckDocument[], path: DocumentPath): readonly CommandCheck[] {
  const { decided, open } = sortChecks(file, checks, path);
  for (const check of open) {
    const message = `check "${check.id}" has no command: nothing can decide it`;
    const hint = 'such as `command: npm test`';
    file.report([...path, checks.indexOf(check), 'id'], { code: 'SY103', message, hint });
  }
  return decided;
}

/** Checks of a document as checks of one step; their ids become names that are unique within it. */
export function stepChecks(checks: readonly CommandCheck[]): readonly StepCheck[] {
  const taken = new Set<string>();
  return Object.freeze(
    checks.map(({ id, required, command }) =>
      Object.freeze({ id: uniqueName(id, taken), required, action: plainScript(command) }),
    ),
  );
}
