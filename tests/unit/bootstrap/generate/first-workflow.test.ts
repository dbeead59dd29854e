import { describe, expect, test } from 'vitest';
import { generateWorkflow } from '../../../../src/bootstrap/generate/first-workflow.ts';
import type { ProjectCheck } from '../../../../src/bootstrap/project.ts';
import { requireWorkflow } from '../../../../src/workflow/load.ts';
import { surveyOfPaths } from '../project-fixture.ts';

const setup: ProjectCheck = { id: 'node-setup', type: 'setup', command: ['npm', 'ci'], needs: [], reason: 'package-lock.json' };
const lint: ProjectCheck = {
  id: 'lint',
  type: 'lint',
  command: ['npm', 'run', 'lint'],
  needs: ['node-setup'],
  reason: 'package.json: script lint',
};

describe('the first workflow', () => {
  test('has a step a check, with its reason, its needs and a bound of time', () => {
    const missing = [{ check: { ...lint, id: 'vale', reason: '.vale.ini' }, program: 'vale' }];
    const file = generateWorkflow(surveyOfPaths([]), { checks: [setup, lint], missing });
    expect(file).toMatchObject({ path: 'stateyard.yaml', type: 'workflow' });
    expect(file?.text.slice(file.text.indexOf('steps:'))).toBe(
      [
        'steps:',
        '  # package-lock.json',
        '  node-setup:',
        '    command: [npm, ci]',
        '    timeout: 30m',
        '  # package.json: script lint',
        '  lint:',
        '    needs: node-setup',
        '    command: [npm, run, lint]',
        '    timeout: 20m',
        '',
        '# Left out, because their program was not found on PATH. Install it, then repeat `stateyard init`:',
        '#   vale: vale (.vale.ini)',
        '',
      ].join('\n'),
    );
    const { workflow } = requireWorkflow({ path: 'stateyard.yaml', text: file?.text ?? '' });
    expect(workflow.steps.map(({ id, needs }) => [id, needs])).toEqual([
      ['node-setup', []],
      ['lint', ['node-setup']],
    ]);
  });

  test('is none where nothing can be checked, whatever is missing', () => {
    expect(generateWorkflow(surveyOfPaths([]), { checks: [], missing: [{ check: lint, program: 'npm' }] })).toBeNull();
  });

  test('gives the name of the project no chance to become a line of its own', () => {
    const survey = { ...surveyOfPaths([]), name: 'a\nsteps: {}\u2028b' };
    const text = generateWorkflow(survey, { checks: [setup], missing: [] })?.text ?? '';
    expect(text.split('\n')[0]).toMatch(/^# The checks of a steps: \{\} b, as/);
  });
});
