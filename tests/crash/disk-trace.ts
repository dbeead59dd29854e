import { writeSync } from 'node:fs';
import type { Call, Tap } from './call-tap.ts';
import type { ToldEvent } from './run-invariants.ts';

/**
 * One line of a trace: a call to the disk that has come back, save those that begin something. A `Begin` and its `End` have the same `id`: what was
 * written in between is not covered. `data` is base64.
 */
export type TraceLine =
  | { readonly op: 'makeFolder' | 'remove'; readonly path: string }
  | { readonly op: 'spawn'; readonly attemptId: string }
  | { readonly op: 'open'; readonly path: string; readonly handle: number; readonly isNew: boolean }
  | { readonly op: 'write'; readonly handle: number; readonly data: string }
  | { readonly op: 'truncate'; readonly handle: number; readonly length: number }
  | { readonly op: 'syncBegin'; readonly id: number; readonly handle: number }
  | { readonly op: 'folderBegin'; readonly id: number; readonly path: string }
  | { readonly op: 'syncEnd' | 'folderEnd'; readonly id: number }
  | { readonly op: 'rename'; readonly path: string; readonly to: string }
  | { readonly op: 'told'; readonly events: readonly ToldEvent[] };

/** Adds lines to an open file, each before anything else happens. */
export type TraceWriter = (line: TraceLine) => void;

/** A writer of trace lines to an open file. */
export function traceTo(file: number): TraceWriter {
  return (line) => void writeSync(file, `${JSON.stringify(line)}\n`);
}

function then<Result>(result: Result, tell: (value: unknown) => void): Result {
  if (!(result instanceof Promise)) {
    tell(result);
    return result;
  }
  return result.then((value: unknown) => {
    tell(value);
    return value;
  }) as Result;
}

/** A tap that writes down the calls which change the disk, and carries them out. */
export function tracingTap(write: TraceWriter): Tap {
  let lastId = 0;
  const traceSync = <Result>(begin: (id: number) => TraceLine, op: 'syncEnd' | 'folderEnd', work: () => Result): Result => {
    lastId += 1;
    const id = lastId;
    write(begin(id));
    return then(work(), () => write({ op, id }));
  };
  return (call, work) => {
    const { kind, path } = call;
    const handle = call.handle ?? -1;
    if (kind === 'sync') return traceSync((id) => ({ op: 'syncBegin', id, handle }), 'syncEnd', work);
    if (kind === 'syncFolder') return traceSync((id) => ({ op: 'folderBegin', id, path }), 'folderEnd', work);
    return then(work(), (value) => {
      const line = lineOf(call, value);
      if (line !== null) write(line);
    });
  };
}

/** null for calls that leave the store's files as they are: nobody syncs the files of attempts, so a loss of power takes them. */
function lineOf(call: Call, value: unknown): TraceLine | null {
  const { kind, path, handle = -1 } = call;
  if (path.includes('/attempts/')) return null;
  switch (kind) {
    case 'spawn':
      return { op: 'spawn', attemptId: path };
    case 'makeFolder':
    case 'remove':
      return { op: kind, path };
    case 'rename':
      return { op: 'rename', path, to: call.to as string };
    case 'truncate':
      return { op: 'truncate', handle, length: call.length as number };
    case 'write':
      return writeLine(handle, call.bytes as Uint8Array);
    case 'create':
    case 'openExisting':
      return typeof value === 'number' ? { op: 'open', path, handle: value, isNew: kind === 'create' } : null;
    default:
      return null;
  }
}

/** A write as a line. */
export function writeLine(handle: number, bytes: Uint8Array): TraceLine {
  return { op: 'write', handle, data: Buffer.from(bytes).toString('base64') };
}
