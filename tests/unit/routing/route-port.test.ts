import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RoutePort } from '../../../src/engine/ports.ts';
import { findMissingPrograms } from '../../../src/routing/installed.ts';
import { readTools } from '../../../src/routing/read-tools.ts';
import { slotFolder, toolsFolder } from '../../../src/routing/tools-folder.ts';
import { loadMigrations } from '../../../src/store/migrations.ts';
import { isOwned } from '../../../src/store/owner-lock.ts';
import { openStore } from '../../../src/store/store.ts';
import { askOf, configOf, endOf, noonMs, patient, Shop, tool } from './route-fixture.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await Shop.open();
});
afterEach(() => shop.close());

const toolOf = async (port: RoutePort, ...[stepId, ...more]: Parameters<typeof askOf>): Promise<string | null> =>
  (await port.route(askOf(stepId, ...more), patient)).decision.tool_id;
const breakerOf = async (toolId: string) => (await readTools(shop.layout)).find((record) => record.toolId === toolId)?.breaker;

/** Opens after one failure, for a minute. */
const brittle = { adapter: { breaker: { failure_threshold: 1, recovery_timeout_seconds: 60 } } };

describe('a step is routed', () => {
  test('to the tool that the configuration decides for, with all that the decision was made from', async () => {
    const port = shop.port(configOf({ a: tool(), b: tool() }), {
      phaseTools: { allowedTools: null, disallowedTools: ['a'] },
    });
    const { decision, breakers } = await port.route(askOf('s'), patient);
    expect(decision).toMatchObject({
      tool_id: 'b',
      candidates: ['a', 'b'],
      cut: [{ tool_id: 'a', why: 'disallowed_by_phase' }],
      waits: false,
    });
    expect(breakers).toEqual([]);
    expect(await readTools(shop.layout)).toEqual([]);
  });

  test('to no tool where none is left, and then nothing is held', async () => {
    const missing = new Map([['a', 'the program "a" was not found on PATH']]);
    const port = shop.port(configOf({ a: tool({ limits: { max_parallel: 1 } }) }), { findMissing: () => missing });
    const { decision } = await port.route(askOf('s'), patient);
    expect(decision).toMatchObject({ tool_id: null, waits: false, cut: [{ why: 'not_installed' }] });
    missing.clear();
    expect(await toolOf(port, 't')).toBe('a');
  });

  test('to the tools in turn, also by another process', async () => {
    const config = configOf({ a: tool(), b: tool(), c: tool() });
    const [one, two] = [shop.port(config), shop.port(config)];
    const picked: (string | null)[] = [];
    for (const port of [one, two, two, one, one, two]) picked.push(await toolOf(port, 's', { strategy: 'round_robin' }));
    expect(picked).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
    await one.close();
    expect(await toolOf(shop.port(config), 's', { strategy: 'round_robin' })).toBe('a');
  });

  test('by what was measured, with auto', async () => {
    const port = shop.port(configOf({ good: tool(), bad: tool() }));
    for (const [index, toolId] of ['good', 'bad', 'good', 'bad', 'good', 'bad', 'good'].entries()) {
      const verdict = toolId === 'good' ? 'succeeded' : 'failed';
      await port.settle(endOf('s', toolId, { attemptId: String(index), verdict, durationMs: 100 * (index + 1) }));
    }
    await port.settle(endOf('s', 'good', { attemptId: 'stopped', verdict: 'none', durationMs: 9_000 }));
    const { decision } = await port.route(askOf('s', { strategy: 'auto' }), patient);
    expect(decision.figures).toEqual({
      good: { calls: 4, succeeded: 4, mean_ms: 400 },
      bad: { calls: 3, succeeded: 0, mean_ms: 400 },
    });
  });

  test('on with the tool of the attempt before, past one that is used up', async () => {
    const port = shop.port(configOf({ a: tool(), b: tool() }));
    expect(await toolOf(port, 's', {}, { current: 'b' })).toBe('b');
    expect(await toolOf(port, 's', {}, { current: 'a', spent: ['a'] })).toBe('b');
  });
});

