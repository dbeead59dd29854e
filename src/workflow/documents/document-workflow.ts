import { createHash } from 'node:crypto';
import type { StepId } from '../../../schemas/ids.ts';
import { usualRetry } from '../build-fields.ts';
import { planSteps } from '../build-needs.ts';
import { workflowLimits } from '../limits.ts';
import type { Plan, Step, Workflow } from '../model.ts';
import { rangeAt } from './document-file.ts';
import type { DocumentFile, DocumentPath } from './document-file.ts';

/** What a step of a document has of its own; the rest is as in a workflow file that says nothing. */
export type StepParts = Pick<Step, 'action'> & Partial<Omit<Step, 'id' | 'index' | 'position'>>;

/** What a document says of its workflow as a whole; the rest is as in a workflow file that says nothing. */
export type WorkflowParts = Pick<Workflow, 'document' | 'name'> &
  Partial<Pick<Workflow, 'maxParallel' | 'onFailure' | 'workstream'>>;

const longestName = 100;

/** Puts the steps of a document together, in order, and gives ids to those that have none of their own. One for a document. */
export class DocumentSteps {
  readonly file: DocumentFile;
  readonly #steps: Step[] = [];
  // Ids are told apart without regard to case: each is the name of a folder, too.
  readonly #taken = new Set<string>();

  constructor(file: DocumentFile) {
    this.file = file;
  }

  /** Adds a step with an id of the document's own; `path` is where it stands in the document. */
  add(id: StepId, path: DocumentPath, parts: StepParts): void {
    this.#taken.add(id.toLowerCase());
    this.#steps.push(
      Object.freeze({
        id,
        index: this.#steps.length,
        needs: [],
        after: [],
        priority: 'normal',
        if: null,
        env: Object.freeze({}),
        workingDirectory: null,
        timeoutMs: null,
        stepTimeoutMs: null,
        logLimitBytes: workflowLimits.logBytes,
        retry: usualRetry,
        checks: [],
        outputs: Object.freeze({}),
        continueOnError: false,
        onInterrupted: 'rerun',
        ...parts,
        position: this.file.positionOf(path),
      }),
    );
  }

  /** Adds a step under an id like `wanted`: what an id cannot hold becomes `-`, and a number makes it unique. The id that it got. */
  addNamed(wanted: string, path: DocumentPath, parts: StepParts): StepId {
    const id = uniqueName(wanted.replaceAll('.', '-'), this.#taken) as StepId;
    this.add(id, path, parts);
    return id;
  }

  /** The workflow of these steps with its plan; null with the cycles noted, each where `placeOfNeed` says. */
  build(
    parts: WorkflowParts,
    placeOfNeed: (id: string, need: string) => DocumentPath,
  ): { readonly workflow: Workflow; readonly plan: Plan } | null {
    const { source, root, problems } = this.file;
    const steps = Object.freeze([...this.#steps]);
    this.#checkName(parts.name);
    const plan = planSteps(steps, problems, (id, need) => rangeAt(root, placeOfNeed(id, need)));
    if (plan === null) return null;
    const workflow: Workflow = Object.freeze({
      path: source.path,
      text: source.text,
      sha256: createHash('sha256').update(source.text).digest('hex'),
      params: Object.freeze({}),
      env: Object.freeze({}),
      workingDirectory: null,
      maxParallel: null,
      timeoutMs: null,
      stopGraceMs: workflowLimits.usualStopGraceMs,
      onFailure: 'fail_fast',
      budget: null,
      workstream: null,
      ...parts,
      steps,
    });
    return { workflow, plan };
  }

  // The name of a workflow is printed on one line of a terminal.
  #checkName(name: string): void {
    if (/\p{Cc}/u.test(name))
      this.file.report(['name'], { code: 'SY106', message: 'bad name: a name has no control characters' });
  }
}

/**
 * A name like `wanted` that is not in `taken` (lower case), and then is: of letters, digits, `_`, `.` and `-`, at most 100 characters, not
 * starting with `.` or `-`.
 */
export function uniqueName(wanted: string, taken: Set<string>): string {
  const plain = wanted.replaceAll(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[.-]+/, '');
  const base = plain === '' ? '_' : plain;
  let name = base.slice(0, longestName);
  for (let number = 2; taken.has(name.toLowerCase()); number += 1) {
    const suffix = `-${number}`;
    name = base.slice(0, longestName - suffix.length) + suffix;
  }
  taken.add(name.toLowerCase());
  return name;
}
