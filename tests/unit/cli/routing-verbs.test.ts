import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RouteReport } from '../../../schemas/cli/route-report.ts';
import type { StatsReport } from '../../../schemas/cli/stats-report.ts';
import type { ToolList } from '../../../schemas/cli/tool-list.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { systemClock } from '../../../src/engine/system-ports.ts';
import { createRoutePort } from '../../../src/routing/route-port.ts';
import { loadRouterConfig } from '../../../src/routing/router-file.ts';
import { inFolder, slotFolder } from '../../../src/routing/tools-folder.ts';
import { storeLayout } from '../../../src/store/layout.ts';
import { acquireOwnerLock } from '../../../src/store/owner-lock.ts';
import { fakeIo } from './fake-io.ts';
import { expectDocument } from './json-shape.ts';

const config = JSON.stringify({
  version: '1.0.0',
  apps: {
    busy: {
      kind: 'tool',
      command: 'true',
      capabilities: { task_kinds: ['lint'] },
      limits: { max_parallel: 1, timeout_seconds: 60 },
    },
    broken: {
      kind: 'tool',
      command: './broken',
      capabilities: { task_kinds: ['lint', 'test'] },
      adapter: { breaker: { failure_threshold: 2, recovery_timeout_seconds: 3600 } },
    },
    absent: { kind: 'tool', command: 'no-such-program', capabilities: { task_kinds: ['lint', 'build'] } },
    python: { kind: 'tool', command: 'true', capabilities: { task_kinds: ['lint'], domains: ['python'] } },
    proof: { kind: 'validator', command: 'true', capabilities: {} },
  },
  routing: {
    rules: [
      {
        id: 'lint',
        description: 'Linters',
        match: { task_kind: ['lint'] },
        select_from: ['absent', 'python', 'busy'],
        fallback_to: ['broken'],
        validate_with: ['proof'],
        required: true,
      },
    ],
  },
  defaults: { max_attempts: 2, timeout_seconds: 30, strategy: 'fixed' },
});

const workflow = `name: checks
steps:
  prep: { run: echo prep, timeout: 1s }
  lint: { task: lint, domain: javascript, risk_tier: low, needs: prep, verify: [[test, -e, "\${{ run.id }}"]], timeout: 10s }
  test: { task: test, needs: lint, retry: 1 }
`;

let top: string;

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'routing-verbs-'));
  await mkdir(join(top, '.git'));
  await writeFile(join(top, 'router_config.json'), config);
  await writeFile(join(top, 'broken'), '#!/bin/sh\n', { mode: 0o755 });
  await writeFile(join(top, 'checks.yaml'), workflow);
  await writeFile(join(top, 'never.yaml'), 'name: never\nsteps:\n  sing: { task: singing }\n');
  const phase = {
    phase_id: 'careful',
    name: 'Careful',
    category: 'any',
    resource_scope: { type: 'files', read: ['**'] },
    constraints: {},
    disallowed_tools: ['busy'],
    acceptance: { mode: 'all', checks: [] },
  };
  await writeFile(join(top, 'phase.json'), JSON.stringify(phase));
});

afterAll(() => rm(top, { recursive: true, force: true }));

async function call(store: string, ...argv: string[]) {
  const io = fakeIo({ cwd: top, env: { STATEYARD_STORE: join(top, store, '.stateyard') } });
  return { code: await runProgram(argv, io), out: io.out(), err: io.err() };
}

async function json<Report>(store: string, ...argv: string[]): Promise<Report> {
  const { code, out } = await call(store, ...argv, '--json');
  expect([code, out.slice(0, 200)]).toEqual([0, expect.any(String)]);
  return JSON.parse(out) as Report;
}

/** Calls that have ended: `broken` twice badly, so that its breaker opens; `busy` well, then stopped. */
async function calls(store: string): Promise<void> {
  const layout = storeLayout(join(top, store, '.stateyard'));
  const port = createRoutePort({
    layout,
    config: loadRouterConfig({ path: 'router_config.json', text: config }),
    configFolder: top,
    phaseTools: null,
    clock: systemClock,
  });
  const end = (number: number, toolId: string, verdict: 'succeeded' | 'failed' | 'none') =>
    port.settle({
      attemptId: `01KX000000000000000000000${number}`,
      runId: '01KX0000000000000000000009',
      stepId: `step${number}`,
      toolId,
      endedAtMs: Date.now(),
      durationMs: 1000 * number,
      verdict,
      costUsd: number === 3 ? 0.25 : null,
    });
  await end(1, 'broken', 'failed');
  await end(2, 'broken', 'failed');
  await end(3, 'busy', 'succeeded');
  await end(4, 'busy', 'none');
  await port.close();
}

/** Takes the first slot of a tool, as a call of another process would have it. */
async function takeSlot(store: string, toolId: string) {
  const layout = storeLayout(join(top, store, '.stateyard'));
  return inFolder(layout, slotFolder(layout, toolId, 1), acquireOwnerLock);
}

