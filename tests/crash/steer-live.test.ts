import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { describe, expect } from 'vitest';
import { expectDocument } from '../conformance/documents.ts';
import { test, until, type Running, type Sandbox, type Parsed } from '../conformance/sandbox.ts';

async function held(box: Sandbox, workflow = 'gated'): Promise<Running> {
  const run = box.start(['run', box.use(workflow), '--id', box.id]);
  await box.traced('held');
  return run;
}

async function orphaned(box: Sandbox, workflow = 'gated'): Promise<void> {
  const run = await held(box, workflow);
  run.kill('SIGKILL');
  await run.ended;
}

describe.concurrent('a run of another process', () => {
  test('is canceled: its tools are stopped, it ends with 8 and tells the reason', async ({ box }) => {
    const run = await held(box);
    const { code, value } = await box.json('cancel', box.id, '--reason', 'wrong branch');
    expect(code).toBe(0);
    await expectDocument(box, 'command_answer', value);
    expect(value).toMatchObject({
      run_id: box.id,
      command: 'cancel',
      accepted: true,
      from: 'running.active',
      to: 'running.canceling',
    });
    const ended = await run.ended;
    expect(ended.code).toBe(8);
    expect(ended.stderr).toContain('wrong branch');
    expect(box.tools()).toEqual([]);
    const steps = await box.steps(box.id);
    expect([steps['before'].state, steps['held'].state, steps['after'].state]).toEqual(['succeeded', 'canceled', 'canceled']);
    expect((await box.cli('watch', box.id)).code).toBe(8);
    expect((await box.cli('cancel', box.id)).code).toBe(7);
  });

  test('runs its cleanup when it is canceled; canceled once more it leaves that too', async ({ box }) => {
    const run = await held(box, 'cleanup');
    expect((await box.cli('cancel', box.id)).code).toBe(0);
    expect((await run.ended).code).toBe(8);
    expect(box.trace()).toEqual(['held', 'on-cancel', 'always after succeeded']);
    const again = box.start(['run', 'cleanup.yaml'], { env: { HOLD_CLEANUP: '1' } });
    await box.traced('held', 2);
    expect((await box.cli('cancel', '@latest')).code).toBe(0);
    await box.traced('on-cancel', 2);
    expect((await box.cli('cancel', '@latest')).code).toBe(0);
    expect((await again.ended).code).toBe(8);
    const steps = await box.steps();
    expect([steps['on-cancel'].state, steps['always'].state]).toEqual(['canceled', 'canceled']);
    expect(box.trace().slice(3)).toEqual(['held', 'on-cancel']);
    expect(box.tools()).toEqual([]);
  });

  test('is paused, shown as such, unpaused, and goes on', async ({ box }) => {
    const run = await held(box);
    expect((await box.json('pause', box.id)).value).toMatchObject({ accepted: true, to: 'running.pausing' });
    const again = await box.json('pause', box.id);
    expect([again.code, again.value.error.code]).toEqual([7, 'transition_refused']);
    expect((await box.json('unpause', box.id)).value).toMatchObject({ accepted: true, to: 'running.active' });
    expect((await box.cli('unpause', box.id)).code).toBe(7);
    expect((await box.cli('pause', box.id)).code).toBe(0);
    box.open();
    expect((await run.ended).code).toBe(5);
    expect(box.trace().at(-1)).toBe('released');
    expect((await box.json('ls', '--state', 'paused')).value.runs).toMatchObject([{ run_id: box.id }]);
    expect((await box.cli('watch', box.id)).code).toBe(5);
    expect((await box.cli('unpause', box.id)).code).toBe(0);
    expect((await box.cli('resume', box.id)).code).toBe(0);
    expect(box.trace().at(-1)).toBe('after');
  });

  test('is quarantined: its tools are stopped, it ends with 6 and cannot be taken up again', async ({ box }) => {
    const run = await held(box);
    expect((await box.cli('quarantine', box.id, '--reason', 'suspicious')).code).toBe(0);
    const { code, stderr } = await run.ended;
    expect(code).toBe(6);
    expect(stderr).toContain('suspicious');
    expect(box.tools()).toEqual([]);
    expect((await box.cli('resume', box.id)).code).toBe(7);
  });
});

