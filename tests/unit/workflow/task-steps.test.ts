import { describe, expect, it } from 'vitest';
import { requireWorkflow } from '../../../src/workflow/load.ts';
import type { Step, TaskDeclaration } from '../../../src/workflow/model.ts';

function stepOf(fields: string, top = ''): Step {
  const text = `name: w\nparams: { v: { type: string, default: "1" } }\n${top}\nsteps:\n  a:\n    ${fields.replaceAll('\n', '\n    ')}\n`;
  const step = requireWorkflow({ path: 'w.yaml', text }).workflow.steps[0];
  if (step === undefined) throw new Error('no step');
  return step;
}

function taskOf(fields: string): TaskDeclaration {
  const { action } = stepOf(fields);
  if (action.kind !== 'task') throw new Error('no task');
  return action.task;
}

describe('a task of a workflow file', () => {
  it('is declared with everything that the file says', () => {
    const step = stepOf(
      [
        'task: code_edit',
        'domain: typescript',
        'risk_tier: high',
        'complexity: complex',
        'priority: critical',
        'prompt: Edit ${{ params.v }}.',
        'allowed_tools: [claude, codex]',
        'preferred_tools: [codex]',
        'strategy: auto',
        'resource_scope: { read: ["**"], write: [src/**], create: [], forbidden: [.git/**] }',
        'constraints: { patch: { max_files_changed: 3 }, tests: { tests_must_pass: true, test_command: npm test } }',
        'retry: { attempts: 2, delay: 2s }',
        'timeout: 10m',
        'outputs: { summary: string }',
        'continue_on_error: true',
      ].join('\n'),
    );
    expect(step).toMatchObject({
      priority: 'critical',
      timeoutMs: 600_000,
      retry: { attempts: 2, delayMs: 2_000 },
      outputs: { summary: 'string' },
      continueOnError: true,
      needs: [],
      after: [],
      checks: [],
    });
    expect(step.action).toMatchObject({
      kind: 'task',
      task: {
        taskKind: 'code_edit',
        classification: { complexity: 'complex', risk_tier: 'high', domain: 'typescript', priority: 'critical' },
        resourceScope: { read: ['**'], write: ['src/**'], create: [], forbidden: ['.git/**'] },
        constraints: { patch: { max_files_changed: 3 }, tests: { tests_must_pass: true, test_command: 'npm test' } },
        strategy: 'auto',
        allowedTools: ['claude', 'codex'],
        preferredTools: ['codex'],
        maxAttempts: 2,
        correlationId: null,
        traceFlags: [],
        templateId: 'default',
        prompt: { OBJECTIVE: ['Edit ', { source: 'params.v' }, '.'] },
      },
    });
    expect(Object.isFrozen(step.action)).toBe(true);
  });

  it('leaves open what the file does not say', () => {
    expect(taskOf('task: code_review')).toEqual({
      taskKind: 'code_review',
      classification: { complexity: 'moderate', risk_tier: '', domain: '', priority: 'normal' },
      resourceScope: null,
      constraints: null,
      strategy: null,
      allowedTools: null,
      preferredTools: [],
      maxAttempts: null,
      correlationId: null,
      traceFlags: [],
      templateId: 'default',
      prompt: { OBJECTIVE: ['Code review'] },
    });
  });

  it.each([
    ['', null, 1],
    ['\nretry: 3', 3, 3],
    ['\nretry: { attempts: 4 }', 4, 4],
    ['\nretry: { delay: 5s }', null, 1],
  ])('with %j has %j attempts with one tool', (retry, maxAttempts, attempts) => {
    const step = stepOf(`task: lint${retry}`);
    expect(step.action).toMatchObject({ task: { maxAttempts } });
    expect(step.retry.attempts).toBe(attempts);
  });

  it.each([
    ['task: code_edit', ['Code edit']],
    ['task: ---', ['---']],
    ['task: lint\ndescription: " "', ['Lint']],
    ['task: lint\ndescription: Look at it', ['Look at it']],
    ['task: lint\ndescription: Look at ${{ params.v }}', ['Look at ', { source: 'params.v' }]],
    ['task: lint\ndescription: "for readers ${{ nothing }}"\nprompt: P', ['P']],
    ['task: lint\ndescription: D\nprompt: { CONTEXT: c }', ['D']],
    ['task: lint\ndescription: D\nprompt: { OBJECTIVE: o, CONTEXT: c }', ['o']],
  ])('%j has the objective %j', (fields, objective) => {
    const found = taskOf(fields).prompt.OBJECTIVE;
    expect(found).toHaveLength(objective.length);
    expect(found).toMatchObject(objective);
  });

  it('takes sections of its prompt one by one, with expressions', () => {
    const { prompt } = taskOf('task: lint\nprompt:\n  VALIDATION: v\n  CONTEXT: |\n    of ${{ run.id }}');
    expect(Object.keys(prompt)).toEqual(['OBJECTIVE', 'CONTEXT', 'VALIDATION']);
    expect(prompt).toMatchObject({ OBJECTIVE: ['Lint'], CONTEXT: ['of ', { source: 'run.id' }, '\n'], VALIDATION: ['v'] });
  });
});

