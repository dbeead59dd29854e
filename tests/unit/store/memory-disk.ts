import { dirname } from 'node:path';
import type { Disk } from '../../../src/store/disk.ts';

interface Inode {
  current: Buffer;
  durable: Buffer;
}

type NameChange = { readonly path: string; readonly inode: Inode | null };

function failure(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

/** A disk in memory that forgets, at a power loss, any part of what was not synced; and that fails at a chosen call. */
export class MemoryDisk implements Disk {
  readonly calls: string[] = [];
  /** Called before each call; what it throws is the call's error. */
  before: (call: string, path: string) => void = () => undefined;
  /** How much of a write happens before it fails, 0 to 1. */
  partialWrite = 0;
  readonly #names = new Map<string, Inode>();
  readonly #durableNames = new Map<string, Inode>();
  readonly #handles = new Map<number, { readonly inode: Inode; readonly path: string }>();
  #changes: NameChange[] = [];
  #nextHandle = 3;
  #dead = false;

  /** From the `call`-th call on (0 is the next) every call fails, as after a loss of power. */
  loseOwnerAfter(call: number): void {
    let left = call;
    this.before = () => {
      left -= 1;
      if (left < 0) {
        this.#dead = true;
        throw failure('EIO', 'power loss');
      }
    };
  }

  get dead(): boolean {
    return this.#dead;
  }

  #call(call: string, path: string): void {
    this.calls.push(call);
    this.before(call, path);
  }

  /** The process died and the machine lives: all that was written is there, but no safer than before. */
  afterProcessDeath(): this {
    this.#dead = false;
    this.before = () => undefined;
    return this;
  }

  /** What a machine finds after a loss of power; `random` in [0, 1) decides what of the unsynced survived. */
  afterPowerLoss(random: () => number): MemoryDisk {
    const next = new MemoryDisk();
    const names = new Map(this.#durableNames);
    for (const { path, inode } of this.#changes) {
      if (random() < 0.5) continue;
      if (inode === null) names.delete(path);
      else names.set(path, inode);
    }
    for (const [path, inode] of names) next.place(path, survivingBytes(inode, random));
    return next;
  }

  /** Puts a synced file there. */
  place(path: string, bytes: Buffer): void {
    const inode = { current: bytes, durable: bytes };
    this.#names.set(path, inode);
    this.#durableNames.set(path, inode);
  }

  /** Takes a file away, synced. */
  drop(path: string): void {
    this.#names.delete(path);
    this.#durableNames.delete(path);
  }

  paths(): string[] {
    return [...this.#names.keys()].sort();
  }

  bytes(path: string): Buffer {
    return this.#find(path).current;
  }

  copy(): MemoryDisk {
    const next = new MemoryDisk();
    for (const [path, { current }] of this.#names) next.place(path, Buffer.from(current));
    return next;
  }

  #find(path: string): Inode {
    const inode = this.#names.get(path);
    if (inode === undefined) throw failure('ENOENT', path);
    return inode;
  }

  #handle(handle: number): { readonly inode: Inode; readonly path: string } {
    const open = this.#handles.get(handle);
    if (open === undefined) throw failure('EBADF', String(handle));
    return open;
  }

  #open(path: string, inode: Inode): number {
    const handle = this.#nextHandle;
    this.#nextHandle += 1;
    this.#handles.set(handle, { inode, path });
    return handle;
  }

  #change(path: string, inode: Inode | null): void {
    if (inode === null) this.#names.delete(path);
    else this.#names.set(path, inode);
    this.#changes.push({ path, inode });
  }

  async create(path: string): Promise<number> {
    this.#call('create', path);
    if (this.#names.has(path)) throw failure('EEXIST', path);
    const inode = { current: Buffer.alloc(0), durable: Buffer.alloc(0) };
    this.#change(path, inode);
    return this.#open(path, inode);
  }

  async openExisting(path: string): Promise<number> {
    this.#call('openExisting', path);
    return this.#open(path, this.#find(path));
  }

  write(handle: number, bytes: Uint8Array): void {
    const { inode, path } = this.#handle(handle);
    try {
      this.#call('write', path);
    } catch (error) {
      inode.current = Buffer.concat([inode.current, bytes.subarray(0, Math.floor(bytes.length * this.partialWrite))]);
      throw error;
    }
    inode.current = Buffer.concat([inode.current, bytes]);
  }

  async sync(handle: number): Promise<void> {
    const { inode, path } = this.#handle(handle);
    const { current } = inode;
    await Promise.resolve();
    this.#call('sync', path);
    inode.durable = current;
  }

  truncate(handle: number, length: number): void {
    const { inode, path } = this.#handle(handle);
    this.#call('truncate', path);
    inode.current = inode.current.subarray(0, length);
  }

  close(handle: number): void {
    this.#handles.delete(handle);
  }

  async syncFolder(folder: string): Promise<void> {
    this.#call('syncFolder', folder);
    for (const { path, inode } of this.#changes) {
      if (inode === null) this.#durableNames.delete(path);
      else this.#durableNames.set(path, inode);
    }
    this.#changes = [];
  }

  async rename(from: string, to: string): Promise<void> {
    this.#call('rename', from);
    const inode = this.#find(from);
    this.#change(from, null);
    this.#change(to, inode);
  }

  async readFile(path: string, offset = 0): Promise<Buffer> {
    this.#call('readFile', path);
    return Buffer.from(this.#find(path).current.subarray(offset));
  }

  async list(folder: string): Promise<string[]> {
    this.#call('list', folder);
    return [...this.#names.keys()].filter((path) => dirname(path) === folder).map((path) => path.slice(folder.length + 1));
  }

  async remove(path: string): Promise<void> {
    this.#call('remove', path);
    this.#find(path);
    this.#change(path, null);
  }

  async makeFolder(path: string): Promise<void> {
    this.#call('makeFolder', path);
  }

  exists(path: string): boolean {
    this.#call('exists', path);
    return this.#names.has(path);
  }

  async stat(path: string): Promise<{ size: number; id: string } | null> {
    this.#call('stat', path);
    const inode = this.#names.get(path);
    return inode === undefined ? null : { size: inode.current.length, id: inode.current.toString('base64') };
  }
}

/** Synced bytes, and of those after them: nothing, some, some and zeros, or all. A cut that was not synced happened or did not. */
function survivingBytes({ current, durable }: Inode, random: () => number): Buffer {
  if (current.length < durable.length) return Buffer.from(random() < 0.5 ? current : durable);
  const added = current.subarray(durable.length);
  const kept = added.subarray(0, Math.floor(random() * (added.length + 1)));
  const choice = Math.floor(random() * 4);
  if (choice === 0) return Buffer.from(durable);
  if (choice === 1) return Buffer.from(current);
  const rest = Buffer.alloc(choice === 2 ? 0 : added.length - kept.length);
  return Buffer.concat([durable, kept, rest]);
}
