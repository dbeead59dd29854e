import type { Io } from './io.ts';

/** Prints one JSON value as the whole result: indented for a person, on one line for a program. */
export function printJson(io: Io, value: unknown): void {
  io.stdout(`${JSON.stringify(value, null, io.stdoutIsTTY ? 2 : undefined)}\n`);
}

/** Prints one line of JSON Lines. */
export function printJsonLine(io: Io, value: unknown): void {
  io.stdout(`${JSON.stringify(value)}\n`);
}
