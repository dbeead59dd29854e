import childProcess from 'node:child_process';
import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';
import { nodeDisk, type Disk } from '../../src/store/disk.ts';

/** What a call to the world does; `spawn` starts a tool, the others are calls to the disk. */
export type CallKind =
  | 'create'
  | 'openExisting'
  | 'write'
  | 'sync'
  | 'truncate'
  | 'syncFolder'
  | 'rename'
  | 'remove'
  | 'makeFolder'
  | 'readFile'
  | 'list'
  | 'stat'
  | 'spawn';

/** One call; the path of a `spawn` is the id of the attempt. `bytes` and `handle` belong to writes, `to` to renames, `length` to truncations. */
export interface Call {
  readonly kind: CallKind;
  readonly path: string;
  readonly handle?: number;
  readonly bytes?: Uint8Array;
  readonly to?: string;
  readonly length?: number;
  /** The call answers at once, not by a promise. */
  readonly isSync?: true;
}

/** Carries a call out, or does something else instead: `half` does a part of it. */
export type Tap = <Result>(call: Call, work: () => Result, half?: () => void) => Result;

/** Calls that leave the disk as it is. */
export const readingCalls: ReadonlySet<CallKind> = new Set<CallKind>(['readFile', 'list', 'stat']);

let tap: Tap | null = null;
/** True while a call of the store's disk is being made: the calls of Node that it is made of are a part of it. */
let inside = false;

/** Leads every call to the world through `next` (null: none), from the whole process. */
export function setTap(next: Tap | null): void {
  tap = next;
}

function through<Result>(call: Call, work: () => Result, half?: () => void): Result {
  if (tap === null || inside) return work();
  const whole = (): Result => {
    inside = true;
    try {
      return work();
    } finally {
      inside = false;
    }
  };
  return tap(call, whole, half);
}

const paths = new Map<number, string>();

async function opened(path: string, work: () => Promise<number>): Promise<number> {
  const handle = await work();
  paths.set(handle, path);
  return handle;
}

function tapDisk(plain: Disk): Disk {
  const pathOf = (handle: number): string => paths.get(handle) ?? '';
  return {
    ...plain,
    create: (path) => opened(path, () => through({ kind: 'create', path }, () => plain.create(path))),
    openExisting: (path) => opened(path, () => through({ kind: 'openExisting', path }, () => plain.openExisting(path))),
    write: (handle, bytes) =>
      through(
        { kind: 'write', path: pathOf(handle), handle, bytes, isSync: true },
        () => plain.write(handle, bytes),
        () => plain.write(handle, bytes.subarray(0, Math.ceil(bytes.length / 2))),
      ),
    sync: (handle) => through({ kind: 'sync', path: pathOf(handle), handle }, () => plain.sync(handle)),
    truncate: (handle, length) =>
      through({ kind: 'truncate', path: pathOf(handle), handle, length, isSync: true }, () => plain.truncate(handle, length)),
    syncFolder: (path) => through({ kind: 'syncFolder', path }, () => plain.syncFolder(path)),
    rename: (from, to) => through({ kind: 'rename', path: from, to }, () => plain.rename(from, to)),
    remove: (path) => through({ kind: 'remove', path }, () => plain.remove(path)),
    makeFolder: (path) => through({ kind: 'makeFolder', path }, () => plain.makeFolder(path)),
    readFile: (path, offset) => through({ kind: 'readFile', path }, () => plain.readFile(path, offset)),
    list: (path) => through({ kind: 'list', path }, () => plain.list(path)),
    stat: (path) => through({ kind: 'stat', path }, () => plain.stat(path)),
  };
}

type Loose = Record<string, (...args: never[]) => unknown>;

/** Leads the calls of a function of Node through the tap. `describe` null: this call is not of interest. */
function tapBuiltin(module: object, name: string, describe: (args: readonly unknown[]) => Call | null): void {
  const loose = module as Loose;
  const plain = loose[name] as (...args: unknown[]) => unknown;
  loose[name] = ((...args: unknown[]) => {
    const call = describe(args);
    const work = (): unknown => Reflect.apply(plain, module, args);
    return call === null ? work() : through(call, work);
  }) as (...args: never[]) => unknown;
}

/** Leads the requests to launchers through the tap: each starts a tool. */
function tapRequests(): void {
  const plain = Reflect.get(Socket.prototype, 'write') as unknown as (this: Socket, ...args: unknown[]) => boolean;
  Reflect.set(Socket.prototype, 'write', function write(this: Socket, ...args: unknown[]) {
    const [, attemptId] = Buffer.isBuffer(args[0])
      ? (/STATEYARD_ATTEMPT_ID\0([^\0]*)\0/.exec(args[0].toString('utf8')) ?? [])
      : [];
    const work = (): boolean => Reflect.apply(plain, this, args);
    return attemptId === undefined ? work() : through({ kind: 'spawn', path: attemptId, isSync: true }, work);
  });
}

/**
 * Installs the tap, once a process: under the store's disk, and under those functions of Node by which the engine makes folders, writes the
 * files of attempts and starts tools. What opens a file only to read it passes.
 */
export function installTap(): void {
  Object.assign(nodeDisk, tapDisk({ ...nodeDisk }));
  for (const module of [fs, fsPromises]) {
    const [suffix, more] = module === fs ? (['Sync', { isSync: true }] as const) : (['', {}] as const);
    tapBuiltin(module, `mkdir${suffix}`, ([path]) => ({ kind: 'makeFolder', path: String(path), ...more }));
    tapBuiltin(module, `writeFile${suffix}`, ([path]) => ({ kind: 'create', path: String(path), ...more }));
  }
  tapBuiltin(fs, 'openSync', ([path, flags]) =>
    typeof flags === 'string' && flags !== 'r' ? { kind: 'create', path: String(path), isSync: true } : null,
  );
  tapBuiltin(childProcess, 'spawn', ([, , options]) => {
    const attemptId = (options as { env?: NodeJS.ProcessEnv }).env?.['STATEYARD_ATTEMPT_ID'];
    // Without an attempt: a launcher.
    return attemptId === undefined ? null : { kind: 'spawn', path: attemptId, isSync: true };
  });
  tapRequests();
  syncBuiltinESMExports();
}

/** Calls `work`, whose synchronous calls to the world do not go through the tap: what a tool does is not the engine's doing. */
export function untapped<Result>(work: () => Result): Result {
  const before = inside;
  inside = true;
  try {
    return work();
  } finally {
    inside = before;
  }
}
