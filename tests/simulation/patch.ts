import type { LoadedRun } from '../../src/engine/loaded-run.ts';
import type { AttemptPort, Clock, OutputReader, RoutePort } from '../../src/engine/ports.ts';
import type { RecordStore } from '../../src/engine/recorder.ts';
import type { RestoredRun } from '../../src/engine/restore.ts';
import type { Query } from '../../src/routing/tool-rows.ts';
import type { Disk } from '../../src/store/disk.ts';

/** A change behind one of the ports between the engine and its world: how a bug is planted. Each is asked for once a life. */
export interface Patch {
  /** The disk under the store. */
  readonly disk?: (disk: Disk) => Disk;
  /** The store under the recorder. */
  readonly store?: (store: RecordStore) => RecordStore;
  readonly attempts?: (attempts: AttemptPort) => AttemptPort;
  readonly outputs?: (read: OutputReader) => OutputReader;
  readonly routes?: (routes: RoutePort) => RoutePort;
  /** The rows that the router reads of the tools. */
  readonly toolRows?: (query: Query) => Query;
  readonly clock?: (clock: Clock) => Clock;
  /** What a run is restored from. */
  readonly restored?: (restored: RestoredRun) => RestoredRun;
  readonly run?: (run: LoadedRun) => LoadedRun;
}

/** No change. */
export const unpatched: Patch = {};
