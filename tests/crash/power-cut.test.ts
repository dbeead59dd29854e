import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunId } from '../../schemas/ids.ts';
import { loadMigrations } from '../../src/store/migrations.ts';
import { openReader } from '../../src/store/reader.ts';
import type { StoreName } from '../../src/store/segment.ts';
import { openStore } from '../../src/store/store.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { SeededRandom } from '../../src/simulate/seeded-random.ts';
import type { TraceLine } from './disk-trace.ts';
import { bundleEngine } from './engine-bundle.ts';
import { layoutOf, live, type Project } from './engine-life.ts';
import { writeFigures } from './figures.ts';
import type { Death, Order } from './points-worker.ts';
import { PoweredMachine, type PowerState } from './power-states.ts';
import { lookAtEnd, lookAtWreck } from './run-invariants.ts';
import { scratchFolder } from './scratch-folder.ts';

const seed = Number(process.env['STATEYARD_TEST_SEED'] ?? Date.now() % 1_000_000);
const resumes = 12;

let bundle: Awaited<ReturnType<typeof bundleEngine>>;
let folder: string;
let project: Project;

beforeAll(async () => {
  bundle = await bundleEngine('points-worker');
  folder = scratchFolder('power');
  project = { folder: join(folder, 'project'), runId: ulid() as RunId };
  empty();
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await bundle.remove();
});

function empty(): void {
  rmSync(project.folder, { recursive: true, force: true });
  mkdirSync(project.folder);
  copyFileSync(join(import.meta.dirname, 'points.yaml'), join(project.folder, 'workflow.yaml'));
}

/** What the disk was told by a run whose engine was killed twice, once in the middle of a write, and that was taken to its end. */
function recordTrace(): TraceLine[] {
  const trace = join(folder, 'trace');
  const deaths: (Death | null)[] = [
    { at: 6, of: 'write .stateyard/runs', moment: 'middle' },
    { at: 3, of: ' .stateyard/runs', moment: 'after' },
    null,
  ];
  for (const death of deaths) {
    const order: Order = { ...project, death, calls: null, trace };
    const { status, stderr } = spawnSync(process.execPath, [bundle.program, JSON.stringify(order)], { encoding: 'utf8' });
    expect(status, stderr).toBe(death === null ? 0 : null);
  }
  return readFileSync(trace, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as TraceLine);
}

/** Puts the files of a state in the place of the project's. */
function build({ files }: PowerState): void {
  rmSync(join(project.folder, '.stateyard'), { recursive: true, force: true });
  const paths = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [path, bytes] of paths) {
    if (bytes === null) mkdirSync(path, { recursive: true });
    else writeFileSync(path, bytes);
  }
}

/** What a writer finds wrong that recovers one of the stores. */
async function recover(name: StoreName, { torn }: PowerState, { told, started }: PoweredMachine): Promise<string[]> {
  const layout = layoutOf(project);
  const place = name === 'run' ? layout.run(project.runId).folder : layout.root;
  try {
    const { store, recovery } = await openStore({ folder: place, name, migrations: loadMigrations(name) });
    const known =
      name === 'index'
        ? await store.query('select run_id from runs')
        : await store.query('select event_id as id from run_events union all select step_attempt_id as id from step_attempts');
    await store.close({ checkpoint: false });
    const ids = new Set(known.map((row) => row['id']));
    const needed = name === 'index' ? [] : [...told.map((event) => event.event_id), ...started];
    const lost = needed.filter((id) => !ids.has(id));
    return [
      ...lost.map((id) => `the recovery did not find the event or attempt ${id}`),
      ...unreported(name, torn, recovery.tornTail),
    ];
  } catch (error) {
    return [`${name} was refused: ${String(error)}`];
  }
}

function unreported(
  name: StoreName,
  torn: PowerState['torn'],
  found: { readonly file: string; readonly bytes: number } | null,
): string[] {
  const prefix = name === 'run' ? 'journal-' : 'index-journal-';
  if (torn === null || !basename(torn.path).startsWith(prefix)) return [];
  return found?.file === basename(torn.path) && found.bytes === torn.bytes
    ? []
    : [`a torn tail of ${String(torn.bytes)} bytes was reported as ${JSON.stringify(found)}`];
}

async function readIndex(): Promise<string[]> {
  try {
    (await openReader({ folder: layoutOf(project).root, name: 'index' })).close();
    return [];
  } catch (error) {
    return error instanceof StoreError && error.kind === 'missing' ? [] : [`the index was refused: ${String(error)}`];
  }
}

