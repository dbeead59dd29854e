import { follow } from '../store/follow.ts';
import type { StoreReader } from '../store/reader.ts';

/** Keeps a reader at the newest record while somebody follows it. */
export interface ChangeFeed {
  /** Resolves when the reader has moved since the last call, or after a while; rejects when the store cannot be read. */
  next(): Promise<void>;
  /** Ends the feed; afterwards nobody but the caller moves the reader. */
  stop(): Promise<void>;
}

// How long a run may be without an owner before that is looked at.
const atMostMs = 400;

/** Starts a feed; to be stopped. It also stops, and wakes who waits, when `signal` is aborted. */
export function startChangeFeed(reader: StoreReader, signal: AbortSignal): ChangeFeed {
  const own = new AbortController();
  let moved = false;
  let failure: Error | null = null;
  let wake: () => void = () => {};
  const ring = (): void => {
    moved = true;
    wake();
  };
  const stop = (): void => {
    own.abort();
    ring();
  };
  const running = follow(reader, ring, own.signal).catch((error: unknown) => {
    failure = error instanceof Error ? error : new Error(String(error));
    ring();
  });
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  return {
    async next() {
      if (!moved) await atMost(atMostMs, (resolve) => (wake = resolve));
      moved = false;
      if (failure !== null) throw failure;
    },
    async stop() {
      stop();
      signal.removeEventListener('abort', stop);
      await running;
    },
  };
}

async function atMost(ms: number, listen: (resolve: () => void) => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
    listen(resolve);
  });
  clearTimeout(timer);
}