describe('max_parallel', () => {
  const config = configOf({ a: tool({ limits: { max_parallel: 1 } }), b: tool({ limits: { max_parallel: 1 } }) });

  test('sends the next step to another tool of its tier, then makes it wait, first come, first served', async () => {
    const [port, other] = [shop.port(config), shop.port(config)];
    const first = await port.route(askOf('1'), patient);
    const second = await other.route(askOf('2'), patient);
    expect([first.decision.tool_id, second.decision.tool_id]).toEqual(['a', 'b']);
    expect(second.decision.cut).toEqual([{ tool_id: 'a', why: 'at_max_parallel', detail: 'its slot is taken' }]);
    const order: string[] = [];
    const waiting = ['3', '4'].map(async (stepId) => {
      const toolId = await toolOf(port, stepId);
      order.push(stepId);
      return toolId;
    });
    await port.settle(endOf('1', 'a'));
    expect(await waiting[0]).toBe('a');
    await other.release({ runId: 'run', stepId: '2' });
    expect(await waiting[1]).toBe('b');
    expect(order).toEqual(['3', '4']);
  });

  test('of a step that is aborted while it waits holds nothing', async () => {
    const port = shop.port(config);
    await Promise.all([toolOf(port, '1'), toolOf(port, '2')]);
    const abort = new AbortController();
    const waiting = port.route(askOf('3'), abort.signal);
    abort.abort(new Error('canceled'));
    await expect(waiting).rejects.toThrow('canceled');
    await expect(port.route(askOf('4'), abort.signal)).rejects.toThrow('canceled');
    await port.release({ runId: 'run', stepId: '1' });
    expect(await toolOf(port, '5')).toBe('a');
  });

  test('of a step that is aborted in the moment of its decision holds nothing', async () => {
    const abort = new AbortController();
    const findMissing = (): ReadonlyMap<string, string> => {
      abort.abort(new Error('canceled'));
      return new Map();
    };
    await expect(shop.port(config, { findMissing }).route(askOf('1'), abort.signal)).rejects.toThrow('canceled');
    expect(await toolOf(shop.port(config), '2')).toBe('a');
  });

  test('gives back a slot that was waited for when its tool cannot be used any more', async () => {
    const missing = new Map<string, string>();
    const single = configOf({ a: tool({ limits: { max_parallel: 1 } }) });
    const [port, other] = [shop.port(single), shop.port(single, { findMissing: () => new Map(missing) })];
    await toolOf(port, '1');
    const waiting = toolOf(other, '2');
    await port.refute({ attemptId: 'none', toolId: 'a' });
    missing.set('a', 'it is gone');
    await port.release({ runId: 'run', stepId: '1' });
    expect(await waiting).toBeNull();
    expect(await toolOf(port, '3')).toBe('a');
  });

  test('counts a call that an earlier process began, as far as there is room, and one that checks a result', async () => {
    const port = shop.port(config);
    const step = { runId: 'run', stepId: '1' };
    await port.reclaim(step, 'a');
    await port.reclaim({ ...step, stepId: '2' }, 'a');
    expect(await toolOf(port, '3')).toBe('b');
    await port.settle(endOf('3', 'b'));
    await port.enter(step, 'b', patient);
    const abort = new AbortController();
    const waiting = port.enter({ ...step, stepId: '4' }, 'b', abort.signal);
    abort.abort(new Error('canceled'));
    await expect(waiting).rejects.toThrow('canceled');
    await port.release(step);
    expect([await toolOf(port, '5'), await toolOf(port, '6')]).toEqual(['a', 'b']);
  });

  test('does not make a step wait for what itself holds', async () => {
    const port = shop.port(configOf({ a: tool({ limits: { max_parallel: 1 } }) }));
    expect([await toolOf(port, '1'), await toolOf(port, '1')]).toEqual(['a', 'a']);
  });

  test('is given back when the session is closed, also by one that waits', async () => {
    const [port, other] = [shop.port(config), shop.port(config)];
    await Promise.all([toolOf(port, '1'), toolOf(port, '2')]);
    const waiting = port.route(askOf('3'), patient);
    const closed = expect(waiting).rejects.toThrow('the session is over');
    await port.close();
    await closed;
    expect(await toolOf(other, '1')).toBe('a');
  });
});

