import { StringDecoder } from 'node:string_decoder';
import { sanitiseLine } from '../logs/sanitise-line.ts';
import type { Io } from './io.ts';
import { printJsonLine } from './json.ts';

/** Prints the log of one attempt as it comes. `end` prints what stands after the last line end. */
export interface LogPrinter {
  write(chunk: Uint8Array | string): Promise<void>;
  end(): void;
}

/** How logs are printed: the bytes as they are, lines (behind the step's name, `labelWidth` wide, unless that is null), or JSON Lines. */
export type LogForm =
  { readonly kind: 'bytes' } | { readonly kind: 'lines'; readonly labelWidth: number | null } | { readonly kind: 'json' };

// A tool may write without end and without a line end: a longer line is broken here, so that it never fills the memory.
const longestLine = 256 * 1024;

/** A printer for one attempt. Lines of several printers never mix within a line. */
export function logPrinter(io: Io, form: LogForm, attempt: { readonly stepId: string; readonly attempt: number }): LogPrinter {
  if (form.kind === 'bytes') {
    return { write: (chunk) => io.stdoutBytes(typeof chunk === 'string' ? Buffer.from(chunk) : chunk), end: () => {} };
  }
  const print = linePrinter(io, form, attempt);
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return {
    async write(chunk) {
      const lines = (rest + (typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk)))).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) print(line);
      if (rest.length > longestLine) {
        print(rest);
        rest = '';
      }
      // Lets signals and a closed output be seen between chunks.
      await io.stdoutBytes(nothing);
    },
    end() {
      rest += decoder.end();
      if (rest !== '') print(rest);
      rest = '';
    },
  };
}

const nothing = new Uint8Array(0);

function linePrinter(
  io: Io,
  form: Exclude<LogForm, { kind: 'bytes' }>,
  { stepId, attempt }: { readonly stepId: string; readonly attempt: number },
): (line: string) => void {
  if (form.kind === 'json') return (line) => printJsonLine(io, { step_id: stepId, attempt, line });
  const label = form.labelWidth === null ? '' : `${stepId.padEnd(form.labelWidth)} | `;
  return (line) => io.stdout(`${label}${io.stdoutIsTTY ? sanitiseLine(line) : line}\n`);
}
