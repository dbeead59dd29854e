import { dirname } from 'node:path';
import type { SeededRandom } from '../../src/simulate/seeded-random.ts';

/** A file without its name: what programs see of it, and how much of that a loss of power would leave. */
export class Inode {
  #bytes = Buffer.alloc(4096);
  /** Bytes that programs see. */
  length = 0;
  /** Bytes that are on the disk; more than `length` when a cut has not reached the disk. */
  syncedLength = 0;

  /** What a program reads now; a copy. */
  read(offset = 0): Buffer {
    return Buffer.from(this.#bytes.subarray(Math.min(offset, this.length), this.length));
  }

  /** What is on the disk for certain, from `offset`; not a copy. */
  synced(offset: number): Buffer {
    return this.#bytes.subarray(Math.min(offset, this.syncedLength), this.syncedLength);
  }

  append(bytes: Uint8Array): void {
    const end = this.length + bytes.length;
    if (end > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(end, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, Math.max(this.length, this.syncedLength));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.length);
    this.length = end;
  }

  /** Power is lost: of what was not synced all, nothing, or a part is on the disk, and that may be damaged. */
  losePower(random: SeededRandom): void {
    if (this.length < this.syncedLength) {
      if (random.chance(0.5)) this.length = this.syncedLength;
    } else if (this.length > this.syncedLength) this.#tear(random);
    this.syncedLength = this.length;
  }

  /** Turns over one bit. */
  flip(bit: number): void {
    const at = bit >> 3;
    this.#bytes[at] = (this.#bytes[at] ?? 0) ^ (1 << (bit & 7));
  }

  #tear(random: SeededRandom): void {
    const from = this.syncedLength;
    const fate = random.pick(['lost', 'kept', 'cut', 'cut', 'damaged', 'hole']);
    if (fate === 'lost') this.length = from;
    if (fate === 'cut') this.length = random.between(from, this.length);
    // The size has reached the disk, a part of the content has not.
    if (fate === 'hole') this.#bytes.fill(0, random.between(from, this.length - 1), this.length);
    if (fate !== 'damaged') return;
    if (random.chance(0.5)) this.length = random.between(from + 1, this.length);
    for (let left = random.between(1, 4); left > 0; left--) this.flip(random.between(from * 8, this.length * 8 - 1));
  }
}

interface Renaming {
  readonly number: number;
  readonly folder: string;
  readonly apply: (names: Map<string, Inode>) => void;
}

/**
 * A disk under a cache. Bytes are safe after a sync of their file, names after a sync of their folder; a loss of power
 * keeps any part of the rest. The end of a program loses nothing.
 */
export class SimulatedDisk {
  readonly handles = new Map<number, Inode>();
  #names = new Map<string, Inode>();
  #synced = new Map<string, Inode>();
  #unsynced: Renaming[] = [];
  #lastHandle = 2;
  #changes = 0;

  /** The files that programs see, by path. */
  get names(): ReadonlyMap<string, Inode> {
    return this.#names;
  }

  /** The names that a loss of power would leave for certain. */
  get syncedNames(): ReadonlyMap<string, Inode> {
    return this.#synced;
  }

  /** The file of that name or, for programs, ENOENT. */
  find(path: string): Inode {
    const found = this.#names.get(path);
    if (found === undefined) throw diskError('ENOENT', path);
    return found;
  }

  /** A handle to a file. */
  open(inode: Inode): number {
    this.#lastHandle += 1;
    this.handles.set(this.#lastHandle, inode);
    return this.#lastHandle;
  }

  create(path: string): Inode {
    if (this.#names.has(path)) throw diskError('EEXIST', path);
    const inode = new Inode();
    this.#rename(dirname(path), (names) => names.set(path, inode));
    return inode;
  }

  rename(from: string, to: string): void {
    const inode = this.find(from);
    this.#rename(dirname(to), (names) => {
      names.delete(from);
      names.set(to, inode);
    });
  }

  remove(path: string): void {
    this.find(path);
    this.#rename(dirname(path), (names) => names.delete(path));
  }

  /** How many names were made, changed or removed. */
  get changes(): number {
    return this.#changes;
  }

  /** Makes the changes of that folder's names safe, up to the one with that number. */
  syncNames(folder: string, through: number): void {
    this.#unsynced = this.#unsynced.filter((change) => {
      if (change.number > through || change.folder !== folder) return true;
      change.apply(this.#synced);
      return false;
    });
  }

  /** Power is lost: changes of names that were not synced are kept up to some point, or at random; files are torn. */
  losePower(random: SeededRandom): void {
    const inOrder = random.chance(0.5);
    const kept = random.between(0, this.#unsynced.length);
    this.#unsynced.forEach((change, index) => {
      if (inOrder ? index < kept : random.chance(0.5)) change.apply(this.#synced);
    });
    this.#unsynced = [];
    this.#names = new Map(this.#synced);
    this.handles.clear();
    for (const path of [...this.#names.keys()].sort()) this.#names.get(path)?.losePower(random);
  }

  #rename(folder: string, apply: Renaming['apply']): void {
    apply(this.#names);
    this.#changes += 1;
    this.#unsynced.push({ number: this.#changes, folder, apply });
  }
}

/** An error as Node gives it. */
export function diskError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: simulated, '${path}'`), { code });
}
