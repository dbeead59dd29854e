import type { AttemptEnd, AttemptPort, Clock } from '../../src/engine/ports.ts';
import type { RecordStore } from '../../src/engine/recorder.ts';
import type { RestoredRun } from '../../src/engine/restore.ts';
import type { Disk } from '../../src/store/disk.ts';
import type { Statement } from '../../src/store/statement.ts';
import type { PlantedBug } from './planted-bug.ts';
import { routingBugs } from './routing-bugs.ts';

const inStore = (name: string, change: (store: RecordStore) => Partial<RecordStore>): PlantedBug => ({
  name,
  patch: () => ({
    store: (store) => ({
      transact: (statements) => store.transact(statements),
      durable: () => store.durable(),
      ...change(store),
    }),
  }),
});

const inDisk = (name: string, change: (disk: Disk) => Partial<Disk>): PlantedBug => ({
  name,
  patch: () => ({ disk: (disk) => ({ ...disk, ...change(disk) }) }),
});

const inAttempts = (name: string, change: (attempts: AttemptPort) => Partial<AttemptPort>): PlantedBug => ({
  name,
  patch: () => ({ attempts: (attempts) => ({ ...attempts, ...change(attempts) }) }),
});

const inRestored = (name: string, change: (restored: RestoredRun) => Partial<RestoredRun>): PlantedBug => ({
  name,
  patch: () => ({ restored: (restored) => ({ ...restored, ...change(restored) }) }),
});

const inClock = (name: string, change: (clock: Clock) => Partial<Clock>): PlantedBug => ({
  name,
  patch: () => ({ clock: (clock) => ({ ...clock, ...change(clock) }) }),
});

/** Statements that are never written. */
const losing = (store: RecordStore, isLost: (statement: Statement) => boolean): Partial<RecordStore> => ({
  transact: (statements) => store.transact(statements.filter((statement) => !isLost(statement))),
});

const isSnapshotOf = ([sql, actor]: Statement, prefix: string): boolean =>
  sql.startsWith('insert into snapshots') && String(actor).startsWith(prefix);

const storeBugs: readonly PlantedBug[] = [
  inStore('a tool starts before its record is synced', () => ({ durable: () => Promise.resolve() })),
  inStore('a sync answers for the record after it', (store) => {
    let before = Promise.resolve();
    return {
      durable() {
        const answer = before;
        before = store.durable();
        before.catch(() => undefined);
        return answer;
      },
    };
  }),
  inStore('the last statement of a turn is lost', (store) => ({
    transact: (statements) => store.transact(statements.slice(0, -1)),
  })),
  inStore('the first statement of a turn is lost', (store) => ({
    transact: (statements) => store.transact(statements.slice(1)),
  })),
  inStore('a turn is split over two records', (store) => splitting(store, (statements) => Math.floor(statements.length / 2))),
  inStore("the run's row is recorded before its snapshot", (store) =>
    splitting(store, (statements) => statements.findIndex(([sql]) => sql.startsWith('insert into definitions')) + 1),
  ),
  inStore('the snapshot of a step is not written', (store) => losing(store, (statement) => isSnapshotOf(statement, 'step.'))),
  inStore("the run's snapshot is written once", (store) => {
    let written = false;
    return losing(store, (statement) => {
      if (!isSnapshotOf(statement, 'run')) return false;
      const lost = written;
      written = true;
      return lost;
    });
  }),
  inStore('the snapshot of an ended step is kept', (store) => losing(store, ([sql]) => sql.startsWith('delete from snapshots'))),
  inStore('the end of an attempt is not written', (store) => losing(store, ([sql]) => sql.startsWith('update step_attempts'))),
  inStore("a command's answer is not written", (store) => losing(store, ([sql]) => sql.startsWith('insert into signals'))),
];

/** Writes what `at` says in a record of its own, and is durable when both are. */
function splitting(store: RecordStore, at: (statements: readonly Statement[]) => number): Partial<RecordStore> {
  let writing: Promise<unknown> = Promise.resolve();
  return {
    transact(statements) {
      const cut = at(statements);
      writing = writing.then(async () => {
        if (cut > 0) {
          store.transact(statements.slice(0, cut));
          await store.durable();
        }
        store.transact(statements.slice(cut));
      });
      writing.catch(() => undefined);
      return 0;
    },
    durable: () => writing.then(() => store.durable()),
  };
}

