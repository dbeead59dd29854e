import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { acquireLockFile, isLockFileHeld } from './lock-file.ts';
import { StoreError, systemCode } from './store-error.ts';

/** The right to write to a folder. Ends with the process at the latest, however that ends. */
export interface OwnerLock {
  release(): Promise<void>;
}

/** `socket`: an abstract socket, which Linux frees with the process. `file`: a lock file, for other systems. */
export interface LockOptions {
  readonly way?: 'socket' | 'file';
}

/** Takes the lock of an existing folder; null when a live process (this one included) has it. */
export async function acquireOwnerLock(folder: string, options: LockOptions = {}): Promise<OwnerLock | null> {
  const real = await realpath(folder);
  return wayOf(options) === 'file' ? acquireLockFile(real) : acquireSocket(socketName(real));
}

/** Whether a live process has the lock of a folder; false when there is no such folder. */
export async function isOwned(folder: string, options: LockOptions = {}): Promise<boolean> {
  let real: string;
  try {
    real = await realpath(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
  return wayOf(options) === 'file' ? isLockFileHeld(real) : isListening(socketName(real));
}

/** Like {@link acquireOwnerLock}, but waits for a rival; throws StoreError `busy` when it is not freed within `atMostMs`. */
export async function waitForOwnerLock(folder: string, atMostMs: number, options: LockOptions = {}): Promise<OwnerLock> {
  const end = performance.now() + atMostMs;
  for (let waitMs = 1; ; waitMs = Math.min(waitMs * 2, 20)) {
    const lock = await acquireOwnerLock(folder, options);
    if (lock !== null) return lock;
    if (performance.now() >= end) break;
    // Uneven, so that processes that wait together do not ask together.
    await delay(waitMs * (0.5 + Math.random()));
  }
  throw new StoreError('busy', `another process keeps ${folder} locked`, {
    file: folder,
    advice: `it was not freed within ${Math.round(atMostMs / 1000)} s; look for a stateyard process that hangs`,
  });
}

function wayOf({ way }: LockOptions): 'socket' | 'file' {
  return way ?? (process.platform === 'linux' ? 'socket' : 'file');
}

/** Abstract names (their first byte is zero) are not files: nothing is left behind. Their length is bounded, hence the hash. */
function socketName(real: string): string {
  return `\0stateyard-${createHash('sha256').update(real).digest('hex')}`;
}

function acquireSocket(path: string): Promise<OwnerLock | null> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error) => (systemCode(error) === 'EADDRINUSE' ? resolve(null) : reject(error)));
    // Exclusive: in a cluster each worker must own for itself.
    server.listen({ path, exclusive: true }, () => {
      server.unref();
      resolve({ release: () => closeServer(server) });
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // Every other error (a full queue, say) comes from someone who listens.
    socket.once('error', (error) => resolve(systemCode(error) !== 'ECONNREFUSED'));
  });
}
