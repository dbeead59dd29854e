import { chmod, cp, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunId } from '../../schemas/ids.ts';
import { runProgram } from '../../src/cli/program.ts';
import { createRunFolder, listRunIds, storeLayout, type StoreLayout } from '../../src/store/layout.ts';
import { toolsFolder } from '../../src/routing/tools-folder.ts';
import { verifyStore } from '../../src/store/verify.ts';
import { fakeIo } from '../unit/cli/fake-io.ts';
import { expectDocument } from '../unit/cli/json-shape.ts';

/* Stores that each version has written (scripts/make-compat-fixture.mjs), with what that version read from them. */
const fixtures = join(import.meta.dirname, 'fixtures');
const versions = readdirSync(fixtures);

interface Expected {
  readonly heads: readonly { readonly store: string; readonly sequence: number; readonly hash: string }[];
  readonly list: readonly object[];
  readonly runs: Readonly<
    Record<
      string,
      {
        readonly run: { readonly run_id: string };
        readonly steps: readonly object[];
        readonly attempts: readonly object[];
        readonly events: readonly object[];
        readonly logs: string;
      }
    >
  >;
}

/** A copy of a stored store as it was on disk: git keeps neither modes nor empty folders. */
async function copyOf(
  version: string,
): Promise<{ readonly layout: StoreLayout; readonly expected: Expected; remove(): Promise<void> }> {
  const top = await mkdtemp(join(tmpdir(), 'stateyard-compat-'));
  const layout = storeLayout(join(top, 'store'));
  await cp(join(fixtures, version, 'store'), layout.root, { recursive: true });
  for (const runId of await listRunIds(layout)) await createRunFolder(layout, runId);
  await chmod(layout.root, 0o700);
  for (const entry of await readdir(layout.root, { recursive: true, withFileTypes: true })) {
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o700 : 0o600);
  }
  const expected = JSON.parse(await readFile(join(fixtures, version, 'expected.json'), 'utf8')) as Expected;
  return { layout, expected, remove: () => rm(top, { recursive: true, force: true }) };
}

async function call(layout: StoreLayout, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const io = fakeIo({ cwd: layout.root, env: { PATH: process.env['PATH'] ?? '' } });
  const code = await runProgram([...args, '--store', layout.root], io);
  return { code, out: io.out(), err: io.err() };
}

async function json<Result>(layout: StoreLayout, ...args: string[]): Promise<Result> {
  const { code, out, err } = await call(layout, ...args, '--json');
  expect(code, `${args.join(' ')}: ${out}${err}`).toBe(0);
  return JSON.parse(out) as Result;
}

/** Rows as they were: fields that a later version has added do not count, nor how long something open has taken, which depends on the day. */
function atLeast(rows: readonly object[]): unknown {
  return rows.map((row) => {
    const { duration_ms: _duration_ms, ...rest } = row as { duration_ms?: number | null; ended_at?: string | null };
    return expect.objectContaining('ended_at' in rest && rest.ended_at === null ? rest : row) as unknown;
  });
}

it('every version has left a store', () => {
  expect(versions).toContain('0.1.0');
});

describe.each(versions)('the store of %s', (version) => {
  let store: Awaited<ReturnType<typeof copyOf>>;
  beforeAll(async () => {
    store = await copyOf(version);
  });
  afterAll(() => store.remove());

  const idOf = (name: string): RunId => store.expected.runs[name]?.run.run_id as RunId;

  it('is whole to the last record, and has the heads that it had', async () => {
    const { layout, expected } = store;
    for (const { store: name, sequence, hash } of expected.heads) {
      const shared = name === 'index' || name === 'tools' ? name : null;
      const folder = name === 'index' ? layout.root : name === 'tools' ? toolsFolder(layout) : layout.run(name as RunId).folder;
      const report = await verifyStore({ folder, name: shared ?? 'run' });
      expect(report).toMatchObject({ ok: true, problems: [], head: { sequence, hash } });
    }
    const { checks } = await json<{ checks: readonly { ok: boolean }[] }>(layout, 'doctor');
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  });

  it('is listed and shown, with the events and the output that it had', async () => {
    const { layout, expected } = store;
    const list = await json<{ runs: object[] }>(layout, 'ls');
    await expectDocument('run_list', list);
    expect(list.runs).toEqual(atLeast(expected.list));
    for (const { run, steps, attempts, events, logs } of Object.values(expected.runs)) {
      const shown = await json<Expected['runs'][string]>(layout, 'show', run.run_id);
      await expectDocument('run_details', shown);
      expect(shown.run).toMatchObject(run);
      expect(shown.steps).toEqual(atLeast(steps));
      expect(shown.attempts).toEqual(atLeast(attempts));
      expect(await json<object[]>(layout, 'events', run.run_id)).toEqual(atLeast(events));
      expect((await call(layout, 'logs', run.run_id)).out).toBe(logs);
    }
  });

  it('has an interrupted run that is resumed to its end: what had ended by itself is not started again', async () => {
    const { layout } = store;
    const runId = idOf('interrupted');
    const resumed = await call(layout, 'resume', runId, '--quiet');
    expect(resumed, resumed.err).toMatchObject({ code: 0 });
    const { steps, attempts } = await json<{ steps: object[]; attempts: object[] }>(layout, 'show', runId);
    expect(steps).toMatchObject([
      { step_id: 'before', state: 'succeeded', attempts: 1 },
      { step_id: 'ending', state: 'succeeded', attempts: 1 },
      { step_id: 'dying', state: 'succeeded', attempts: 2 },
      { step_id: 'after', state: 'succeeded', attempts: 1 },
    ]);
    expect(attempts).toHaveLength(5);
  });

  it('has a paused run that goes on to its end', async () => {
    const { layout } = store;
    const runId = idOf('paused');
    expect((await call(layout, 'resume', runId, '--quiet')).code).toBe(5);
    expect((await call(layout, 'unpause', runId)).code).toBe(0);
    const resumed = await call(layout, 'resume', runId, '--quiet');
    expect(resumed, resumed.err).toMatchObject({ code: 0 });
    expect((await call(layout, 'logs', runId, 'after')).out).toBe('after\n');
  });

  it.skipIf(version === '0.1.0')('has a run that its budget holds, which goes on to its end', async () => {
    const { layout } = store;
    const runId = idOf('held');
    expect((await call(layout, 'resume', runId, '--quiet')).code).toBe(5);
    expect((await call(layout, 'unpause', runId)).code).toBe(0);
    const resumed = await call(layout, 'resume', runId, '--quiet');
    expect(resumed, resumed.err).toMatchObject({ code: 0 });
    expect((await call(layout, 'logs', runId)).out).toBe('first  | hello\nsecond | hello\n');
  });

  it('is whole after that, and its runs can be removed', async () => {
    const { layout } = store;
    const { checks } = await json<{ checks: readonly { ok: boolean }[] }>(layout, 'doctor');
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    await json(layout, 'gc', '--keep', '0');
    expect(await json(layout, 'ls')).toEqual({ runs: [] });
  });
});
