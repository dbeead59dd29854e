import { isatty } from 'node:tty';
import type { Io } from './io.ts';

const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * The {@link Io} of this process. A closed pipe behind stdout or stderr is not an error of the program. Node makes each standard stream when it is first touched, some
 * milliseconds each, so stdin and stderr are left alone until they are used.
 */
export function nodeIo(): Io {
  const closed = new AbortController();
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // EIO: the terminal has gone. Anything else (a full disk behind `>`) must not look like success.
    if (error.code !== 'EPIPE' && error.code !== 'EIO') process.exitCode = 1;
    closed.abort();
  });
  return {
    stdout(text) {
      if (!closed.signal.aborted) process.stdout.write(text);
    },
    async stdoutBytes(bytes) {
      if (closed.signal.aborted) return;
      await new Promise<void>((resolve) => process.stdout.write(bytes, () => resolve()));
    },
    stderr(text) {
      guardedStderr().write(text);
    },
    env: process.env,
    cwd: process.cwd(),
    stdinIsTTY: isatty(0),
    stdoutIsTTY: isatty(1),
    stderrIsTTY: isatty(2),
    get columns() {
      return (process.stderr.isTTY ? process.stderr.columns : process.stdout.columns) || 80;
    },
    get rows() {
      return (process.stderr.isTTY ? process.stderr.rows : process.stdout.rows) || 24;
    },
    outputClosed: closed.signal,
    askLine,
    onSignal(listener) {
      for (const signal of signals) process.on(signal, listener);
      return () => {
        for (const signal of signals) process.off(signal, listener);
      };
    },
  };
}

async function askLine(question: string, signal: AbortSignal): Promise<string | null> {
  const { createInterface } = await import('node:readline');
  // Not as a terminal: its line discipline stays as it is, and Ctrl-C is a signal as everywhere.
  const lines = createInterface({ input: process.stdin, output: guardedStderr(), terminal: false });
  const close = (): void => lines.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    return await new Promise<string | null>((resolve) => {
      lines.once('close', () => resolve(null));
      lines.question(question, resolve);
      if (signal.aborted) close();
    });
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

/** Errors of stderr have nowhere to be told; unheard, they would end the process. */
function guardedStderr(): NodeJS.WriteStream {
  if (!process.stderr.listeners('error').includes(ignoreError)) process.stderr.on('error', ignoreError);
  return process.stderr;
}

function ignoreError(): void {}