describe('route', () => {
  it('says which tool would be picked, who was cut and why, and how the result is checked', async () => {
    const report = await json<RouteReport>('route', 'route', 'checks.yaml', 'lint', '--router', 'router_config.json');
    await expectDocument('route_report', report);
    expect(report).toMatchObject({
      workflow: 'checks',
      step_id: 'lint',
      router: { path: 'router_config.json', origin: 'option' },
      phase: null,
      request: { task_kind: 'lint', classification: { domain: 'javascript', risk_tier: 'low', complexity: 'moderate' } },
      rule: { id: 'lint', description: 'Linters' },
      verdict: 'tool',
      tool_id: 'busy',
      candidates: [
        { tool_id: 'absent', picked: false, why: 'not_installed' },
        { tool_id: 'python', picked: false, why: 'no_capability', detail: 'it works on python, not on javascript' },
        { tool_id: 'busy', picked: true, why: null, timeout_seconds: 10 },
        { tool_id: 'broken', picked: false, why: null },
      ],
      validators: ['proof'],
      validators_required: true,
      checks: [
        { id: 'verify.1', required: true, what: 'test -e ${{ run.id }}' },
        { id: 'validate_with.proof', required: true, what: 'the tool proof' },
      ],
      max_attempts: 2,
    });
    const { out } = await call('route', 'route', 'checks.yaml', 'lint');
    expect(out).toMatch(/absent +10s +cut +the program "no-such-program" was not found on PATH\n/);
    expect(out).toMatch(/tool +busy\n/);
  });

  it('waits for a tool that is busy, and holds nothing itself', async () => {
    const slot = await takeSlot('waits', 'busy');
    const report = await json<RouteReport>('waits', 'route', 'checks.yaml', 'lint');
    expect(report).toMatchObject({ verdict: 'waits', tool_id: null });
    expect(report.candidates[2]).toMatchObject({ why: 'at_max_parallel', detail: 'its slot is taken' });
    expect((await call('waits', 'route', 'checks.yaml', 'lint')).out).toContain('none yet: the task would wait');
    await slot?.release();
    expect(await json('waits', 'route', 'checks.yaml', 'lint')).toMatchObject({ verdict: 'tool' });
  });

  it('says with exit code 0 that no tool can be used now, where a breaker is open', async () => {
    await calls('open');
    const report = await json<RouteReport>('open', 'route', 'checks.yaml', 'test');
    expect(report).toMatchObject({ verdict: 'none', tool_id: null, rule: null, max_attempts: 1 });
    expect(report.candidates).toEqual([
      {
        tool_id: 'broken',
        picked: false,
        why: 'breaker_open',
        detail: expect.stringMatching(/^its breaker is open until 20/),
        timeout_seconds: 30,
      },
    ]);
    expect((await call('open', 'route', 'checks.yaml', 'test')).out).toContain('none now: the task would fail');
  });

  it('routes work that flags describe, in a phase', async () => {
    const flags = ['--task-kind', 'lint', '--domain', 'python', '--complexity', 'simple', '--phase', 'phase.json'];
    const report = await json<RouteReport>('flags', 'route', ...flags, '--router', 'router_config.json');
    expect(report).toMatchObject({
      workflow: null,
      step_id: null,
      phase: 'careful',
      request: { phase_id: 'careful', classification: { complexity: 'simple' } },
      tool_id: 'python',
    });
    expect(report.candidates[2]).toMatchObject({ tool_id: 'busy', why: 'disallowed_by_phase' });
  });

  it.each([
    [['never.yaml', 'sing'], 3, 'no tool is left for singing'],
    [['--task-kind', 'singing'], 3, 'no tool is left for singing: no rule matches'],
    [['checks.yaml', 'lnit'], 4, 'did you mean lint?'],
    [['checks.yaml', 'prep'], 4, 'step prep is no task'],
    [['none.yaml', 'lint'], 4, 'none.yaml does not exist'],
    [['checks.yaml', 'lint', '--phase', 'none.json'], 4, 'the phase file'],
    [['--task-kind', 'lint', '--phase', 'none.json'], 4, 'the phase file'],
    [['checks.yaml', 'lint', '--router', 'none.json'], 4, 'none.json'],
    [['checks.yaml'], 2, 'its tasks: lint, test'],
    [['checks.yaml', 'lint', '--domain', 'x'], 2, 'without FILE'],
    [['--domain', 'x'], 2, '--task-kind KIND'],
    [['--task-kind', '${{ params.x }}'], 2, 'the flags describe no task'],
  ])('%j ends %i', async (argv, code, words) => {
    const options = argv.includes('--router') || argv.includes('checks.yaml') ? [] : ['--router', 'router_config.json'];
    const ended = await call('none', 'route', ...argv, ...options);
    expect([ended.code, ended.out]).toEqual([code, '']);
    expect(ended.err).toContain(words);
  });
});

