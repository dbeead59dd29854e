import { dirname } from 'node:path';
import type { SeededRandom } from '../../src/simulate/seeded-random.ts';
import type { TraceLine } from './disk-trace.ts';
import type { ToldEvent } from './run-invariants.ts';

/** A file, or a folder (`bytes` null). Content up to `synced` is safe; a truncation is as long as `longer` holds what was there before. */
interface Inode {
  bytes: Buffer | null;
  synced: number;
  longer: Buffer | null;
}

interface NameChange {
  readonly number: number;
  readonly path: string;
  readonly inode: Inode | null;
}

/** What a loss of power may leave: content by path (null: a folder). */
export interface PowerState {
  readonly files: ReadonlyMap<string, Buffer | null>;
  /** The file whose last bytes were not safe and of which this state holds a part: so many bytes of it, from an offset. */
  readonly torn: { readonly path: string; readonly offset: number; readonly bytes: number } | null;
}

/** Beyond so many unsynced names not all of their subsets are tried. */
const mostNamesInFull = 4;

/** Plays a trace, and tells after any of its lines what a loss of power would leave. Folders above the trace's own are safe. */
export class PoweredMachine {
  /** Events that were called safe. */
  readonly told: ToldEvent[] = [];
  /** The ids of the attempts whose tools were started. */
  readonly started: string[] = [];
  readonly #root: string;
  #names = new Map<string, Inode>();
  readonly #safe = new Map<string, Inode>();
  #unsynced: NameChange[] = [];
  readonly #handles = new Map<number, Inode>();
  readonly #begun = new Map<number, () => void>();
  #changes = 0;

  /** `root` holds everything that the trace speaks of. */
  constructor(root: string) {
    this.#root = root;
  }

  apply(line: TraceLine): void {
    switch (line.op) {
      case 'told':
        this.told.push(...line.events);
        return;
      case 'spawn':
        this.started.push(line.attemptId);
        return;
      case 'makeFolder':
        return this.#makeFolder(line.path);
      case 'remove':
        return this.#change(line.path, null);
      case 'rename':
        return this.#rename(line.path, line.to);
      case 'open':
        return this.#open(line);
      case 'write':
        return this.#write(line.handle, Buffer.from(line.data, 'base64'));
      case 'truncate':
        return this.#truncate(line.handle, line.length);
      default:
        return this.#sync(line);
    }
  }

  /** The states that a loss of power now may leave; not every one (names and tears are many), but each kind of it. */
  *states(random: SeededRandom): Generator<PowerState> {
    for (const kept of this.#nameChoices()) {
      const names = new Map(this.#safe);
      for (const { path, inode } of kept) {
        if (inode === null) names.delete(path);
        else names.set(path, inode);
      }
      const reachable = new Map([...names].filter(([path]) => this.#isReachable(path, names)));
      yield* contentChoices(reachable, random);
    }
  }

  #isReachable(path: string, names: ReadonlyMap<string, Inode>): boolean {
    for (let folder = dirname(path); folder.length > this.#root.length; folder = dirname(folder))
      if (!names.has(folder)) return false;
    return true;
  }

  #nameChoices(): NameChange[][] {
    const changes = this.#unsynced;
    if (changes.length <= mostNamesInFull) {
      return Array.from({ length: 2 ** changes.length }, (_, set) => changes.filter((_change, at) => (set >> at) % 2 === 1));
    }
    const prefixes = changes.map((_, at) => changes.slice(0, at));
    const without = changes.map((change) => changes.filter((other) => other !== change));
    return [...prefixes, changes, ...without, ...changes.map((change) => [change])];
  }

  #makeFolder(path: string): void {
    if (path.length <= this.#root.length || this.#names.has(path)) return;
    this.#makeFolder(dirname(path));
    this.#change(path, { bytes: null, synced: 0, longer: null });
  }

  #change(path: string, inode: Inode | null): void {
    if (inode === null) this.#names.delete(path);
    else this.#names.set(path, inode);
    this.#changes += 1;
    this.#unsynced.push({ number: this.#changes, path, inode });
  }

  #rename(from: string, to: string): void {
    const inode = this.#names.get(from);
    if (inode === undefined) throw new Error(`the trace renames ${from}, which is not there`);
    this.#change(to, inode);
    this.#change(from, null);
  }

