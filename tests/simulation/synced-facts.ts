import { basename } from 'node:path';
import { BatchDecoder } from '../../src/store/batch.ts';
import { readRecord } from '../../src/store/record.ts';
import type { Statement } from '../../src/store/statement.ts';
import type { StepEndState } from '../../src/workflow/model.ts';
import type { Inode, SimulatedDisk } from './simulated-disk.ts';

interface Reading {
  readonly decoder: BatchDecoder;
  offset: number;
}

const ends: ReadonlySet<string> = new Set(['succeeded', 'failed', 'canceled', 'skipped']);

/**
 * What the worst loss of power would leave: read from the synced part of the journal's files whose names are synced, without the
 * store, without SQLite and without what the engine believes.
 */
export class SyncedFacts {
  /** Attempt id -> its step and number. */
  readonly attempts = new Map<string, { readonly stepId: string; readonly attempt: number }>();
  /** Event sequence -> event id. */
  readonly events = new Map<number, string>();
  /** Step id -> how it ended. */
  readonly ends = new Map<string, StepEndState>();
  readonly signals = new Set<string>();
  readonly #readings = new WeakMap<Inode, Reading>();

  /** Reads what has been synced since the last time. */
  update(disk: SimulatedDisk): void {
    for (const [path, inode] of disk.syncedNames) if (basename(path).startsWith('journal-')) this.#read(inode);
  }

  #read(inode: Inode): void {
    const reading = this.#readings.get(inode) ?? { decoder: new BatchDecoder(), offset: 0 };
    this.#readings.set(inode, reading);
    if (inode.syncedLength <= reading.offset) return;
    const bytes = inode.synced(reading.offset);
    let used = 0;
    for (let record = readRecord(bytes, 0); record !== null; record = readRecord(bytes, used)) {
      if (record.kind === 'batch')
        for (const statement of reading.decoder.decode(record.payload).statements) this.#take(statement);
      used = record.end;
    }
    reading.offset += used;
  }

  #take([sql, ...values]: Statement): void {
    if (sql.startsWith('insert into step_attempts')) {
      this.attempts.set(String(values[0]), { stepId: String(values[3]), attempt: Number(values[4]) });
    } else if (sql.startsWith('insert into run_events')) this.events.set(Number(values[0]), String(values[1]));
    else if (sql.startsWith('insert into signals')) this.signals.add(String(values[0]));
    else if (sql.startsWith('insert into steps') && ends.has(String(values[2]))) {
      this.ends.set(String(values[0]), String(values[2]) as StepEndState);
    }
  }
}

/** Bytes that a writer left unfinished, as the next opening should report them: after the last whole record, or of a segment without a header. */
export function hasTornTail(disk: SimulatedDisk): boolean {
  const segments = [...disk.names].filter(([path]) => basename(path).startsWith('journal-')).sort(([a], [b]) => (a < b ? -1 : 1));
  let lastTorn = false;
  for (const [, inode] of segments) {
    const bytes = inode.read();
    let used = 0;
    for (let record = readRecord(bytes, 0); record !== null; record = readRecord(bytes, used)) used = record.end;
    if (used === 0 && bytes.length > 0) return true;
    if (used > 0) lastTorn = used < bytes.length;
  }
  return lastTorn;
}
