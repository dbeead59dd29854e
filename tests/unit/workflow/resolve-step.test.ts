import { describe, expect, it } from 'vitest';
import type { RunId } from '../../../schemas/ids.ts';
import { requireWorkflow } from '../../../src/workflow/load.ts';
import type { StepContext } from '../../../src/workflow/resolve-step.ts';
import { resolveCheck, resolveCondition, resolveQuestion, resolveStep, resolveTask } from '../../../src/workflow/resolve-step.ts';

const context: StepContext = {
  params: { n: 3, text: "a'b $(x)", yes: true, none: null, big: 1e21, nul: 'a\0b' },
  steps: { b: { outputs: { v: 90 }, state: 'failed' } },
  run: { id: '01ARZ3NDEKTSV4RRFFQ69G5FAV' as RunId, workflow: 'w' },
  status: { success: false, failure: true, cancelled: false },
};
const params = Object.entries({ n: 'integer', text: 'string', yes: 'boolean', none: 'string', big: 'number', nul: 'string' });
const declared = `params: { ${params.map(([name, type]) => `${name}: { type: ${type} }`).join(', ')} }`;

function loadStep(fields: string, top = '') {
  const text = `name: w\n${declared}\n${top}\nsteps:\n  b: { run: x, outputs: { v: number } }\n  a:\n    needs: b\n    ${fields}\n`;
  const { workflow } = requireWorkflow({ path: 'w.yaml', text });
  const step = workflow.steps[1];
  if (step === undefined) throw new Error('no step');
  return { workflow, step };
}

function resolve(fields: string, top = '') {
  const { workflow, step } = loadStep(fields, top);
  return resolveStep(workflow, step, context);
}

function value(expression: string): unknown {
  const resolved = resolve(`command: [x, ${JSON.stringify(`\${{ ${expression} }}`)}]`);
  return resolved.kind === 'command' ? resolved.argv[1] : resolved;
}

function holds(expression: string): unknown {
  const { workflow, step } = loadStep(`run: x\n    if: ${JSON.stringify(expression)}`);
  const answer = resolveCondition(workflow, step, context);
  return answer.kind === 'condition' ? answer.holds : answer;
}

describe('the question to a person', () => {
  const ask = (question: string, top = ''): unknown => {
    const { workflow, step } = loadStep(`approve: ${JSON.stringify(question)}`, top);
    return resolveQuestion(workflow, step, context);
  };

  it('is asked with its values, which stay text', () => {
    expect(ask('Publish ${{ params.n }} with ${{ params.text }}?')).toEqual({
      kind: 'question',
      question: "Publish 3 with a'b $(x)?",
    });
    expect(ask('${{ env.WHO }}?', 'env: { WHO: "${{ run.workflow }}" }')).toEqual({ kind: 'question', question: 'w?' });
  });

  it('that cannot be evaluated is a failure of the step', () => {
    expect(ask('${{ fromJSON(params.text) }}?')).toMatchObject({ kind: 'expressionFailed', field: 'approve' });
  });

  it('is never executed, and nothing else is asked', () => {
    const { workflow, step } = loadStep('approve: ok?');
    expect(() => resolveStep(workflow, step, context)).toThrow('not executed');
    const other = loadStep('run: x');
    expect(() => resolveQuestion(other.workflow, other.step, context)).toThrow('only an approve step');
  });
});

describe('values of expressions', () => {
  it.each([
    ['params.n', '3'],
    ['params.yes', 'true'],
    ['params.none', ''],
    ['params.big', '1e+21'],
    ['0.1 + 0.2', null],
    ['steps.b.outputs.v', '90'],
    ['steps.b.state', 'failed'],
    ['run.workflow', 'w'],
    ["'it''s ''so'''", "it's 'so'"],
    ["format('{0}-{1}', params.n, 'x')", '3-x'],
    ["contains('Hello', 'ELL')", 'true'],
    ['fromJSON(\'{"a":[1,2]}\').a[1]', '2'],
    ['toJSON(steps.b)', '{\n  "outputs": {\n    "v": 90\n  },\n  "state": "failed"\n}'],
    ["case(params.n > 2, 'many', 'few')", 'many'],
    ["params['n']", '3'],
    ["'}}'", '}}'],
  ])('%s is %j', (expression, expected) => {
    if (expected === null) expect(() => value(expression)).toThrow();
    else expect(value(expression)).toBe(expected);
  });

  it.each([
    ['failure()', true],
    ['success() || cancelled()', false],
    ['always()', true],
    ['${{ steps.b.outputs.v < 90 }}', false],
    ['params.none', false],
    ["'false'", true],
    ['0', false],
    ['!params.yes', false],
  ])('the condition %s is %j', (expression, expected) => {
    expect(holds(expression)).toBe(expected);
  });

  it.each([
    ['params', 'object or a list'],
    ["fromJSON('{')", 'fromJson'],
    ["format('{1}', 'x')", 'more arguments than were supplied'],
    ['params.nul', 'NUL character'],
  ])('%s fails as data', (expression, message) => {
    expect(value(expression)).toMatchObject({
      kind: 'expressionFailed',
      field: 'command[1]',
      message: expect.stringContaining(message) as string,
    });
  });
});

