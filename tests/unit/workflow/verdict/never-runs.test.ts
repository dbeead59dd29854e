import { describe, expect, it } from 'vitest';
import { requireWorkflow } from '../../../../src/workflow/load.ts';
import { Flow } from '../../../../src/workflow/verdict/flow.ts';
import { consequencesOf } from '../../../../src/workflow/verdict/if-it-fails.ts';
import { neverRuns } from '../../../../src/workflow/verdict/never-runs.ts';

function flowOf(steps: string, more = ''): Flow {
  const params = 'params: { target: { type: string }, count: { type: integer } }';
  const { workflow, plan } = requireWorkflow({ path: 'w.yaml', text: `name: w\n${params}\n${more}\nsteps:\n${steps}` });
  return new Flow(workflow, plan);
}

function never(steps: string, more = ''): string[] {
  const flow = flowOf(steps, more);
  const id = (position: number): string => flow.plan.ids[position] ?? '';
  return neverRuns(flow).steps.map(({ position, because, needs }) => [id(position), because, ...needs.map(id)].join(' '));
}

describe('neverRuns', () => {
  it('names a condition that is false, and what is behind it', () => {
    expect(never('  a: { run: x, if: false }\n  b: { run: x, needs: a }\n')).toEqual(['a condition', 'b behind a']);
  });

  it('names a join of two conditions that exclude each other', () => {
    const steps = [
      `  a: { run: x, if: "params.target == 'prod'" }`,
      `  b: { run: x, if: "params.target != 'prod'" }`,
      '  c: { run: x, needs: [a, b] }\n',
    ];
    expect(never(steps.join('\n'))).toEqual(['c join a b']);
  });

  it('names a join of what runs after a success and what runs after a failure', () => {
    const steps = [
      '  build: { run: x }',
      '  good: { run: x, needs: build, if: success() }',
      '  bad: { run: x, needs: build, if: failure() }',
      '  both: { run: x, needs: [good, bad] }\n',
    ];
    expect(never(steps.join('\n'), 'on_failure: continue')).toEqual(['both join good bad']);
  });

  it('names a gap between numbers that no whole number is in', () => {
    expect(never('  a: { run: x, if: params.count > 3 && params.count < 4 }\n')).toEqual(['a condition']);
  });

  it('names a question that comes only after a failure, where a failure stops the run', () => {
    const steps = '  a: { run: x }\n  ask: { approve: go, needs: a, if: failure() }\n';
    expect(never(steps)).toEqual(['ask condition']);
    expect(never(steps, 'on_failure: continue')).toEqual([]);
  });

  it('says nothing of what depends on values that it does not know', () => {
    const steps = `  a: { run: x, if: "startsWith(params.target, 'p')" }\n  b: { run: x, if: cancelled() }\n`;
    expect(never(steps)).toEqual([]);
  });
});

describe('consequencesOf', () => {
  const steps = [
    '  build: { run: x }',
    '  lint: { run: x }',
    '  ship: { run: x, needs: build }',
    '  undo: { run: x, needs: ship, if: failure() }\n',
  ].join('\n');

  it.each([
    ['fail_fast', { run: 'stops', skipped: [], canceled: [2], perhaps: [1], runsThen: [3] }],
    ['continue', { run: 'goes_on', skipped: [2], canceled: [], perhaps: [], runsThen: [3] }],
    ['escalate', { run: 'pauses', skipped: [2], canceled: [], perhaps: [], runsThen: [3] }],
  ])('under %s', (onFailure, expected) => {
    expect(consequencesOf(flowOf(steps, `on_failure: ${onFailure}`))[0]).toEqual(expected);
  });

  it('says nothing of a step that runs only when another has failed', () => {
    expect(consequencesOf(flowOf(steps))[3]).toBeNull();
  });
});
