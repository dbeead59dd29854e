import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RunId } from '../../schemas/ids.ts';
import type { AttemptPort } from '../../src/engine/ports.ts';
import { subprocessAttempts } from '../../src/engine/subprocess-attempts.ts';
import { SeededRandom } from '../../src/simulate/seeded-random.ts';
import { openReader } from '../../src/store/reader.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { installTap, readingCalls, setTap, type Call, type Tap } from './call-tap.ts';
import { layoutOf, live, type Project } from './engine-life.ts';
import { writeFigures } from './figures.ts';
import { instantAttempts } from './instant-attempts.ts';
import { executions, lookAtEnd, lookAtWreck, type ToldEvent } from './run-invariants.ts';
import { scratchFolder } from './scratch-folder.ts';

/** An error of the disk at the call with this number (from 1); with `lasting` at every later call too. */
interface Trouble {
  readonly code: 'ENOSPC' | 'EIO' | 'EROFS';
  readonly at: number;
  readonly lasting: boolean;
}

const troubles = (['ENOSPC', 'EIO', 'EROFS'] as const).flatMap((code) => [
  { code, lasting: false },
  { code, lasting: true },
]);
/** STATEYARD_CRASH_POINTS=all brings every trouble to every call; else each call meets so many of the six, which ones is a matter of the seed. */
const troublesOfACall = process.env['STATEYARD_CRASH_POINTS'] === 'all' ? troubles.length : 2;
const seed = Number(process.env['STATEYARD_TEST_SEED'] ?? Date.now() % 1_000_000);

let folder: string;
const unheard: unknown[] = [];
const listen = (error: unknown): void => void unheard.push(error);

beforeAll(() => {
  folder = scratchFolder('errors');
  installTap();
  process.on('unhandledRejection', listen);
});
afterEach(() => {
  setTap(null);
  vi.unstubAllEnvs();
});
afterAll(() => {
  process.off('unhandledRejection', listen);
  rmSync(folder, { recursive: true, force: true });
});

function newProject(): Project {
  const project = { folder: join(folder, ulid()), runId: ulid() as RunId };
  mkdirSync(project.folder);
  copyFileSync(join(import.meta.dirname, 'points.yaml'), join(project.folder, 'workflow.yaml'));
  return project;
}

function diskError({ code }: Trouble, { kind, path }: Call): Error {
  return Object.assign(new Error(`${code}: as told by the test, ${kind} '${path}'`), { code });
}

/** Whether a disk in that trouble can refuse such a call: a full or read-only one is still read. */
function concerns({ code }: Trouble, { kind }: Call): boolean {
  if (kind === 'spawn') return false;
  return code === 'EIO' || !readingCalls.has(kind);
}

/** Makes calls fail; `met` says whether one has. A write that fails may have written a part. */
function troubledTap(trouble: Trouble): { readonly tap: Tap; readonly met: () => boolean } {
  let count = 0;
  let met = false;
  const tap: Tap = (call, work, half) => {
    count += 1;
    const due = trouble.lasting ? count >= trouble.at : count === trouble.at;
    if (!due || !concerns(trouble, call)) return work();
    met = true;
    half?.();
    const error = diskError(trouble, call);
    if (call.isSync === true) throw error;
    return Promise.reject(error) as ReturnType<typeof work>;
  };
  return { tap, met: () => met };
}

/** The end of a life: a state of the run, or what it failed with. */
async function lifeEnd(project: Project, attempts: AttemptPort, told: ToldEvent[]): Promise<unknown> {
  const hangs = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('the engine hangs')), 10_000).unref());
  return Promise.race([live(project, { attempts, onEvents: (events) => void told.push(...events) }), hangs]).catch(
    (error: unknown) => error,
  );
}

const counts = { 'calls to the disk': 0, 'error cases': 0, 'ended with the error': 0, 'went on': 0 };

