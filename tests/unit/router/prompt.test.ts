import { describe, expect, test } from 'vitest';
import type { PromptWork } from '../../../router/prompt-defaults.ts';
import { promptProblems, promptText, renderPrompt } from '../../../router/prompt.ts';
import { promptInstanceSchema } from '../../../schemas/prompt-instance.ts';
import { phaseWith, workstreamWith } from './request-fixture.ts';
import { requestOf } from './route-fixture.ts';

const everything = { read: ['**'], write: ['**'], create: ['**'], forbidden: [] };

function workWith(more: Partial<PromptWork> = {}): PromptWork {
  return {
    projectId: 'shop',
    stepId: 'fix',
    request: { ...requestOf({ task_kind: 'code_edit' }), resource_scope: everything },
    phase: null,
    workstream: null,
    constraints: null,
    checks: [],
    ...more,
  };
}

describe('a prompt', () => {
  test('has the sections that are given, and those that say where it stands and what it may touch', () => {
    const sections = renderPrompt(workWith(), { OBJECTIVE: 'Fix the cart.\n', CONTEXT: 'It is empty.' });
    expect(promptText(sections)).toBe(
      [
        '# HEADER\n\nProject: shop\nPhase: build\nTask: fix (code_edit)\n',
        '# OBJECTIVE\n\nFix the cart.\n',
        '# CONTEXT\n\nIt is empty.\n',
        '# FILES_SCOPE\n\nPaths and patterns are relative to the root of the project.\nMay be read: everything.\nMay be written: everything.\nMay be created: everything.\n',
      ].join('\n'),
    );
    expect(promptInstanceSchema.shape.sections.parse(sections)).toEqual(sections);
    expect(promptProblems(sections)).toEqual([]);
  });

  test('names phase and workstream, on one line each', () => {
    const work = workWith({
      phase: phaseWith({ name: 'Build\nit' }),
      workstream: workstreamWith({ name: 'w1' }),
    });
    expect(renderPrompt(work, {}).HEADER).toBe('Project: shop\nPhase: build (Build it)\nWorkstream: w1\nTask: fix (code_edit)');
  });

  test('tells the tightest constraints as sentences', () => {
    const work = workWith({
      phase: phaseWith({
        constraints: {
          patch: { patch_required: true, max_lines_changed: 40 },
          tests: { tests_must_run: true, tests_must_pass: true, test_command: 'npm  test' },
          behavior: { ascii_only: true, require_doc_update: true },
        },
      }),
      workstream: workstreamWith({ constraints: { patch: { max_files_changed: 1 } } }),
      constraints: { patch: { max_lines_changed: 10 } },
    });
    expect(renderPrompt(work, {}).CONSTRAINTS?.split('\n')).toEqual([
      '- Give the change as a patch (unified diff).',
      '- Change at most 10 lines.',
      '- Change at most 1 file.',
      '- The tests must be run.',
      '- The tests must pass.',
      '- The command of the tests is: npm test',
      '- Write ASCII characters only.',
      '- Bring the documentation up to date with the change.',
    ]);
  });

  test('says nothing of duties that are not asked for', () => {
    const constraints = { patch: { patch_required: false }, tests: { tests_must_run: false }, behavior: { ascii_only: false } };
    expect(renderPrompt(workWith({ constraints }), {})).not.toHaveProperty('CONSTRAINTS');
  });

  test('lists what may be touched, what never, and what is checked', () => {
    const scope = { read: ['src/**', 'docs/'], write: [], create: ['src/new.ts'], forbidden: ['secrets'] };
    const work = workWith({
      request: { ...requestOf(), resource_scope: scope },
      checks: [
        { id: 'lint', required: true, what: 'npm run lint' },
        { id: 'spell', required: false, what: 'set -e\nspell .\n' },
        { id: 'audit', required: true, what: null },
      ],
    });
    const sections = renderPrompt(work, {});
    expect(sections.FILES_SCOPE).toContain(
      'May be read:\n- src/**\n- docs/\nMay be written: nothing.\nMay be created:\n- src/new.ts\nMust never be touched:\n- secrets',
    );
    expect(sections.VALIDATION).toBe(
      'The result is checked afterwards:\n- lint (required): npm run lint\n- spell (its failure is only noted): set -e\n  spell .\n- audit (required)',
    );
  });

  test('has a given section in place of the default one, and none that is empty', () => {
    const sections = renderPrompt(workWith(), { OBJECTIVE: '  go', HEADER: '', FILES_SCOPE: 'Only src.', OUTPUT_SPEC: ' \n' });
    expect(sections).toEqual({ OBJECTIVE: '  go', FILES_SCOPE: 'Only src.' });
  });

  test('is the same for the same work', () => {
    const work = workWith({ phase: phaseWith() });
    expect(promptText(renderPrompt(work, { OBJECTIVE: 'x' }))).toBe(promptText(renderPrompt({ ...work }, { OBJECTIVE: 'x' })));
  });
});

describe('a prompt is refused', () => {
  const places = (sections: Parameters<typeof promptProblems>[0]) =>
    promptProblems(sections).map(({ code, from, path }) => [code, from, path.join('.')]);

  test('without an objective', () => {
    expect(places(renderPrompt(workWith(), { OBJECTIVE: ' \n ' }))).toEqual([
      ['prompt_spec_invalid', 'task', 'prompt.OBJECTIVE'],
    ]);
    expect(places(renderPrompt(workWith(), {}))).toEqual([['prompt_spec_invalid', 'task', 'prompt.OBJECTIVE']]);
  });

  test('with a NUL character, at the section that has it', () => {
    expect(places({ OBJECTIVE: 'x', CONTEXT: 'a\0b' })).toEqual([['prompt_spec_invalid', 'task', 'prompt.CONTEXT']]);
  });

  test('from 512 KiB on, counted in bytes', () => {
    const frame = Buffer.byteLength(promptText({ OBJECTIVE: 'x' })) - 1;
    const most = 512 * 1024 - frame;
    expect(places({ OBJECTIVE: 'x'.repeat(most) })).toEqual([]);
    expect(places({ OBJECTIVE: 'x'.repeat(most + 1) })).toEqual([['prompt_spec_invalid', 'task', 'prompt']]);
    expect(places({ OBJECTIVE: 'é'.repeat(most / 2 + 1) })).toEqual([['prompt_spec_invalid', 'task', 'prompt']]);
  });
});
