import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import type { ExplainReport } from '../../../schemas/cli/explain-report.ts';
import { fakeIo } from './fake-io.ts';
import { expectDocument } from './json-shape.ts';
import { routedConfig, routedRun } from './routed-run.ts';
import { sampleStore } from './sample-store.ts';
import type { SampleStore } from './sample-store.ts';

let sample: SampleStore;

beforeEach(async () => {
  sample = await sampleStore();
});

afterEach(() => sample.remove());

async function call(...argv: string[]) {
  const io = fakeIo({ cwd: sample.top, env: { STATEYARD_STORE: sample.layout.root } });
  return { code: await runProgram(['explain', ...argv], io), out: io.out(), err: io.err() };
}

async function explained(...argv: string[]): Promise<ExplainReport> {
  const { code, out } = await call(...argv, '--json');
  expect(code).toBe(0);
  return JSON.parse(out) as ExplainReport;
}

describe('explain RUN', () => {
  it('says why a run failed, what its chart still takes, and where to look', async () => {
    const runId = await routedRun(sample.layout, sample.top);
    const report = await explained('@latest');
    await expectDocument('explain_report', report);
    expect(report).toMatchObject({ shown_state: 'failed', chart_state: 'failed', accepts_problem: null, step: null });
    expect(report.why).toEqual(['it failed: 1 step failed', 'of 5 steps 2 succeeded, 1 failed, 2 skipped']);
    expect(report.accepts.map(({ event }) => event)).toEqual(['QUARANTINE']);
    expect(report.steps).toEqual([
      { step_id: 'lint', state: 'failed', why: 'check verify.1 failed: it ended with exit code 1' },
      { step_id: 'ship', state: 'skipped', why: 'needs lint, which failed' },
      { step_id: 'tell', state: 'skipped', why: 'needs ship, which was skipped' },
    ]);
    expect(report.next.map(({ command }) => command)).toContain(`stateyard explain ${runId} lint`);
    const { out } = await call(runId);
    expect(out).toContain(`stateyard quarantine ${runId} --reason TEXT`);
    expect(out).toContain('it has not changed since the run began');
  });

  it('says that a run without a process is interrupted, and does not guess what it takes where its snapshot is damaged', async () => {
    const { store } = await sample.openRun(1);
    const report = await explained('@latest');
    expect(report.shown_state).toBe('interrupted');
    expect(report.why).toContain('as recorded, build is running');
    expect(report.next.map(({ command }) => command.split(' ')[1])).toEqual(['resume', 'cancel', 'explain']);
    expect([report.accepts, report.accepts_problem]).toEqual([[], expect.stringContaining('damaged')]);
    expect((await call('@latest')).out).toContain('It cannot be said what it takes now');
    await store.close();
  });

  it('says that nothing is taken any more by a run that has ended for good', async () => {
    const { runId, store } = await sample.openRun(1);
    store.transact([
      ["update runs set state = 'succeeded', ended_at = '2026-01-02T03:04:09.000Z' where run_id = ?", runId],
      ["delete from snapshots where actor_id = 'run'"],
    ]);
    await store.close();
    expect((await explained(runId)).accepts).toEqual([]);
    expect((await call(runId)).out).toContain('It has ended for good');
  });

  it.each([
    ['changed', async (file: string) => await writeFile(file, `${routedConfig}\n`)],
    ['missing', async (file: string) => await rm(file)],
    [
      'unreadable',
      async (file: string) => {
        await rm(file);
        await mkdir(file);
      },
    ],
  ])('says that the router configuration is %s', async (state, change) => {
    await routedRun(sample.layout, sample.top);
    await change(join(sample.top, 'router_config.json'));
    const report = await explained('@latest');
    expect(report.router).toMatchObject({ path: join(sample.top, 'router_config.json'), state });
  });

  it('does not know a run that is not there', async () => {
    expect((await call('01ZZ')).code).toBe(4);
  });
});

