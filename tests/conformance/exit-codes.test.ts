import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { expectDocument } from './documents.ts';
import { binary, test, type Parsed } from './sandbox.ts';

const unknownRun = '01J00000000000000000000000';

describe.concurrent('exit codes', () => {
  test('2: wrong use of the command line, with a hint to the nearest word', async ({ box }) => {
    const [verb, flag, argument, id, twice] = await Promise.all([
      box.cli('rnu', 'x.yaml'),
      box.cli('run', 'x.yaml', '--max-paralel', '2'),
      box.cli('run'),
      box.cli('run', box.use('pipeline'), '--id', 'not-a-ulid'),
      box.cli('ls', '--state', 'nonsense'),
    ]);
    expect([verb.code, flag.code, argument.code, id.code, twice.code]).toEqual([2, 2, 2, 2, 2]);
    expect(verb.stderr).toContain('run');
    expect(flag.stderr).toContain('--max-parallel');
    expect((await box.cli()).code).toBe(2);
    expect((await box.cli('quarantine', unknownRun)).code).toBe(2);
    const { code, value } = await box.json('ls', '--limit', 'many');
    expect(code).toBe(2);
    await expectDocument(box, 'error_report', value);
    expect(existsSync(box.store)).toBe(false);
  });

  test('4: a run, step, attempt, file or document that is not there', async ({ box }) => {
    expect((await box.cli('show', '@latest')).code).toBe(4);
    expect((await box.cli('resume')).code).toBe(4);
    expect((await box.cli('run', box.use('pipeline'))).code).toBe(0);
    const asked = [
      ['run', 'nowhere.yaml'],
      ['validate', 'nowhere.yaml'],
      ['plan', 'nowhere.yaml'],
      ['schema', 'nothing'],
      ['resume', unknownRun],
      ['cancel', unknownRun],
      ['pause', unknownRun],
      ['unpause', unknownRun],
      ['quarantine', unknownRun, '--reason', 'x'],
      ['show', unknownRun],
      ['events', unknownRun],
      ['watch', unknownRun],
      ['logs', '@latest', 'no-such-step'],
      ['logs', '@latest', 'greet', '--attempt', '7'],
      ['show', '@failed'],
    ];
    const codes: Record<string, number | null> = {};
    for (const args of asked) codes[args.join(' ')] = (await box.cli(...args)).code;
    expect(codes).toEqual(Object.fromEntries(asked.map((args) => [args.join(' '), 4])));
    const { code, value } = await box.json('show', unknownRun);
    expect([code, value.error.code]).toEqual([4, 'run_not_found']);
    await expectDocument(box, 'error_report', value);
  });

  test('7: an id that exists, and commands for which a run that has ended has no transition', async ({ box }) => {
    const { id } = box;
    const file = box.use('pipeline');
    expect((await box.cli('run', file, '--id', id)).code).toBe(0);
    const again = await box.json('run', file, '--id', id);
    expect([again.code, again.value.error.code]).toEqual([7, 'run_exists']);
    await expectDocument(box, 'error_report', again.value);
    for (const args of [
      ['cancel', id],
      ['pause', id],
      ['unpause', id],
      ['quarantine', id, '--reason', 'x'],
      ['resume', id],
    ]) {
      const { code, stderr } = await box.cli(...args);
      expect(code, args[0]).toBe(7);
      expect(stderr, args[0]).toContain(`stateyard show ${id}`);
    }
    expect((await box.cli('watch', id)).code).toBe(0);
  });

  test('6: a failed run can still be quarantined; watch then ends with 6', async ({ box }) => {
    expect((await box.cli('run', box.use('failing'))).code).toBe(1);
    expect((await box.cli('watch', '@failed')).code).toBe(1);
    const { code, value } = await box.json('quarantine', '@failed', '--reason', 'wrote to the wrong place');
    expect(code).toBe(0);
    await expectDocument(box, 'command_answer', value);
    expect(value).toMatchObject({ accepted: true, from: 'failed', to: 'quarantined' });
    expect((await box.cli('watch', '@latest')).code).toBe(6);
    const { run } = (await box.json('show', '@latest')).value;
    expect([run.state, run.state_reason]).toEqual(['quarantined', 'wrote to the wrong place']);
    expect((await box.json('ls')).value.runs[0].state).toBe('quarantined');
    expect((await box.cli('resume', '@latest')).code).toBe(7);
  });

  test('1: output that cannot be written does not look like success', async ({ box }) => {
    const file = box.use('pipeline');
    const toFullDisk = (...args: string[]): number | null =>
      spawnSync('sh', ['-c', 'exec "$@" > /dev/full', 'sh', process.execPath, binary, ...args], { cwd: box.folder }).status;
    expect(toFullDisk('run', file, '--json', '--id', box.id)).toBe(1);
    expect((await box.steps(box.id))['last'].state).toBe('succeeded');
    expect(toFullDisk('show', box.id)).toBe(1);
  });

  test('70: a store that is damaged is named with file and advice, and is not touched', async ({ box }) => {
    const { id } = box;
    const run = box.start(['run', box.use('gated'), '--id', id]);
    await box.traced('held');
    run.kill('SIGKILL');
    await run.ended;
    const folder = join(box.store, 'runs', id);
    const journal = readdirSync(folder).find((name) => name.startsWith('journal-')) ?? '';
    const bytes = readFileSync(join(folder, journal));
    bytes[200] = (bytes[200] ?? 0) ^ 0xff;
    writeFileSync(join(folder, journal), bytes);
    for (const args of [
      ['show', id],
      ['resume', id],
      ['cancel', id],
      ['events', id],
    ]) {
      const { code, value } = await box.json(...args);
      expect([args[0], code, value.error?.code]).toEqual([args[0], 70, 'store_damaged']);
      await expectDocument(box, 'error_report', value);
      expect(value.error.file).toContain(journal);
    }
    expect(readFileSync(join(folder, journal)).equals(bytes)).toBe(true);
    const doctor = await box.json('doctor');
    expect([doctor.code, doctor.value.ok]).toEqual([1, false]);
    expect(doctor.value.checks.find((check: Parsed) => check.subject === `run ${id}`)).toMatchObject({ ok: false });
    // Another run is not held up by the damage of this one.
    expect((await box.cli('run', box.use('pipeline'))).code).toBe(0);
    expect((await box.cli('ls')).code).toBe(0);
  });
});
