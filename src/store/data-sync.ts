import { fdatasync, fdatasyncSync } from 'node:fs';
import { promisify } from 'node:util';

/** A sync that takes less is done on this thread: handing it to another and hearing of its end takes about as long as the sync of a solid-state disk itself (0.2 ms). */
const shortSyncMs = 1;

/** How many syncs are left to another thread after one that was not short. */
const syncsElsewhere = 64;

/** How long this thread may go on without coming by its event loop: in a run of functions nothing else may bring it there, and timers, signals and commands wait. */
const longestTurnMs = 5;

/** What {@link dataSync} needs of the outside. */
interface SyncWorld {
  readonly nowMs: () => number;
  readonly here: (handle: number) => void;
  readonly elsewhere: (handle: number) => Promise<void>;
  /** Calls back when this thread has come by its event loop. */
  readonly atLoop: (callback: () => void) => void;
}

const world: SyncWorld = {
  nowMs: () => performance.now(),
  here: fdatasyncSync,
  elsewhere: promisify(fdatasync),
  atLoop: setImmediate,
};

/**
 * Gives a function that waits until what was written to a file is on the disk (fdatasync), on this thread while that is short. Errors are Node's, as rejections.
 */
export function dataSync({ nowMs, here, elsewhere, atLoop }: SyncWorld = world): (handle: number) => Promise<void> {
  let leftElsewhere = 0;
  /** null: no sync yet since the event loop was last come by. */
  let turnBeganMs: number | null = null;
  return async (handle) => {
    const beganMs = nowMs();
    if (turnBeganMs === null) {
      turnBeganMs = beganMs;
      atLoop(() => (turnBeganMs = null));
    }
    if (leftElsewhere > 0 || beganMs - turnBeganMs > longestTurnMs) {
      leftElsewhere = Math.max(0, leftElsewhere - 1);
      return elsewhere(handle);
    }
    here(handle);
    if (nowMs() - beganMs > shortSyncMs) leftElsewhere = syncsElsewhere;
  };
}
