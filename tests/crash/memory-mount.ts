import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A small file system in memory, mounted on a folder. */
export class MemoryMount {
  readonly folder: string;

  /** Mounts `megabytes` on the folder, which is made when there is none. Throws where this user may not mount. */
  constructor(folder: string, megabytes: number) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    mount('-t', 'tmpfs', '-o', `size=${String(megabytes)}m,mode=700`, 'tmpfs', folder);
  }

  /** From now on nothing in it can be changed. Waits for files that are open for writing. */
  makeReadOnly(): void {
    for (let left = 50; ; left -= 1) {
      try {
        return mount('-o', 'remount,ro', this.folder);
      } catch (error) {
        if (left === 0) throw error;
        execFileSync('sleep', ['0.1']);
      }
    }
  }

  makeWritable(): void {
    mount('-o', 'remount,rw', this.folder);
  }

  unmount(): void {
    execFileSync('umount', ['-l', this.folder], { stdio: 'ignore' });
  }
}

/** Why this user cannot mount a file system here; null where that is possible. */
export function mountObstacle(): string | null {
  if (process.platform !== 'linux') return 'there is no tmpfs on this system';
  const folder = mkdtempSync(join(tmpdir(), 'stateyard-mount-'));
  try {
    new MemoryMount(folder, 1).unmount();
    return null;
  } catch {
    return 'mounting a tmpfs needs more rights than this user has';
  } finally {
    rmdirSync(folder);
  }
}

function mount(...args: readonly string[]): void {
  execFileSync('mount', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
