import type { PhaseSpec } from '../schemas/phase-spec.ts';
import type { PromptSection } from '../schemas/prompt-instance.ts';
import type { PhaseConstraints } from '../schemas/work.ts';
import type { WorkstreamSpec } from '../schemas/workstream-spec.ts';
import { tightestConstraints } from './constraints.ts';
import type { RequestDraft } from './request-draft.ts';

/** A check that is made of the result. `what`: its description or its command; null where only its name says what it is. */
export interface PromptCheck {
  readonly id: string;
  readonly required: boolean;
  readonly what: string | null;
}

/** What the default sections of a prompt are filled from. */
export interface PromptWork {
  readonly projectId: string;
  /** The step that the prompt is for. */
  readonly stepId: string;
  readonly request: RequestDraft;
  readonly phase: PhaseSpec | null;
  readonly workstream: WorkstreamSpec | null;
  /** What the task itself says; phase and workstream are added to it. */
  readonly constraints: PhaseConstraints | null;
  readonly checks: readonly PromptCheck[];
}

/** The sections that a prompt has where its task gives none of its own; a section that has nothing to say is ''. */
export function defaultSections(work: PromptWork): Readonly<Partial<Record<PromptSection, string>>> {
  return {
    HEADER: header(work),
    CONSTRAINTS: constraintLines(work).map(bullet).join('\n'),
    FILES_SCOPE: filesScope(work.request.resource_scope),
    VALIDATION: validation(work.checks),
  };
}

function header({ projectId, stepId, request, phase, workstream }: PromptWork): string {
  const phaseName = phase === null ? request.phase_id : named(phase.phase_id, phase.name);
  return [
    `Project: ${oneLine(projectId)}`,
    `Phase: ${phaseName}`,
    ...(workstream === null ? [] : [`Workstream: ${named(workstream.workstream_id, workstream.name)}`]),
    `Task: ${named(stepId, request.task_kind)}`,
  ].join('\n');
}

function named(id: string, name: string): string {
  return oneLine(id === name ? id : `${id} (${name})`);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function constraintLines({ phase, workstream, constraints }: PromptWork): readonly string[] {
  const { patch, tests, behavior } = tightestConstraints([phase?.constraints, workstream?.constraints, constraints]);
  return [...patchLines(patch), ...testLines(tests), ...behaviorLines(behavior)];
}

function patchLines({ patch_required, max_lines_changed, max_files_changed }: NonNullable<PhaseConstraints['patch']> = {}) {
  return [
    ...(patch_required === true ? ['Give the change as a patch (unified diff).'] : []),
    ...(max_lines_changed === undefined ? [] : [`Change at most ${counted(max_lines_changed, 'line')}.`]),
    ...(max_files_changed === undefined ? [] : [`Change at most ${counted(max_files_changed, 'file')}.`]),
  ];
}

function testLines({ tests_must_run, tests_must_pass, test_command }: NonNullable<PhaseConstraints['tests']> = {}) {
  return [
    ...(tests_must_run === true ? ['The tests must be run.'] : []),
    ...(tests_must_pass === true ? ['The tests must pass.'] : []),
    ...(test_command === undefined ? [] : [`The command of the tests is: ${oneLine(test_command)}`]),
  ];
}

function behaviorLines({ ascii_only, require_doc_update }: NonNullable<PhaseConstraints['behavior']> = {}) {
  return [
    ...(ascii_only === true ? ['Write ASCII characters only.'] : []),
    ...(require_doc_update === true ? ['Bring the documentation up to date with the change.'] : []),
  ];
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

function filesScope({ read, write, create, forbidden }: RequestDraft['resource_scope']): string {
  return [
    'Paths and patterns are relative to the root of the project.',
    listed('May be read', read),
    listed('May be written', write),
    listed('May be created', create),
    ...(forbidden.length === 0 ? [] : [listed('Must never be touched', forbidden)]),
  ].join('\n');
}

function listed(title: string, patterns: readonly string[]): string {
  if (patterns.length === 0) return `${title}: nothing.`;
  if (patterns.length === 1 && patterns[0] === '**') return `${title}: everything.`;
  return [`${title}:`, ...patterns.map(bullet)].join('\n');
}

function validation(checks: readonly PromptCheck[]): string {
  if (checks.length === 0) return '';
  const lines = checks.map(({ id, required, what }) => {
    const name = `${oneLine(id)} (${required ? 'required' : 'its failure is only noted'})`;
    return bullet(what === null || what.trim() === '' ? name : `${name}: ${what.trim()}`);
  });
  return ['The result is checked afterwards:', ...lines].join('\n');
}

/** Further lines of an item stand under its first one. */
function bullet(text: string): string {
  return `- ${text.split(/\r?\n/).join('\n  ')}`;
}
