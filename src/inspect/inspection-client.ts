import type { RawData, WebSocket } from 'ws';
import type { Listener } from './pace.ts';

/** Codes with which a connection is closed (RFC 6455, section 7.4.1). */
export const closeCodes = { normal: 1000, goingAway: 1001, notUnderstood: 1008 } as const;

/** All that a client can say: go on by one change. */
const word = 'next';

/** How long a client may take to answer a farewell. */
const longestAnswerMs = 3000;

/** Words that come before they are asked for are kept up to here; more would be a flood. */
const mostWords = 1000;

/** One WebSocket: gets texts and says when to go on. What says anything else is closed. */
export class InspectionClient implements Listener {
  readonly #socket: WebSocket;
  readonly #gone = new AbortController();
  readonly #closed: Promise<void>;
  #words = 0;
  #wake: (() => void) | null = null;

  /** Takes a WebSocket whose handshake is done. */
  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('message', (data, isBinary) => this.#heard(data, isBinary));
    // A reset, or a frame that is none: `close` follows it.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#leave());
  }

  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** Waits until the text has left this process, so that a client that reads slowly does not fill its memory. */
  async send(text: string): Promise<boolean> {
    if (this.signal.aborted) return false;
    // It is called with an error where the client has gone, and so always.
    await new Promise<void>((taken) => this.#socket.send(text, () => taken()));
    return !this.signal.aborted;
  }

  async nextWord(): Promise<boolean> {
    if (this.#words === 0 && !this.signal.aborted) await new Promise<void>((wake) => (this.#wake = wake));
    this.#words -= 1;
    return !this.signal.aborted;
  }

  /** Takes leave with one of {@link closeCodes} after what was sent before. Resolves when the client has answered, which shows that it got all of it, or is gone. */
  close(code: number): Promise<void> {
    if (this.signal.aborted) return this.#closed;
    this.#socket.close(code);
    const patience = setTimeout(() => this.destroy(), longestAnswerMs);
    void this.#closed.then(() => clearTimeout(patience));
    this.#leave();
    return this.#closed;
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.#socket.terminate();
  }

  #heard(data: RawData, isBinary: boolean): void {
    if (isBinary || !Buffer.isBuffer(data) || data.toString('utf8') !== word) {
      void this.close(closeCodes.notUnderstood);
      return;
    }
    this.#words = Math.min(this.#words + 1, mostWords);
    this.#wake?.();
    this.#wake = null;
  }

  #leave(): void {
    this.#gone.abort();
    this.#wake?.();
    this.#wake = null;
  }
}