describe('priorities and budgets', () => {
  it.each(['run: x', 'command: [x]', 'task: x', 'approve: ok?'])('%s has a priority, normal where none is given', (action) => {
    expect(stepOf(action).priority).toBe('normal');
    expect(stepOf(`${action}\npriority: high`).priority).toBe('high');
  });

  it('keep the budget of the workflow, null where there is none', () => {
    const budgetOf = (top: string) =>
      requireWorkflow({ path: 'w', text: `name: w\n${top}steps: { a: { run: x } }\n` }).workflow.budget;
    expect(budgetOf('')).toBeNull();
    expect(budgetOf('budget: { calls: 3, tools: { claude: { cost: 0.5 } } }\n')).toEqual({
      calls: 3,
      tools: { claude: { cost: 0.5 } },
    });
  });

  it('are of a workflow file, which belongs to no workstream', () => {
    const { workflow } = requireWorkflow({ path: 'w', text: 'name: w\nsteps: { a: { run: x } }\n' });
    expect(workflow).toMatchObject({ document: 'workflow', workstream: null });
  });
});

describe('the checks of a step', () => {
  it('are one script', () => {
    expect(stepOf('run: x\nverify: |\n  npm test\n  npm run lint').checks).toEqual([
      {
        id: 'verify.1',
        required: true,
        action: { kind: 'run', script: 'npm test\nnpm run lint\n', expressions: {}, shell: null },
      },
    ]);
  });

  it('are a list of scripts, commands and mappings, named by their place where they have no id', () => {
    const { checks } = stepOf(
      'task: lint\nverify:\n  - test "${{ params.v }}" = 1\n  - [npm, test, 1.10]\n  - { run: a, required: false }\n  - { id: types, command: [tsc, "${{ params.v }}"] }',
    );
    expect(checks.map(({ id, required }) => [id, required])).toEqual([
      ['verify.1', true],
      ['verify.2', true],
      ['verify.3', false],
      ['types', true],
    ]);
    expect(checks.map(({ action }) => action)).toMatchObject([
      { kind: 'run', script: 'test "${STATEYARD_EXPR_1}" = 1', expressions: { STATEYARD_EXPR_1: { source: 'params.v' } } },
      { kind: 'command', argv: [['npm'], ['test'], ['1.10']] },
      { kind: 'run', script: 'a' },
      { kind: 'command', argv: [['tsc'], [{ source: 'params.v' }]] },
    ]);
    expect(Object.isFrozen(checks)).toBe(true);
  });

  it('are given to the default shell, whatever the shell of the step', () => {
    const [check] = stepOf('run: print(1)\nshell: python3\nverify: test -e "${{ params.v }}"').checks;
    expect(check?.action).toMatchObject({ kind: 'run', shell: null });
  });
});
