import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ErrorReport } from '../../../schemas/cli/error-report.ts';
import type { PlanReport } from '../../../schemas/cli/plan-report.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { fakeIo } from './fake-io.ts';
import { expectDocument } from './json-shape.ts';
import { sampleStore } from './sample-store.ts';
import type { SampleStore } from './sample-store.ts';

const workflow = `name: odd
timeout: 1m
params: { fast: { type: boolean, default: true } }
steps:
  build: { run: make, timeout: 10s }
  quick: { run: q, if: params.fast }
  slow: { run: s, if: '!params.fast' }
  both: { run: b, needs: [quick, slow] }
  alarm: { run: r, needs: build, if: failure() }
`;

let sample: SampleStore;

beforeEach(async () => {
  sample = await sampleStore();
  await writeFile(join(sample.top, 'odd.yaml'), workflow);
});

afterEach(() => sample.remove());

async function call(...argv: string[]) {
  const io = fakeIo({ cwd: sample.top, env: { STATEYARD_STORE: sample.layout.root } });
  return { code: await runProgram(argv, io), out: io.out(), err: io.err() };
}

describe('plan', () => {
  it('says what never runs, by what the run ends, and what a failure means', async () => {
    const { code, out } = await call('plan', 'odd.yaml');
    expect([code, out.split('\n').slice(-6)]).toEqual([
      0,
      [
        'at most 5 attempts; no bound on the time',
        'a run ends if alarm ends by itself: it has no timeout',
        'both can never run: quick and slow cannot all succeed in one run',
        'a failure stops the run: what has not started is canceled, what runs is stopped',
        'if build fails: alarm runs',
        '',
      ],
    ]);
    const report = JSON.parse((await call('plan', 'odd.yaml', '--json')).out) as PlanReport;
    await expectDocument('plan_report', report);
    expect(report.verdict).toMatchObject({ always_ends: false, ends_if: [{ kind: 'step_ends', steps: ['alarm'] }] });
    expect(report.worst_case_ms).toBeNull();
  });

  it('counts the time to stop, and the steps that clean up, after the timeout of the workflow', async () => {
    await writeFile(join(sample.top, 'odd.yaml'), workflow.replace('if: failure()', 'if: failure(), timeout: 20s'));
    const { out } = await call('plan', 'odd.yaml');
    expect(out).toContain('ends after 1m30s at the latest (timeout of 1m, and what stops then)\nevery run ends\n');
  });

  it('draws the steps', async () => {
    const mermaid = await call('plan', 'odd.yaml', '--format', 'mermaid');
    expect([mermaid.code, mermaid.out]).toEqual([0, expect.stringContaining('both["both<br/>shell<br/>can never run"]')]);
    expect((await call('plan', 'odd.yaml', '--format', 'svg')).out).toMatch(/^<svg .*<title id="title">Workflow odd<\/title>/s);
  });

  it.each([
    [['--format', 'png'], 2],
    [['--format', 'svg', '--json'], 2],
  ])('with %j ends %i', async (more, code) => {
    expect((await call('plan', 'odd.yaml', ...more)).code).toBe(code);
  });
});

describe('show RUN --format svg', () => {
  it('lights the state where the run stands and counts what was taken', async () => {
    const runId = await sample.failedRun(1);
    const { code, out } = await call('show', runId, '--format', 'svg');
    expect(code).toBe(0);
    const lit = [...out.matchAll(/class="[^"]*\blit\b[^"]*" data-state="([^"]*)"/g)].map(([, state]) => state);
    expect(lit).toEqual(['run.failed']);
    expect((await call('show', runId, '--format', 'mermaid')).out).toMatch(/^flowchart LR\n {2}build\["✓ build<br\/>/);
    expect((await call('show', runId, '--format', 'mermaid', '--of', 'chart')).code).toBe(2);
  });
});

describe('a command that a run refuses', () => {
  it('says what is taken instead, for people and as data', async () => {
    const runId = await sample.failedRun(1);
    const { code, err } = await call('pause', runId);
    expect(code).toBe(7);
    expect(err).toContain(`failed takes:\n    QUARANTINE: stateyard quarantine ${runId} --reason TEXT\n`);
    const { error } = JSON.parse((await call('pause', runId, '--json')).out) as ErrorReport;
    await expectDocument('error_report', { error });
    expect(error).toMatchObject({
      code: 'run_ended',
      refusal: { command: 'pause', event: 'PAUSE', state: 'failed', because: 'no_transition', guards: [] },
    });
    expect(error.refusal?.accepts.map(({ event }) => event)).toEqual(['QUARANTINE']);
  });
});
