/** How the command line meets the world, given at the edge: tests give another. Colours and modes are decided from it, never from `process`. */
export interface Io {
  /** Results. After the reader has gone away (`| head`) text is dropped and {@link Io.outputClosed} is aborted. */
  stdout(text: string): void;
  /** Results as bytes; resolves when the stream can take more, so that a large log is never held in memory. */
  stdoutBytes(bytes: Uint8Array): Promise<void>;
  /** Progress, warnings and errors. */
  stderr(text: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdinIsTTY: boolean;
  readonly stdoutIsTTY: boolean;
  readonly stderrIsTTY: boolean;
  /** Width and height of the terminal behind stderr or stdout; 80 and 24 where there is none. Read anew at each use: windows change. */
  readonly columns: number;
  readonly rows: number;
  /** Aborted when the reader of standard output has gone away. Verbs that only read end quietly then; a run goes on. */
  readonly outputClosed: AbortSignal;
  /**
   * Prints `question` on stderr and waits for a line of standard input; null where it has ended or `signal` was aborted. To be called only where both are a
   * terminal: it takes input away from whoever else would read it.
   */
  askLine(question: string, signal: AbortSignal): Promise<string | null>;
  /** Calls `listener` at each SIGINT and SIGTERM instead of ending the process; the returned function takes that back. */
  onSignal(listener: (signal: 'SIGINT' | 'SIGTERM') => void): () => void;
}