  #open({ path, handle, isNew }: { path: string; handle: number; isNew: boolean }): void {
    if (isNew) this.#change(path, { bytes: Buffer.alloc(0), synced: 0, longer: null });
    const inode = this.#names.get(path);
    if (inode === undefined) throw new Error(`the trace opens ${path}, which is not there`);
    this.#handles.set(handle, inode);
  }

  #write(handle: number, bytes: Buffer): void {
    const inode = this.#file(handle);
    inode.bytes = Buffer.concat([inode.bytes ?? Buffer.alloc(0), bytes]);
  }

  #truncate(handle: number, length: number): void {
    const inode = this.#file(handle);
    inode.longer ??= inode.bytes;
    inode.bytes = (inode.bytes ?? Buffer.alloc(0)).subarray(0, length);
    inode.synced = Math.min(inode.synced, length);
  }

  #sync(line: Extract<TraceLine, { readonly id: number }>): void {
    if (line.op === 'syncBegin') {
      const inode = this.#file(line.handle);
      const length = inode.bytes?.length ?? 0;
      this.#begun.set(line.id, () => {
        inode.synced = length;
        inode.longer = null;
      });
    } else if (line.op === 'folderBegin') {
      const through = this.#changes;
      this.#begun.set(line.id, () => this.#makeSafe(line.path, through));
    } else {
      this.#begun.get(line.id)?.();
    }
  }

  #makeSafe(folder: string, through: number): void {
    this.#unsynced = this.#unsynced.filter(({ number, path, inode }) => {
      if (number > through || dirname(path) !== folder) return true;
      if (inode === null) this.#safe.delete(path);
      else this.#safe.set(path, inode);
      return false;
    });
  }

  #file(handle: number): Inode {
    const inode = this.#handles.get(handle);
    if (inode === undefined) throw new Error(`the trace uses handle ${String(handle)}, which is not open`);
    return inode;
  }
}

function* contentChoices(names: ReadonlyMap<string, Inode>, random: SeededRandom): Generator<PowerState> {
  const whole = new Map([...names].map(([path, { bytes }]) => [path, bytes] as const));
  const bare = new Map([...names].map(([path, { bytes, synced }]) => [path, bytes?.subarray(0, synced) ?? null] as const));
  yield { files: whole, torn: null };
  yield { files: bare, torn: null };
  for (const [path, inode] of names) {
    if (inode.longer !== null) yield { files: new Map([...whole, [path, inode.longer]]), torn: null };
    const { bytes, synced: offset } = inode;
    if (bytes === null || bytes.length === offset) continue;
    for (const torn of tornContents(bytes, offset, random)) {
      for (const others of [whole, bare]) {
        yield { files: new Map([...others, [path, torn]]), torn: { path, offset, bytes: torn.length - offset } };
      }
    }
  }
}

/** Beginnings of what was not safe, and all of its length with zeros in place of a part: the size is safe before the content, in any order of its pages. */
function* tornContents(bytes: Buffer, from: number, random: SeededRandom): Generator<Buffer> {
  const length = bytes.length - from;
  const cuts = new Set([
    1,
    4,
    51,
    52,
    53,
    length >> 1,
    length - 1,
    random.between(1, length),
    random.between(1, length),
    random.between(1, length),
  ]);
  for (const cut of cuts) if (cut > 0 && cut < length) yield bytes.subarray(0, from + cut);
  const middle = random.between(1, length);
  for (const [start, end] of [
    [0, length],
    [0, middle],
    [middle, length],
  ] as const) {
    const holed = Buffer.from(bytes);
    holed.fill(0, from + start, from + end);
    if (!holed.equals(bytes)) yield holed;
  }
}
