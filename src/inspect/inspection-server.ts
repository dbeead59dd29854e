import { randomBytes } from 'node:crypto';
import { createServer, STATUS_CODES } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { InspectReport } from '../../schemas/cli/inspect-report.ts';
import { exitCodes, UserError } from '../errors.ts';
import { judgeRequest } from './admission.ts';
import type { Verdict } from './admission.ts';
import { closeCodes, InspectionClient } from './inspection-client.ts';
import { inspectorPage } from './inspector-page.ts';
import { play } from './pace.ts';
import type { Pace } from './pace.ts';

/** What is served, and how. `port` 0: any that is free. */
export interface ServerOptions {
  readonly events: readonly InspectReport[];
  readonly pace: Pace;
  readonly port: number;
  /** Called when a client has got the whole replay. */
  readonly onPlayed: () => void;
}

/** So many inspectors look at one run at a time. */
const mostClients = 8;
/** The only word of a client has four bytes. */
const longestWordBytes = 16;
const longestFarewellMs = 500;
const host = '127.0.0.1';

/**
 * A listener on the loopback interface that plays a replay from its beginning to each client, over a WebSocket. It takes no command but `next`. Nothing of it outlives
 * {@link InspectionServer.close}.
 */
export class InspectionServer {
  readonly #options: ServerOptions;
  readonly #token = randomBytes(24).toString('base64url');
  readonly #clients = new Set<InspectionClient>();
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: longestWordBytes,
  });

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => this.#serve(request, response));
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => this.#upgrade(request, socket, head));
  }

  /** Starts to listen; the address of the page, with its token. Throws UserError `port_not_free` (exit 7) where the port cannot be had. */
  async listen(): Promise<string> {
    const { port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      // Kept: an error that comes later, as when there is no file descriptor left, is one connection's end and not this process's.
      this.#server.on('error', (error) => reject(portNotFree(port, error)));
      this.#server.listen({ host, port, exclusive: true }, resolve);
    });
    return `http://${host}:${String(this.#port)}/${this.#token}/`;
  }

  /** Takes leave of the clients and stops to listen; resolves when all of it is gone. */
  async close(): Promise<void> {
    const clients = [...this.#clients];
    const farewells = Promise.all(clients.map((client) => client.close(closeCodes.goingAway)));
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    // A client that reads nothing is not waited for.
    await Promise.race([farewells, delay(longestFarewellMs, undefined, { ref: false })]);
    for (const client of clients) client.destroy();
    await closed;
  }

  get #port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const verdict = this.#judge(request);
    if ('status' in verdict) this.#refuse(response, verdict.status);
    else if (verdict.room === 'stream') this.#refuse(response, 426);
    else {
      const nonce = randomBytes(16).toString('base64url');
      const { html, headers } = inspectorPage({ port: this.#port, nonce, byHand: this.#options.pace.kind === 'byHand' });
      response.writeHead(200, { ...headers }).end(html);
    }
  }

  #refuse(response: ServerResponse, status: number): void {
    const needs = status === 426 ? { upgrade: 'websocket' } : status === 405 ? { allow: 'GET' } : {};
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...needs });
    response.end(`${STATUS_CODES[status] ?? ''}\n`);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const verdict = this.#judge(request);
    if ('status' in verdict) refuseUpgrade(socket, verdict.status);
    else if (verdict.room === 'page') refuseUpgrade(socket, 404);
    else if (this.#clients.size >= mostClients) refuseUpgrade(socket, 503);
    else this.#sockets.handleUpgrade(request, socket, head, (webSocket) => this.#admit(webSocket));
  }

  #admit(socket: WebSocket): void {
    const client = new InspectionClient(socket);
    this.#clients.add(client);
    socket.once('close', () => this.#clients.delete(client));
    void play(this.#options.events, this.#options.pace, client).then((whole) => {
      if (!whole) return;
      void client.close(closeCodes.normal).then(this.#options.onPlayed);
    });
  }

  #judge({ method, url, headers }: IncomingMessage): Verdict {
    return judgeRequest({ method, url, host: headers.host, origin: headers.origin }, { port: this.#port, token: this.#token });
  }
}

/** Whoever is refused may leave its end open: this end is not left to it. */
function refuseUpgrade(socket: Duplex, status: number): void {
  socket.on('error', () => undefined);
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function portNotFree(port: number, cause: NodeJS.ErrnoException): UserError {
  const why = cause.code === 'EADDRINUSE' ? 'another process listens there' : cause.message;
  const hint = 'leave --port out: a port that is free is taken then';
  return new UserError(exitCodes.refused, 'port_not_free', `cannot listen on ${host}:${String(port)}: ${why}`, { hint, cause });
}
