import type { Io } from './io.ts';
import type { Output } from './render/output.ts';

/** The stream of progress as a renderer takes it: standard error, or standard output for JSON Lines. */
export function progressOutput(io: Io, json: boolean): Output {
  return {
    write: (text) => (json ? io.stdout(text) : io.stderr(text)),
    get columns() {
      return io.columns;
    },
    get rows() {
      return io.rows;
    },
  };
}
