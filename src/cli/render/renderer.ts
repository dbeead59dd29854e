import type { Display, DisplayParts } from './display.ts';
import { GithubDisplay } from './github-display.ts';
import type { RenderMode } from './mode.ts';
import { safeWriter } from './output.ts';
import { PlainDisplay } from './plain-display.ts';
import { RunProgress } from './run-progress.ts';
import type { PlanSummary, RunEvent } from './run-event.ts';
import { figuresOf } from './summary.ts';
import type { RunFigures } from './summary.ts';
import { processSignals } from './process-signals.ts';
import type { ProcessSignals } from './process-signals.ts';
import { TtyDisplay } from './tty-display.ts';

/** What a renderer is made of. `out` is standard error; only for the mode `json` it is standard output. */
export interface RendererOptions extends Omit<DisplayParts, 'progress' | 'write'> {
  readonly mode: RenderMode;
  readonly plan: PlanSummary;
  /** Events from before (of a run that is resumed or watched): they count, but are not shown again. */
  readonly history?: Iterable<RunEvent>;
  /** Gives the word that ends a block of tool output on GitHub; random when left out. */
  readonly token?: () => string;
  /** Where the live display listens for the process's end and stop; the process itself when left out. */
  readonly signals?: ProcessSignals;
}

/** Shows a run while it goes on. `event` throws neither because of what an event holds nor because nobody reads the output. */
export interface Renderer {
  event(event: RunEvent): void;
  /** The figures so far, for `summarise`. */
  figures(): RunFigures;
  /** Shows what is pending and gives the terminal back. May be called more than once; later events only count. */
  close(): void;
}

function createDisplay(options: RendererOptions, parts: DisplayParts): Display {
  switch (options.mode) {
    case 'tty':
      return new TtyDisplay(parts, options.signals ?? processSignals);
    case 'github':
      return new GithubDisplay(parts, options.token ?? (() => crypto.randomUUID()));
    case 'plain':
      return new PlainDisplay(parts);
    case 'json':
      return { show: (_change, event) => parts.write(`${JSON.stringify(event)}\n`), close: () => {} };
    case 'quiet':
      return { show: () => {}, close: () => {} };
  }
}

/** Starts to show a run in the way that `options.mode` names. To be closed, also when the run ends in an error. */
export function createRenderer(options: RendererOptions): Renderer {
  const progress = new RunProgress(options.plan);
  for (const event of options.history ?? []) progress.apply(event);
  const { out, color, clock, readTail } = options;
  const display = createDisplay(options, { progress, out, write: safeWriter(out), color, clock, readTail });
  let closed = false;
  return {
    event: (event) => {
      const change = progress.apply(event);
      if (!closed) display.show(change, event);
    },
    figures: () => figuresOf(progress, clock.nowMs()),
    close: () => {
      if (closed) return;
      closed = true;
      display.close();
    },
  };
}
