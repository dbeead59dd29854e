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

interface FakeIoOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  readonly tty?: boolean;
  readonly columns?: number;
  /** What is typed, line by line; then the input has ended. */
  readonly typed?: readonly string[];
}

export function fakeIo(options: FakeIoOptions = {}): FakeIo {
  const printed = { out: '', err: '' };
  const listeners = new Set<(signal: 'SIGINT' | 'SIGTERM') => void>();
  const closed = new AbortController();
  const typed = [...(options.typed ?? [])];
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
    stdinIsTTY: options.tty ?? false,
    stdoutIsTTY: options.tty ?? false,
    stderrIsTTY: options.tty ?? false,
    columns: options.columns ?? 80,
    rows: 24,
    outputClosed: closed.signal,
    async askLine(question) {
      printed.err += question;
      return typed.shift() ?? null;
    },
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
