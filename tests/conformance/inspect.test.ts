import { get } from 'node:http';
import { describe, expect } from 'vitest';
import { WebSocket } from 'ws';
import { jsonLines, test, until, type Parsed, type Running } from './sandbox.ts';

const written = { parameter: 'sekrit-parameter', variable: 'sekrit-variable', environment: 'sekrit-environment' };
const key = `ghp_${'a1'.repeat(18)}`;

const workflow = `name: shown
params: { api_token: { type: string } }
env: { DB_PASSWORD: ${written.variable} }
steps:
  leaks:
    run: |
      echo "word=of \${{ params.api_token }} ${written.variable} $SERVICE_TOKEN ${key}" >> "$STATEYARD_OUTPUT"
      echo "api_key=anything-at-all" >> "$STATEYARD_OUTPUT"
    outputs: { word: string, api_key: string }
  flaky:
    needs: leaks
    retry: { attempts: 2, delay: 1ms }
    run: test "$STATEYARD_ATTEMPT" = 2
  never: { needs: flaky, if: "\${{ false }}", run: echo never }
`;

/** The address of the page, once it is printed. */
async function addressOf(inspect: Running): Promise<URL> {
  const line = await until('the address', () => inspect.stdout().includes('\n') && inspect.stdout().trim());
  return new URL(line);
}

const streamOf = (page: URL): URL => new URL(`ws://${page.host}${page.pathname}stream`);

interface Replayed {
  readonly texts: readonly string[];
  readonly code: number;
}

/** What a client hears until it is closed. `says`: the word with which it asks for each change. */
function listen(stream: URL, says: string | null = null): Promise<Replayed> {
  return new Promise((resolve, reject) => {
    const texts: string[] = [];
    const socket = new WebSocket(stream);
    socket.on('open', () => says !== null && socket.send(says));
    socket.on('message', (data: Buffer) => {
      texts.push(data.toString('utf8'));
      if (says !== null) socket.send(says);
    });
    socket.on('close', (code) => resolve({ texts, code }));
    socket.on('error', reject);
  });
}

/** The status of a page under another name of this machine. */
function statusUnder(host: string, { port, pathname }: URL): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: pathname, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
}

const lastStateOf = (events: readonly Parsed[], session: string): unknown =>
  events.findLast((event) => event.type === '@xstate.snapshot' && event.sessionId === session)?.snapshot.value;

describe.concurrent('inspect', () => {
  test('shows an ended run once, to whoever has the address, and no secret of it', async ({ box }) => {
    const { id } = box;
    const env = { SERVICE_TOKEN: written.environment };
    const file = box.write('shown.yaml', workflow);
    const run = await box.start(['run', file, '--id', id, '-p', `api_token=${written.parameter}`], { env }).ended;
    expect(run.code, run.stderr).toBe(0);
    const inspect = box.start(['inspect', id, '--stately', '--once'], { env });
    const page = await addressOf(inspect);
    expect(page.hostname).toBe('127.0.0.1');
    expect((await fetch(new URL('/', page))).status).toBe(404);
    expect(await statusUnder('localhost', page)).toBe(403);
    const html = await (await fetch(page)).text();
    const { texts, code } = await listen(streamOf(page));
    expect(code).toBe(1000);
    expect(await inspect.ended).toMatchObject({ code: 0, stdout: `${page.href}\n` });
    const printed = await box.start(['inspect', id, '--json'], { env }).ended;
    expect([printed.code, printed.stderr]).toEqual([0, '']);
    const events = jsonLines(printed.stdout);
    expect(texts.map((text) => JSON.parse(text))).toEqual(events);
    expect(lastStateOf(events, id)).toBe('succeeded');
    expect(lastStateOf(events, `${id}/step.flaky`)).toBe('succeeded');
    expect(
      events.find((event) => event.sessionId === `${id}/step.leaks` && event.snapshot?.output)?.snapshot.context.outputs,
    ).toEqual({ word: expect.stringMatching(/^of \[redacted\] /), api_key: '[redacted]' });
    for (const told of [html, printed.stdout, ...texts]) {
      for (const secret of [...Object.values(written), key, 'anything-at-all']) expect(told).not.toContain(secret);
    }
  });

  test('shows a live run as it stands, to several at a time, until a signal comes', async ({ box }) => {
    const { id } = box;
    const run = box.start(['run', box.use('gated'), '--id', id]);
    await box.traced('held');
    const inspect = box.start(['inspect', id, '--stately', '--speed', '1000']);
    const byHand = box.start(['inspect', id, '--stately', '--step', '--quiet']);
    const page = await addressOf(inspect);
    const [one, other, stepped] = await Promise.all([
      listen(streamOf(page)),
      listen(streamOf(page)),
      listen(streamOf(await addressOf(byHand)), 'next'),
    ]);
    expect([one.code, other.texts, stepped]).toEqual([1000, one.texts, one]);
    const events = one.texts.map((text) => JSON.parse(text));
    expect([lastStateOf(events, id), lastStateOf(events, `${id}/step.held`)]).toEqual([
      { running: 'active' },
      { attempting: 'executing' },
    ]);
    const second = await box.cli('inspect', id, '--stately', '--port', page.port);
    expect([second.code, second.stdout]).toEqual([7, '']);
    expect(second.stderr).toContain(`cannot listen on 127.0.0.1:${page.port}: another process listens there`);
    inspect.kill('SIGINT');
    byHand.kill('SIGTERM');
    const [interrupted, terminated] = await Promise.all([inspect.ended, byHand.ended]);
    expect([interrupted.code, terminated.code, terminated.stderr]).toEqual([130, 143, '']);
    await expect(fetch(page)).rejects.toThrow();
    expect(run.child.exitCode, run.stderr()).toBe(null);
    box.open();
    expect((await run.ended).code).toBe(0);
  });
});