describe('tools', () => {
  it('lists every tool with its program, limits, breaker and figures', async () => {
    await calls('tools');
    const slot = await takeSlot('tools', 'busy');
    const list = await json<ToolList>('tools', 'tools', '--router', 'router_config.json');
    await slot?.release();
    await expectDocument('tool_list', list);
    expect(list.tools.map((tool) => tool.tool_id)).toEqual(['busy', 'broken', 'absent', 'python', 'proof']);
    const [busy, broken, absent] = list.tools;
    expect(busy).toMatchObject({
      program: expect.stringMatching(/\/true$/),
      max_parallel: 1,
      busy: 1,
      timeout_seconds: 60,
      breaker: { state: 'closed', failure_threshold: 5, recovery_timeout_ms: 60_000 },
      figures: {
        calls: 2,
        succeeded: 1,
        failed: 0,
        success_rate: 1,
        recent_calls: 1,
        mean_ms: 3000,
        p95_ms: 3000,
        cost_usd: 0.25,
      },
    });
    expect(broken).toMatchObject({
      program: join(top, 'broken'),
      breaker: { state: 'open', failures: 2, reopens_at: expect.any(String), failure_threshold: 2 },
      figures: { calls: 2, succeeded: 0, failed: 2, success_rate: 0 },
    });
    expect(absent).toMatchObject({
      program: null,
      problem: expect.stringContaining('no-such-program'),
      figures: { success_rate: null },
    });
    const { out } = await call('tools', 'tools', '--router', 'router_config.json');
    expect(out).toContain('5 tools, 4 of them installed');
    expect(out).toMatch(/broken .* open for (1h|59m)/);
  });

  it('uses the configuration that ships where there is no other', async () => {
    const { router, tools } = await json<ToolList>('elsewhere', 'tools');
    expect(router.origin).toBe('shipped');
    expect(tools.length).toBeGreaterThan(5);
  });

  it('refuses a configuration that is invalid, with its place', async () => {
    await writeFile(join(top, 'bad.json'), '{"version": "1.0.0",\n "apps": {}, "routing": {}}');
    const { code, err } = await call('tools', 'tools', '--router', 'bad.json');
    expect([code, err]).toEqual([3, expect.stringContaining('bad.json:2:')]);
  });
});

describe('stats', () => {
  it('has zeros for an empty store', async () => {
    const report = await json<StatsReport>('nothing', 'stats');
    await expectDocument('stats_report', report);
    expect(report).toMatchObject({ runs: { total: 0, ended: 0, success_rate: null }, workflows: [], tools: [], cost_usd: 0 });
    expect((await call('nothing', 'stats')).out).toMatch(/runs +0\n/);
  });

  it('tells figures of tools, open breakers and cost', async () => {
    await calls('stats');
    const report = await json<StatsReport>('stats', 'stats');
    await expectDocument('stats_report', report);
    expect(report.tools.map((tool) => [tool.tool_id, tool.figures.calls])).toEqual([
      ['broken', 2],
      ['busy', 2],
    ]);
    expect([report.open_breakers, report.cost_usd]).toEqual([['broken'], 0.25]);
    expect((await call('stats', 'stats')).out).toMatch(/breakers +not closed: broken\ncost +0\.25 US dollars\n/);
  });
});

describe('plan and validate of a workflow with tasks', () => {
  it('plans with all candidates, their attempts and checks', async () => {
    const report = await json<object>('plan', 'plan', 'checks.yaml');
    await expectDocument('plan_report', report);
    expect(report).toMatchObject({
      router: join(top, 'router_config.json'),
      max_attempts: 8,
      steps: [
        { step_id: 'prep', tool: 'shell', candidates: ['shell'], checks: 0 },
        // Three candidates, two attempts of 10 s with each, two checks after each, 5 s to stop for all of these, and a second before each second attempt.
        {
          step_id: 'lint',
          tool: 'absent or busy or broken',
          max_attempts: 6,
          checks: 2,
          attempt_timeout_ms: 10_000,
          worst_case_ms: 273_000,
        },
        { step_id: 'test', tool: 'broken', max_attempts: 1, attempt_timeout_ms: 30_000, worst_case_ms: 35_000 },
      ],
    });
    expect((await call('plan', 'plan', 'checks.yaml')).out).toMatch(/tools of tasks by .*router_config\.json\n/);
  });

  it('checks what tasks ask for against configuration and phase', async () => {
    expect((await call('validate', 'validate', 'checks.yaml')).code).toBe(0);
    const never = await call('validate', 'validate', 'never.yaml', 'checks.yaml');
    expect([never.code, never.out]).toEqual([3, 'ok checks.yaml: checks, 3 steps\n']);
    expect(never.err).toMatch(/no tool is left for singing[\s\S]*never\.yaml:3:/);
    expect((await call('validate', 'validate', 'checks.yaml', '--phase', 'none.json')).code).toBe(4);
    const report = await call('validate', 'validate', 'never.yaml', '--json');
    await expectDocument('validate_report', JSON.parse(report.out));
    expect((await call('plan', 'plan', 'never.yaml')).code).toBe(3);
  });
});
