import { join } from 'node:path';
import { openDatabase, type Database } from './database.ts';
import { nodeDisk, type Disk } from './disk.ts';
import type { JournalState, Tail } from './journal-walk.ts';
import type { Position } from './record.ts';
import { replay } from './replay.ts';
import { isStoreFile, type StoreName } from './segment.ts';
import { asReadFailure, StoreError, systemCode } from './store-error.ts';
import { readSurvey, type StorePlace, type Survey } from './survey.ts';

/** Something that is wrong with a store. `offset` is a byte in `file`. */
export interface StoreProblem {
  readonly kind: StoreError['kind'];
  readonly message: string;
  readonly file: string | null;
  readonly offset: number | null;
  readonly advice: string;
}

/** What {@link verifyStore} found. `head` is null when the store cannot be read to its end. */
export interface StoreReport {
  readonly folder: string;
  readonly name: StoreName;
  readonly ok: boolean;
  readonly head: Position | null;
  /** The database file: up to which record it goes. */
  readonly checkpoint: (Position & { readonly bytes: number }) | null;
  readonly journal: { readonly segments: number; readonly bytes: number; readonly records: number };
  /** Not a problem: the next writer cuts it. */
  readonly tornTail: Tail | null;
  /** Not a loss, but a sign that two processes wrote to the store. */
  readonly fencedTails: readonly Tail[];
  readonly problems: readonly StoreProblem[];
}

const attempts = 20;

/**
 * Checks every byte of a store that counts: the seal of the database file and SQLite's own check of it, the checksum and hash chain
 * of each record, that both fit, and that every record can be applied. Never writes; fine beside a live writer.
 */
export async function verifyStore(options: {
  readonly folder: string;
  readonly name: StoreName;
  readonly disk?: Disk;
}): Promise<StoreReport> {
  const place = { disk: options.disk ?? nodeDisk, folder: options.folder, name: options.name };
  for (let attempt = 1; ; attempt += 1) {
    const before = await fingerprint(place);
    const report = await inspect(place);
    // A live writer may have changed files between our reads of them.
    if (report.ok || attempt >= attempts || before === (await fingerprint(place))) return report;
  }
}

async function inspect(place: StorePlace): Promise<StoreReport> {
  const problems: StoreProblem[] = [];
  let survey: Survey = { image: null, segments: [] };
  let state: Pick<JournalState, 'tornTail' | 'fencedTails' | 'newRecords'> & { readonly head: Position | null } = unread;
  try {
    survey = await readStore(place);
    state = await inspectContent(survey, problems);
  } catch (error) {
    problems.push(toProblem(asReadFailure(error, place.folder)));
  }
  const { folder, name } = place;
  const { head, tornTail, fencedTails, newRecords } = state;
  const bytes = survey.segments.reduce((sum, segment) => sum + segment.bytes.length, 0);
  const journal = { segments: survey.segments.length, bytes, records: newRecords };
  return {
    folder,
    name,
    ok: problems.length === 0,
    head,
    checkpoint: checkpointOf(survey),
    journal,
    tornTail,
    fencedTails,
    problems,
  };
}

/** Of a journal that could not be read to its end. */
const unread = { head: null, tornTail: null, fencedTails: [], newRecords: 0 };

function checkpointOf({ image }: Survey): StoreReport['checkpoint'] {
  if (image === null) return null;
  const { sequence, hash } = image.point;
  return { sequence, hash, bytes: image.bytes.length };
}

async function readStore(place: StorePlace): Promise<Survey> {
  const survey = await readSurvey(place, await place.disk.list(place.folder));
  if (survey.image === null && survey.segments.length === 0) {
    throw new StoreError('missing', `there is no store in ${place.folder}`, { file: place.folder, advice: 'check the path' });
  }
  return survey;
}

async function inspectContent(survey: Survey, problems: StoreProblem[]): Promise<JournalState> {
  const database = await openDatabase(survey.image?.bytes ?? null);
  try {
    if (survey.image !== null) {
      const { path, point } = survey.image;
      const said = database.position(path);
      if (said.sequence !== point.sequence || said.hash !== point.hash) {
        problems.push(problem(`the database file says record ${said.sequence}, the journal ${point.sequence}`, path));
      }
    }
    const { state } = replay(database, survey);
    for (const text of quickCheck(database)) problems.push(problem(`SQLite finds: ${text}`, survey.image?.path ?? null));
    return state;
  } finally {
    database.close();
  }
}

/** What SQLite finds wrong; it may not get as far as a list. */
function quickCheck(database: Database): string[] {
  try {
    return database
      .query('pragma quick_check(10)', [])
      .map((row) => String(row.quick_check))
      .filter((text) => text !== 'ok');
  } catch (error) {
    return [(error as Error).message];
  }
}

function problem(message: string, file: string | null): StoreProblem {
  return { kind: 'damaged', message, file, offset: null, advice: 'keep a copy of the folder, then restore it from a backup' };
}

function toProblem(error: unknown): StoreProblem {
  if (!(error instanceof StoreError)) throw error;
  const { kind, message, file, offset, advice } = error;
  return { kind, message, file, offset, advice };
}

/** Changes whenever a file of the store does. */
async function fingerprint({ disk, folder, name }: StorePlace): Promise<string> {
  let names: string[];
  try {
    names = await disk.list(folder);
  } catch (error) {
    return systemCode(error) ?? String(error);
  }
  const parts: string[] = [];
  for (const file of names.sort()) {
    if (isStoreFile(file, name)) parts.push(`${file} ${(await disk.stat(join(folder, file)))?.id ?? 'gone'}`);
  }
  return parts.join('\n');
}
