import { rm, stat, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Clock } from '../../../src/engine/ports.ts';
import { systemClock } from '../../../src/engine/system-ports.ts';
import { ToolSlots, type Slot } from '../../../src/routing/slots.ts';
import { slotFolder } from '../../../src/routing/tools-folder.ts';
import { isOwned } from '../../../src/store/owner-lock.ts';
import { patient, Shop } from './route-fixture.ts';

let shop: Shop;
const taken: Slot[] = [];
beforeEach(async () => {
  shop = await Shop.open();
});
afterEach(async () => {
  await Promise.all(taken.splice(0).map((slot) => slot.release()));
  await shop.close();
});

/** A clock whose timers never ring: what goes on is woken, and does not poll. */
const stopped: Clock = { ...systemClock, schedule: () => () => undefined };
const slotsOf = (clock: Clock = systemClock, most: number | null = 2): ToolSlots =>
  new ToolSlots({ layout: shop.layout, clock, maxParallel: () => most });
const kept = <Kept extends Slot | null>(slot: Kept): Kept => {
  if (slot !== null) taken.push(slot);
  return slot;
};
const tryTake = async (slots: ToolSlots, toolId = 'a'): Promise<Slot | null> => kept(await slots.tryTake(toolId, slots.ticket()));
const waitFor = (slots: ToolSlots, ...toolIds: string[]): Promise<Slot | null> =>
  slots.waitForAny(toolIds, { ticket: slots.ticket(), atMostMs: 60_000, signal: patient }).then(kept);

describe('the slots of a tool', () => {
  test('are as many as its max_parallel, over all who use the store', async () => {
    const [here, there] = [slotsOf(), slotsOf()];
    const first = await tryTake(here);
    expect([await tryTake(there), await tryTake(here), await tryTake(there)].map((slot) => slot?.toolId)).toEqual([
      'a',
      undefined,
      undefined,
    ]);
    await first?.release();
    await first?.release();
    expect(await Promise.all([tryTake(there), tryTake(here), tryTake(there)])).toContainEqual(
      expect.objectContaining({ toolId: 'a' }),
    );
    expect(await tryTake(here, 'b')).not.toBeNull();
  });

  test('are locks of private folders', async () => {
    await tryTake(slotsOf());
    const folder = slotFolder(shop.layout, 'a', 1);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(await isOwned(folder)).toBe(true);
    expect(await isOwned(slotFolder(shop.layout, 'a', 2))).toBe(false);
  });

  test('of many that ask in one turn go to so many', async () => {
    const slots = slotsOf();
    const got = await Promise.all(Array.from({ length: 6 }, () => tryTake(slots)));
    expect(got.filter((slot) => slot !== null)).toHaveLength(2);
  });

  test('are no matter for a tool without max_parallel', async () => {
    const slots = slotsOf(stopped, null);
    expect(await Promise.all([tryTake(slots), tryTake(slots), waitFor(slots, 'a')])).toHaveLength(3);
    expect(await isOwned(slotFolder(shop.layout, 'a', 1))).toBe(false);
  });

  test('cannot be had where no folder can be made, and are not lost by that', async () => {
    const slots = slotsOf(stopped, 1);
    await writeFile(shop.layout.root, 'in the way');
    await expect(tryTake(slots)).rejects.toThrow('ENOTDIR');
    await rm(shop.layout.root);
    expect(await tryTake(slots)).not.toBeNull();
  });
});

describe('who waits for a slot', () => {
  test('is woken by a release in this process, first come, first served, and nobody pushes in', async () => {
    const slots = slotsOf(stopped, 1);
    const first = await tryTake(slots);
    const order: number[] = [];
    const waiting = [1, 2, 3].map(async (number) => {
      const slot = await waitFor(slots, 'a');
      order.push(number);
      return slot;
    });
    const released = first?.release();
    expect(await tryTake(slots)).toBeNull();
    await released;
    for (const next of waiting) await (await next)?.release();
    expect(order).toEqual([1, 2, 3]);
  });

  test('goes before who comes later, also when it has not looked again yet', async () => {
    const [here, there] = [slotsOf(stopped, 1), slotsOf(systemClock, 1)];
    const slot = await tryTake(there);
    const early = here.ticket();
    const abort = new AbortController();
    const waiting = here.waitForAny(['a'], { ticket: here.ticket(), atMostMs: 60_000, signal: abort.signal });
    await tryTake(there, 'b');
    await slot?.release();
    expect(await tryTake(here)).toBeNull();
    expect(kept(await here.tryTake('a', early))).not.toBeNull();
    abort.abort(new Error('canceled'));
    await expect(waiting).rejects.toThrow('canceled');
  });

  test('takes any of the tools that it waits for, and lets go of the queue of the others', async () => {
    const slots = slotsOf(stopped, 1);
    const [, b] = [await tryTake(slots, 'a'), await tryTake(slots, 'b')];
    const first = waitFor(slots, 'a', 'b');
    const second = waitFor(slots, 'b');
    await b?.release();
    expect((await first)?.toolId).toBe('b');
    await (await first)?.release();
    expect((await second)?.toolId).toBe('b');
  });

  test('asks again and again, because nobody tells of a release elsewhere', async () => {
    const [here, there] = [slotsOf(systemClock, 1), slotsOf(systemClock, 1)];
    const slot = await tryTake(there);
    const waiting = waitFor(here, 'a');
    await slot?.release();
    expect((await waiting)?.toolId).toBe('a');
  });

  test('gives up when the time is over, or when aborted', async () => {
    const slots = slotsOf(systemClock, 1);
    await tryTake(slots);
    const ticket = slots.ticket();
    expect(await slots.waitForAny(['a'], { ticket, atMostMs: 1, signal: patient })).toBeNull();
    const abort = new AbortController();
    const waiting = slotsOf(stopped, 1).waitForAny(['a'], { ticket, atMostMs: 60_000, signal: abort.signal });
    abort.abort(new Error('canceled'));
    await expect(waiting).rejects.toThrow('canceled');
  });

  test('frees what it got in the moment in which it was aborted', async () => {
    const abort = new AbortController();
    const waiting = slotsOf(stopped, 1).waitForAny(['a'], { ticket: 1, atMostMs: 60_000, signal: abort.signal });
    // The first look is under way.
    abort.abort(new Error('canceled'));
    await expect(waiting).rejects.toThrow('canceled');
    expect(await isOwned(slotFolder(shop.layout, 'a', 1))).toBe(false);
  });
});
