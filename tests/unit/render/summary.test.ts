import { expect, test } from 'vitest';
import { summarise } from '../../../src/cli/render/summary.ts';
import type { RunFigures } from '../../../src/cli/render/summary.ts';
import type { SettledStep } from '../../../src/cli/render/run-progress.ts';

const failedStep = (stepId: string, attempts: number, reason: string): SettledStep => ({
  stepId,
  state: 'failed',
  attempts,
  durationMs: 5,
  reason,
  check: null,
  checkRun: null,
});
const figures: RunFigures = {
  runId: '01RUN',
  workflowName: 'release-check',
  totalSteps: 14,
  counts: { succeeded: 10, failed: 2, canceled: 0, skipped: 2 },
  elapsedMs: 63_000,
  failed: [failedStep('unit', 3, 'exit code 1'), failedStep('ship', 0, 'the expression in run failed')],
};

test('a failed run lists its failed steps and the commands to go on', () => {
  expect(summarise(figures, { standing: 'failed', color: false })).toBe(`\
✖ release-check failed after 1m03s: 10 of 14 steps ok, 2 failed, 2 skipped
  unit: exit code 1 (3 attempts)
    stateyard logs 01RUN unit
  ship: the expression in run failed
All of the run: stateyard show 01RUN
`);
});

test('a run that succeeded is told in two lines', () => {
  const good = { ...figures, totalSteps: 1, counts: { succeeded: 1, failed: 0, canceled: 0, skipped: 0 }, failed: [] };
  expect(summarise(good, { standing: 'succeeded', color: false })).toBe(`\
✔ release-check succeeded in 1m03s: 1 of 1 step ok
Details: stateyard show 01RUN
`);
});

test('a run that succeeded in spite of failed steps does not list them as its end', () => {
  expect(summarise(figures, { standing: 'succeeded', color: false })).not.toContain('exit code');
});

test('an interrupted run says how to take it up again', () => {
  expect(summarise({ ...figures, failed: [] }, { standing: 'interrupted', reason: 'SIGINT', color: false })).toBe(`\
■ release-check was interrupted after 1m03s: 10 of 14 steps ok, 2 failed, 2 skipped
  SIGINT
Take it up again: stateyard resume 01RUN
`);
});

test.each([
  ['canceled', '■ release-check was canceled'],
  ['quarantined', '✖ release-check was quarantined'],
] as const)('a run that is %s says so, with the reason', (standing, words) => {
  const text = summarise(
    { ...figures, elapsedMs: null, failed: [] },
    { standing, reason: { kind: 'canceled', reason: 'by hand' }, color: false },
  );
  expect(text).toBe(
    `${words}: 10 of 14 steps ok, 2 failed, 2 skipped\n  ${standing === 'canceled' ? '' : 'canceled: '}by hand\nAll of the run: stateyard show 01RUN\n`,
  );
});

test('a run that is paused says how it goes on, with the questions that can be answered meanwhile', () => {
  const ending = { standing: 'paused', reason: 'step unit failed', awaiting: ['ship'], color: false } as const;
  expect(summarise({ ...figures, failed: [] }, ending)).toBe(`\
◷ release-check is paused after 1m03s: 10 of 14 steps ok, 2 failed, 2 skipped
  step unit failed
  ship: stateyard approve 01RUN ship (or reject)
Let it go on: stateyard unpause 01RUN
All of the run: stateyard show 01RUN
`);
});

test('a run that waits for answers names each step that asks, and how to take the run up', () => {
  const ending = { standing: 'awaiting', reason: null, awaiting: ['ship', 'notify'], color: false } as const;
  expect(summarise({ ...figures, failed: [] }, ending)).toBe(`\
? release-check waits for an answer after 1m03s: 10 of 14 steps ok, 2 failed, 2 skipped
  ship: stateyard approve 01RUN ship (or reject)
  notify: stateyard approve 01RUN notify (or reject)
Then: stateyard resume 01RUN
All of the run: stateyard show 01RUN
`);
});

test('thousands of failed steps do not flood the terminal', () => {
  const failed = Array.from({ length: 5000 }, (_, index) => failedStep(`s${index}`, 1, 'exit code 1'));
  const lines = summarise({ ...figures, failed }, { standing: 'failed', color: false }).split('\n');
  expect(lines).toHaveLength(1 + 40 + 1 + 1 + 1);
  expect(lines).toContain('  and 4980 more failed steps');
});

test('names cannot bring escape codes in', () => {
  expect(summarise({ ...figures, workflowName: 'a\x1b[2Jb' }, { standing: 'failed', color: false })).not.toContain('\x1b');
});
