import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { executingKeys, workflowJsonSchema } from '../../../schemas/workflow.ts';

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
    const actions = { run: 'x', command: ['x'], approve: 'ok?' };
    const { run, command, approve } = actions;
    expect([{ run, command }, { run, approve }, { command, approve }, actions, {}].map(accepts)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
    expect([{ run }, { command }, { approve }].map(accepts)).toEqual([true, true, true]);
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
});
