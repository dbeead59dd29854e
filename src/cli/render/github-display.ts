import { sanitiseLine } from '../../logs/sanitise-line.ts';
import { changeWords } from './change-words.ts';
import type { Display, DisplayParts, ShownAttempt } from './display.ts';
import { formatBytes } from './duration.ts';
import { errorCommand, escapeMessage, withoutCommands, withoutOldCommands } from './github-commands.ts';
import type { Change, SettledStep } from './run-progress.ts';
import { readTailSafely, settledSpans } from './step-lines.ts';
import { renderSpans, span } from './style.ts';
import type { Span } from './style.ts';

const shownLog = { lines: 10_000, maxBytes: 1024 * 1024 } as const;

/**
 * The log of a GitHub Action: a folded group for the output of a step that ended well, the open output and an error for one that
 * failed. Tool output can give the runner no commands, and is cut to its last 10,000 lines or 1 MiB.
 */
export class GithubDisplay implements Display {
  readonly #parts: DisplayParts;
  readonly #token: () => string;

  constructor(parts: DisplayParts, token: () => string) {
    this.#parts = parts;
    this.#token = token;
  }

  show(change: Change | null): void {
    if (change === null) return;
    const lines = this.#lines(change);
    // One write for a block: what others write to the same stream cannot fall into it.
    this.#parts.write(lines.map((line) => `${line}\n`).join(''));
  }

  close(): void {}

  #lines(change: Change): string[] {
    if (change.kind === 'stepSettled') return this.#settled(change.step);
    const { stepId, what } = changeWords(change, this.#parts.progress);
    const title: Span[] = [span(change.kind === 'attemptStarted' ? '▶ ' : '• ', 'cyan'), span(`${stepId ?? 'run'} `), ...what];
    if (change.kind !== 'stepWaiting') return [this.#line(title)];
    // The log of an attempt that is tried again would be lost with the machine.
    return this.#group(
      title,
      this.#log({ stepId: change.step.stepId, number: change.step.attempt, checkRun: change.step.checkRun }),
    );
  }

  #settled(step: SettledStep): string[] {
    const title = settledSpans(step);
    const log = this.#log({ stepId: step.stepId, number: step.attempts, checkRun: step.checkRun });
    if (step.state !== 'failed') return this.#group(title, log);
    const attempts = step.attempts > 1 ? ` (${step.attempts} attempts)` : '';
    return [this.#line(title), ...log, errorCommand(`Step ${step.stepId} failed`, `${step.reason || 'failed'}${attempts}`)];
  }

  #group(title: readonly Span[], log: readonly string[]): string[] {
    if (log.length === 0) return [this.#line(title)];
    const words = title.map(({ text }) => text).join('');
    return [`::group::${escapeMessage(withoutOldCommands(words))}`, ...log, '::endgroup::'];
  }

  #log(attempt: ShownAttempt): string[] {
    const { lines, omittedBytes } = readTailSafely(this.#parts.readTail, attempt, shownLog);
    if (lines.length === 0 && omittedBytes === 0) return [];
    const cut = omittedBytes > 0 ? [`… the first ${formatBytes(omittedBytes)} of the output are left out`] : [];
    return withoutCommands([...cut, ...lines.map((line) => sanitiseLine(line))], this.#token);
  }

  #line(spans: readonly Span[]): string {
    const safe = spans.map(({ text, style }) => span(withoutOldCommands(text), style));
    return renderSpans(safe, { color: this.#parts.color, columns: null });
  }
}
