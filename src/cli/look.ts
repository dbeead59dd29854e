import type { Io } from './io.ts';
import { useColor } from './render/mode.ts';

/** How results look on standard output: coloured and cut to the terminal's width there, plain and uncut elsewhere. */
export interface Look {
  readonly color: boolean;
  readonly width: number | null;
}

/** The look of standard output. */
export function outputLook(io: Io): Look {
  return { color: useColor({ env: io.env, isTTY: io.stdoutIsTTY }), width: io.stdoutIsTTY ? io.columns : null };
}