describe('explain RUN STEP', () => {
  it('tells every decision about a task, computed again, and what came of its attempts and checks', async () => {
    await routedRun(sample.layout, sample.top);
    const report = await explained('@latest', 'lint');
    await expectDocument('explain_report', report);
    const { step } = report;
    expect(step).toMatchObject({
      action: 'task',
      state: 'failed',
      why: ['it failed: check verify.1 failed: it ended with exit code 1 (2 attempts)'],
      needs: [{ step_id: 'prep', state: 'succeeded', met: true }],
      checks: [{ id: 'verify.1', required: true, what: 'test -e report' }],
      by_tool: [
        { tool_id: 'first', attempts: 1, succeeded: 0, failed: 1, cost_usd: 0.02 },
        { tool_id: 'second', attempts: 1, succeeded: 1, failed: 0, cost_usd: 0.5 },
      ],
      cost_usd: 0.52,
      routing: {
        rule: 'linters',
        candidates: ['first', 'second'],
        request: { task_kind: 'lint', project_id: 'project' },
        problem: null,
        decisions: [
          { attempt: 1, again: 'same', words: 'tool first: rule linters, fixed: first of 2' },
          { attempt: 2, again: 'same', words: 'tool second: rule linters, fixed: second of 2; cut: first (attempts used up)' },
        ],
      },
    });
    expect(step?.routing?.prompts.map((prompt) => prompt.target_tool)).toEqual(['first', 'second']);
    expect(step?.attempts.map(({ tool_id, check, words }) => [tool_id, check, words])).toEqual([
      ['first', null, 'its limit is reached, exit code 75'],
      ['second', null, 'succeeded'],
      ['shell', 'verify.1', 'check verify.1 failed: it ended with exit code 1'],
    ]);
    const { out } = await call('@latest', 'lint');
    for (const words of [
      'computed again: the same',
      'cut: first: its attempts are used up',
      'Prompt for second:',
      'cost: 0.52 US dollars',
    ])
      expect(out).toContain(words);
  });

  it('says which decision does not come out the same', async () => {
    await routedRun(sample.layout, sample.top, { tampered: true });
    const { step } = await explained('@latest', 'lint');
    expect(step?.routing?.decisions.map(({ again }) => again)).toEqual(['same', 'different']);
    expect(step?.routing?.decisions[1]?.difference).toContain('tool_id was "first" and would now be "second"');
    expect((await call('@latest', 'lint')).out).toContain('it comes out otherwise');
  });

  it('says that decisions cannot be computed again where the stored configuration cannot be read', async () => {
    await routedRun(sample.layout, sample.top, { storedConfig: '{"version": "2.0.0", "tools": []}' });
    const { step } = await explained('@latest', 'lint');
    expect(step?.routing).toMatchObject({ rule: null, candidates: [], problem: expect.stringContaining('router_config.json') });
    expect(step?.routing?.decisions.map(({ again }) => again)).toEqual(['unknown', 'unknown']);
    expect((await call('@latest', 'lint')).out).toContain('cannot be read any more');
  });

  it('follows a skipped step back to what stopped it', async () => {
    await routedRun(sample.layout, sample.top);
    const { step } = await explained('@latest', 'tell');
    expect(step?.why).toEqual([
      'it was skipped: needs ship, which was skipped',
      'lint failed: check verify.1 failed: it ended with exit code 1 (2 attempts)',
    ]);
    expect(step?.needs).toEqual([{ step_id: 'ship', kind: 'needs', state: 'skipped', met: false }]);
    expect(step?.routing).toBeNull();
  });

  it('says that a condition takes the place of the needs', async () => {
    await routedRun(sample.layout, sample.top);
    const { step } = await explained('@latest', 'tidy');
    expect(step).toMatchObject({
      condition: { source: 'always()', replaces_needs: true },
      needs: [{ step_id: 'lint', state: 'failed', met: true }],
      why: ['it succeeded with shell'],
    });
  });

  it('says what a step that has not started waits for', async () => {
    const { store } = await sample.openRun(1);
    const unit = (await explained('@latest', 'unit')).step;
    expect(unit?.why).toEqual(['it waits for build, which is running']);
    expect(unit?.needs).toEqual([{ step_id: 'build', kind: 'needs', state: 'attempting.executing', met: null }]);
    const build = (await explained('@latest', 'build')).step;
    expect(build?.why).toEqual(['it is running: attempt 1, shell', 'no live process has the run: this is where the step stood']);
    await store.close();
  });

  it.each([
    ['held', 'it waits: the budget of 1 call is used up'],
    ['routing', 'it asks for a tool'],
    ['backoff', 'attempt 1 failed: exit code 3'],
    ['attempting.verifying', 'it has ended; its result is being checked: attempt 1, shell'],
    ['canceling', 'it is being canceled'],
  ])('says why a step is in %s', async (state, words) => {
    const { store } = await sample.openRun(1, 'paused');
    const reason = JSON.stringify({ kind: 'exitNonZero', exitCode: 3 });
    store.transact([
      ["update runs set state_reason = 'the budget of 1 call is used up'"],
      ['update steps set state = ?, reason = ?', state, state === 'backoff' ? reason : null],
    ]);
    await store.durable();
    expect((await explained('@latest', 'build')).step?.why[0]).toBe(words);
    await store.close();
  });

  it('says when the next attempt of a step in backoff starts', async () => {
    const { store, append } = await sample.openRun(1);
    append('step_state_changed', {
      step_id: 'build',
      from: 'attempting.executing',
      to: 'backoff',
      wake_at: '2026-01-02T03:05:00.000Z',
    });
    store.transact([["update steps set state = 'backoff'"]]);
    await store.durable();
    expect((await explained('@latest', 'build')).step?.why[1]).toBe('the next attempt starts at 2026-01-02 03:05:00Z');
    await store.close();
  });

  it('does not know a step that the run does not have', async () => {
    await routedRun(sample.layout, sample.top);
    const { code, err } = await call('@latest', 'lnit');
    expect([code, err]).toEqual([4, expect.stringContaining('did you mean lint?')]);
  });
});
