import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runMark } from '../../../src/tools/lineage.ts';
import type { DoctorReport } from '../../../schemas/cli/doctor-report.ts';
import type { RunId } from '../../../schemas/ids.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { createRunFolder } from '../../../src/store/layout.ts';
import { acquireLockFile } from '../../../src/store/lock-file.ts';
import { acquireOwnerLock } from '../../../src/store/owner-lock.ts';
import { compactIndex, forgetRuns, recordRun, type IndexRow } from '../../../src/store/run-index.ts';
import { verifyStore } from '../../../src/store/verify.ts';
import { fakeIo } from './fake-io.ts';
import { expectDocument } from './json-shape.ts';
import { sampleStore, type SampleStore } from './sample-store.ts';

let own: SampleStore;
beforeEach(async () => {
  own = await sampleStore();
});
afterEach(() => own.remove());

const emptyId = '01KZ0000000000000000000001' as RunId;

async function doctor(...args: string[]): Promise<{ code: number; report: DoctorReport; problems: string[] }> {
  const io = fakeIo({ cwd: own.top, env: { PATH: '/bin:/usr/bin' } });
  const code = await runProgram(['doctor', '--json', '--store', own.layout.root, ...args], io);
  const report = JSON.parse(io.out()) as DoctorReport;
  await expectDocument('doctor_report', report);
  return {
    code,
    report,
    problems: report.checks.filter((check) => !check.ok).map(({ subject, message }) => `${subject}: ${message}`),
  };
}

async function fails(...args: string[]): Promise<{ code: number; error: { code: string; message: string } }> {
  const io = fakeIo({ cwd: own.top, env: { PATH: '/bin:/usr/bin' } });
  const code = await runProgram(['doctor', '--json', '--store', own.layout.root, ...args], io);
  return { code, error: (JSON.parse(io.out()) as { error: { code: string; message: string } }).error };
}

/** A run whose journal alone holds its records, and the path of that journal. */
async function journaledRun(number: number): Promise<{ runId: RunId; folder: string; journal: string }> {
  const { runId, store, append } = await own.openRun(number);
  for (let record = 0; record < 5; record += 1) {
    append('note', { text: `record ${record}` });
    await store.durable();
  }
  await store.close({ checkpoint: false });
  const { folder } = own.layout.run(runId);
  const name = (await readdir(folder)).find((file) => file.startsWith('journal-')) ?? '';
  return { runId, folder, journal: join(folder, name) };
}

function indexRow(runId: RunId): IndexRow {
  const at = '2026-01-01T00:00:00.000Z';
  const facts = {
    project_id: 'p',
    state_reason: null,
    created_at: at,
    started_at: at,
    ended_at: at,
    exit_code: 1,
    steps_total: 3,
    counters: '{}',
  };
  return { run_id: runId, workflow_name: 'sample', state: 'failed', ...facts };
}

async function everyFile(folder: string): Promise<Record<string, string>> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const texts = await Promise.all(
    files.map(async (entry) => [
      join(entry.parentPath, entry.name).slice(folder.length),
      await readFile(join(entry.parentPath, entry.name), 'latin1'),
    ]),
  );
  return Object.fromEntries(texts) as Record<string, string>;
}

