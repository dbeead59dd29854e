/** The end of a log: its last lines as text (undecodable bytes as U+FFFD, not yet sanitised), and how many bytes of the log come before them. */
export interface LogTail {
  readonly lines: readonly string[];
  readonly omittedBytes: number;
}

/** How much of the end of a log is wanted: at most so many lines, and never more than so many bytes. */
export interface TailBounds {
  readonly lines: number;
  readonly maxBytes: number;
}

const newline = 0x0a;

/** The offset after skipping the rest of a UTF-8 character that begins before `start`. */
function characterStart(bytes: Buffer, start: number): number {
  let at = start;
  while (at < start + 3 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at += 1;
  return at;
}

/**
 * The last `lines` lines of a log whose last bytes are `bytes`, with `before` bytes of the log not read. A last line without a line
 * end counts. When `bytes` begins inside a line, that line is left out, unless it is the only one: then its readable end is given.
 */
export function tailLines(bytes: Buffer, before: number, lines: number): LogTail {
  const end = bytes.length > 0 && bytes[bytes.length - 1] === newline ? bytes.length - 1 : bytes.length;
  if (lines <= 0 || bytes.length === 0) return { lines: [], omittedBytes: before + bytes.length };
  let start = end;
  let found = 0;
  while (found < lines && start >= 0) {
    const lineBreak = start === 0 ? -1 : bytes.lastIndexOf(newline, start - 1);
    if (lineBreak < 0) break;
    found += 1;
    start = lineBreak;
  }
  if (found === lines) start += 1;
  else if (before === 0) start = 0;
  else if (found > 0) start += 1;
  else start = characterStart(bytes, 0);
  return { lines: bytes.toString('utf8', start, end).split('\n'), omittedBytes: before + start };
}
