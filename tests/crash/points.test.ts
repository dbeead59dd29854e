import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunId } from '../../schemas/ids.ts';
import { SeededRandom } from '../../src/simulate/seeded-random.ts';
import { bundleEngine } from './engine-bundle.ts';
import { live, type Project } from './engine-life.ts';
import { writeFigures } from './figures.ts';
import type { Death, Order } from './points-worker.ts';
import { lookAtEnd, lookAtTools, lookAtWreck, type ToldEvent } from './run-invariants.ts';
import { scratchFolder } from './scratch-folder.ts';

const moments = ['before', 'middle', 'after'] as const;
const seed = Number(process.env['STATEYARD_TEST_SEED'] ?? Date.now() % 1_000_000);
/** STATEYARD_CRASH_POINTS=all takes every point; else so many first deaths, and so many of them with a second one in the recovery. */
const everyPoint = process.env['STATEYARD_CRASH_POINTS'] === 'all';
const firstDeaths = 48;
const nestedDeaths = 16;
const workers = 3;

let bundle: Awaited<ReturnType<typeof bundleEngine>>;
let folder: string;

beforeAll(async () => {
  bundle = await bundleEngine('points-worker');
  folder = scratchFolder('points');
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  await bundle.remove();
});

const line = 'echo "$STATEYARD_STEP_ID $STATEYARD_ATTEMPT $STATEYARD_ATTEMPT_ID" >>trace';

/** A step whose first tool sends it to the second one, and whose result is checked. */
const task = `  asked: { needs: make, task: work, verify: [[sh, -c, '${line}']] }\n`;

function tool(script: string): object {
  return {
    kind: 'tool',
    command: 'sh',
    args: ['-c', `${line}; ${script}`],
    capabilities: { task_kinds: ['work'] },
    limits: { max_parallel: 1 },
    adapter: { outcomes: [{ exit_codes: [3], means: 'try_another' }] },
  };
}

const tools = {
  version: '1.0.0',
  apps: { a: tool('exit 3'), b: tool('exit 0') },
  routing: { rules: [{ id: 'works', match: { task_kind: ['work'] }, select_from: ['a'], fallback_to: ['b'] }] },
};

function newProject(name: string): Project {
  const project = { folder: join(folder, name), runId: ulid() as RunId };
  mkdirSync(project.folder);
  writeFileSync(join(project.folder, 'workflow.yaml'), readFileSync(join(import.meta.dirname, 'points.yaml'), 'utf8') + task);
  writeFileSync(join(project.folder, 'router_config.json'), JSON.stringify(tools));
  return project;
}

interface Life {
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
}

/** One life of an engine in a process of its own; what it prints is added to the project's file `told`. */
async function liveApart(project: Project, death: Death | null, calls: string | null = null): Promise<Life> {
  const told = openSync(join(project.folder, 'told'), 'a');
  const options = JSON.stringify({ ...project, death, calls, trace: null } satisfies Order);
  const child = spawn(process.execPath, [bundle.program, options], { stdio: ['ignore', told, 'inherit'] });
  closeSync(told);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve({ code, signal }));
  });
}

function toldBy(project: Project): ToldEvent[] {
  const lines = readFileSync(join(project.folder, 'told'), 'utf8').split('\n');
  // A line that was being written when the end came was told to nobody.
  return lines.slice(0, -1).map((line) => JSON.parse(line) as ToldEvent);
}

/** The calls of a life that nothing happens to, by name. */
async function callsOfWholeLife(project: Project): Promise<string[]> {
  const file = join(project.folder, 'calls');
  expect(await liveApart(project, null, file)).toEqual({ code: 0, signal: null });
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

const counts = { calls: 0, points: 0, 'points tried': 0, 'deaths in a recovery': 0, kills: 0, 'lives that ended first': 0 };

/** Kills an engine at one point, perhaps another one that recovers, and lets a third go on to the end. What is wrong, as sentences. */
async function tryPoint(name: string, deaths: readonly Death[]): Promise<string[]> {
  const project = newProject(name);
  const problems: string[] = [];
  for (const death of deaths) {
    const { signal, code } = await liveApart(project, death);
    if (signal === 'SIGKILL') counts.kills += 1;
    else if (code === 0) counts['lives that ended first'] += 1;
    else problems.push(`the engine ended with ${String(code)}`);
    problems.push(...(await lookAtWreck({ project, told: toldBy(project) })));
  }
  const told = toldBy(project);
  await live(project, { onEvents: (events) => void told.push(...events) }).catch((error: unknown) =>
    problems.push(`resume: ${String(error)}`),
  );
  problems.push(...(await lookAtEnd({ project, told }).catch((error: unknown) => [`the end: ${String(error)}`])));
  problems.push(...(await lookAtTools(project).catch((error: unknown) => [`the tools: ${String(error)}`])));
  rmSync(project.folder, { recursive: true, force: true, maxRetries: 5 });
  return problems.map(
    (problem) => `${deaths.map(({ at, moment }) => `${moment} call ${String(at)}`).join(', then ')}: ${problem}`,
  );
}

/** The deaths of each case: every call in the middle or all moments of it, as far as the budget goes, at random by the seed. */
function chooseDeaths(calls: number, random: SeededRandom): Death[][] {
  const points = Array.from({ length: calls }, (_, index) => moments.map((moment): Death => ({ at: index + 1, moment }))).flat();
  const first = everyPoint ? points : shuffled(points, random).slice(0, firstDeaths);
  const nested = everyPoint ? points.length : nestedDeaths;
  // A recovery makes fewer calls than a whole life: a point beyond its end is a life without a death.
  return first.map((death, index) =>
    index < nested ? [death, { at: random.between(1, Math.ceil(calls / 4)), moment: random.pick(moments as never) }] : [death],
  );
}

function shuffled<Item>(items: readonly Item[], random: SeededRandom): Item[] {
  return items
    .map((item) => ({ item, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

describe(`kill -9 of the engine at a named point (seed ${String(seed)})`, () => {
  test(
    'before, in and after every kind of call: nothing acknowledged is lost, nothing runs twice',
    { timeout: 600_000 },
    async () => {
      const whole = newProject('whole');
      const calls = await callsOfWholeLife(whole);
      expect(await lookAtEnd({ project: whole, told: toldBy(whole) })).toEqual([]);
      expect(await lookAtTools(whole)).toEqual([]);
      // A checkpoint in the middle of the run, which is not the one of its end.
      expect(calls.filter((call) => call.startsWith('rename') && call.includes('run.db')).length).toBeGreaterThan(1);
      const chosen = chooseDeaths(calls.length, new SeededRandom(seed));
      Object.assign(counts, { calls: calls.length, points: calls.length * moments.length, 'points tried': chosen.length });
      counts['deaths in a recovery'] = chosen.filter((deaths) => deaths.length > 1).length;
      const problems: string[] = [];
      const queue = chosen.entries();
      await Promise.all(
        Array.from({ length: workers }, async () => {
          for (const [index, deaths] of queue) problems.push(...(await tryPoint(`point-${String(index)}`, deaths)));
        }),
      );
      expect(problems, JSON.stringify(counts)).toEqual([]);
      expect(counts.kills).toBeGreaterThan(chosen.length * 0.9);
      writeFigures('crash-points', counts);
    },
  );
});
