import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StoreError } from '../../src/store/store-error.ts';
import { verifyStore } from '../../src/store/verify.ts';
import { MemoryDisk } from '../unit/store/memory-disk.ts';
import { folder, note, noteIds, openNotes, readNotes, upTo } from '../unit/store/notes-store.ts';

type Act = 'unit' | 'durable' | 'checkpoint' | 'reopen' | 'reopenAfterCheckpoint';

interface Life {
  /** Notes whose record was told to be safe. */
  acknowledged: number;
  transacted: number;
}

/** Uses the store as told until the disk fails or the acts are done. */
async function live(disk: MemoryDisk, acts: readonly Act[], life: Life): Promise<void> {
  let { store } = await openNotes(disk);
  const act: Readonly<Record<Act, () => Promise<unknown>>> = {
    unit: async () => {
      store.transact(note(life.transacted + 1));
      life.transacted += 1;
    },
    durable: () => store.durable(),
    checkpoint: () => store.checkpoint(),
    reopen: async () => {
      await store.close({ checkpoint: false });
      ({ store } = await openNotes(disk));
    },
    reopenAfterCheckpoint: async () => {
      await store.close();
      ({ store } = await openNotes(disk));
    },
  };
  for (const name of acts) {
    const before = life.transacted;
    await act[name]();
    if (name !== 'unit') life.acknowledged = before;
  }
  await store.close({ checkpoint: false });
  life.acknowledged = life.transacted;
}

const acts = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constant<Act>('unit') },
    { weight: 4, arbitrary: fc.constant<Act>('durable') },
    { weight: 2, arbitrary: fc.constantFrom<Act>('checkpoint', 'reopen', 'reopenAfterCheckpoint') },
  ),
  { minLength: 1, maxLength: 14 },
);

describe('a death of the process or a loss of power', () => {
  test('at any call to the disk loses nothing acknowledged, keeps whole units, and leaves a store that goes on', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ acts, call: fc.nat(90), partial: fc.double({ min: 0, max: 1, noNaN: true }), powerLost: fc.boolean() }),
          {
            minLength: 1,
            maxLength: 3,
          },
        ),
        fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
        async (lives, chances) => {
          const random = (): number => chances.next().value;
          let disk = new MemoryDisk();
          const life: Life = { acknowledged: 0, transacted: 0 };
          for (const { acts: told, call, partial, powerLost } of lives) {
            disk.partialWrite = partial;
            disk.loseOwnerAfter(call);
            try {
              await live(disk, told, life);
            } catch (error) {
              expect(error).toBeInstanceOf(StoreError);
              expect(disk.dead).toBe(true);
            }
            disk = powerLost ? disk.afterPowerLoss(random) : disk.afterProcessDeath();
            const kept = await notesOf(disk);
            expect(kept).toEqual(upTo(kept.length));
            expect(kept.length).toBeGreaterThanOrEqual(life.acknowledged);
            expect(kept.length).toBeLessThanOrEqual(life.transacted);
            // After a mere death a reader may see a record that is not synced: the next writer makes it safe, or it may go.
            if (powerLost) life.acknowledged = kept.length;
            life.transacted = kept.length;
          }
        },
      ),
      { numRuns: 250 },
    );
  });
});

/** What a reader and the verifier find before any writer has recovered. */
async function notesOf(disk: MemoryDisk): Promise<number[]> {
  try {
    const reader = await readNotes(disk);
    const ids = reader.sequence === 0 ? [] : noteIds(reader);
    reader.close();
    const report = await verifyStore({ folder, name: 'run', disk });
    expect(report.problems).toEqual([]);
    return ids;
  } catch (error) {
    expect((error as StoreError).kind).toBe('missing');
    return [];
  }
}
