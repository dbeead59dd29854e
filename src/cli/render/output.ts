/** Where text goes: a stream of the process, or a fake one. `on` and `off` are looked for, not required. */
export interface Output {
  write(text: string): unknown;
  readonly columns?: number;
  readonly rows?: number;
  on?(event: 'error' | 'resize', listener: () => void): unknown;
  off?(event: 'error' | 'resize', listener: () => void): unknown;
}

/**
 * A way to write to `out` that never throws: after the first error (a reader that went away, a full disk) it writes nothing more, for a
 * display must not end a run. Errors that the stream reports later are taken as well.
 */
export function safeWriter(out: Output): (text: string) => void {
  let broken = false;
  const give = (): void => {
    broken = true;
  };
  out.on?.('error', give);
  return (text) => {
    if (broken || text === '') return;
    try {
      out.write(text);
    } catch {
      give();
    }
  };
}