const diskBugs: readonly PlantedBug[] = [
  inDisk('the journal is not synced', () => ({ sync: () => Promise.resolve() })),
  inDisk('every fifth sync is left out', (disk) => {
    let syncs = 0;
    return { sync: (handle) => (++syncs % 5 === 0 ? Promise.resolve() : disk.sync(handle)) };
  }),
  inDisk('the folder is not synced', () => ({ syncFolder: () => Promise.resolve() })),
  inDisk('a torn tail is not cut', () => ({ truncate: () => undefined })),
  inDisk('the database file is renamed before it is synced', (disk) => {
    const temporary = new Set<number>();
    return {
      async create(path) {
        const handle = await disk.create(path);
        if (path.includes('.tmp-')) temporary.add(handle);
        return handle;
      },
      sync: (handle) => (temporary.has(handle) ? Promise.resolve() : disk.sync(handle)),
    };
  }),
  inDisk('the database file is not renamed', () => ({ rename: () => Promise.resolve() })),
  inDisk('a failed write is taken for a good one', (disk) => ({
    write: (handle, bytes) => {
      ignoringDiskErrors(() => disk.write(handle, bytes));
    },
  })),
  inDisk('a failed sync is taken for a good one', (disk) => ({
    sync: (handle) =>
      disk.sync(handle).catch((error: unknown) => {
        ignoringDiskErrors(() => {
          throw error;
        });
      }),
  })),
  inDisk('files are read up to 4 KiB only', (disk) => ({
    readFile: async (path, offset) => (await disk.readFile(path, offset)).subarray(0, 4096),
  })),
  inDisk('the newest segment is not found', (disk) => ({
    list: async (folder) => {
      const names = await disk.list(folder);
      const newest = names
        .filter((name) => name.startsWith('journal-'))
        .sort()
        .at(-1);
      return names.filter((name) => name !== newest);
    },
  })),
  inDisk('segments are removed newest first and one too many', (disk) => ({
    remove: async (path) => {
      await disk.remove(path);
      const next = path.replace(/(\d{8})\.log$/, (_, digits: string) => `${String(Number(digits) + 1).padStart(8, '0')}.log`);
      if (next !== path && disk.exists(next)) await disk.remove(next);
    },
  })),
];

function ignoringDiskErrors(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!('code' in (error as Error))) throw error;
  }
}

const interrupted = (clock: { nowMs: number }): AttemptEnd => ({
  outcome: { kind: 'interrupted', message: 'not looked for' },
  endedAtMs: clock.nowMs,
});

const attemptBugs: readonly PlantedBug[] = [
  inAttempts('an attempt that may live is started again', (attempts) => ({
    reattach: (spec, signal) => attempts.start(spec, signal),
  })),
  inAttempts('a living attempt is called interrupted', (attempts) => ({
    async reattach(spec, signal) {
      const waiting = attempts.reattach(spec, signal);
      return Promise.race([waiting, Promise.resolve(interrupted({ nowMs: Date.parse('2026-01-01T00:01:00.000Z') }))]);
    },
  })),
  inAttempts('a lost attempt is called a success', (attempts) => ({
    async reattach(spec, signal) {
      const end = await attempts.reattach(spec, signal);
      return end.outcome.kind === 'interrupted' ? { ...end, outcome: { kind: 'succeeded', exitCode: 0 } } : end;
    },
  })),
  inAttempts('an exit code is not looked at', (attempts) => ({
    start: async (spec, signal) => ({ ...(await attempts.start(spec, signal)), outcome: { kind: 'succeeded', exitCode: 0 } }),
  })),
  inAttempts('stop does not wait for the end', (attempts) => ({
    async stop(spec) {
      void attempts.stop(spec);
      return { endedByItself: null };
    },
  })),
  inAttempts('stop does nothing', () => ({ stop: () => Promise.resolve({ endedByItself: null }) })),
  inAttempts('stop waits without KILL', (attempts) => ({ stop: (spec) => attempts.stop({ ...spec, graceMs: 3_600_000 }) })),
  { name: 'outputs are made up', patch: () => ({ outputs: () => async () => ({ values: { value: 7 }, undeclared: [] }) }) },
  { name: 'one more step runs than may', patch: () => ({ run: (run) => ({ ...run, maxParallel: run.maxParallel + 1 }) }) },
];

const restoreBugs: readonly PlantedBug[] = [
  inRestored('restoring forgets the end of a step', ({ ended }) => ({ ended: ended.slice(0, -1) })),
  inRestored('restoring forgets outputs', ({ ended }) => ({ ended: ended.map((step) => ({ ...step, outputs: {} })) })),
  inRestored('an event number is used again', ({ after }) => ({ after: { ...after, event: Math.max(0, after.event - 1) } })),
  inRestored('an event number is left out', ({ after }) => ({ after: { ...after, event: after.event + 1 } })),
  inRestored('an attempt number is used again', ({ after }) => ({
    after: { ...after, attempt: Math.max(0, after.attempt - 1) },
  })),
  inRestored('failures before a restart are not counted', ({ after }) => ({ after: { ...after, failures: 0 } })),
  inRestored('a command is applied twice', () => ({ appliedSignals: new Set<string>() })),
  inRestored('an open attempt is forgotten', ({ openSteps }) => ({
    openSteps: openSteps.map((step) => ({ ...step, attemptOpen: false })),
  })),
];

const clockBugs: readonly PlantedBug[] = [
  inClock('timers wait for the wall clock', (clock) => ({
    schedule(delayMs, callback) {
      const dueMs = clock.nowMs() + delayMs;
      let cancel = (): void => undefined;
      const look = (): void => {
        if (clock.nowMs() >= dueMs) callback();
        else cancel = clock.schedule(50, look);
      };
      cancel = clock.schedule(Math.min(50, Math.max(0, delayMs)), look);
      return () => cancel();
    },
  })),
  inClock('timers ring at once', (clock) => ({ schedule: (_, callback) => clock.schedule(0, callback) })),
  inClock('timers ring late', (clock) => ({ schedule: (delayMs, callback) => clock.schedule(delayMs * 2 + 2000, callback) })),
];

/** Every planted bug. */
export const plantedBugs: readonly PlantedBug[] = [
  ...storeBugs,
  ...diskBugs,
  ...attemptBugs,
  ...restoreBugs,
  ...clockBugs,
  ...routingBugs,
];
