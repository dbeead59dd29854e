import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { RunId, StepId } from '../../../../schemas/ids.ts';
import type { StepEndState } from '../../../../src/workflow/model.ts';
import { resolveStep } from '../../../../src/workflow/resolve-step.ts';
import { load, phaseText } from './document-texts.ts';

const text = phaseText('{ mode: any, checks: [{ id: a-1, type: x, command: a }, { id: b, type: x, command: b }] }');

/** What the last step comes to when the checks have ended like this: its exit code and its message. */
function accept(first: StepEndState, second: StepEndState): readonly [number, string] {
  const { workflow } = load(text);
  const step = workflow.steps.at(-1);
  if (step === undefined) throw new Error('no step');
  const state = (end: StepEndState) => ({ outputs: {}, state: end });
  const steps = { ['accept-a-1' as StepId]: state(first), ['accept-b' as StepId]: state(second) };
  const status = { success: true, failure: false, cancelled: false };
  const run = { id: '01ARZ3NDEKTSV4RRFFQ69G5FAV' as RunId, workflow: 'w' };
  const resolved = resolveStep(workflow, step, { params: {}, steps, run, status });
  if (resolved.kind !== 'run') throw new Error('expected a script');
  try {
    execFileSync('sh', ['-eu', '-c', resolved.script], { env: { PATH: process.env['PATH'], ...resolved.env }, stdio: 'pipe' });
    return [0, ''];
  } catch (error) {
    const { status: code, stderr } = error as { readonly status: number; readonly stderr: Buffer };
    return [code, stderr.toString()];
  }
}

describe('the last step of an acceptance by any check', () => {
  it('succeeds when one of the checks did', () => {
    expect(accept('succeeded', 'failed')).toEqual([0, '']);
    expect(accept('failed', 'succeeded')).toEqual([0, '']);
  });

  it('fails when none did, and says so', () => {
    expect(accept('failed', 'failed')).toEqual([1, 'none of these checks succeeded: accept-a-1, accept-b\n']);
  });
});
