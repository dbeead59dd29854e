import type { Io } from '../../../src/cli/io.ts';

/** An {@link Io} that keeps what was printed; `signal` and `closeOutput` play the world. */
export interface FakeIo extends Io {
  readonly out: () => string;
  readonly err: () => string;
  readonly signal: (name: 'SIGINT' | 'SIGTERM') => void;
  readonly closeOutput: () => void;
  /** Calls back at each text on standard output. */
  onOutput: (text: string) => void;
}

export function fakeIo(options: { cwd?: string; env?: Record<string, string>; tty?: boolean; columns?: number } = {}): FakeIo {
  const printed = { out: '', err: '' };
  const listeners = new Set<(signal: 'SIGINT' | 'SIGTERM') => void>();
  const closed = new AbortController();
  const io: FakeIo = {
    stdout(text) {
      printed.out += text;
      io.onOutput(text);
    },
    async stdoutBytes(bytes) {
      printed.out += Buffer.from(bytes).toString('latin1');
      if (bytes.length > 0) io.onOutput(Buffer.from(bytes).toString('latin1'));
    },
    stderr(text) {
      printed.err += text;
    },
    env: options.env ?? {},
    cwd: options.cwd ?? '/',
    stdoutIsTTY: options.tty ?? false,
    stderrIsTTY: options.tty ?? false,
    columns: options.columns ?? 80,
    rows: 24,
    outputClosed: closed.signal,
    onSignal(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    out: () => printed.out,
    err: () => printed.err,
    signal: (name) => listeners.forEach((listener) => listener(name)),
    closeOutput: () => closed.abort(),
    onOutput: () => {},
  };
  return io;
}
