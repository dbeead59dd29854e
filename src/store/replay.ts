import { BatchDecoder } from './batch.ts';
import type { Database } from './database.ts';
import { walkJournal, type JournalState, type RecordVisitor } from './journal-walk.ts';
import type { Segment } from './segment.ts';
import { damaged } from './store-error.ts';
import type { Survey } from './survey.ts';

/** Gives a visitor that applies the records after `after` and up to `through`, segment by segment, as they are visited. */
function applier(database: Database, after: number, through = Number.POSITIVE_INFINITY): RecordVisitor {
  let current: Segment['number'] | null = null;
  let decoder = new BatchDecoder();
  return (record, segment) => {
    if (segment.number !== current) {
      current = segment.number;
      decoder = new BatchDecoder();
    }
    try {
      const { statements } = decoder.decode(record.payload);
      if (record.sequence > after && record.sequence <= through) database.run(statements);
    } catch (error) {
      throw damaged(`record ${record.sequence} cannot be applied: ${(error as Error).message}`, segment.path, record.offset);
    }
  };
}

/** Brings a database that was opened from the survey's image to the head of its journal, or to record `through`; all or nothing. */
export function replay(
  database: Database,
  survey: Survey,
  through?: number,
): { readonly state: JournalState; readonly visit: RecordVisitor } {
  const image = survey.image?.point ?? null;
  const visit = applier(database, image?.sequence ?? 0, through);
  return { state: database.transaction(() => walkJournal(survey.segments, image, visit)), visit };
}