describe('doctor', () => {
  it('says how far the database and the journal of each store go, and the head of its chain', async () => {
    const runId = await own.failedRun(1);
    const { code, report } = await doctor();
    expect(code).toBe(0);
    const { head } = await verifyStore({ folder: own.layout.run(runId).folder, name: 'run' });
    const records = head?.sequence ?? 0;
    expect(report.checks.find(({ subject }) => subject === `run ${runId}`)?.message).toBe(
      `${records} records, the database goes up to ${records} and agrees`,
    );
    expect(report.heads.find(({ store }) => store === runId)).toEqual({ store: runId, ...head });
  });

  it('changes nothing without --repair, whatever it finds', async () => {
    const runId = await own.failedRun(1);
    await createRunFolder(own.layout, emptyId);
    await writeFile(join(own.layout.run(runId).inbox, '.draft.tmp'), 'x');
    await chmod(own.layout.root, 0o755);
    const before = await everyFile(own.top);
    expect((await doctor()).code).toBe(1);
    expect(await everyFile(own.top)).toEqual(before);
    expect((await stat(own.layout.root)).mode & 0o777).toBe(0o755);
  });

  it('finds what a crash leaves, repairs it, keeps every byte, and has nothing to do the second time', async () => {
    const runId = await own.failedRun(1);
    const { inbox, folder } = own.layout.run(runId);
    await createRunFolder(own.layout, emptyId);
    await writeFile(join(own.layout.run(emptyId).attempts, 'odd'), 'kept');
    await mkdir(inbox, { recursive: true });
    await writeFile(join(inbox, '.draft.tmp'), 'draft', { mode: 0o600 });
    await writeFile(join(inbox, '01KZ0000000000000000000002.json'), '{"id":"?"}', { mode: 0o644 });
    await writeFile(join(folder, 'run.db.tmp-7'), 'image', { mode: 0o600 });
    await mkdir(own.layout.removed('01KZ0000000000000000000003' as RunId));
    await forgetRuns(own.layout, [runId]);
    const { problems } = await doctor();
    expect(problems).toEqual([
      expect.stringMatching(/^permissions: .*(odd|json) is open to others/),
      expect.stringMatching(/^temporary files: 2 left by a crash: .*run\.db\.tmp-7.*draft\.tmp$/),
      'removals: the removal of 01KZ0000000000000000000003 was begun and not finished',
      expect.stringMatching(`^run ${emptyId}: has a folder but no record`),
      `run ${runId}: has ended, and commands are in its inbox that nobody took: 01KZ0000000000000000000002.json`,
      `index: does not name run ${runId}`,
    ]);
    const { code, report } = await doctor('--repair');
    expect([code, report.repaired.map(({ subject, done }) => `${subject} ${done}`)]).toEqual([
      0,
      ['permissions true', 'removals true', `run ${emptyId} true`, 'temporary files true', `run ${runId} true`, 'index true'],
    ]);
    const aside = (await readdir(own.layout.root)).filter((name) => name.startsWith('aside-'));
    expect(aside).toHaveLength(1);
    expect(await everyFile(join(own.layout.root, aside[0] ?? ''))).toMatchObject({
      [`/runs/${emptyId}/attempts/odd`]: 'kept',
      [`/runs/${runId}/inbox/.draft.tmp`]: 'draft',
      [`/runs/${runId}/inbox/01KZ0000000000000000000002.json`]: '{"id":"?"}',
      [`/runs/${runId}/run.db.tmp-7`]: 'image',
      '/index.db': expect.any(String) as string,
    });
    const again = await doctor('--repair');
    expect([again.code, again.report.repaired]).toEqual([0, []]);
    expect(again.report.checks.find(({ subject }) => subject === 'set aside')).toMatchObject({ ok: true });
  });

  it('leaves alone what a live process has', async () => {
    const runId = await own.failedRun(1);
    await writeFile(join(own.layout.run(runId).folder, 'run.db.tmp-7'), 'in use', { mode: 0o600 });
    await createRunFolder(own.layout, emptyId);
    const locks = [await acquireOwnerLock(own.layout.run(runId).folder), await acquireOwnerLock(own.layout.run(emptyId).folder)];
    await mkdir(own.layout.removed('01KZ0000000000000000000003' as RunId));
    locks.push(await acquireOwnerLock(own.layout.runs));
    const { code, report } = await doctor('--repair');
    for (const lock of locks) await lock?.release();
    expect([code, report.repaired]).toEqual([0, []]);
    expect(report.checks.map(({ message }) => message)).toEqual(expect.arrayContaining(['is just starting', '1 under way']));
  });

  it('tells that a command waits for a run that is interrupted, and moves away what is no command', async () => {
    const { runId } = await journaledRun(1);
    const { inbox } = own.layout.run(runId);
    const signal = { id: '01KZ0000000000000000000004', command: 'pause', stepId: null, reason: null, receivedAtMs: 1 };
    await writeFile(join(inbox, `${signal.id}.json`), JSON.stringify(signal), { mode: 0o600 });
    const waiting = await doctor();
    expect([waiting.code, waiting.report.checks.map(({ message }) => message)]).toEqual([
      0,
      expect.arrayContaining([`commands wait in its inbox, and are applied when it is resumed: pause (${signal.id})`]),
    ]);
    await writeFile(join(inbox, 'x.json'), 'no JSON', { mode: 0o600 });
    expect((await doctor()).problems).toEqual([
      `run ${runId}: files are in its inbox that are no commands: ${join(inbox, 'x.json')}`,
    ]);
    expect((await doctor('--repair')).code).toBe(0);
    expect(await readdir(inbox)).toEqual([`${signal.id}.json`]);
  });

  it('cuts the end of a record that was never finished, and keeps a copy of it', async () => {
    const { runId, folder, journal } = await journaledRun(1);
    const { size } = await stat(journal);
    await truncate(journal, size - 3);
    const torn = await readFile(journal);
    const { head } = await verifyStore({ folder, name: 'run' });
    const found = await doctor();
    expect([found.code, found.report.checks.find(({ subject }) => subject === `run ${runId}`)?.message]).toEqual([
      0,
      expect.stringMatching(/^5 records, the journal alone holds them; \d+ bytes of a record that was never finished/),
    ]);
    const { report } = await doctor('--repair');
    expect(report.repaired).toEqual([
      {
        subject: `run ${runId}`,
        done: true,
        kept: expect.any(String) as string,
        message: expect.stringMatching(/^cut \d+ bytes of a record that was never finished, after record 5 /) as string,
      },
    ]);
    expect((await readFile(report.repaired[0]?.kept ?? '')).equals(torn)).toBe(true);
    expect(await verifyStore({ folder, name: 'run' })).toMatchObject({ ok: true, head, tornTail: null });
    expect((await doctor('--repair')).report.repaired).toEqual([]);
  });

  it('releases a lock file whose process has gone', async () => {
    const { folder } = await journaledRun(1);
    const held = await acquireLockFile(folder);
    expect((await doctor()).code).toBe(0);
    const lock = join(folder, 'owner-1.lock');
    const holder = JSON.parse(await readFile(lock, 'utf8')) as object;
    await writeFile(lock, JSON.stringify({ ...holder, start: 'another process of this number' }));
    expect((await doctor()).problems).toEqual([`locks: the process of the lock file ${lock} has gone without releasing it`]);
    expect((await doctor('--repair')).report.repaired).toEqual([
      { subject: 'locks', done: true, message: `released the lock file of ${folder}`, kept: null },
    ]);
    expect((await doctor()).code).toBe(0);
    await held?.release();
  });

  it('names the processes that outlive their run, and stops none', async () => {
    const runId = await own.failedRun(1);
    const child = spawn('sleep', ['60'], {
      env: { ...process.env, STATEYARD_LINEAGE: `${runMark(own.layout.run(runId).folder)}/01KZ0000000000000000000009` },
      stdio: 'ignore',
    });
    try {
      await once(child, 'spawn');
      const { problems, code } = await doctor('--repair');
      expect([code, problems]).toEqual([1, [`run ${runId}: has ended, and a process that it started still lives: ${child.pid}`]]);
      expect(child.exitCode).toBeNull();
    } finally {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    expect((await doctor()).code).toBe(0);
  });

  it('names a stranger among the runs, and leaves it there', async () => {
    await own.failedRun(1);
    await mkdir(join(own.layout.runs, 'notes'));
    expect((await doctor('--repair')).problems).toEqual(['strangers: not a run, and not of stateyard: runs/notes']);
    expect(await readdir(own.layout.runs)).toContain('notes');
  });

  it('cuts a torn index when it is built anew, and finds a row without a folder', async () => {
    const runId = await own.failedRun(1);
    await own.failedRun(2);
    await compactIndex(own.layout);
    await rm(own.layout.run(runId).folder, { recursive: true });
    expect((await doctor()).problems).toEqual([`index: names run ${runId}, which has no folder`]);
    const { code, report } = await doctor('--repair');
    expect([code, report.repaired.map(({ message }) => message)]).toEqual([0, ['built the index anew from 1 runs']]);
  });
});

describe('a damaged run', () => {
  async function damage(at: (size: number) => number): Promise<{ runId: RunId; folder: string; journal: string }> {
    const made = await journaledRun(1);
    const bytes = await readFile(made.journal);
    const place = at(bytes.length);
    bytes[place] = (bytes[place] ?? 0) ^ 0xff;
    await writeFile(made.journal, bytes);
    return made;
  }

  it('is never changed by --repair; doctor says which records are lost', async () => {
    const { runId, folder } = await damage((size) => Math.floor(size * 0.9));
    const before = await everyFile(folder);
    const { code, problems, report } = await doctor('--repair');
    expect(code).toBe(1);
    expect(problems).toEqual([
      expect.stringMatching(
        new RegExp(
          `^run ${runId}: a record is damaged .*; records 1 to 2 can be read, records 3 to 6 are damaged or out of reach$`,
        ),
      ),
    ]);
    expect(report.repaired).toEqual([]);
    expect(await everyFile(folder)).toEqual(before);
  });

  it('whose database file is damaged has no record that can be trusted', async () => {
    const runId = await own.failedRun(1);
    const file = own.layout.run(runId).database;
    const bytes = await readFile(file);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(file, bytes);
    expect((await doctor()).problems[0]).toMatch(/no record can be read, records? 1.* damaged or out of reach$/);
    const folder = own.layout.run(runId).folder;
    for (const name of await readdir(folder)) if (name.startsWith('journal-')) await rm(join(folder, name));
    expect((await doctor()).problems[0]).toMatch(/no record can be read, nothing tells how many came after$/);
  });

  it('leaves the store when that is asked for, every byte kept', async () => {
    const { runId, folder } = await damage((size) => Math.floor(size * 0.9));
    const before = await everyFile(folder);
    const { code, report } = await doctor('--repair', '--set-aside', runId.slice(0, 8).toLowerCase());
    expect(code).toBe(0);
    expect(report.repaired).toMatchObject([
      { subject: `run ${runId}`, done: true, message: expect.stringContaining('records 3 to 6 are damaged') as string },
    ]);
    expect(await everyFile(report.repaired[0]?.kept ?? '')).toEqual(before);
    expect(await readdir(own.layout.runs)).toEqual([]);
  });

  it('leaves the store together with an index that is damaged too', async () => {
    const { runId } = await damage((size) => Math.floor(size * 0.9));
    await copyFile(join(own.layout.root, '.gitignore'), own.layout.indexDatabase);
    const { code, report } = await doctor('--repair', '--set-aside', runId);
    expect([code, report.repaired.map(({ subject }) => subject)]).toEqual([0, [`run ${runId}`, 'index']]);
  });

  it('that has ended by the index alone has lost acknowledged records: nothing of it or of the index is changed', async () => {
    const { runId, folder, journal } = await journaledRun(1);
    await recordRun(own.layout, { ...indexRow(runId), state: 'failed' });
    await truncate(journal, (await stat(journal)).size - 3);
    await own.failedRun(2);
    await forgetRuns(own.layout, ['01KX0000000000000000000002' as RunId]);
    const before = await everyFile(own.layout.root);
    const { code, problems, report } = await doctor('--repair');
    expect([code, problems, report.repaired]).toEqual([
      1,
      [
        expect.stringContaining(
          `run ${runId}: is failed by the index and running by its own store: records that were acknowledged are missing`,
        ),
        'index: does not name run 01KX0000000000000000000002',
      ],
      [],
    ]);
    expect(await everyFile(own.layout.root)).toEqual(before);
    const aside = await doctor('--repair', '--set-aside', runId);
    expect([aside.code, aside.report.repaired.map(({ message }) => message)]).toEqual([
      0,
      [
        expect.stringContaining("records 1 to 5 can be read, those after them, the run's end among them, are lost"),
        'built the index anew from 1 runs',
      ],
    ]);
    expect(await readdir(own.layout.runs)).not.toContain(folder);
  });

  it('is set aside only where it is damaged, nobody owns it, it exists, and a repair is asked for', async () => {
    const sound = await own.failedRun(2);
    expect(await fails('--set-aside', sound)).toMatchObject({ code: 2 });
    expect(await fails('--repair', '--set-aside', sound)).toMatchObject({ code: 7, error: { code: 'not_damaged' } });
    expect(await fails('--repair', '--set-aside', '01KZ')).toMatchObject({ code: 4 });
    const { runId, folder } = await damage((size) => Math.floor(size * 0.9));
    const lock = await acquireOwnerLock(folder);
    expect(await fails('--repair', '--set-aside', runId)).toMatchObject({ code: 7, error: { code: 'run_owned' } });
    await lock?.release();
    expect(await readdir(own.layout.runs)).toHaveLength(2);
  });
});