/** One run in trouble, and its resumption after the trouble. What is wrong, as sentences. */
async function tryTrouble(trouble: Trouble): Promise<string[]> {
  const project = newProject();
  const attempts = instantAttempts();
  const told: ToldEvent[] = [];
  const { tap, met } = troubledTap(trouble);
  setTap(tap);
  const end = await lifeEnd(project, attempts, told);
  setTap(null);
  if (!met()) return [];
  counts['error cases'] += 1;
  counts[end === 'succeeded' ? 'went on' : 'ended with the error'] += 1;
  const problems = [...judgeEnd(end, trouble), ...(await lookAtWreck({ project, told }))];
  const resumed = await lifeEnd(project, attempts, told);
  if (resumed !== 'succeeded') problems.push(`the resumption ended with ${String(resumed)}`);
  else problems.push(...(await lookAtEnd({ project, told })));
  await new Promise((turn) => setImmediate(turn));
  problems.push(...unheard.splice(0).map((error) => `nobody heard: ${String(error)}`));
  rmSync(project.folder, { recursive: true, force: true });
  return problems.map(
    (problem) => `${trouble.code} at call ${String(trouble.at)}${trouble.lasting ? ' and later' : ''}: ${problem}`,
  );
}

function judgeEnd(end: unknown, { code }: Trouble): string[] {
  if (end === 'succeeded') return [];
  if (!(end instanceof StoreError))
    return [`it ended with ${end instanceof Error ? (end.stack ?? '').split('\n').slice(0, 3).join(' ') : String(end)}`];
  const problems: string[] = [];
  if (end.kind !== 'writeFailed' && end.kind !== 'unreadable') problems.push(`its kind is ${end.kind}: ${end.message}`);
  if (end.code !== code) problems.push(`its code is ${String(end.code)}: ${end.message}`);
  if (end.advice === '' || end.file === null) problems.push(`it does not say what to do: ${end.message}`);
  return problems;
}

async function countCalls(): Promise<number> {
  let calls = 0;
  setTap((_, work) => {
    calls += 1;
    return work();
  });
  const project = newProject();
  expect(await lifeEnd(project, instantAttempts(), [])).toBe('succeeded');
  setTap(null);
  return calls;
}

describe('an error of the disk', () => {
  test(
    'at any call, once and lasting, ends the run with that error; after the trouble it is resumed to its end',
    { timeout: 300_000 },
    async () => {
      counts['calls to the disk'] = await countCalls();
      const problems: string[] = [];
      const random = new SeededRandom(seed);
      for (let at = 1; at <= counts['calls to the disk']; at += 1) {
        const first = Math.floor(random.next() * troubles.length);
        for (const trouble of [...troubles, ...troubles].slice(first, first + troublesOfACall))
          problems.push(...(await tryTrouble({ ...trouble, at })));
      }
      expect(problems, `seed ${String(seed)}: ${JSON.stringify(counts)}`).toEqual([]);
      // A trouble that does not concern a call (a full disk is still read) is no case.
      expect(counts['error cases']).toBeGreaterThan(counts['calls to the disk'] * 0.5);
      writeFigures('disk-errors', counts);
    },
  );

  test.for(['ENOSPC', 'EIO', 'EROFS'] as const)(
    '%s at any call for the files of an attempt fails the attempt with that reason, and nothing else',
    async (code) => {
      // A launcher makes these files in a process of its own, out of the tap's reach.
      vi.stubEnv('STATEYARD_LAUNCHERS', 'off');
      for (let at = 1; ; at += 1) {
        const project = newProject();
        let count = 0;
        setTap((call, work) => {
          if (!call.path.includes('/attempts/make.1')) return work();
          count += 1;
          if (count === at) throw diskError({ code, at, lasting: false }, call);
          return work();
        });
        const end = await lifeEnd(project, subprocessAttempts, []);
        setTap(null);
        if (count < at) {
          expect([end, at]).toEqual(['succeeded', 6]);
          return;
        }
        expect(end, `${code} at call ${String(at)}`).toBe('failed');
        const reader = await openReader({ folder: layoutOf(project).run(project.runId).folder, name: 'run' });
        const [row] = reader.query("select state, reason from steps where step_id = 'make'");
        reader.close();
        expect([row?.['state'], JSON.parse(String(row?.['reason']))]).toMatchObject(['failed', { kind: 'spawnFailed', code }]);
        expect(executions(project)).toEqual([]);
      }
    },
  );
});
