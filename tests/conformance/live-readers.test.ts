import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { openReader } from '../../src/store/reader.ts';
import { jsonLines, test, until } from './sandbox.ts';

describe.concurrent('beside a live run', () => {
  test('show, ls, events -f, logs -f and watch tell what is so, and end with the run', async ({ box }) => {
    const { id } = box;
    const run = box.start(['run', box.use('gated'), '--id', id]);
    await box.traced('held');
    const events = box.start(['events', id, '-f', '--json']);
    const logs = box.start(['logs', id, '-f', '--json']);
    const one = box.start(['logs', id, 'held', '-f']);
    const watch = box.start(['watch', id, '--json']);
    const plain = box.start(['watch', id]);
    expect((await box.json('ls')).value.runs, run.stderr()).toMatchObject([{ run_id: id, state: 'running' }]);
    const steps = await box.steps(id);
    expect([steps['before'].state, steps['held'].state, steps['after'].state]).toEqual([
      'succeeded',
      'attempting.executing',
      'waiting',
    ]);
    await until(
      'the first lines of the followers',
      () =>
        one.stdout() === 'printed held\n' &&
        logs.stdout().includes('printed held') &&
        events.stdout() !== '' &&
        watch.stdout() !== '',
    );
    expect(run.child.exitCode).toBe(null);
    box.open();
    expect((await run.ended).code).toBe(0);
    const ended = await Promise.all([events, logs, one, watch, plain].map((each) => each.ended));
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    const [followed, lines, held, watched, shown] = ended.map((each) => each.stdout + each.stderr) as [
      string,
      string,
      string,
      string,
      string,
    ];
    const stored = (await box.json('events', id)).value;
    expect(jsonLines(followed)).toEqual(stored);
    expect(jsonLines(watched).slice(0, -1)).toEqual(stored);
    expect(jsonLines(watched).at(-1)).toMatchObject({ run_id: id, state: 'succeeded' });
    expect(held).toBe('printed held\nprinted released\n');
    expect(jsonLines(lines).map((line) => `${line.step_id}: ${line.line}`)).toEqual([
      'before: printed before',
      'held: printed held',
      'held: printed released',
    ]);
    expect(shown).toContain('gated succeeded');
  });

  test('Ctrl-C ends the following with 130; the run goes on', async ({ box }) => {
    const { id } = box;
    const run = box.start(['run', box.use('gated'), '--id', id]);
    await box.traced('held');
    const followers = [
      box.start(['events', id, '-f']),
      box.start(['logs', id, 'held', '-f']),
      box.start(['watch', id, '--json']),
    ];
    await until('all follow', () => followers.every((each) => each.stdout() !== ''));
    for (const each of followers) each.kill('SIGINT');
    expect(
      (await Promise.all(followers.map((each) => each.ended))).map(({ code }) => code),
      run.stderr(),
    ).toEqual([130, 130, 130]);
    expect(run.child.exitCode).toBe(null);
    box.open();
    expect((await run.ended).code).toBe(0);
  });

  test('watch of an interrupted run says so with 7', async ({ box }) => {
    const { id } = box;
    const run = box.start(['run', box.use('gated'), '--id', id]);
    await box.traced('held');
    const watch = box.start(['watch', id]);
    run.kill('SIGKILL');
    const { code, stderr } = await watch.ended;
    expect(code).toBe(7);
    expect(stderr).toContain(`stateyard resume ${id}`);
    expect((await box.json('ls')).value.runs).toMatchObject([{ state: 'interrupted' }]);
    expect((await box.cli('show', id)).stdout).toContain('interrupted');
  });
});

describe.concurrent('run --json', () => {
  test('goes on to its end when its reader leaves', async ({ box }) => {
    const { id } = box;
    const run = box.start(['run', box.use('gated'), '--id', id, '--json'], {
      onOutput: (_text, child) => child.stdout?.destroy(),
    });
    await box.traced('held');
    box.open();
    expect((await run.ended).code).toBe(0);
    expect(box.trace().slice(-2)).toEqual(['released', 'after']);
    expect((await box.steps(id))['after'].state).toBe('succeeded');
  });

  test('prints an event only after its record is in the store', async ({ box }) => {
    const { id } = box;
    const folder = join(box.store, 'runs', id);
    let unread = '';
    const checks: Promise<void>[] = [];
    const onOutput = (text: string, child: { kill(signal: NodeJS.Signals): boolean }): void => {
      // The engine stands still while the store is read, so what is not there yet stays away.
      child.kill('SIGSTOP');
      unread += text;
      const whole = unread.slice(0, unread.lastIndexOf('\n') + 1);
      unread = unread.slice(whole.length);
      const events = jsonLines(whole).filter((line) => 'event_id' in line);
      const check = async (): Promise<void> => {
        try {
          const reader = await openReader({ folder, name: 'run' });
          const known = new Set(reader.query('select event_id from run_events').map((row) => row['event_id']));
          reader.close();
          expect(events.filter((event) => !known.has(event.event_id))).toEqual([]);
        } finally {
          child.kill('SIGCONT');
        }
      };
      checks.push(check());
    };
    const { code } = await box.start(['run', box.use('chain'), '--id', id, '--json'], { onOutput }).ended;
    await Promise.all(checks);
    expect(code).toBe(0);
    expect(checks.length).toBeGreaterThan(5);
  });
});
