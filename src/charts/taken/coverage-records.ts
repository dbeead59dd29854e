import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { coverageRecordSchema } from '../../../schemas/cli/coverage-report.ts';
import type { CoverageRecord } from '../../../schemas/cli/coverage-report.ts';
import { exitCodes, UserError } from '../../errors.ts';

/** How often each transition was taken, by its `transitionKey`. */
export type TakenCounts = ReadonlyMap<string, number>;

/** What tests have left in a folder. */
export interface TestRecords {
  /** How many files were read. */
  readonly files: number;
  /** By the id of the machine, all its records added up. */
  readonly taken: ReadonlyMap<string, TakenCounts>;
}

/**
 * Reads the records of a folder: each of its `.json` files is one, folders inside of it are left alone. No records where there is no folder. `shown` is how
 * messages call the folder.
 *
 * @throws UserError with exit code 2 where it is no folder; with 3 for a file that is no record; with 1 for what cannot be read.
 */
export async function readCoverageRecords(folder: string, shown: string): Promise<TestRecords> {
  const names = (await namesIn(folder, shown)).filter((name) => name.endsWith('.json')).toSorted();
  const taken = new Map<string, Map<string, number>>();
  for (const name of names) {
    const record = await readRecord(path.join(folder, name), path.join(shown, name));
    const counts = taken.get(record.machine) ?? new Map<string, number>();
    taken.set(record.machine, counts);
    addCounts(counts, Object.entries(record.taken));
  }
  return { files: names.length, taken };
}

/** Adds to counts, by key. */
export function addCounts(counts: Map<string, number>, more: Iterable<readonly [string, number]>): void {
  for (const [key, count] of more) counts.set(key, (counts.get(key) ?? 0) + count);
}

async function namesIn(folder: string, shown: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    if (code === 'ENOTDIR') {
      throw new UserError(exitCodes.usage, 'records_not_a_folder', `the records ${shown} are not a folder`, {
        hint: '--records and STATEYARD_COVERAGE name the folder that tests leave their records in',
      });
    }
    throw unreadable(shown, error);
  }
}

async function readRecord(file: string, shown: string): Promise<CoverageRecord> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unreadable(shown, error);
  });
  const parsed = coverageRecordSchema.safeParse(parsedJson(text, shown));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(shown, `${issue?.path.join('.') || 'the record'}: ${issue?.message ?? 'it is not what it must be'}`);
}

function parsedJson(text: string, shown: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw invalid(shown, error instanceof Error ? error.message : String(error));
  }
}

function invalid(shown: string, reason: string): UserError {
  return new UserError(exitCodes.invalidDefinition, 'invalid_record', `${shown} is no record of coverage: ${reason}`, {
    hint: 'a record is {"machine": ID, "taken": {"SOURCE EVENT PLACE": COUNT}}; remove the file, and let the tests write it anew',
  });
}

function unreadable(shown: string, error: unknown): UserError {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = code === 'EACCES' || code === 'EPERM' ? 'this is not permitted' : (code ?? message);
  return new UserError(exitCodes.failed, 'records_unreadable', `${shown} cannot be read: ${reason}`, { cause: error });
}
