import { describe, expect, it } from 'vitest';
import { dataSync } from '../../../src/store/data-sync.ts';

/** Syncs one after the other on a clock of their own; each takes `tookMs`, and comes `pauseMs` after the one before. */
async function placesOf(syncs: readonly { readonly tookMs: number; readonly pauseMs?: number }[]): Promise<string> {
  let nowMs = 0;
  let took = 0;
  let places = '';
  let turned = (): void => undefined;
  const sync = dataSync({
    nowMs: () => nowMs,
    here: () => {
      places += 'h';
      nowMs += took;
    },
    elsewhere: () => {
      places += 'e';
      nowMs += took;
      turned();
      return Promise.resolve();
    },
    atLoop: (callback) => (turned = callback),
  });
  for (const { tookMs, pauseMs = 0 } of syncs) {
    if (pauseMs > 0) turned();
    nowMs += pauseMs;
    took = tookMs;
    await sync(1);
  }
  return places;
}

const same = (count: number, tookMs: number): { readonly tookMs: number }[] => Array.from({ length: count }, () => ({ tookMs }));

describe('a sync', () => {
  it('is made on this thread while it is short, and comes by the event loop every few milliseconds', async () => {
    expect(await placesOf(same(20, 0.5))).toBe('hhhhhhhhhhhehhhhhhhh');
  });

  it('after a time in which nothing had to be synced is made on this thread', async () => {
    const later = { tookMs: 0.5, pauseMs: 100 };
    expect(await placesOf([{ tookMs: 0.5 }, later, later])).toBe('hhh');
  });

  it('is left to another thread after one that was long, until it is tried again', async () => {
    const places = await placesOf([{ tookMs: 3 }, ...same(64, 3), { tookMs: 0.2 }]);
    expect(places).toBe(`h${'e'.repeat(64)}h`);
  });

  it('that fails is a rejection on either thread', async () => {
    const broken = (): never => {
      throw new Error('EIO');
    };
    let nowMs = 0;
    const sync = dataSync({
      nowMs: () => nowMs,
      here: broken,
      elsewhere: () => Promise.reject(new Error('ENOSPC')),
      atLoop: () => undefined,
    });
    await expect(sync(1)).rejects.toThrow('EIO');
    nowMs = 10;
    await expect(sync(1)).rejects.toThrow('ENOSPC');
  });
});
