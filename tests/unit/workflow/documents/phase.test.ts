import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../src/errors.ts';
import { loadPhase } from '../../../../src/workflow/documents/phase.ts';
import { load, mistakesOf, phaseText } from './document-texts.ts';

const check = (id: string, more = '') => `{ id: ${id}, type: x, command: do-${id}${more} }`;
const shape = (text: string) =>
  load(text).workflow.steps.map(({ id, needs, continueOnError }) => [id, [...needs], continueOnError]);

describe('a phase that is run by itself', () => {
  it('runs its checks side by side, then its post actions one after the other', () => {
    const text = phaseText(
      `{ mode: all, checks: [${check('a')}, ${check('b', ', required: false')}], post_actions: [git add ., git commit] }`,
    );
    const { workflow, plan } = load(text);
    expect(workflow).toMatchObject({ document: 'phase_spec', name: 'Phase', workstream: null, onFailure: 'continue' });
    expect(shape(text)).toEqual([
      ['accept-a', [], false],
      ['accept-b', [], true],
      ['post-1', ['accept-a', 'accept-b'], false],
      ['post-2', ['post-1'], false],
    ]);
    expect(workflow.steps[2]).toMatchObject({ action: { script: 'git add .' }, position: { line: 6 } });
    expect(plan.levels).toEqual([[0, 1], [2], [3]]);
  });

  it('runs the tests of its constraints, which must succeed where it says so', () => {
    const tests = (flags: string) => `{ tests: { ${flags}, test_command: npm test } }`;
    const acceptance = `{ mode: all, checks: [${check('a')}], post_actions: [done] }`;
    expect(shape(phaseText(acceptance, tests('tests_must_pass: true')))).toEqual([
      ['tests', [], false],
      ['accept-a', [], false],
      ['post-1', ['tests', 'accept-a'], false],
    ]);
    expect(shape(phaseText(acceptance, tests('tests_must_run: true')))[0]).toEqual(['tests', [], true]);
    expect(shape(phaseText(acceptance, tests('tests_must_run: false')))[0]).toEqual(['accept-a', [], false]);
  });

  it('is accepted by any check, or by a person', () => {
    expect(shape(phaseText(`{ mode: any, checks: [${check('a')}, ${check('b')}], post_actions: [done] }`))).toEqual([
      ['accept-a', [], true],
      ['accept-b', [], true],
      ['accept', ['accept-a', 'accept-b'], false],
      ['post-1', ['accept'], false],
    ]);
    const { workflow } = load(phaseText('{ mode: custom, checks: [] }'));
    expect(workflow.steps).toMatchObject([
      { id: 'accept', needs: [], action: { kind: 'approve', question: ['Is the phase Phase accepted?'] } },
    ]);
  });

  it.each([
    ['{ mode: all, checks: [] }', '{}', 'SY103 6 |[]| the phase has nothing to run'],
    [
      `{ mode: all, checks: [${check('a')}] }`,
      '{ tests: { tests_must_pass: true } }',
      'SY103 5 |tests| the tests must run, and "test_command" does not say how',
    ],
    [
      '{ mode: all, checks: [], post_actions: [" "] }',
      '{}',
      'SY101 6 |" "| "post_actions": expected a command, found an empty text',
    ],
    [
      '{ mode: all, checks: [], post_actions: ["a ${{ b }}"] }',
      '{}',
      'SY304 6 |${{| a command of this document cannot hold an expression',
    ],
    [
      `{ mode: all, checks: [${check('a')}] }`,
      '{ tests: { tests_must_run: true, test_command: "${{ b }}" } }',
      'SY304 5 |${{| a command of this document cannot hold an expression',
    ],
    ['{ mode: all, checks: [{ id: a, type: x }] }', '{}', 'SY103 6 |a| check "a" has no command: nothing can decide it'],
  ])('is refused with %s and %s', (acceptance, constraints, expected) => {
    expect(mistakesOf(phaseText(acceptance, constraints)).map(([line]) => line)).toContain(expected);
  });
});

describe('the document of a phase', () => {
  it('is read for those who need what it allows, whether or not it can be run', () => {
    const phase = loadPhase({ path: 'p.yaml', text: phaseText('{ mode: all, checks: [{ id: a, type: manual }] }') });
    expect(phase).toMatchObject({ phase_id: 'ph', resource_scope: { type: 'files', read: ['**'] }, acceptance: { mode: 'all' } });
  });

  it('that is invalid is refused with every mistake at its place', () => {
    const text = phaseText('{ mode: all, checks: [] }').replace('category: build', 'categroy: build');
    const attempt = () => loadPhase({ path: 'p.yaml', text });
    expect(attempt).toThrow(UserError);
    expect(attempt).toThrow(
      expect.objectContaining({ code: 'phase_spec_invalid', exitCode: 3, message: '2 errors in p.yaml' }) as Error,
    );
    try {
      attempt();
    } catch (error) {
      const found = error instanceof UserError ? error.diagnostics : [];
      expect(found.map(({ code, file, line }) => `${code} ${file}:${line}`)).toEqual(['SY103 p.yaml:1', 'SY102 p.yaml:3']);
    }
    expect(() => loadPhase({ path: 'p.yaml', text: 'a: [' })).toThrow('1 error in p.yaml');
    expect(() => loadPhase({ path: 'p.yaml', text: `${text}phase_id: twice\n` })).toThrow('errors in p.yaml');
  });
});
