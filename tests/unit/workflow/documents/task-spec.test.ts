import { describe, expect, it } from 'vitest';
import type { Step } from '../../../../src/workflow/model.ts';
import { load, mistakesOf, workstreamText } from './document-texts.ts';

const alone = (fields = '') => `task_id: a\nname: Write the parser\nkind: code_edit\n${fields}`;

function stepOf(fields = ''): Step {
  const [step, ...others] = load(alone(fields)).workflow.steps;
  if (step === undefined || others.length > 0) throw new Error('expected one step');
  return step;
}

describe('a task by itself', () => {
  it('is a workflow of one step, without a workstream', () => {
    const { workflow, plan } = load(alone());
    expect(workflow).toMatchObject({ document: 'task_spec', name: 'Write the parser', workstream: null, maxParallel: null });
    expect(plan.levels).toEqual([[0]]);
    expect(workflow.steps).toMatchObject([
      {
        id: 'a',
        needs: [],
        after: [],
        priority: 'normal',
        timeoutMs: null,
        retry: { attempts: 1, backoff: 'exponential' },
        checks: [],
        continueOnError: false,
        position: { line: 1, column: 10 },
      },
    ]);
    expect(workflow.steps[0]?.action).toEqual({
      kind: 'task',
      task: {
        taskKind: 'code_edit',
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
        prompt: { OBJECTIVE: ['Write the parser'] },
      },
    });
  });

  it('has all that its document says', () => {
    const step = stepOf(
      [
        'classification: { complexity: expert, risk_tier: high, domain: typescript, priority: high }',
        'resource_scope_delta: { write: [src/**] }',
        'constraints_delta: { patch: { max_lines_changed: 10 } }',
        'execution: { max_attempts: 3, timeout_seconds: 90, retry_strategy: fixed, background: true }',
        'prompt_template_ref: default',
        'prompt_overrides: { CONTEXT: "of ${{ matrix.os }}" }',
        'execution_request_template:',
        '  routing: { strategy: auto, allowed_tools: [x, y], preferred_tools: [y], max_attempts: 9, timeout_seconds: 9 }',
        '  telemetry: { correlation_id: c-1, trace_flags: [f] }',
        '  classification: { complexity: simple, risk_tier: low }',
        'error_handling: { on_failure: continue }',
        'acceptance: { checks: [{ id: unit, type: test, command: npm test }, { id: "a/b", type: x, command: y, required: false }] }',
      ].join('\n'),
    );
    expect(step).toMatchObject({
      priority: 'high',
      timeoutMs: 90_000,
      retry: { attempts: 3, backoff: 'fixed', delayMs: 1_000 },
      continueOnError: true,
      checks: [
        { id: 'unit', required: true, action: { kind: 'run', script: 'npm test', expressions: {}, shell: null } },
        { id: 'a-b', required: false, action: { script: 'y' } },
      ],
    });
    expect(step.action).toMatchObject({
      task: {
        classification: { complexity: 'expert', risk_tier: 'high', domain: 'typescript', priority: 'high' },
        resourceScope: { write: ['src/**'] },
        constraints: { patch: { max_lines_changed: 10 } },
        strategy: 'auto',
        allowedTools: ['x', 'y'],
        preferredTools: ['y'],
        maxAttempts: 3,
        correlationId: 'c-1',
        traceFlags: ['f'],
        prompt: { OBJECTIVE: ['Write the parser'], CONTEXT: ['of ${{ matrix.os }}'] },
      },
    });
  });

  it('takes from the template of the request what nothing else says', () => {
    const step = stepOf(
      'classification: { domain: go }\nexecution_request_template:\n  classification: { complexity: simple, domain: rust, priority: critical }\n  routing: { max_attempts: 4, timeout_seconds: 60 }\n',
    );
    expect(step).toMatchObject({ priority: 'critical', timeoutMs: 60_000, retry: { attempts: 4 } });
    expect(step.action).toMatchObject({
      task: { maxAttempts: 4, classification: { complexity: 'simple', risk_tier: '', domain: 'go', priority: 'critical' } },
    });
  });

  it.each([
    ['execution: { background: true }', 'low'],
    ['execution: { background: false }', 'normal'],
    ['execution: { background: true }\nclassification: { priority: high }', 'high'],
  ])('%s has the priority %s', (fields, priority) => {
    const step = stepOf(fields);
    expect(step.priority).toBe(priority);
    expect(step.action).toMatchObject({ task: { classification: { priority } } });
  });

  it.each([
    ['execution: { retry_strategy: none }', 1, 1, 'exponential'],
    ['execution: { retry_strategy: none, max_attempts: 1 }', 1, 1, 'exponential'],
    ['execution: { retry_strategy: fixed }', null, 1, 'fixed'],
    ['execution: { retry_strategy: exponential, max_attempts: 2 }', 2, 2, 'exponential'],
  ])('%s makes %j attempts with one tool', (fields, maxAttempts, attempts, backoff) => {
    const step = stepOf(fields);
    expect(step.action).toMatchObject({ task: { maxAttempts } });
    expect(step.retry).toMatchObject({ attempts, backoff });
  });

  it.each([
    ['depends_on: [b]', 'SY201 4 |b| unknown task "b": the file holds one task', 'put both tasks into a workstream'],
    [
      'execution: { retry_strategy: exponental }',
      'SY105 4 |exponental| the retry strategy "exponental" is not known',
      'did you mean "exponential"?',
    ],
    [
      'execution: { retry_strategy: linear }',
      'SY105 4 |linear| the retry strategy "linear" is not known',
      'known are fixed, exponential, none',
    ],
    [
      'execution: { max_attempts: 2, retry_strategy: none }',
      'SY105 4 |none| "retry_strategy: none" contradicts 2 attempts',
      'use fixed or exponential, or take "max_attempts" away',
    ],
    [
      'execution: { max_attempts: 1001 }',
      'SY105 4 |1001| "max_attempts": expected a whole number from 1 to 1000, found 1001',
      null,
    ],
    [
      'execution_request_template: { routing: { max_attempts: 1001 } }',
      'SY105 4 |1001| "max_attempts": expected a whole number from 1 to 1000, found 1001',
      null,
    ],
    [
      'execution: { timeout_seconds: 31536001 }',
      'SY105 4 |31536001| "timeout_seconds": expected at most 365 days, found 31536001',
      null,
    ],
    [
      'execution_request_template: { routing: { timeout_seconds: 31536001 } }',
      'SY105 4 |31536001| "timeout_seconds": expected at most 365 days, found 31536001',
      null,
    ],
    [
      'prompt_template_ref: prompts/a.md',
      'SY105 4 |prompts/a.md| the template "prompts/a.md" is not known; known is default',
      'give the texts of the sections in "prompt_overrides"',
    ],
    ['prompt_overrides: { GOAL: a }', 'SY102 4 |GOAL| unknown key "GOAL" in "prompt_overrides"', null],
    ['prompt_overrides: { CONTEXT: 1 }', 'SY101 4 |1| "CONTEXT": expected a text, found 1', null],
    [
      'prompt_overrides: { OBJECTIVE: "" }',
      'SY101 4 |""| "OBJECTIVE": expected a text with words in it, found an empty text',
      null,
    ],
    [
      'execution_request_template: { resource_scope: { read: [a] } }',
      'SY102 4 |resource_scope| unknown key "resource_scope" in "execution_request_template"',
      'known are classification, routing, telemetry',
    ],
    [
      'execution_request_template: { routing: { strategy: best } }',
      'SY101 4 |best| "strategy": expected one of fixed, round_robin, auto, found the text "best"',
      null,
    ],
    [
      'error_handling: { on_failure: fail_fast }',
      'SY105 4 |fail_fast| "on_failure": expected fail or continue, found "fail_fast"',
      '"fail_fast" is for the workstream: error_handling.strategy',
    ],
    [
      'error_handling: { on_failure: contineu }',
      'SY105 4 |contineu| "on_failure": expected fail or continue, found "contineu"',
      'did you mean "continue"?',
    ],
    [
      'error_handling: { on_failure: panic }',
      'SY105 4 |panic| "on_failure": expected fail or continue, found "panic"',
      'known are fail (the default) and continue',
    ],
    [
      'acceptance: { checks: [{ id: a, type: x }] }',
      'SY103 4 |a| check "a" has no command: nothing can decide it',
      'such as `command: npm test`',
    ],
    [
      'acceptance: { checks: [{ id: a, type: x, command: "${{ b }}" }] }',
      'SY304 4 |${{| a command of this document cannot hold an expression',
      'expressions are for workflow files',
    ],
    ['naem: x', 'SY102 4 |naem| unknown key "naem" in a task', 'did you mean "name"?'],
  ])('is refused with %s', (fields, message, hint) => {
    const [found, ...others] = mistakesOf(alone(`${fields}\n`));
    expect(others).toEqual([]);
    expect(found?.[0]).toBe(message);
    if (hint !== null) expect(found?.[1]).toBe(hint);
  });
});

describe('a task of a workstream', () => {
  it('is told what the workstream is about, unless it says its objective itself', () => {
    const { steps } = load(
      workstreamText([
        '{ task_id: a, name: Do a, kind: k }',
        '{ task_id: b, name: Do b, kind: k, prompt_overrides: { OBJECTIVE: Only this } }',
      ]),
    ).workflow;
    expect(steps.map(({ action }) => (action.kind === 'task' ? action.task.prompt : null))).toEqual([
      { OBJECTIVE: ['Do a\n\nReach it'] },
      { OBJECTIVE: ['Only this'] },
    ]);
  });

  it('has its mistakes reported where it stands', () => {
    const text = workstreamText(['{ task_id: a, name: n, kind: k, execution: { retry_strategy: x } }']);
    expect(mistakesOf(text).map(([line]) => line)).toEqual(['SY105 7 |x| the retry strategy "x" is not known']);
  });
});
