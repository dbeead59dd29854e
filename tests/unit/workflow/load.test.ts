import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { workflowJsonSchema } from '../../../schemas/workflow.ts';
import { UserError } from '../../../src/errors.ts';
import { loadWorkflow, requireWorkflow } from '../../../src/workflow/load.ts';

const full = `
name: release-check
description: All keys
params:
  version: { type: string, pattern: "^[0-9.]+$", default: "1.0.0" }
  workers: { type: integer, minimum: 1, default: 2 }
env: { CI: 1.10, EMPTY: , URL: "x/\${{ params.version }}" }
working_directory: app
max_parallel: 4
timeout: 30m
on_failure: continue
steps:
  build: { run: npm run build }
  unit:
    needs: build
    run: npm test -- "\${{ params.workers }}" "\${{ run.id }}" "\${{ params.workers }}"
    shell: bash  -eu
    timeout: 90
    step_timeout: 1.5h
    retry: { attempts: 3, delay: 500ms, max_delay: 30s, jitter: false, backoff: fixed, on_exit_codes: [1, 75] }
    outputs: { coverage: number }
    continue_on_error: true
    on_interrupted: fail
  publish:
    needs: [unit, build]
    if: \${{ steps.unit.outputs.coverage >= 90 && always() }}
    env: { A: b }
    working_directory: pkg
    command: [npm, publish, 1.10, "\${{ env.A }}"]
    retry: 2
`;

const load = (text: string) => requireWorkflow({ path: 'w.yaml', text });

