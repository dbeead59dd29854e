/** What went wrong with a store; see docs/storage.md. */
export type StoreErrorKind =
  /** Bytes that were once good are not: nothing is opened, nothing is changed. */
  | 'damaged'
  /** There is no store in the folder. */
  | 'missing'
  /** A newer stateyard wrote it. */
  | 'newer'
  /** The disk refused a read. */
  | 'unreadable'
  /** The disk refused a write or a sync: the store accepts nothing more. */
  | 'writeFailed'
  /** Another process opened the store for writing after this one: the store accepts nothing more. */
  | 'fenced'
  /** A lock was not freed in time. */
  | 'busy';

/** Where and what: `file` is an absolute path, `offset` a byte in it, `code` the system's (ENOSPC, EIO, …). */
export interface StoreErrorDetails {
  readonly file?: string;
  readonly offset?: number;
  readonly code?: string;
  readonly advice: string;
  readonly cause?: unknown;
}

/** A failure of the world that concerns a store, as data: judge it by `kind`, show `message` and `advice`. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly kind: StoreErrorKind;
  readonly file: string | null;
  readonly offset: number | null;
  readonly code: string | null;
  readonly advice: string;
  constructor(kind: StoreErrorKind, message: string, details: StoreErrorDetails) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.file = details.file ?? null;
    this.offset = details.offset ?? null;
    this.code = details.code ?? null;
    this.advice = details.advice;
  }
}

/** The system's code of an error (`ENOENT`), or null for an error that has none. */
export function systemCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** Damage at a place. The same words everywhere, so that a person can search for them. */
export function damaged(message: string, file: string, offset: number, advice?: string): StoreError {
  return new StoreError('damaged', `${message} (${file}, byte ${offset})`, {
    file,
    offset,
    advice:
      advice ??
      'nothing was changed; keep a copy of the folder, then run `stateyard doctor`, or restore the folder from a backup',
  });
}

/** An error of the disk while reading, as {@link StoreError} `unreadable`; every other error is given back as it is. */
export function asReadFailure(error: unknown, file: string): unknown {
  const code = systemCode(error);
  if (code === null || error instanceof StoreError) return error;
  return new StoreError('unreadable', `the store cannot be read: ${(error as Error).message}`, {
    file,
    code,
    advice: 'check the folder, its permissions and the disk',
    cause: error,
  });
}

const noRight = 'see to it that this user may write to the folder and what is in it';
const remedies: Readonly<Record<string, string>> = {
  ENOSPC: 'free some space',
  EDQUOT: 'free some space',
  EROFS: 'make the file system writable',
  EACCES: noRight,
  EPERM: noRight,
};

/** An error of the disk while writing, as {@link StoreError} `writeFailed`. A StoreError is given back as it is. */
export function asWriteFailure(error: unknown, file: string): StoreError {
  if (error instanceof StoreError) return error;
  const code = systemCode(error) ?? 'unknown';
  const advice = `${remedies[code] ?? 'check the disk'}, then resume: everything that was acknowledged is kept`;
  const text = error instanceof Error ? error.message : String(error);
  return new StoreError('writeFailed', `the store cannot be written: ${text}`, { file, code, advice, cause: error });
}
