/** Folders that last as long as the suite runs: whatever ends it, they are removed. */
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

  /**
   * Removes one folder before its time: many small stores together would fill a disk.
   * @param {string} folder
   */
  remove(folder) {
    // What a killed engine had started may still write its last file.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    this.#folders.delete(folder);
  }

  /** Removes every folder that is left. */
  removeAll() {
    for (const folder of this.#folders) this.remove(folder);
  }
}
