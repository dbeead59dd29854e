import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { expectDocument } from './documents.ts';
import { test, type Parsed, type Sandbox } from './sandbox.ts';
import { writeTools } from './tool-box.ts';

const workflow = `
name: release
params: { version: { type: string, default: '1.0' } }
steps:
  build: { run: 'touch "$FOLDER/was-run"', retry: { attempts: 3, delay: 10s, jitter: true } }
  unit: { needs: build, command: [touch, was-run], timeout: 1m, outputs: { coverage: number } }
  review: { needs: unit, if: '\${{ steps.unit.outputs.coverage < 90 }}', run: touch was-run }
  ship: { needs: [unit], approve: 'Publish \${{ params.version }}?' }
  publish: { needs: ship, run: touch was-run, on_interrupted: fail }
`;

/** All files of the project, with those of its store if there is one. */
const filesOf = (box: Sandbox): string[] => readdirSync(box.folder, { recursive: true }).map(String).toSorted();

const release = (box: Sandbox): string => box.write('release.yaml', workflow);

describe.concurrent('a simulated workflow', () => {
  test('prints its schedule in virtual time; the same seed gives the same bytes, another seed others', async ({ box }) => {
    release(box);
    const flags = ['--duration', 'build=1h', '--output', 'unit.coverage=95', '-p', 'version=2.1'];
    const [first, same, other] = await Promise.all([
      box.cli('simulate', 'release.yaml', ...flags),
      box.cli('simulate', 'release.yaml', ...flags, '--seed', '1'),
      box.cli('simulate', 'release.yaml', ...flags, '--seed', '2'),
    ]);
    expect([first.code, same.code, other.code, first.stderr]).toEqual([0, 0, 0, '']);
    expect(same.stdout).toBe(first.stdout);
    expect(other.stdout.replaceAll('seed 2', 'seed 1')).not.toBe(first.stdout);
    expect(first.stdout).toContain('\n  0:00:00.000  build started\n  1:00:00.000  build succeeded in 1h\n');
    expect(first.stdout).toMatch(/ review skipped/);
    expect(first.stdout).toContain(' ship asks: Publish 2.1?\n');
    expect(first.stdout).toMatch(/\ncritical path: build \(1h\) -> unit .* -> ship .* -> publish .*\ngood: the run succeeded\n$/);
  });

  test('starts no tool and writes no file, also where every point is crashed at', async ({ box }) => {
    release(box);
    const before = filesOf(box);
    const args = ['simulate', 'release.yaml', '--crash-everywhere', '--store', join(box.folder, 'elsewhere')];
    const { code, stdout, stderr } = await box.start(args, { env: { PATH: '' } }).ended;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/\n\d+ crashes tried: at each persisted transition, before and after its effects began\n/);
    expect(stdout).toContain('\n  1 of them changed the end as the workflow has it (on_interrupted: fail, or a budget)\n');
    expect(stdout).toMatch(/\ngood: the run succeeded, and no crash changed that\n$/);
    expect(filesOf(box)).toEqual(before);
  });

  test('ends with 1 where the run fails, and says the same as a document', async ({ box }) => {
    release(box);
    const { code, value } = await box.json('simulate', 'release.yaml', '--fail', 'unit=1', '--crash-everywhere');
    await expectDocument(box, 'simulate_report', value);
    expect([code, value.verdict, value.state, value.crashes.problems]).toEqual([1, 'run_not_succeeded', 'failed', []]);
    expect(value.totals).toMatchObject({ steps: 5, succeeded: 1, failed: 1 });
    const told = await box.cli('simulate', 'release.yaml', '--fail', '*=1', '--quiet');
    expect(told.code).toBe(1);
    expect(told.stdout).toMatch(/^failed after .*\nbad: the run did not succeed, it ended failed\n$/s);
  });

  test('asks as the flags say: a rejected question fails its step', async ({ box }) => {
    release(box);
    const { code, stdout } = await box.cli('simulate', 'release.yaml', '--approve', 'ship=no', '--duration', 'ship=5s');
    expect([code, stdout]).toEqual([1, expect.stringMatching(/ ship failed.*rejected/)]);
  });

  test('refuses what does not fit the workflow before anything is simulated', async ({ box }) => {
    release(box);
    box.write('broken.yaml', 'name: broken\nsteps: { a: { needs: b, run: x } }\n');
    const cases: [string[], number, string][] = [
      [['release.yaml', '--fail', 'biuld=1'], 2, 'simulate_wish_invalid'],
      [['release.yaml', '--fail', 'build=often'], 2, 'simulate_wish_invalid'],
      [['release.yaml', '-p', 'version'], 2, 'param_malformed'],
      [['release.yaml', '--params', 'none.yaml'], 4, 'params_not_readable'],
      [['broken.yaml'], 3, 'workflow_invalid'],
      [['missing.yaml'], 4, 'file_not_found'],
    ];
    const ended = await Promise.all(cases.map(([args]) => box.json('simulate', ...args)));
    expect(ended.map(({ code, value }) => [code, value.error.code])).toEqual(cases.map(([, exit, code]) => [exit, code]));
  });

  test('routes tasks with the configuration, whose breakers open', async ({ box }) => {
    writeTools(
      box,
      {
        a: { script: 'touch was-run', app: { adapter: { breaker: { failure_threshold: 1, recovery_timeout_seconds: 3600 } } } },
        b: { script: 'touch was-run' },
      },
      { routing: { rules: [{ id: 'first', match: {}, select_from: ['a'], fallback_to: ['b'] }] } },
    );
    box.write(
      'tasks.yaml',
      'name: tasks\non_failure: continue\nsteps:\n  one: { task: work }\n  two: { task: work, needs: one, if: "${{ always() }}" }\n',
    );
    const { code, value } = await box.json('simulate', 'tasks.yaml', '--fail', 'one=1', '--crash-everywhere');
    expect([code, value.state, value.crashes.problems]).toEqual([1, 'failed', []]);
    const words = value.schedule.map(({ step_id: step, text }: Parsed) => `${step ?? 'run'} ${text}`);
    expect(words.join('\n')).toMatch(
      /one tool a: [^]*breaker of a: closed -> open[^]*one attempt 2: tool b: [^]*two tool b: .*breaker open/,
    );
    expect(filesOf(box)).not.toContain('was-run');
  });

  test('takes documents of work as `run` does', async ({ box }) => {
    mkdirSync(join(box.folder, 'work'));
    writeTools(box, { a: { script: 'exit 0' } });
    const tasks = [
      { task_id: 'draw', name: 'Draw it', kind: 'work' },
      { task_id: 'code', name: 'Code it', kind: 'work', depends_on: ['draw'] },
    ];
    const spec = { workstream_id: 'ws-1', project_id: 'shop', phase_id: 'build', name: 'Basket', objective: 'Build it.', tasks };
    box.write('work/ws.json', JSON.stringify(spec));
    const phase = {
      phase_id: 'build',
      name: 'Build',
      category: 'work',
      resource_scope: { type: 'files', read: ['**'], write: ['src/**'], create: ['src/**'], forbidden: ['secret/**'] },
      constraints: { tests: { tests_must_run: true, tests_must_pass: true, test_command: 'touch was-run' } },
      allowed_tools: ['a'],
      acceptance: { mode: 'all', checks: [{ id: 'whole', type: 'command', command: 'touch was-run' }] },
    };
    box.write('phase.json', JSON.stringify(phase));
    const { code, value } = await box.json('simulate', 'work/ws.json', '--phase', 'phase.json', '--router', 'router_config.json');
    expect([code, value.error ?? value.critical_path.map(({ step_id: step }: Parsed) => step)]).toEqual([0, ['draw', 'code']]);
  });
});