describe('loading a workflow', () => {
  it('fills in every field in the units of the model', () => {
    const { workflow, plan } = load(full);
    expect(workflow).toMatchObject({
      name: 'release-check',
      path: 'w.yaml',
      text: full,
      maxParallel: 4,
      timeoutMs: 1_800_000,
      onFailure: 'continue',
    });
    expect(workflow.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(workflow.params).toMatchObject({ version: { type: 'string', default: '1.0.0' }, workers: { minimum: 1, default: 2 } });
    expect(workflow.env).toMatchObject({ CI: ['1.10'], EMPTY: [], URL: ['x/', { source: 'params.version' }] });
    const [build, unit, publish] = workflow.steps;
    expect(build).toMatchObject({
      index: 0,
      needs: [],
      if: null,
      timeoutMs: null,
      continueOnError: false,
      onInterrupted: 'rerun',
      position: { line: 13, column: 3 },
    });
    expect(build?.retry).toEqual({
      attempts: 1,
      backoff: 'exponential',
      delayMs: 1_000,
      maxDelayMs: 300_000,
      jitter: true,
      onExitCodes: null,
    });
    expect(unit).toMatchObject({
      timeoutMs: 90_000,
      stepTimeoutMs: 5_400_000,
      outputs: { coverage: 'number' },
      continueOnError: true,
      onInterrupted: 'fail',
    });
    expect(unit?.retry).toEqual({
      attempts: 3,
      backoff: 'fixed',
      delayMs: 500,
      maxDelayMs: 30_000,
      jitter: false,
      onExitCodes: [1, 75],
    });
    expect(unit?.action).toMatchObject({
      kind: 'run',
      shell: ['bash', '-eu'],
      script: 'npm test -- "${STATEYARD_EXPR_1}" "${STATEYARD_EXPR_2}" "${STATEYARD_EXPR_1}"',
      expressions: { STATEYARD_EXPR_1: { source: 'params.workers' }, STATEYARD_EXPR_2: { source: 'run.id' } },
    });
    expect(publish).toMatchObject({
      needs: ['unit', 'build'],
      retry: { attempts: 2 },
      if: { readsStatus: true },
      workingDirectory: ['pkg'],
    });
    expect(publish?.action).toMatchObject({ kind: 'command', argv: [['npm'], ['publish'], ['1.10'], [{ source: 'env.A' }]] });
    expect(plan).toMatchObject({ levels: [[0], [1], [2]], criticalPath: [0, 1, 2], height: [3, 2, 1] });
  });

  it('gives the same workflow again for the same text', () => {
    expect(JSON.stringify(load(full))).toBe(JSON.stringify(load(full)));
  });

  it('reads JSON, aliases, a byte order mark and CRLF', () => {
    expect(load('{"name": "j", "steps": {"a": {"run": "x"}}}').workflow.name).toBe('j');
    expect(load('\ufeffname: b\r\nsteps:\r\n  a: { run: x }\r\n').workflow.name).toBe('b');
    const { workflow } = load('name: x\nenv: &e { A: "1" }\nsteps:\n  a: { run: x, env: *e }\n');
    expect(workflow.steps[0]?.env).toEqual({ A: ['1'] });
  });

  it('takes names in expressions whatever their case', () => {
    const { workflow } = load(
      'name: x\nparams: { Version: { type: string, default: v } }\nsteps: { a: { command: [x, "${{ PARAMS.version }}"] } }\n',
    );
    const [step] = workflow.steps;
    const word = step?.action.kind === 'command' ? step.action.argv[1]?.[0] : undefined;
    const context = {
      params: { Version: 'v' },
      env: {},
      steps: {},
      run: { id: 'r', workflow: 'x' },
      status: { success: true, failure: false, cancelled: false },
    };
    expect(typeof word === 'object' && word.evaluate(context as never)).toBe('v');
  });

  it('is the same for a long file, which is read in pieces, as for its parts', () => {
    const many = Array.from(
      { length: 4_000 },
      (_, index) =>
        `  s${index}:\n    # a comment\n    run: |\n      echo ${index}\n\n    needs: ${index === 0 ? '[]' : `[s${index - 1}]`}\n`,
    );
    const text = `---\nname: x\nsteps: # all\n\n# first\n${many.join('')}env: { A: "1" }\n`;
    expect(text.length).toBeGreaterThan(200_000);
    const { workflow, plan } = load(text);
    expect(workflow.steps).toHaveLength(4_000);
    expect(plan.levels).toHaveLength(4_000);
    expect(workflow.env).toEqual({ A: ['1'] });
    const lines = text.split('\n');
    for (const step of workflow.steps) expect(lines[step.position.line - 1]).toBe(`  ${step.id}:`);
    expect(workflow.steps[3_999]?.action).toMatchObject({ script: 'echo 3999\n' });
  });

  it('notices in a long file what goes beyond a piece', () => {
    const many = Array.from({ length: 6_000 }, (_, index) => `  s${index}:\n    run: echo some words to be long\n`).join('');
    const result = loadWorkflow({ path: 'w', text: `name: x\nsteps:\n${many}  s0: { run: y }\n  z: "open\nname: y\n` });
    expect(result.ok ? [] : result.diagnostics.map(({ code, line }) => `${code} ${line}`)).toEqual(['SY009 12005']);
    const twice = loadWorkflow({ path: 'w', text: `name: x\nsteps:\n${many}  s0: { run: y }\nname: y\n` });
    expect(twice.ok ? [] : twice.diagnostics.map(({ code, line }) => `${code} ${line}`)).toEqual(['SY012 12003', 'SY012 12004']);
  });

  it('throws all diagnostics with exit code 3 when a workflow is required', () => {
    const attempt = () => load('name: 1\nsteps: 2\n');
    expect(attempt).toThrow(UserError);
    expect(attempt).toThrow(expect.objectContaining({ code: 'workflow_invalid', exitCode: 3, message: '2 errors in w.yaml' }));
  });

  it('has a JSON Schema that accepts what it accepts', () => {
    const validate = new Ajv2020({ strict: false }).compile(workflowJsonSchema());
    expect(validate(parse(full))).toBe(true);
    for (const wrong of [
      'name: x\n',
      'name: x\nsteps: { a: {} }\n',
      'name: x\nsteps: { a: { run: x, bogus: 1 } }\n',
      'name: x\nsteps: { a: { run: x, timeout: 5 min } }\n',
    ]) {
      expect(validate(parse(wrong))).toBe(false);
    }
  });

  it('takes a question to a person, with what a question can have', () => {
    const text =
      'name: x\nparams: { v: { type: string } }\nsteps:\n  a: { run: x }\n  b:\n    needs: a\n    if: always()\n    approve: Ship ${{ params.v }}?\n    timeout: 2h\n    default: approve\n    continue_on_error: true\n    description: d\n  c: { approve: ok? }\n';
    const { workflow } = requireWorkflow({ path: 'w', text });
    expect(workflow.steps[1]).toMatchObject({
      action: {
        kind: 'approve',
        question: ['Ship ', expect.objectContaining({ source: 'params.v' }), '?'],
        byDefault: 'approve',
      },
      timeoutMs: 7_200_000,
      needs: ['a'],
      continueOnError: true,
    });
    expect(workflow.steps[2]).toMatchObject({
      action: { kind: 'approve', question: ['ok?'], byDefault: 'reject' },
      timeoutMs: null,
    });
    expect(Object.isFrozen(workflow.steps[1]?.action)).toBe(true);
  });

  it('names each part of the format that is not available yet', () => {
    const text = 'name: x\nsteps:\n  c: { workflow: f }\n  d: { run: x, matrix: {}, on_interrupted: ask }\n';
    const result = loadWorkflow({ path: 'w', text });
    const found = result.ok ? [] : result.diagnostics;
    expect(new Set(found.map(({ code }) => code))).toEqual(new Set(['SY401']));
    expect(found[0]?.hint).toBe('this version runs steps with "run", "command", "function", "task" or "approve"');
    expect(found.map(({ message }) => /"(\w+)/.exec(message)?.[1])).toEqual(['workflow', 'matrix', 'on_interrupted']);
  });

  it('is not fooled by the sources of this repository', () => {
    const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
    expect(loadWorkflow({ path: 'package.json', text }).ok).toBe(false);
  });
});