/** The files of one of the stores in a state, as a short key. */
function keyOf({ files }: PowerState, name: StoreName): string {
  const hash = createHash('sha1');
  for (const [path, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (bytes !== null && basename(path).startsWith('index') !== (name === 'index')) continue;
    hash.update(`${path}\n${String(bytes?.length)}\n`).update(bytes ?? '');
  }
  return hash.digest('base64');
}

const counts = { 'calls traced': 0, states: 0, 'torn states': 0, 'states resumed to the end': 0 };
let lines: readonly TraceLine[];

/** Looks at one state, as a reader, the verifier and the next writer see it. `seen` holds what was looked at before. */
async function lookAtState(state: PowerState, machine: PoweredMachine, seen: Set<string>): Promise<string[]> {
  const { told, started } = machine;
  const [run, index] = [`${keyOf(state, 'run')} ${String(told.length)} ${String(started.length)}`, keyOf(state, 'index')];
  if (seen.has(run) && seen.has(index)) return [];
  counts.states += 1;
  if (state.torn !== null) counts['torn states'] += 1;
  build(state);
  const problems: string[] = [];
  if (!seen.has(run)) {
    problems.push(...(await lookAtWreck({ project, told })));
    if (problems.length === 0) problems.push(...(await recover('run', state, machine)));
  }
  if (!seen.has(index)) problems.push(...(await readIndex()), ...(await recover('index', state, machine)));
  seen.add(run).add(index);
  return problems;
}

describe(`a loss of power (seed ${String(seed)})`, () => {
  beforeAll(() => {
    lines = recordTrace();
    empty();
  }, 60_000);

  test('after any call to the disk leaves a store that opens, with all that was acknowledged', { timeout: 300_000 }, async () => {
    const random = new SeededRandom(seed);
    const machine = new PoweredMachine(project.folder);
    const seen = new Set<string>();
    const problems: string[] = [];
    for (const [at, line] of lines.entries()) {
      machine.apply(line);
      for (const state of machine.states(random)) {
        const found = await lookAtState(state, machine, seen);
        problems.push(...found.map((problem) => `after line ${String(at + 1)} (${line.op}): ${problem}`));
      }
      if (random.chance(resumes / lines.length)) {
        counts['states resumed to the end'] += 1;
        problems.push(...(await resumeOne(machine, random)));
      }
    }
    counts['calls traced'] = lines.filter(({ op }) => op !== 'told' && op !== 'spawn').length;
    expect(problems.slice(0, 20), JSON.stringify(counts)).toEqual([]);
    expect(counts.states).toBeGreaterThan(1000);
    writeFigures('power-cut', counts);
  });

  test.for(['syncEnd', 'folderEnd'] as const)(
    'of a disk that does nothing for a sync (%s) is noticed by these very checks',
    async (op) => {
      const random = new SeededRandom(seed);
      const machine = new PoweredMachine(project.folder);
      const problems: string[] = [];
      for (const line of lines.slice(0, 40)) {
        if (line.op !== op) machine.apply(line);
        if (line.op === 'told')
          for (const state of machine.states(random)) problems.push(...(await lookAtState(state, machine, new Set())));
        if (problems.length > 0) break;
      }
      expect(problems.length).toBeGreaterThan(0);
    },
  );
});

async function isReadingOutputs(): Promise<boolean> {
  try {
    const reader = await openReader({ folder: layoutOf(project).run(project.runId).folder, name: 'run' });
    try {
      return reader.sequence > 0 && reader.query("select 1 from steps where state = 'attempting.validating'").length > 0;
    } finally {
      reader.close();
    }
  } catch (error) {
    if (error instanceof StoreError) return false;
    throw error;
  }
}

/** One of the states that the machine may be in now is taken up by an engine, to the end. */
async function resumeOne(machine: PoweredMachine, random: SeededRandom): Promise<string[]> {
  const state = random.pick([...machine.states(random)] as [PowerState, ...PowerState[]]);
  build(state);
  const told = [...machine.told];
  // The outputs of these tools are no part of the trace: a real one puts them on disk before its end is recorded.
  if (await isReadingOutputs()) return [];
  try {
    await live(project, { onEvents: (events) => void told.push(...events) });
    // What a tool left in the project was not the engine's to sync: only the store is looked at.
    return (await lookAtEnd({ project, told }, false)).map((problem) => `resumed: ${problem}`);
  } catch (error) {
    return [`the run could not be resumed: ${String(error)}`];
  } finally {
    empty();
  }
}
