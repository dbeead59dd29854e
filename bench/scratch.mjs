/**
 * Folders that last as long as the suite runs: whatever ends it, they are removed. Not before: for some minutes after files were deleted ext4 passes over
 * their inodes one by one when new files are made (`recently_deleted` in fs/ext4/ialloc.c of Linux), and a file that takes 30 us to make then takes 300 to 600.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';

export class Scratch {
  /** @type {Set<string>} */
  #folders = new Set();

  /**
   * A new folder in `parent`, by its absolute path.
   * @param {string} parent
   */
  make(parent) {
    const folder = mkdtempSync(path.join(parent, '.stateyard-bench-'));
    this.#folders.add(folder);
    return folder;
  }

  /** Removes every folder. */
  removeAll() {
    for (const folder of this.#folders) {
      // What a killed engine had started may still write its last file.
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    }
    this.#folders.clear();
  }
}