describe.concurrent('a run that no process is running', () => {
  test('is canceled by the command itself, its orphaned tools are stopped', async ({ box }) => {
    await orphaned(box);
    expect(box.tools().length).toBeGreaterThan(0);
    const { code, stdout } = await box.cli('cancel', box.id);
    expect(code).toBe(0);
    expect(stdout).toContain('-> canceled');
    expect(box.tools()).toEqual([]);
    expect((await box.json('ls')).value.runs).toMatchObject([{ state: 'canceled', exit_code: 8 }]);
    expect((await box.cli('resume', box.id)).code).toBe(7);
  });

  test('is paused by the command itself; resume waits for its tool and then ends with 5', async ({ box }) => {
    await orphaned(box);
    expect((await box.cli('pause', box.id)).code).toBe(0);
    box.open();
    expect((await box.cli('resume', box.id)).code).toBe(5);
    expect(box.trace().at(-1)).toBe('released');
    expect((await box.cli('cancel', box.id)).code).toBe(0);
    expect((await box.steps(box.id))['after'].state).toBe('canceled');
  });

  test('is quarantined by the command itself', async ({ box }) => {
    await orphaned(box);
    expect((await box.cli('quarantine', box.id, '--reason', 'lost')).code).toBe(0);
    expect(box.tools()).toEqual([]);
    expect((await box.json('show', box.id)).value.run).toMatchObject({
      state: 'quarantined',
      state_reason: 'lost',
      exit_code: 6,
    });
  });
});

describe.concurrent('a command whose owner dies before it answers', () => {
  test('is carried out by the process that gave it', async ({ box }) => {
    const run = await held(box);
    run.kill('SIGSTOP');
    const cancel = box.start(['cancel', box.id, '--reason', 'over']);
    await until('the command is in the inbox', () => signalsOf(box).length === 1);
    run.kill('SIGKILL');
    const { code, stderr } = await cancel.ended;
    expect(code, stderr).toBe(0);
    expect((await box.json('show', box.id)).value.run).toMatchObject({ state: 'canceled', state_reason: 'over' });
    expect(box.tools()).toEqual([]);
    expect(signalsOf(box)).toEqual([]);
  });

  test('waits in the inbox when that process dies as well, and is applied once by resume', async ({ box }) => {
    const run = await held(box);
    run.kill('SIGSTOP');
    const pause = box.start(['pause', box.id]);
    await until('the command is in the inbox', () => signalsOf(box).length === 1);
    pause.kill('SIGKILL');
    await pause.ended;
    run.kill('SIGKILL');
    await run.ended;
    const resumed = box.start(['resume', box.id, '--json']);
    await until('the command was applied', () => resumed.stdout().includes('running.pausing'));
    box.open();
    expect((await resumed.ended).code).toBe(5);
    expect(signalsOf(box)).toEqual([]);
    expect((await box.cli('unpause', box.id)).code).toBe(0);
    expect((await box.cli('resume', box.id)).code).toBe(0);
  });

  test('a file in the inbox that is no command is removed and noted, the run goes on', async ({ box }) => {
    const run = await held(box);
    const inbox = join(box.store, 'runs', box.id, 'inbox');
    writeFileSync(join(inbox, `${ulid()}.json`), '{"half');
    writeFileSync(join(inbox, `${ulid()}.json`), '{"id":"x","command":"rm -rf","reason":null,"receivedAtMs":1}');
    await until('the inbox is empty', () => signalsOf(box).length === 0);
    box.open();
    expect((await run.ended).code).toBe(0);
    const notes = (await box.json('events', box.id)).value.filter((event: Parsed) => event.kind === 'note');
    expect(notes).toHaveLength(2);
  });
});

function signalsOf(box: Sandbox): string[] {
  return readdirSync(join(box.store, 'runs', box.id, 'inbox')).filter((name) => name.endsWith('.json'));
}
