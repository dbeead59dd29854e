import { walkJournal, type ImagePoint } from './journal-walk.ts';
import { readRecord } from './record.ts';
import { segmentNumbers, type Segment } from './segment.ts';
import { readSegments, readSurvey, type StorePlace } from './survey.ts';
import { StoreError } from './store-error.ts';

/** How far the damage of a store goes, in records. */
export interface DamageExtent {
  /** Records 1 to this one can be read; 0: none. */
  readonly lastGood: number;
  /** The highest record of which there is a trace behind them; null when there is none, so nothing tells how many are lost. */
  readonly lastTrace: number | null;
}

/** Measures what can be read of a store that is damaged. Changes nothing; errors are the disk's. */
export async function measureDamage(place: StorePlace): Promise<DamageExtent> {
  const names = await place.disk.list(place.folder);
  const segments = await readSegments(place, segmentNumbers(names, place.name));
  const lastGood = readableThrough(segments, await imagePointOf(place, names));
  const highest = Math.max(0, ...segments.map(highestSequence));
  return { lastGood, lastTrace: highest > lastGood ? highest : null };
}

/** Where the database file stands; null when there is none that can be trusted. */
async function imagePointOf(place: StorePlace, names: readonly string[]): Promise<ImagePoint | null> {
  if (!names.includes(`${place.name}.db`)) return null;
  try {
    return (await readSurvey(place, names)).image?.point ?? null;
  } catch (error) {
    if (error instanceof StoreError && error.kind === 'damaged') return null;
    throw error;
  }
}

function readableThrough(segments: readonly Segment[], image: ImagePoint | null): number {
  let last = image?.sequence ?? 0;
  try {
    walkJournal(segments, image, ({ sequence }) => {
      last = Math.max(last, sequence);
    });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
  return last;
}

/** The highest record that is whole in itself, or that the header names; looked for at every byte, for the place of the damage is not known. */
function highestSequence({ bytes, header }: Segment): number {
  let highest = Math.max(header?.base.sequence ?? 0, header?.image?.sequence ?? 0);
  for (let offset = bytes.indexOf(0xf9); offset !== -1; offset = bytes.indexOf(0xf9, offset + 1)) {
    highest = Math.max(highest, readRecord(bytes, offset)?.sequence ?? 0);
  }
  return highest;
}
