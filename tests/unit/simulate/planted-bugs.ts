import type { RestoredRun } from '../../../src/engine/restore.ts';
import type { Store } from '../../../src/store/store.ts';
import type { Statement } from '../../../src/store/statement.ts';

/** A bug that crashing everywhere has to find: a change in what a run is restored from, or in the store under it. */
export interface PlantedBug {
  readonly name: string;
  readonly restored?: (restored: RestoredRun) => RestoredRun;
  readonly store?: (store: Store) => Store;
  /** What is said of it. */
  readonly found: RegExp;
}

const nothing = 'insert into meta (key, value) select null, null where 0';

/** Each bug leaves a run without a crash as it was. */
export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'the last record is not on disk when its effects begin',
    store: (store) => lateBy(store),
    found: /was started|could not be carried on/,
  },
  {
    name: 'an attempt that goes on is started again instead of waited for',
    restored: (restored) => ({
      ...restored,
      openSteps: restored.openSteps.map((step) => ({ ...step, attemptId: `other-${step.attemptId}` })),
    }),
    found: /was started 2 times, not once/,
  },
  {
    name: 'the outputs of ended steps are forgotten',
    restored: (restored) => ({ ...restored, ended: restored.ended.map((step) => ({ ...step, outputs: {} })) }),
    found: /many ended skipped, not succeeded/,
  },
  {
    name: 'the snapshots of steps are not written',
    store: (store) => changing(store, (statements) => statements.filter(([sql, actor]) => !isSnapshotOf(sql, actor, 'step.'))),
    found: /the run ended quarantined, not succeeded/,
  },
  {
    name: 'an end is stored as another',
    restored: (restored) => ({ ...restored, ended: restored.ended.map((step) => ({ ...step, end: 'failed' as const })) }),
    found: /many ended \w+, not succeeded/,
  },
  {
    name: 'a stored run cannot be opened',
    restored: () => {
      throw new Error('these rows make no run');
    },
    found: /^the run could not be carried on: these rows make no run$/,
  },
];

function isSnapshotOf(sql: string, actor: unknown, prefix: string): boolean {
  return sql.startsWith('insert into snapshots') && String(actor).startsWith(prefix);
}

function changing(store: Store, change: (statements: readonly Statement[]) => readonly Statement[]): Store {
  const transact = store.transact.bind(store);
  store.transact = (statements) => transact([...change(statements), [nothing]]);
  return store;
}

/** Each record is written with the next one only, or when the store is closed or read. */
function lateBy(store: Store): Store {
  const { transact, close, query } = {
    transact: store.transact.bind(store),
    close: store.close.bind(store),
    query: store.query.bind(store),
  };
  let late: readonly Statement[] = [];
  const catchUp = (): void => {
    if (late.length > 0) transact(late);
    late = [];
  };
  store.transact = (statements) => {
    catchUp();
    late = statements;
    return store.sequence;
  };
  store.query = (sql, ...values) => {
    catchUp();
    return query(sql, ...values);
  };
  store.close = (options) => {
    catchUp();
    return close(options);
  };
  return store;
}
