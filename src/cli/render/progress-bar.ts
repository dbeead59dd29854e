import { displayWidth } from '../../logs/display-width.ts';
import { formatElapsed } from './duration.ts';
import { estimateLeftMs } from './estimate.ts';
import type { RunProgress } from './run-progress.ts';
import { span } from './style.ts';
import type { Span } from './style.ts';

interface Piece {
  readonly spans: readonly Span[];
  /** Pieces of a higher rank are left out first when the line is too long. */
  readonly rank: number;
}

const widestBar = 24;
const gap = '  ';

function bar(done: number, total: number, columns: number): Span[] {
  const filled = total === 0 ? columns : Math.floor((columns * done) / total);
  return [span('█'.repeat(filled), 'cyan'), span('░'.repeat(columns - filled), 'dim')];
}

const piece = (rank: number, ...spans: Span[]): Piece => ({ rank, spans });

function pieces(progress: RunProgress, nowMs: number): Piece[] {
  const { counts, live, plan, standing } = progress;
  const found: Piece[] = [piece(0, span(`${progress.done}/${plan.totalSteps}`, 'bold'))];
  if (standing !== '') found.push(piece(1, span(standing, 'yellow')));
  if (counts.succeeded > 0) found.push(piece(6, span(`${counts.succeeded} ok`, 'green')));
  if (counts.failed > 0) found.push(piece(2, span(`${counts.failed} failed`, 'red')));
  if (counts.skipped > 0) found.push(piece(8, span(`${counts.skipped} skipped`, 'dim')));
  if (counts.canceled > 0) found.push(piece(7, span(`${counts.canceled} canceled`, 'yellow')));
  found.push(...livePieces(live));
  if (progress.startedAtMs !== null) found.push(piece(3, span(formatElapsed(nowMs - progress.startedAtMs))));
  const leftMs = estimateLeftMs(progress, nowMs);
  if (leftMs !== null) found.push(piece(4, span(`about ${formatElapsed(Math.max(1000, leftMs))} left`, 'dim')));
  return found;
}

function livePieces(live: RunProgress['live']): Piece[] {
  let waiting = 0;
  let asking = 0;
  for (const step of live.values()) {
    if (step.wakeAtMs !== null) waiting += 1;
    else if (step.question !== null) asking += 1;
  }
  const running = live.size - waiting - asking;
  const found: Piece[] = [];
  if (running > 0) found.push(piece(5, span(`${running} running`)));
  if (asking > 0) found.push(piece(1, span(`${asking} asking`, 'yellow')));
  if (waiting > 0) found.push(piece(9, span(`${waiting} waiting`)));
  return found;
}

const widthOf = (found: readonly Piece[]): number =>
  found.reduce(
    (sum, { spans }) => sum + gap.length + spans.reduce((width, { text }) => width + displayWidth(text), 0),
    -gap.length,
  );

/**
 * The last line of the live display: a bar, the steps done of all, how they ended, the running ones, elapsed and estimated time
 * left. What does not fit into `columns` is left out, the least important first; the bar takes what room remains.
 */
export function progressBar(progress: RunProgress, nowMs: number, columns: number): Span[] {
  let found = pieces(progress, nowMs);
  while (widthOf(found) > columns && found.length > 1) {
    const last = Math.max(...found.map(({ rank }) => rank));
    found = found.filter(({ rank }) => rank !== last);
  }
  const room = Math.min(widestBar, columns - widthOf(found) - gap.length);
  if (room >= 5) found.unshift(piece(10, ...bar(progress.done, progress.plan.totalSteps, room)));
  return found.flatMap(({ spans }, index) => (index === 0 ? spans : [span(gap), ...spans]));
}
