import { changeWords } from './change-words.ts';
import type { Display, DisplayParts } from './display.ts';
import { timeField } from './run-event.ts';
import type { RunEvent } from './run-event.ts';
import type { Change } from './run-progress.ts';
import { failureTailLines } from './step-lines.ts';
import { renderSpans, span } from './style.ts';
import type { Span } from './style.ts';

function timeOfDay(event: RunEvent): string {
  const atMs = timeField(event, 'ts');
  return atMs === null ? '--:--:--Z' : `${new Date(atMs).toISOString().slice(11, 19)}Z`;
}

/**
 * One line an event: time of day in UTC (as in the audit trail, the same on every machine), step id (or the run's), what happened.
 * A failed step is followed by its last lines.
 */
export class PlainDisplay implements Display {
  readonly #parts: DisplayParts;

  constructor(parts: DisplayParts) {
    this.#parts = parts;
  }

  show(change: Change | null, event: RunEvent): void {
    if (change === null) return;
    const { progress, readTail, color, write } = this.#parts;
    const { stepId, what } = changeWords(change, progress);
    const who = stepId ?? `run ${progress.plan.runId}`;
    const lines: (readonly Span[])[] = [[span(timeOfDay(event), 'dim'), span(' '), span(who, 'bold'), span(' '), ...what]];
    if (change.kind === 'stepSettled' && change.step.state === 'failed') lines.push(...failureTailLines(readTail, change.step));
    write(lines.map((line) => `${renderSpans(line, { color, columns: null })}\n`).join(''));
  }

  close(): void {}
}
