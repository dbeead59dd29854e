import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { InspectReport } from '../../../schemas/cli/inspect-report.ts';
import { InspectionServer } from '../../../src/inspect/inspection-server.ts';
import type { Pace } from '../../../src/inspect/pace.ts';

const common = { rootId: 'r', sessionId: 'r', id: '1', _version: '0' };
const events: readonly InspectReport[] = ['A', 'B'].map((type, index) => ({
  type: '@xstate.event',
  ...common,
  createdAt: String(index * 20),
  event: { type },
}));
const open: InspectionServer[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

interface Served {
  readonly server: InspectionServer;
  readonly url: URL;
  readonly stream: URL;
  readonly played: Promise<void>;
}

async function serve(pace: Pace = { kind: 'atOnce' }, more: readonly InspectReport[] = events): Promise<Served> {
  let onPlayed = (): void => undefined;
  const played = new Promise<void>((resolve) => (onPlayed = resolve));
  const server = new InspectionServer({ events: more, pace, port: 0, onPlayed: () => onPlayed() });
  open.push(server);
  const url = new URL(await server.listen());
  return { server, url, stream: new URL(`ws://${url.host}${url.pathname}stream`), played };
}

interface Heard {
  readonly types: readonly string[];
  readonly code: number;
}

/** What a client hears until it is closed. */
function listen(stream: URL, onText: (socket: WebSocket) => void = () => undefined): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(stream);
    const types: string[] = [];
    socket.on('open', () => onText(socket));
    socket.on('message', (data: Buffer) => {
      types.push((JSON.parse(data.toString('utf8')) as { event: { type: string } }).event.type);
      onText(socket);
    });
    socket.on('close', (code) => resolve({ types, code }));
    socket.on('error', reject);
  });
}

/** The status with which a handshake is refused. */
function refusal(stream: URL, headers: Record<string, string> = {}): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(stream, { headers });
    socket.on('unexpected-response', (request, response) => {
      response.resume();
      request.destroy();
      resolve(response.statusCode);
    });
    socket.on('open', () => reject(new Error('it was let in')));
    socket.on('error', () => undefined);
  });
}

describe('the server of inspections', () => {
  it('listens on loopback alone and serves a page that lets nothing out but to the inspector', async () => {
    const { url } = await serve();
    expect(url.hostname).toBe('127.0.0.1');
    expect(url.pathname.length).toBeGreaterThan(32);
    const page = await fetch(url);
    expect(page.status).toBe(200);
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.headers.get('access-control-allow-origin')).toBe(null);
    expect(await page.text()).not.toContain(url.pathname);
    expect((await fetch(new URL('/', url))).status).toBe(404);
    expect((await fetch(new URL('stream', url))).status).toBe(426);
    expect((await fetch(url, { method: 'POST' })).status).toBe(405);
  });

  it('plays all of it to each client and says good-bye', async () => {
    const { stream, played } = await serve();
    const whole = { types: ['A', 'B'], code: 1000 };
    expect(await Promise.all([listen(stream), listen(stream)])).toEqual([whole, whole]);
    await played;
  });

  it('goes on by the words of the client', async () => {
    const { stream } = await serve({ kind: 'byHand' });
    const seen: string[] = [];
    const heard = await listen(stream, (socket) => {
      seen.push('asks');
      socket.send('next');
    });
    expect([heard, seen]).toEqual([{ types: ['A', 'B'], code: 1000 }, ['asks', 'asks', 'asks']]);
  });

  it('sends nothing of a replay by hand to a client that does not ask', async () => {
    const { server, stream } = await serve({ kind: 'byHand' });
    const heard = listen(stream, () => void server.close());
    expect(await heard).toEqual({ types: [], code: 1001 });
  });

  it('keeps to the times of the run, so many times as fast', async () => {
    const { stream } = await serve({ kind: 'timed', factor: 2 });
    const at: number[] = [];
    await listen(stream, () => at.push(performance.now()));
    expect((at[2] ?? 0) - (at[1] ?? 0)).toBeGreaterThan(8);
  });

  it.each([
    ['another word', 'previous', 1008],
    ['bytes', Buffer.from('next'), 1008],
    ['a flood', 'x'.repeat(100), 1009],
  ])('closes on a client that says %s', async (_, word, code) => {
    const { stream } = await serve({ kind: 'byHand' });
    expect(await listen(stream, (socket) => socket.send(word))).toEqual({ types: [], code });
  });

  it('refuses other words, other pages, other names and a ninth client', async () => {
    const { url, stream } = await serve({ kind: 'byHand' });
    expect(await refusal(new URL('/else/stream', stream))).toBe(404);
    expect(await refusal(new URL('.', stream))).toBe(404);
    expect(await refusal(stream, { origin: 'https://example.org' })).toBe(403);
    expect(await refusal(stream, { host: `localhost:${url.port}` })).toBe(403);
    await Promise.all(
      Array.from(
        { length: 8 },
        () => new Promise((resolve) => new WebSocket(stream).on('open', resolve).on('close', () => undefined)),
      ),
    );
    expect(await refusal(stream)).toBe(503);
  });

  it('ends although a client takes nothing, and one that was refused stays', async () => {
    const large = Array.from({ length: 400 }, (_, index) => ({
      ...common,
      type: '@xstate.event' as const,
      createdAt: '0',
      event: { type: String(index).padEnd(50_000, '.') },
    }));
    const { server, url, stream } = await serve({ kind: 'atOnce' }, large);
    const stuck = new WebSocket(stream);
    await new Promise((resolve) => stuck.on('open', resolve));
    stuck.pause();
    const refused = connect({ port: Number(url.port), host: '127.0.0.1', allowHalfOpen: true });
    refused.write(`GET / HTTP/1.1\r\nHost: ${url.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`);
    await new Promise((resolve) => refused.once('data', resolve));
    await server.close();
    stuck.terminate();
    refused.destroy();
  });

  it('refuses a port that another process has with 7', async () => {
    const { url } = await serve();
    const second = new InspectionServer({ events, pace: { kind: 'atOnce' }, port: Number(url.port), onPlayed: () => undefined });
    await expect(second.listen()).rejects.toMatchObject({ code: 'port_not_free', exitCode: 7 });
  });
});
