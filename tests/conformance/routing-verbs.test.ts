import { mkdirSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { expectDocument } from './documents.ts';
import { test, type Parsed, type Sandbox } from './sandbox.ts';

/** A tool that runs a script of the project. */
function tool(script: string, more: object = {}): object {
  return { kind: 'tool', command: 'sh', args: [script], capabilities: { task_kinds: ['lint'] }, ...more };
}

const breaker = { failure_threshold: 1, recovery_timeout_seconds: 3600 };

const config = {
  version: '1.0.0',
  apps: {
    ghost: { ...tool('none.sh'), command: 'no-such-program' },
    limited: tool('limited.sh', {
      adapter: {
        breaker,
        outcomes: [{ exit_codes: [75], means: 'try_another', because: 'its limit is reached' }],
        result: { cost_pattern: 'cost: ([0-9.]+)' },
      },
    }),
    willing: tool('willing.sh'),
  },
  routing: {
    rules: [{ id: 'linters', match: { task_kind: ['lint'] }, select_from: ['ghost', 'limited'], fallback_to: ['willing'] }],
  },
  defaults: { strategy: 'fixed' },
};

const workflow = `name: review
steps:
  lint: { task: lint, prompt: Look at it., verify: [test -e report] }
  ship: { run: echo ship, needs: lint }
`;

/** A project with a task for two tools: the first one has reached its limit, the second one does the work. */
function project(box: Sandbox): string {
  box.write('router_config.json', JSON.stringify(config));
  box.write('limited.sh', 'echo "cost: 0.25"; exit 75\n');
  box.write('willing.sh', 'touch report\n');
  return box.write('review.yaml', workflow);
}

describe.concurrent('the verbs of routing', () => {
  test('route, run, explain, tools and stats tell one story', async ({ box }) => {
    const file = project(box);
    const before = await box.json('route', file, 'lint');
    await expectDocument(box, 'route_report', before.value);
    expect(before.value).toMatchObject({ verdict: 'tool', tool_id: 'limited', candidates: [{ why: 'not_installed' }, {}, {}] });
    const { code, lines } = await box.json('run', file);
    expect(code).toBe(0);
    for (const event of lines.slice(0, -1)) await expectDocument(box, 'run_event', event);
    expect(lines.filter(({ kind }) => kind === 'route_decided').map(({ payload }) => payload.decision.tool_id)).toEqual([
      'limited',
      'willing',
    ]);
    const { value } = await box.json('explain', '@latest', 'lint');
    await expectDocument(box, 'explain_report', value);
    expect(value.step.routing.decisions.map(({ again }: Parsed) => again)).toEqual(['same', 'same']);
    expect(value.step.attempts.map(({ tool_id, check, state }: Parsed) => [tool_id, check, state])).toEqual([
      ['limited', null, 'failed'],
      ['willing', null, 'succeeded'],
      ['shell', 'verify.1', 'succeeded'],
    ]);
    expect(value.router.state).toBe('same');
    const tools = await box.json('tools');
    await expectDocument(box, 'tool_list', tools.value);
    expect(tools.value.tools.map(({ tool_id, breaker: { state }, figures }: Parsed) => [tool_id, state, figures.calls])).toEqual([
      ['ghost', 'closed', 0],
      ['limited', 'open', 1],
      ['willing', 'closed', 1],
    ]);
    const stats = await box.json('stats');
    await expectDocument(box, 'stats_report', stats.value);
    expect(stats.value).toMatchObject({ runs: { total: 1, success_rate: 1 }, open_breakers: ['limited'], cost_usd: 0.25 });
    const after = await box.json('route', file, 'lint');
    expect(after.value).toMatchObject({ verdict: 'tool', tool_id: 'willing' });
    expect(after.value.candidates[1]).toMatchObject({ tool_id: 'limited', why: 'breaker_open' });
  });

  test('the configuration of a run is its own: explain tells that the file has changed', async ({ box }) => {
    const file = project(box);
    mkdirSync(`${box.folder}/other`);
    box.write('other/routes.json', JSON.stringify({ ...config, routing: {} }));
    expect((await box.cli('run', file, '--router', 'other/routes.json', '-q')).code).toBe(0);
    box.write('other/routes.json', JSON.stringify(config));
    const { value } = await box.json('explain', '@latest', 'lint');
    expect(value).toMatchObject({ router: { state: 'changed' }, step: { routing: { rule: null } } });
    expect(value.step.routing.decisions.every(({ again }: Parsed) => again === 'same')).toBe(true);
    expect((await box.cli('explain', '@latest')).stdout).toContain('it has changed since the run began');
  });

  test('a run whose budget is used up is explained, with what lets it go on', async ({ box }) => {
    project(box);
    const file = box.write('budget.yaml', workflow.replace('steps:', 'budget: { calls: 1 }\nsteps:'));
    expect((await box.cli('run', file, '-q')).code).toBe(5);
    const { value } = await box.json('explain', '@latest', 'lint');
    await expectDocument(box, 'explain_report', value);
    expect(value).toMatchObject({
      shown_state: 'paused',
      budget: [{ tool_id: null, unit: 'calls', used: 1, allowed: 1, limit: 1 }],
      step: { state: 'held', why: ['it waits: the budget of 1 call is used up'] },
    });
    const commands = value.accepts.flatMap(({ command }: Parsed) => (command === null ? [] : [command.split(' ')[1]]));
    expect(commands.sort()).toEqual(['cancel', 'quarantine', 'unpause']);
    expect((await box.cli('unpause', '@latest')).code).toBe(0);
    expect((await box.cli('resume', '-q')).code).toBe(0);
    expect((await box.json('explain', '@latest')).value).toMatchObject({ shown_state: 'succeeded', accepts: [] });
  });

  test('plan, validate and route refuse what run refuses: exit codes 2, 3 and 4', async ({ box }) => {
    const file = project(box);
    const plan = await box.json('plan', file);
    await expectDocument(box, 'plan_report', plan.value);
    expect(plan.value.steps[0]).toMatchObject({ tool: 'ghost or limited or willing', max_attempts: 3, checks: 1 });
    expect((await box.json('run', file, '--dry-run')).value).toEqual(plan.value);
    box.write('narrow.json', JSON.stringify({ ...config, apps: { ghost: config.apps.ghost }, routing: {} }));
    const wrong = box.write('sing.yaml', 'name: sing\nsteps:\n  sing: { task: singing }\n');
    const codes = await Promise.all(
      [
        ['validate', file],
        ['validate', wrong],
        ['plan', wrong],
        ['run', wrong],
        ['route', wrong, 'sing'],
        ['route', file, 'sing'],
        ['route', file],
        ['tools', '--router', 'none.json'],
        ['route', '--task-kind', 'lint', '--router', 'narrow.json'],
      ].map(async (args) => (await box.cli(...args)).code),
    );
    expect(codes).toEqual([0, 3, 3, 3, 3, 4, 2, 4, 0]);
    const narrow = await box.cli('route', '--task-kind', 'lint', '--router', 'narrow.json');
    expect(narrow.stdout).toContain('none now: the task would fail');
  });

  test('stats and tools work where there is no store, and make none', async ({ box }) => {
    const stats = await box.json('stats');
    await expectDocument(box, 'stats_report', stats.value);
    expect([stats.code, stats.value.runs.total]).toEqual([0, 0]);
    const tools = await box.json('tools');
    expect([tools.code, tools.value.router.origin]).toEqual([0, 'shipped']);
    expect(box.read('.stateyard/index.db')).toBe('');
  });
});
