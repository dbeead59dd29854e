import { chmod, mkdir, readdir, readFile, rename, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DoctorReport } from '../../../schemas/cli/doctor-report.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { readTurn, writeTurn } from '../../../src/routing/tool-rows.ts';
import { ToolStore } from '../../../src/routing/tool-store.ts';
import { inFolder, slotFolder, toolsFolder } from '../../../src/routing/tools-folder.ts';
import { acquireLockFile } from '../../../src/store/lock-file.ts';
import { acquireOwnerLock, type OwnerLock } from '../../../src/store/owner-lock.ts';
import { encodeHeader, segmentPath } from '../../../src/store/segment.ts';
import { verifyStore } from '../../../src/store/verify.ts';
import { fakeIo } from './fake-io.ts';
import { expectDocument } from './json-shape.ts';
import { sampleStore, type SampleStore } from './sample-store.ts';

let own: SampleStore;
let tools: string;
const stores: ToolStore[] = [];
beforeEach(async () => {
  own = await sampleStore();
  tools = toolsFolder(own.layout);
});
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()));
  await own.remove();
});

async function doctor(...args: string[]): Promise<{ code: number; report: DoctorReport; problems: string[] }> {
  const io = fakeIo({ cwd: own.top, env: { PATH: '/bin:/usr/bin' } });
  const code = await runProgram(['doctor', '--json', '--store', own.layout.root, ...args], io);
  const report = JSON.parse(io.out()) as DoctorReport;
  await expectDocument('doctor_report', report);
  const problems = report.checks.filter((check) => !check.ok).map(({ subject, message }) => `${subject}: ${message}`);
  return { code, report, problems };
}

function openTools(): ToolStore {
  const store = new ToolStore(own.layout);
  stores.push(store);
  return store;
}

/** Takes the next turn of a rule, one record: from what is stored to what is stored then. */
const next = (store: ToolStore): Promise<number> =>
  store.change(async (query) => {
    const turn = await readTurn(query, 'rule');
    return { statements: [writeTurn('rule', turn + 1)], answer: turn };
  });

/** A tool store of two records, all of them in its database file. */
async function restingTools(): Promise<void> {
  const store = openTools();
  await next(store);
  await next(store);
  await store.close();
}

const holdSlot = (number: number): Promise<OwnerLock | null> =>
  inFolder(own.layout, slotFolder(own.layout, 'lint', number), acquireOwnerLock);

async function flipByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  const place = Math.floor(bytes.length / 2);
  bytes[place] = (bytes[place] ?? 0) ^ 0xff;
  await writeFile(path, bytes);
}

async function filesOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);
  const texts = names.map(async (name) => [name, await readFile(join(folder, name), 'latin1')]);
  return Object.fromEntries(await Promise.all(texts)) as Record<string, string>;
}

describe('the tool store', () => {
  it('is verified to its head, and neither it nor the slots beside it are leftovers', async () => {
    const runId = await own.failedRun(1);
    await restingTools();
    const slot = await holdSlot(1);
    const { code, report } = await doctor();
    await slot?.release();
    const { head } = await verifyStore({ folder: tools, name: 'tools' });
    expect([code, report.heads.map(({ store }) => store)]).toEqual([0, ['index', 'tools', runId]]);
    expect(report.heads[1]).toEqual({ store: 'tools', ...head });
    expect(report.checks.find(({ subject }) => subject === 'tool store')?.message).toBe(
      '2 records, the database goes up to 2 and agrees',
    );
  });

  it('is no subject where no tool was ever called', async () => {
    await mkdir(slotFolder(own.layout, 'lint', 1), { recursive: true, mode: 0o700 });
    const { code, report } = await doctor();
    expect([code, report.checks.filter(({ subject }) => subject === 'tool store'), report.heads]).toEqual([0, [], []]);
  });

  it('may end with a record that was never finished: that is told, and the next call cuts it', async () => {
    await next(openTools());
    const [journal = ''] = (await readdir(tools)).filter((name) => name.startsWith('tools-journal-'));
    await truncate(join(tools, journal), (await stat(join(tools, journal))).size - 3);
    const { code, report } = await doctor('--repair');
    expect([code, report.repaired]).toEqual([0, []]);
    expect(report.checks.find(({ subject }) => subject === 'tool store')?.message).toMatch(
      /^0 records, .*; \d+ bytes of a record that was never finished, cut when a tool is called next$/,
    );
    expect(await next(openTools())).toBe(0);
    expect(await verifyStore({ folder: tools, name: 'tools' })).toMatchObject({ ok: true, tornTail: null });
  });

  it('is for the owner alone, with its files and its slots', async () => {
    await restingTools();
    await (await holdSlot(1))?.release();
    const slot = slotFolder(own.layout, 'lint', 1);
    const paths = [tools, join(tools, 'tools.db'), join(tools, 'slots'), slot];
    for (const path of paths) await chmod(path, 0o755);
    expect((await doctor()).problems).toEqual([`permissions: ${tools} is open to others (mode 0755) (and 3 more)`]);
    const { code, report } = await doctor('--repair');
    expect([code, report.repaired.map(({ subject }) => subject)]).toEqual([0, ['permissions']]);
    expect(await Promise.all(paths.map(async (path) => (await stat(path)).mode & 0o077))).toEqual([0, 0, 0, 0]);
  });

  it('is freed of what a crash has left in its folder', async () => {
    await restingTools();
    await writeFile(join(tools, 'tools.db.tmp-7'), 'image', { mode: 0o600 });
    const slot = slotFolder(own.layout, 'lint', 1);
    await mkdir(slot, { recursive: true, mode: 0o700 });
    await acquireLockFile(slot);
    const lock = join(slot, 'owner-1.lock');
    const holder = JSON.parse(await readFile(lock, 'utf8')) as object;
    await writeFile(lock, JSON.stringify({ ...holder, start: 'another process of this number' }));
    expect((await doctor()).problems).toEqual([
      `temporary files: 1 left by a crash: ${join(tools, 'tools.db.tmp-7')}`,
      `locks: the process of the lock file ${lock} has gone without releasing it`,
    ]);
    const { code, report } = await doctor('--repair');
    expect([code, report.repaired.map(({ subject }) => subject)]).toEqual([0, ['temporary files', 'locks']]);
    expect(await filesOf(join(report.repaired[0]?.kept ?? '', 'tools'))).toEqual({ 'tools.db.tmp-7': 'image' });
  });

  it('of a later version is refused and never set aside', async () => {
    const base = { sequence: 0, hash: '0'.repeat(64) };
    const header = encodeHeader({ format: 2, store: 'tools', schema: 1, base, image: null });
    await mkdir(tools, { recursive: true, mode: 0o700 });
    await writeFile(segmentPath(tools, 'tools', 1), header, { mode: 0o600 });
    const { code, problems, report } = await doctor('--repair');
    expect([code, problems, report.repaired]).toEqual([1, [expect.stringMatching(/^tool store: the journal has format 2;/)], []]);
  });

  it('is a problem, and no more, where its place is taken', async () => {
    await own.failedRun(1);
    await writeFile(tools, 'no folder', { mode: 0o600 });
    const { code, problems, report } = await doctor('--repair');
    expect([code, problems, report.repaired]).toEqual([
      1,
      [expect.stringMatching(/^tool store: the store cannot be read: ENOTDIR/)],
      [],
    ]);
  });
});

