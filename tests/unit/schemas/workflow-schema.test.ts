import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { executingKeys, taskKeys } from '../../../schemas/workflow-step.ts';
import { workflowJsonSchema } from '../../../schemas/workflow.ts';
import { loadWorkflow } from '../../../src/workflow/load.ts';

const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(workflowJsonSchema());
const accepts = (step: object): boolean => validate({ name: 'x', steps: { a: step } });
const someValue: Readonly<Record<(typeof executingKeys)[number], unknown>> = {
  env: {},
  working_directory: 'x',
  step_timeout: '1m',
  retry: 2,
  outputs: {},
  on_interrupted: 'fail',
  log_limit: '1MB',
  verify: 'npm test',
};
const taskValue: Readonly<Record<(typeof taskKeys)[number], unknown>> = {
  domain: 'typescript',
  risk_tier: 'high',
  complexity: 'complex',
  prompt: 'Do it.',
  allowed_tools: ['a'],
  preferred_tools: ['a'],
  strategy: 'fixed',
  resource_scope: { read: ['**'], write: [], create: ['docs/*'], forbidden: ['.git/**'] },
  constraints: { patch: { max_lines_changed: 10 }, tests: { tests_must_run: true }, behavior: { ascii_only: true } },
};

describe('the JSON Schema of a workflow', () => {
  it('takes a question with what a question can have', () => {
    expect(accepts({ approve: 'Ship it?' })).toBe(true);
    expect(
      accepts({
        approve: 'Ship it?',
        timeout: '2h',
        default: 'approve',
        needs: [],
        if: true,
        continue_on_error: true,
        description: 'd',
      }),
    ).toBe(true);
  });

  it('refuses a step with two actions or none', () => {
    const actions = { run: 'x', command: ['x'], task: 'lint', approve: 'ok?' };
    const single = Object.entries(actions).map(([key, value]) => ({ [key]: value }));
    const double = single.flatMap((one, at) => single.slice(at + 1).map((other) => ({ ...one, ...other })));
    expect(double).toHaveLength(6);
    expect([...double, actions, {}].filter(accepts)).toEqual([]);
    expect(single.filter(accepts)).toEqual(single);
  });

  it('refuses a default without a timeout, for what is no question, or that is no answer', () => {
    expect(accepts({ approve: 'ok?', default: 'reject' })).toBe(false);
    expect(accepts({ run: 'x', timeout: '1m', default: 'reject' })).toBe(false);
    expect(accepts({ approve: 'ok?', timeout: '1m', default: 'maybe' })).toBe(false);
  });

  it.each(executingKeys)('refuses %s beside a question, and takes it beside a script', (key) => {
    expect(accepts({ approve: 'ok?', [key]: someValue[key] })).toBe(false);
    expect(accepts({ run: 'x', [key]: someValue[key] })).toBe(true);
  });

  it('refuses a shell beside a question, and a question that asks nothing', () => {
    expect([{ approve: 'ok?', shell: 'sh' }, { approve: ' ' }, { approve: '' }].map(accepts)).toEqual([false, false, false]);
  });

  it.each(taskKeys)('takes %s beside a task alone', (key) => {
    const field = { [key]: taskValue[key] };
    expect(accepts({ task: 'lint', ...field })).toBe(true);
    expect(
      [
        { run: 'x', ...field },
        { command: ['x'], ...field },
        { approve: 'ok?', ...field },
      ].filter(accepts),
    ).toEqual([]);
  });
});

/** Steps, and whether the format has them. */
const steps: readonly (readonly [boolean, object])[] = [
  [true, { task: 'code_review', ...taskValue, ...someValue, priority: 'critical', needs: [], timeout: '1m' }],
  [true, { task: 'x', prompt: { OBJECTIVE: 'a', CONTEXT: 'b', VALIDATION: 'c' } }],
  [true, { run: 'x', priority: 'low', verify: ['a', ['b', 1], { run: 'c' }, { id: 'd.1', command: ['e'], required: false }] }],
  [true, { approve: 'ok?', priority: 'high' }],
  [false, { task: '' }],
  [false, { task: ' ' }],
  [false, { task: ['x'] }],
  [false, { task: 'x'.repeat(201) }],
  [false, { task: 'x', complexity: 'hard' }],
  [false, { task: 'x', strategy: 'random' }],
  [false, { task: 'x', prompt: '' }],
  [false, { task: 'x', prompt: { OBJECTIVE: ' ' } }],
  [false, { task: 'x', prompt: { Objective: 'a' } }],
  [false, { task: 'x', prompt: ['a'] }],
  [false, { task: 'x', allowed_tools: [] }],
  [false, { task: 'x', allowed_tools: 'a' }],
  [false, { task: 'x', preferred_tools: ['../a'] }],
  [false, { task: 'x', resource_scope: { delete: ['a'] } }],
  [false, { task: 'x', resource_scope: { read: [''] } }],
  [false, { task: 'x', constraints: { patch: { max_lines_changed: 0 } } }],
  [false, { task: 'x', constraints: { tests: { command: 'y' } } }],
  [false, { run: 'x', priority: 'urgent' }],
  [false, { run: 'x', verify: '' }],
  [false, { run: 'x', verify: [] }],
  [false, { run: 'x', verify: [[]] }],
  [false, { run: 'x', verify: { run: 'a' } }],
  [false, { run: 'x', verify: [{}] }],
  [false, { run: 'x', verify: [{ required: false }] }],
  [false, { run: 'x', verify: [{ run: 'a', command: ['b'] }] }],
  [false, { run: 'x', verify: [{ id: '../a', run: 'b' }] }],
  [false, { run: 'x', verify: [{ run: 'a', requird: true }] }],
];

/** Budgets, and whether the format has them. */
const budgets: readonly (readonly [boolean, unknown])[] = [
  [true, { calls: 5, minutes: 1.5, cost: 0.25, tools: { claude: { calls: 1 } } }],
  [true, {}],
  [false, { calls: 0 }],
  [false, { cost: 0 }],
  [false, { dollars: 1 }],
  [false, { tools: { 'a b': { calls: 1 } } }],
  [false, 5],
];

describe('the JSON Schema of a workflow and its loader', () => {
  const agree = (document: object): readonly [boolean, boolean] => {
    const text = JSON.stringify(document);
    return [validate(document), loadWorkflow({ path: 'w.json', text }).ok];
  };

  it.each(steps)('say %s together to the step %j', (expected, step) => {
    expect(agree({ name: 'x', steps: { a: step } })).toEqual([expected, expected]);
  });

  it.each(budgets)('say %s together to the budget %j', (expected, budget) => {
    expect(agree({ name: 'x', budget, steps: { a: { run: 'x' } } })).toEqual([expected, expected]);
  });
});
