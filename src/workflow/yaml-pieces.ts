/** One part of a file's text: from `start` to `end`. */
export interface Piece {
  readonly start: number;
  readonly end: number;
}

/** A file cut into its head (up to and with the line `steps:`), groups of steps, and what follows them. */
export interface Pieces {
  readonly head: Piece;
  readonly steps: readonly Piece[];
  readonly tail: Piece | null;
}

const pieceLength = 65_536;

/**
 * Cuts a long block-style file between its steps, so that the parser's memory is that of a piece and not of the file: for 10,000
 * steps a third of the time. A line at the indentation of the first step that starts with a letter or quote can only be the next
 * step, because values of steps are indented further. Null for short files and for those not written this way.
 */
export function cutBetweenSteps(text: string): Pieces | null {
  if (text.length < 2 * pieceLength || /^(?:\s|#.*\n)*[{["']/.test(text.slice(0, pieceLength))) return null;
  const stepsLine = /^steps:[ \t]*(?:#.*)?\r?\n/m.exec(text);
  if (stepsLine === null) return null;
  const start = stepsLine.index + stepsLine[0].length;
  const indent = /^(?:[ \t]*(?:#.*)?\r?\n)*( +)[A-Za-z_"']/.exec(text.slice(start, start + pieceLength))?.[1];
  if (indent === undefined) return null;
  const end = endOfSteps(text, start);
  if (/^(?:---|\.\.\.)/m.test(text.slice(end, end + pieceLength))) return null;
  const tail = end < text.length ? { start: end, end: text.length } : null;
  return { head: { start: 0, end: start }, steps: cutAtEntries(text, { start, end }, indent), tail };
}

// The first line at the left margin that is neither empty nor a comment.
function endOfSteps(text: string, start: number): number {
  const line = /^[^\s#]/gm;
  line.lastIndex = start;
  return line.exec(text)?.index ?? text.length;
}

function cutAtEntries(text: string, whole: Piece, indent: string): Piece[] {
  const pieces: Piece[] = [];
  const entry = new RegExp(`^${indent}[A-Za-z_"']`, 'gm');
  let { start } = whole;
  while (whole.end - start > pieceLength) {
    entry.lastIndex = start + pieceLength;
    const next = entry.exec(text)?.index ?? whole.end;
    if (next >= whole.end) break;
    pieces.push({ start, end: next });
    start = next;
  }
  return [...pieces, { start, end: whole.end }];
}
