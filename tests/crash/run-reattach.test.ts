import { describe, expect } from 'vitest';
import { expectSoundHistory } from '../conformance/stored-run.ts';
import { test, until, type Sandbox, type Parsed } from '../conformance/sandbox.ts';

const needs = { held: ['before'], after: ['held'] };

/** A run whose engine was killed while `held` was running. */
async function orphaned(box: Sandbox, workflow = 'gated'): Promise<void> {
  const run = box.start(['run', box.use(workflow), '--id', box.id]);
  await box.traced('held');
  run.kill('SIGKILL');
  await run.ended;
}

function words(box: Sandbox): string[] {
  return box.trace().filter((line) => !line.includes(' '));
}

describe.concurrent('after kill -9 of the engine, resume', () => {
  test('takes the result of a tool that has ended meanwhile', async ({ box }) => {
    await orphaned(box);
    box.open();
    await box.traced('released');
    await until('the tool is gone', () => box.tools().length === 0);
    const { code, stderr } = await box.cli('resume', box.id);
    expect(code, stderr).toBe(0);
    expect(words(box)).toEqual(['before', 'held', 'released', 'after']);
    expect((await box.steps(box.id))['held'].attempts).toBe(1);
    await expectSoundHistory(box, box.id, needs);
  });

  test('waits for a tool that is still running', async ({ box }) => {
    await orphaned(box);
    const resumed = box.start(['resume', box.id, '--json']);
    await until('the run was taken up', () => resumed.stdout().includes('run_resumed'));
    expect(box.tools().length).toBeGreaterThan(0);
    box.open();
    expect((await resumed.ended).code).toBe(0);
    expect(words(box)).toEqual(['before', 'held', 'released', 'after']);
    expect((await box.steps(box.id))['held'].attempts).toBe(1);
    await expectSoundHistory(box, box.id, needs);
  });

  test('runs a step again whose tool was killed as well', async ({ box }) => {
    await orphaned(box);
    box.killTools();
    box.open();
    const { code, stderr } = await box.cli('resume', box.id);
    expect(code, stderr).toBe(0);
    expect(words(box)).toEqual(['before', 'held', 'held', 'released', 'after']);
    const { value } = await box.json('show', box.id);
    const held = value.attempts.filter((attempt: Parsed) => attempt.metadata.step_id === 'held');
    expect(held.map((attempt: Parsed) => [attempt.state, attempt.metadata.outcome.kind])).toEqual([
      ['failed', 'interrupted'],
      ['succeeded', 'succeeded'],
    ]);
    await expectSoundHistory(box, box.id, needs);
  });

  test('fails such a step with on_interrupted: fail', async ({ box }) => {
    await orphaned(box, 'gated-fail-interrupted');
    box.killTools();
    const { code, stderr } = await box.cli('resume', box.id);
    expect(code).toBe(1);
    expect(stderr).toContain('interrupted');
    const steps = await box.steps(box.id);
    expect([steps['held'].state, steps['held'].reason.kind, steps['after'].state]).toEqual(['failed', 'interrupted', 'canceled']);
    expect(words(box)).toEqual(['held']);
  });

  test('without a run takes the only interrupted one; with --all every one', async ({ box }) => {
    await orphaned(box);
    box.open();
    expect((await box.cli('resume')).code).toBe(0);
    expect((await box.cli('resume')).code).toBe(4);
    expect((await box.cli('resume', '--all')).code).toBe(0);
    const both = [box.start(['run', 'gated.yaml']), box.start(['run', 'gated.yaml'])];
    await box.traced('held', 3);
    for (const run of both) run.kill('SIGKILL');
    await Promise.all(both.map((run) => run.ended));
    const which = await box.cli('resume');
    expect(which.code).toBe(2);
    expect(which.stderr).toContain('--all');
    box.open(2);
    expect((await box.cli('resume', '--all')).code).toBe(0);
    expect((await box.json('ls')).value.runs.map((run: Parsed) => run.state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  });
});