describe('the end of a call', () => {
  test('is counted once, and what it cost', async () => {
    const port = shop.port(configOf({ a: tool() }));
    await toolOf(port, 's');
    await port.settle(endOf('s', 'a', { costUsd: 0.5, durationMs: 30 }));
    await port.settle(endOf('s', 'a', { costUsd: 0.5, durationMs: 30, verdict: 'failed' }));
    await shop.port(configOf({ a: tool() })).settle(endOf('s', 'a', { costUsd: 0.5, durationMs: 30 }));
    expect(await readTools(shop.layout)).toMatchObject([
      { toolId: 'a', calls: 1, succeeded: 1, failed: 0, totalMs: 30, costUsd: 0.5, recent: { calls: 1, successRate: 1 } },
    ]);
  });

  test('is refuted once, and only where it was good', async () => {
    const port = shop.port(configOf({ a: tool() }));
    await port.settle(endOf('good', 'a'));
    await port.settle(endOf('bad', 'a', { verdict: 'failed' }));
    for (const stepId of ['good', 'good', 'bad', 'unknown']) await port.refute({ attemptId: `attempt-${stepId}`, toolId: 'a' });
    expect(await readTools(shop.layout)).toMatchObject([{ calls: 2, succeeded: 0, failed: 2, recent: { successRate: 0 } }]);
  });

  test('of a tool that the configuration does not have any more is counted', async () => {
    await shop.port(configOf({ old: tool(brittle) })).settle(endOf('1', 'old', { verdict: 'failed' }));
    const port = shop.port(configOf({ a: tool() }));
    await port.settle(endOf('2', 'old', { verdict: 'failed' }));
    await port.settle(endOf('3', 'older', { verdict: 'failed' }));
    expect((await readTools(shop.layout)).map(({ toolId, failed, breaker }) => [toolId, failed, breaker.state])).toEqual([
      ['old', 2, 'open'],
      ['older', 1, 'closed'],
    ]);
  });
});

describe('a breaker', () => {
  const config = configOf({ a: tool(brittle), b: tool() });

  test('opens, keeps the tool out for all, lets one probe through when its time has come, and closes', async () => {
    const [port, other] = [shop.port(config), shop.port(config)];
    await toolOf(port, '1');
    const reopensAt = new Date(noonMs + 60_000).toISOString();
    expect(await port.settle(endOf('1', 'a', { verdict: 'failed' }))).toEqual([
      { toolId: 'a', from: 'closed', to: 'open', reopensAt },
    ]);
    const { decision } = await other.route(askOf('2'), patient);
    expect([decision.tool_id, decision.cut]).toEqual([
      'b',
      [{ tool_id: 'a', why: 'breaker_open', detail: `its breaker is open until ${reopensAt}` }],
    ]);
    expect(await breakerOf('a')).toMatchObject({ state: 'open', reopensAt, failures: 1, problem: null });
    shop.nowMs += 60_000;
    const probe = await other.route(askOf('3'), patient);
    expect([probe.decision.tool_id, probe.breakers]).toEqual([
      'a',
      [{ toolId: 'a', from: 'open', to: 'half_open', reopensAt: null }],
    ]);
    const next = await port.route(askOf('4'), patient);
    expect(next.decision).toMatchObject({
      tool_id: 'b',
      cut: [{ detail: 'its breaker is half open, and 1 of 1 probes are under way' }],
    });
    expect(await port.settle(endOf('4', 'a'))).toEqual([]);
    expect(await other.settle(endOf('3', 'a'))).toEqual([{ toolId: 'a', from: 'half_open', to: 'closed', reopensAt: null }]);
    expect(await toolOf(port, '5')).toBe('a');
  });

  test.each([
    ['that did not come about', (port: RoutePort) => port.release({ runId: 'run', stepId: 'probe' })],
    ['that was stopped', (port: RoutePort) => port.settle(endOf('probe', 'a', { verdict: 'none' }))],
    ['whose session is closed', (port: RoutePort) => port.close()],
    ['that is lost, when it has expired', () => Promise.resolve((shop.nowMs += 3_600_001))],
  ])('gives the place of a probe %s to another', async (_, end) => {
    const [port, other] = [shop.port(config), shop.port(config)];
    await port.settle(endOf('1', 'a', { verdict: 'failed' }));
    shop.nowMs += 60_000;
    expect(await toolOf(port, 'probe')).toBe('a');
    expect(await toolOf(other, '2')).toBe('b');
    await end(port);
    expect(await toolOf(other, '2')).toBe('a');
  });

  test('that is told of an end a second time keeps the probe that its step has begun since', async () => {
    const port = shop.port(config);
    await port.settle(endOf('1', 'a', { verdict: 'failed' }));
    shop.nowMs += 60_000;
    expect(await toolOf(port, '1')).toBe('a');
    await shop.port(config).settle(endOf('1', 'a', { verdict: 'failed' }));
    expect(await breakerOf('a')).toMatchObject({ state: 'half_open', probes: 1 });
  });

  test('of a tool that checks results is closed by a check', async () => {
    const port = shop.port(config);
    const step = { runId: 'run', stepId: '1' };
    await port.settle(endOf('1', 'a', { verdict: 'failed' }));
    await port.enter(step, 'a', patient);
    await port.settle(endOf('1', 'a', { attemptId: '2' }));
    expect(await breakerOf('a')).toMatchObject({ state: 'open' });
    shop.nowMs += 60_000;
    await port.enter(step, 'a', patient);
    expect(await port.settle(endOf('1', 'a', { attemptId: '3' }))).toMatchObject([{ from: 'half_open', to: 'closed' }]);
  });

  test('takes new settings from the configuration', async () => {
    await shop.port(config).settle(endOf('1', 'a', { verdict: 'failed' }));
    const longer = configOf({ a: tool({ adapter: { breaker: { recovery_timeout_seconds: 600 } } }), b: tool() });
    shop.nowMs += 60_000;
    expect(await toolOf(shop.port(longer), '2')).toBe('b');
    expect(await toolOf(shop.port(config), '2')).toBe('a');
  });

  test('that is stored in a form that cannot be used is closed, and that is told once', async () => {
    const port = shop.port(config);
    await port.settle(endOf('1', 'a', { verdict: 'failed' }));
    await port.close();
    const { store } = await openStore({ folder: toolsFolder(shop.layout), name: 'tools', migrations: loadMigrations('tools') });
    store.transact([["update tools set breaker = ? where tool_id = 'a'", '{"status":"active"}']]);
    await store.close();
    expect(await breakerOf('a')).toMatchObject({ state: 'closed', problem: expect.stringContaining('damaged') as string });
    const fresh = shop.port(config);
    expect([await toolOf(fresh, '2'), await toolOf(fresh, '3')]).toEqual(['a', 'a']);
    expect(shop.trouble).toEqual([
      expect.stringMatching(/^the stored breaker of a cannot be used, so it is closed: it is damaged: value/),
    ]);
    expect(await breakerOf('a')).toMatchObject({ state: 'closed', problem: null });
  });
});

