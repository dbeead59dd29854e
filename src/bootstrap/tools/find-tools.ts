import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FoundTool } from '../project.ts';
import { askEnvironment } from './ask-environment.ts';
import { askProgram } from './ask-program.ts';
import { knownPrograms } from './known-programs.ts';
import type { KnownProgram } from './known-programs.ts';
import { readVersion } from './read-version.ts';
import { findSafeProgram, safeSearch } from './search-path.ts';
import type { SafeSearch } from './search-path.ts';

/** Where tools are looked for. */
export interface ToolPlace {
  /** A PATH; undefined: the usual folders. */
  readonly searchPath: string | undefined;
  /** Absolute: nothing that lies in it is started. */
  readonly projectRoot: string;
  /** For one program to say its version; default 3,000. */
  readonly timeoutMs?: number;
  /** Aborting stops what runs. */
  readonly signal?: AbortSignal;
}

/** So many programs answer at a time. */
const mostAtOnce = 4;

interface Located {
  readonly known: KnownProgram;
  readonly file: string;
}

/**
 * Finds the tools that are known (known-programs.ts) and really there, by tool id. Each is asked for its version: without a shell, outside of the project and in an
 * empty folder, where no settings lie that it might follow, with an environment that holds neither secrets nor code, for 3 s at most. One that says none stays,
 * with null; one that cannot be started, or ends with an error (a shim of something that is not installed), cannot run and is left out. Rejects with the reason of
 * `signal` when that is aborted.
 */
export async function findTools(place: ToolPlace): Promise<readonly FoundTool[]> {
  const signal = place.signal ?? new AbortController().signal;
  signal.throwIfAborted();
  const search = safeSearch(place.searchPath, place.projectRoot);
  const located = knownPrograms().flatMap((known) => {
    const file = findSafeProgram(known.command, search);
    return file === null ? [] : [{ known, file }];
  });
  if (located.length === 0) return [];
  const folder = await emptyFolder(search);
  try {
    const environment = askEnvironment(process.env, search, folder.path);
    const common = { folder: folder.path, environment, timeoutMs: place.timeoutMs ?? 3_000, signal };
    const found = await inTurns(slowFirst(located), async ({ known, file }) => await examine(known, file, common));
    signal.throwIfAborted();
    return found.filter((tool) => tool !== null).toSorted((a, b) => (a.toolId < b.toolId ? -1 : 1));
  } finally {
    await folder.remove();
  }
}

interface Circumstances {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

async function examine(known: KnownProgram, file: string, common: Circumstances): Promise<FoundTool | null> {
  const { toolId, command, capabilities, versionArgs } = known;
  const tool = { toolId, command, path: file, capabilities };
  if (versionArgs === null || common.signal.aborted) return { ...tool, version: null };
  const answer = await askProgram({ ...common, program: file, args: versionArgs });
  if (answer.kind === 'notStarted' || (answer.kind === 'ended' && answer.exitCode !== 0)) return null;
  return { ...tool, version: readVersion(answer.said, known.versionPattern) };
}

/** Those that need long begin first, so that the others are done in their shadow. */
function slowFirst(located: readonly Located[]): readonly Located[] {
  return located.toSorted((a, b) => Number(b.known.isSlow) - Number(a.known.isSlow));
}

async function inTurns<Item, Result>(
  items: readonly Item[],
  run: (item: Item) => Promise<Result>,
): Promise<readonly Awaited<Result>[]> {
  const results: Awaited<Result>[] = [];
  const waiting = [...items];
  const work = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) results.push(await run(item));
  };
  await Promise.all(Array.from({ length: mostAtOnce }, work));
  return results;
}

interface EmptyFolder {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

/**
 * A fresh folder outside of the project: in the user's own runtime folder first, since above a shared one others may put settings. Where none can be made it is
 * the root of the system, which holds no settings either.
 */
async function emptyFolder({ isInProject }: SafeSearch): Promise<EmptyFolder> {
  for (const place of [process.env['XDG_RUNTIME_DIR'] ?? '', tmpdir()]) {
    if (!path.isAbsolute(place) || isInProject(place)) continue;
    const folder = await mkdtemp(path.join(place, 'stateyard-ask-')).catch(() => null);
    if (folder === null) continue;
    return { path: folder, remove: async () => await rm(folder, { recursive: true, force: true, maxRetries: 2 }) };
  }
  return { path: '/', remove: async () => undefined };
}
