import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RouterConfig } from '../../schemas/router-config.ts';
import type { RoutePort } from '../../src/engine/ports.ts';
import { readTools } from '../../src/routing/read-tools.ts';
import { askOf, configOf, endOf, patient, requestOf, Shop, tool } from '../unit/routing/route-fixture.ts';
import { bundleEngine } from './engine-bundle.ts';
import type { HolderTask } from './tool-slot-holder.ts';

let bundle: Awaited<ReturnType<typeof bundleEngine>>;
let shop: Shop;
beforeAll(async () => {
  bundle = await bundleEngine('tool-slot-holder');
});
afterAll(() => bundle.remove());
beforeEach(async () => {
  shop = await Shop.open();
  shop.nowMs = Date.now();
});
afterEach(() => shop.close());

const one = { max_parallel: 1 };

function start(runId: string, config: RouterConfig, does: HolderTask['does']): ChildProcess {
  const task: HolderTask = { root: shop.layout.root, config, request: requestOf(), runId, does };
  return spawn(process.execPath, [bundle.program, JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** A process that holds a call, and the tool of it. */
async function holder(config: RouterConfig): Promise<{ readonly toolId: string; kill(): Promise<void> }> {
  const child = start('other', config, 'hold');
  const [data] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { toolId: data.toString().trim(), kill };
}

const toolOf = async (port: RoutePort, stepId: string): Promise<string | null> =>
  (await port.route(askOf(stepId), patient)).decision.tool_id;

describe('the slots of tools', () => {
  test('have one holder each among processes that race and die, and every end is counted once', { timeout: 60_000 }, async () => {
    const config = configOf({ a: tool({ limits: one }), b: tool({ limits: one }) });
    const results = await Promise.all(
      Array.from({ length: 3 }, async (_, id) => {
        const child = start(`run${id}`, config, 'contend');
        let settled = 0;
        child.stdout?.on('data', (data: Buffer) => {
          settled += data.length;
        });
        const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
        return { settled, end: code ?? signal };
      }),
    );
    expect(results.filter(({ end }) => end !== 0 && end !== 'SIGKILL')).toEqual([]);
    const told = results.reduce((sum, { settled }) => sum + settled, 0);
    expect(told).toBeGreaterThanOrEqual(9);
    expect((await readdir(shop.layout.root)).filter((name) => name.startsWith('violation'))).toEqual([]);
    const counted = (await readTools(shop.layout)).reduce(
      (sum, { calls, succeeded }) => sum + (calls === succeeded ? calls : NaN),
      0,
    );
    expect(counted).toBe(told);
  });

  test('are freed by the end of their process, and who waits gets them', async () => {
    const config = configOf({ a: tool({ limits: one }) });
    const other = await holder(config);
    expect(other.toolId).toBe('a');
    const port = shop.port(config);
    let got: string | null = null;
    const waiting = toolOf(port, '1').then((toolId) => (got = toolId));
    await port.refute({ attemptId: 'none', toolId: 'a' });
    expect(got).toBeNull();
    await other.kill();
    expect(await waiting).toBe('a');
  });
});

describe('a process that is killed between the routing of a call and its end', () => {
  test('keeps neither its slot nor, once it has expired, its probe', async () => {
    const breaker = { failure_threshold: 1, recovery_timeout_seconds: 1 };
    const limits = { max_parallel: 1, timeout_seconds: 600 };
    const config = configOf({ a: tool({ limits, adapter: { breaker } }), b: tool() });
    const port = shop.port(config);
    await port.settle(endOf('1', 'a', { verdict: 'failed', endedAtMs: shop.nowMs - 2_000 }));
    const other = await holder(config);
    expect(other.toolId).toBe('a');
    await other.kill();
    const { decision } = await port.route(askOf('2'), patient);
    expect([decision.tool_id, decision.cut[0]?.why]).toEqual(['b', 'breaker_open']);
    shop.nowMs = Date.now() + 601_000;
    expect(await toolOf(port, '3')).toBe('a');
    expect(await port.settle(endOf('3', 'a'))).toMatchObject([{ from: 'half_open', to: 'closed' }]);
  });
});