describe('a tool store that fails', () => {
  test('rejects with the reason, holds nothing, and is tried again', async () => {
    const port = shop.port(configOf({ a: tool({ limits: { max_parallel: 1 } }) }));
    await mkdir(shop.layout.root, { recursive: true });
    await writeFile(join(shop.layout.root, 'tools'), 'in the way');
    await expect(port.route(askOf('1'), patient)).rejects.toThrow('ENOTDIR');
    await expect(port.enter({ runId: 'run', stepId: '1' }, 'a', patient)).rejects.toThrow('ENOTDIR');
    await rm(join(shop.layout.root, 'tools'));
    expect(await toolOf(port, '2')).toBe('a');
  });

  test('after a slot was taken frees it', async () => {
    const port = shop.port(configOf({ a: tool({ limits: { max_parallel: 1 } }) }));
    await port.settle(endOf('1', 'a'));
    const migrations = [...loadMigrations('tools'), 'create table later (a)'];
    const { store } = await openStore({ folder: toolsFolder(shop.layout), name: 'tools', migrations });
    store.transact([['insert into later values (?)', 1]]);
    await store.close();
    await expect(port.enter({ runId: 'run', stepId: '2' }, 'a', patient)).rejects.toMatchObject({ kind: 'newer' });
    expect(await isOwned(slotFolder(shop.layout, 'a', 1))).toBe(false);
  });

  test('by damage says what to do, to those who write and who read', async () => {
    const port = shop.port(configOf({ a: tool() }));
    await port.settle(endOf('1', 'a'));
    await port.close();
    await writeFile(join(toolsFolder(shop.layout), 'tools.db'), 'no database');
    const expected = { kind: 'damaged', advice: expect.stringContaining('stateyard doctor --repair') as string };
    await expect(shop.port(configOf({ a: tool() })).route(askOf('1'), patient)).rejects.toMatchObject(expected);
    await expect(readTools(shop.layout)).rejects.toMatchObject(expected);
  });

  test('is not needed to read that there is none', async () => {
    expect(await readTools(shop.layout)).toEqual([]);
  });
});

describe('the programs of tools', () => {
  test('are looked for on PATH and from the folder of the configuration, until they are found', async () => {
    const config = configOf({
      away: tool({ command: 'no-such-program-here' }),
      own: tool({ command: './own.sh' }),
      late: tool(),
    });
    const port = shop.port(config, { findMissing: findMissingPrograms(config, shop.base) });
    const first = await port.route(askOf('1'), patient);
    expect(first.decision.tool_id).toBe('late');
    expect(first.decision.cut.map(({ tool_id, detail }) => `${tool_id}: ${detail}`)).toEqual([
      'away: the program "no-such-program-here" was not found on PATH',
      'own: the program "./own.sh" does not exist',
    ]);
    await writeFile(join(shop.base, 'own.sh'), '#!/bin/sh\n');
    await chmod(join(shop.base, 'own.sh'), 0o755);
    expect(await toolOf(port, '2')).toBe('own');
    await rm(join(shop.base, 'own.sh'));
    expect(await toolOf(port, '3')).toBe('own');
  });
});
