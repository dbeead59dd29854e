/** One attempt as a launcher takes it (launcher-program.ts); every text is data to it. */
export interface LaunchRequest {
  /** The attempt's folder, absolute; made where it is missing. Its log is made there, and must not exist. */
  readonly folder: string;
  /** A file of that folder that is made empty, by its name; '': none. */
  readonly empty: string;
  /** The file that the tool reads as standard input. */
  readonly input: string;
  /** Octal. */
  readonly umask: string;
  readonly cwd: string;
  /** Set in the environment that this process has: name, value, name, value. */
  readonly variables: readonly string[];
  readonly argv: readonly string[];
}

/**
 * What became of a request. `ended`: the tool has ended; its exit file says so too, unless it could not be `written`. `refused`: nothing was
 * executed, because of the working directory or the pid file. `unmade`: the attempt's folder or its log could not be made. `failed`: the system gave no process. `lost`: the launcher is gone, and the
 * attempt may go on without it.
 */
export type LaunchEnd =
  | {
      readonly kind: 'ended';
      /** Of the tool, which is its group's number too. */
      readonly pid: number;
      readonly code: number;
      readonly executed: boolean;
      readonly written: boolean;
      /** A stop was noted before the end. */
      readonly stopped: boolean;
      /** Something in the tool's group outlives it. */
      readonly rest: boolean;
    }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unmade'; readonly errno: number }
  | { readonly kind: 'failed'; readonly errno: number }
  | { readonly kind: 'lost' };

const sizeDigits = 10;

/** The request as bytes, with `rest` before its own variables; null where a text holds NUL, which ends a field. */
export function encodeRequest(request: LaunchRequest, rest: readonly string[]): Buffer | null {
  const variables = [...rest, ...request.variables];
  const { folder, empty, input, umask, cwd, argv } = request;
  const fields = [folder, empty, input, umask, cwd, String(variables.length / 2), ...variables, ...argv];
  if (fields.some((field) => field.includes('\0'))) return null;
  const text = `${fields.join('\0')}\0`;
  const size = Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafe(sizeDigits + size);
  bytes.write(String(size).padStart(sizeDigits, '0'), 'latin1');
  bytes.write(text, sizeDigits, 'utf8');
  return bytes;
}

/** Reads a launcher's answer, one line; what it cannot be is `lost`. */
export function parseAnswer(line: string): LaunchEnd {
  if (line === 'refused\n') return { kind: 'refused' };
  const failed = /^(failed|unmade) (\d+)\n$/.exec(line);
  if (failed !== null) return { kind: failed[1] === 'failed' ? 'failed' : 'unmade', errno: Number(failed[2]) };
  const ended = /^(\d+) (\d{1,3})( exec)?( stopped)?( unwritten)?( rest)?\n$/.exec(line);
  if (ended === null) return { kind: 'lost' };
  return {
    kind: 'ended',
    pid: Number(ended[1]),
    code: Number(ended[2]),
    executed: ended[3] === undefined,
    stopped: ended[4] !== undefined,
    written: ended[5] === undefined,
    rest: ended[6] !== undefined,
  };
}