describe('a damaged tool store', () => {
  it('is told and left alone without --repair', async () => {
    await restingTools();
    await flipByte(join(tools, 'tools.db'));
    const before = await filesOf(tools);
    const { code, problems, report } = await doctor();
    expect([code, problems]).toEqual([1, [expect.stringMatching(/^tool store: .*tools\.db/)]]);
    expect(report.checks.find(({ ok }) => !ok)?.advice).toContain('stateyard doctor --repair');
    expect(await filesOf(tools)).toEqual(before);
  });

  it('is set aside, every byte kept, while the slots stay, and begins anew for those who have it open', async () => {
    const runId = await own.failedRun(1);
    const store = openTools();
    expect([await next(store), await next(store)]).toEqual([0, 1]);
    const slot = await holdSlot(1);
    const [journal = ''] = (await readdir(tools)).filter((name) => name.startsWith('tools-journal-'));
    await flipByte(join(tools, journal));
    await writeFile(join(tools, 'tools.db'), 'no database', { mode: 0o600 });
    const before = await filesOf(tools);
    const { code, report } = await doctor('--repair');
    expect([code, report.repaired]).toEqual([
      0,
      [
        {
          subject: 'tool store',
          done: true,
          message: expect.stringContaining('begin anew') as string,
          kept: expect.any(String) as string,
        },
      ],
    ]);
    expect(await filesOf(report.repaired[0]?.kept ?? '')).toEqual(before);
    expect(await readdir(tools)).toEqual(['slots']);
    expect(await holdSlot(1)).toBeNull();
    await slot?.release();
    expect(report.heads.map((head) => head.store)).toEqual(['index', runId]);
    expect([await next(store), await next(openTools())]).toEqual([0, 1]);
    expect((await doctor('--repair')).report.repaired).toEqual([]);
  });

  it('of which a repair was cut short by a crash is set aside to the end by the next one', async () => {
    await restingTools();
    await rename(join(tools, 'tools.db'), join(own.top, 'moved before the crash'));
    const before = await filesOf(tools);
    const { code, report } = await doctor('--repair');
    expect([code, report.repaired.map(({ subject }) => subject)]).toEqual([0, ['tool store']]);
    expect([await filesOf(report.repaired[0]?.kept ?? ''), await filesOf(tools)]).toEqual([before, {}]);
  });

  it('stays where it is while another process keeps its lock, and that is told', async () => {
    await restingTools();
    await flipByte(join(tools, 'tools.db'));
    const before = await filesOf(tools);
    const lock = await acquireOwnerLock(tools);
    // Each look at the clock finds it five seconds on, so the wait for the lock is short.
    let elapsedMs = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (elapsedMs += 5_000));
    const { code, report } = await doctor('--repair');
    await lock?.release();
    expect([code, report.repaired]).toEqual([
      1,
      [{ subject: 'tool store', done: false, message: `not repaired: another process keeps ${tools} locked`, kept: null }],
    ]);
    expect(await filesOf(tools)).toEqual(before);
  });
});
