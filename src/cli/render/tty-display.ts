import { sanitiseLine } from '../../logs/sanitise-line.ts';
import { changeWords } from './change-words.ts';
import type { Display, DisplayParts } from './display.ts';
import { liveLines } from './live-lines.ts';
import { cursor, LiveRegion } from './live-region.ts';
import type { ProcessSignals } from './process-signals.ts';
import type { Change, LiveStep } from './run-progress.ts';
import { failureTailLines, readTailSafely, settledSpans } from './step-lines.ts';
import { span } from './style.ts';
import type { Span } from './style.ts';

const frameMs = 100;
const slowFrameMs = 1000;
const tailEveryMs = 250;
const lastLineTail = { lines: 3, maxBytes: 64 * 1024 } as const;
const widestId = 32;
/** Skipped and canceled steps that one frame shows one by one: a failure near the root of a large graph skips thousands at once. */
const mostUnrunShown = 10;

function longestId(stepIds: readonly string[]): number {
  let longest = 0;
  for (const id of stepIds) longest = Math.max(longest, id.length);
  return Math.min(widestId, longest);
}

/**
 * The live display of a terminal: settled steps scroll up, running ones and a bar stay below. Events only fill a list; at most ten
 * times a second the list and the live lines are drawn in one write, so that ten thousand short steps cost a few hundred frames.
 */
export class TtyDisplay implements Display {
  readonly #parts: DisplayParts;
  readonly #signals: ProcessSignals;
  readonly #region: LiveRegion;
  readonly #idColumns: number;
  #pending: Change[] = [];
  #lastLines = new Map<string, string>();
  #lastLinesAtMs = Number.NEGATIVE_INFINITY;
  #frame = 0;
  #drawnAtMs = Number.NEGATIVE_INFINITY;
  #due: { readonly atMs: number; readonly cancel: () => void } | null = null;
  #stopped = false;

  constructor(parts: DisplayParts, signals: ProcessSignals) {
    this.#parts = parts;
    this.#signals = signals;
    this.#region = new LiveRegion(parts.color);
    this.#idColumns = longestId(parts.progress.plan.stepIds);
    parts.write(cursor.hide);
    parts.out.on?.('resize', this.#onResize);
    signals.on('exit', this.#onExit);
    signals.on('SIGTSTP', this.#onStop);
    signals.on('SIGCONT', this.#onContinue);
  }

  show(change: Change | null): void {
    if (change === null) return;
    if (change.kind !== 'attemptStarted' && change.kind !== 'stepWaiting') this.#pending.push(change);
    this.#request(frameMs);
  }

  close(): void {
    this.#due?.cancel();
    this.#due = null;
    this.#parts.out.off?.('resize', this.#onResize);
    this.#signals.off('exit', this.#onExit);
    this.#signals.off('SIGTSTP', this.#onStop);
    this.#signals.off('SIGCONT', this.#onContinue);
    this.#giveBack();
  }

  readonly #onResize = (): void => this.#request(frameMs);

  readonly #onExit = (): void => this.#giveBack();

  readonly #onStop = (): void => {
    this.#due?.cancel();
    this.#due = null;
    this.#stopped = true;
    this.#giveBack();
    this.#signals.stop();
  };

  readonly #onContinue = (): void => {
    this.#stopped = false;
    this.#parts.write(cursor.hide);
    this.#request(frameMs);
  };

  get #columns(): number {
    return this.#parts.out.columns ?? 80;
  }

  get #rows(): number {
    return this.#parts.out.rows ?? 24;
  }

  /** Takes the live lines away, after what is still pending, and shows the cursor. */
  #giveBack(): void {
    const { write } = this.#parts;
    if (this.#pending.length > 0) write(this.#region.draw(this.#takePending(), [[]], this.#columns));
    write(this.#region.erase(this.#columns) + cursor.show);
  }

  /** Sees to it that a frame is drawn at most `delayMs` after the last one. */
  #request(delayMs: number): void {
    if (this.#stopped) return;
    const { clock } = this.#parts;
    const nowMs = clock.monotonicMs();
    const atMs = Math.max(nowMs, this.#drawnAtMs + delayMs);
    if (this.#due !== null && this.#due.atMs <= atMs) return;
    this.#due?.cancel();
    const cancel = clock.schedule(atMs - nowMs, () => {
      this.#due = null;
      this.#frame += 1;
      this.#draw();
    });
    this.#due = { atMs, cancel };
  }

  #draw(): void {
    const { progress, clock, write } = this.#parts;
    const monotonicMs = clock.monotonicMs();
    if (monotonicMs - this.#lastLinesAtMs >= tailEveryMs) {
      this.#lastLines = new Map();
      this.#lastLinesAtMs = monotonicMs;
    }
    const lines = liveLines(progress, {
      nowMs: clock.nowMs(),
      columns: this.#columns,
      rows: this.#rows,
      frame: this.#frame,
      idColumns: Math.min(this.#idColumns, Math.floor(this.#columns / 3)),
      lastLine: (step) => this.#lastLine(step),
    });
    write(this.#region.draw(this.#takePending(), lines, this.#columns));
    this.#drawnAtMs = monotonicMs;
    this.#requestNext();
  }

  /** The spinner turns while a step runs; otherwise only whole seconds change. */
  #requestNext(): void {
    const { live, startedAtMs } = this.#parts.progress;
    let spins = false;
    for (const step of live.values()) {
      spins = step.wakeAtMs === null;
      if (spins) break;
    }
    if (spins) this.#request(frameMs);
    else if (startedAtMs !== null) this.#request(slowFrameMs);
  }

  #lastLine(step: LiveStep): string {
    const known = this.#lastLines.get(step.stepId);
    if (known !== undefined) return known;
    const tail = readTailSafely(
      this.#parts.readTail,
      { stepId: step.stepId, number: step.attempt, checkRun: step.checkRun },
      lastLineTail,
    );
    const clean = tail.lines.map((line) => sanitiseLine(line, this.#columns));
    const last = clean.findLast((line) => line.trim() !== '')?.trim() ?? '';
    this.#lastLines.set(step.stepId, last);
    return last;
  }

  #takePending(): Span[][] {
    const changes = this.#pending;
    this.#pending = [];
    const lines: Span[][] = [];
    let unrun = 0;
    for (const change of changes) {
      if (change.kind === 'stepSettled' && change.step.attempts === 0 && change.step.state !== 'failed') {
        unrun += 1;
        if (unrun > mostUnrunShown) continue;
      }
      lines.push(...this.#settledLines(change));
    }
    if (unrun > mostUnrunShown) lines.push([span(`– and ${unrun - mostUnrunShown} more steps that did not run`, 'dim')]);
    return lines;
  }

  #settledLines(change: Change): Span[][] {
    if (change.kind === 'stepSettled') {
      const line = settledSpans(change.step, Math.min(this.#idColumns, Math.floor(this.#columns / 3)));
      return change.step.state === 'failed' ? [line, ...failureTailLines(this.#parts.readTail, change.step)] : [line];
    }
    const { runId } = this.#parts.progress.plan;
    const { stepId, what } = changeWords(change, this.#parts.progress);
    return [[span('• ', 'cyan'), span(`${stepId ?? `run ${runId}`} `, 'bold'), ...what]];
  }
}