describe('resolving a step', () => {
  it('gives a script its values by variables, never by text', () => {
    expect(resolve('run: echo "${{ params.text }}" ${{ params.n }} "${{ params.text }}"')).toEqual({
      kind: 'run',
      script: 'echo "${STATEYARD_EXPR_1}" ${STATEYARD_EXPR_2} "${STATEYARD_EXPR_1}"',
      shell: null,
      env: { STATEYARD_EXPR_1: "a'b $(x)", STATEYARD_EXPR_2: '3' },
      workingDirectory: null,
    });
  });

  it('puts the env of the step over that of the workflow, which expressions of the step see', () => {
    const resolved = resolve(
      'env: { B: "${{ env.A }}!", C: 2 }\n    command: [x, "${{ env.A }}${{ env.B }}${{ env.C }}"]',
      'env: { A: "${{ params.n }}", C: 1 }',
    );
    expect(resolved).toMatchObject({ kind: 'command', argv: ['x', '33!2'], env: { A: '3', B: '3!', C: '2' } });
  });

  it.each([
    ['', '', null],
    ['working_directory: in', '', 'in'],
    ['', 'working_directory: out', 'out'],
    ['working_directory: "in/${{ params.n }}"', 'working_directory: out', 'out/in/3'],
    ['working_directory: /abs', 'working_directory: out', '/abs'],
  ])('joins folders: step %j, workflow %j', (inner, outer, expected) => {
    expect(resolve(`run: x\n    ${inner}`, outer)).toMatchObject({ workingDirectory: expected });
  });

  it.each([
    ['command: ["${{ params.none }}"]', 'command[0]'],
    ['run: x\n    working_directory: "${{ params.none }}"', 'working_directory'],
    ['run: x\n    env: { A: "${{ params.nul }}" }', 'env.A'],
    ['run: echo ${{ params.nul }}', 'run'],
  ])('names the field that cannot be resolved: %j', (fields, field) => {
    expect(resolve(fields)).toMatchObject({ kind: 'expressionFailed', field });
  });
});

describe('resolving a task', () => {
  const ask = (fields: string, top = ''): unknown => {
    const { workflow, step } = loadStep(`task: code_review\n    ${fields}`, top);
    return resolveTask(workflow, step, context);
  };

  it('gives the sections of the prompt with their values, which stay text, and the environment and folder of the step', () => {
    const fields = [
      'env: { B: "${{ env.A }}!" }',
      'working_directory: in',
      'prompt: { OBJECTIVE: "Look at ${{ params.text }}", CONTEXT: "${{ env.B }} ${{ steps.b.outputs.v }}" }',
    ].join('\n    ');
    expect(ask(fields, 'env: { A: "${{ params.n }}" }\nworking_directory: out')).toEqual({
      kind: 'task',
      sections: { OBJECTIVE: "Look at a'b $(x)", CONTEXT: '3! 90' },
      env: { A: '3', B: '3!' },
      workingDirectory: 'out/in',
    });
  });

  it.each([
    ['prompt: "${{ params.nul }}"', 'prompt.OBJECTIVE'],
    ['prompt: { VALIDATION: "${{ fromJSON(params.text) }}" }', 'prompt.VALIDATION'],
    ['env: { A: "${{ params.nul }}" }', 'env.A'],
    ['working_directory: "${{ params.none }}"', 'working_directory'],
  ])('names the field that cannot be resolved: %j', (fields, field) => {
    expect(ask(fields)).toMatchObject({ kind: 'expressionFailed', field });
  });

  it('is for tasks alone, and these are not executed themselves', () => {
    const script = loadStep('run: x');
    expect(() => resolveTask(script.workflow, script.step, context)).toThrow('only a task step');
    const task = loadStep('task: lint');
    expect(() => resolveStep(task.workflow, task.step, context)).toThrow('executed by the tool');
  });
});

describe('resolving a check', () => {
  function check(fields: string, at = 0): unknown {
    const { workflow, step } = loadStep(fields);
    const found = step.checks[at];
    if (found === undefined) throw new Error('no check');
    return resolveCheck(workflow, step, found, context);
  }

  it('gives its script and command their values, in the environment and folder of the step', () => {
    const fields = 'task: lint\n    env: { A: "${{ params.n }}" }\n    working_directory: in\n    verify:';
    expect(check(`${fields} test "\${{ params.n }}" = "$A"`)).toEqual({
      kind: 'run',
      script: 'test "${STATEYARD_EXPR_1}" = "$A"',
      shell: null,
      env: { A: '3', STATEYARD_EXPR_1: '3' },
      workingDirectory: 'in',
    });
    expect(check(`${fields} [a, [b, "\${{ env.A }}"]]`, 1)).toEqual({
      kind: 'command',
      argv: ['b', '3'],
      env: { A: '3' },
      workingDirectory: 'in',
    });
  });

  it.each([
    ['verify: echo ${{ params.nul }}', 'verify.1'],
    ['verify: [["${{ params.none }}"]]', 'verify.1[0]'],
    ['verify: [{ id: types, command: [x, "${{ params.nul }}"] }]', 'verify.types[1]'],
  ])('names the check that cannot be resolved: %j', (fields, field) => {
    expect(check(`run: x\n    ${fields}`)).toMatchObject({ kind: 'expressionFailed', field });
  });
});
