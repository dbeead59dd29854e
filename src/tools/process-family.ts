import { readlinkSync } from 'node:fs';
import { listProcesses, withoutOwnAncestry } from './process-table.ts';
import type { ProcessEntry } from './process-table.ts';

/** A listing that is this young may serve several finders: many attempts that are stopped together look at the same processes. */
const sharedForMs = 10;

interface Listing {
  readonly begunAtMs: number;
  readonly doneAtMs: number;
  readonly entries: readonly ProcessEntry[];
}

let shared: Listing | null = null;

/**
 * A function that lists what lives of a family: the processes that `select` picks, and whatever descends from one of them, for a
 * child of ours is ours even when it has shed every mark. Who was seen once stays known, though it changes its name, its
 * environment or its parent: `known` remembers them, and may be shared by finders of the same family. This process and its ancestors
 * are never of it.
 */
export function familyFinder(
  select: (entries: readonly ProcessEntry[]) => readonly ProcessEntry[],
  known = new Set<string>(),
): () => ProcessEntry[] {
  const createdAtMs = performance.now();
  return () => {
    // An older listing could not tell that nothing is left: what is to be stopped may have been started just before.
    const entries = currentProcesses(createdAtMs);
    const family = new Map(select(entries).map((entry) => [entry.pid, entry]));
    for (const entry of entries) if (known.has(identity(entry))) family.set(entry.pid, entry);
    addDescendants(family, entries);
    for (const entry of family.values()) known.add(identity(entry));
    return [...family.values()];
  };
}

/** What names a process for good; its pid alone may be another's later. */
export function identity({ pid, start }: ProcessEntry): string {
  return `${pid} ${start}`;
}

/** Whether standard output or standard error of the process is a file whose path begins so: where the log of an attempt is, the tool is not far. */
export function writesTo(entry: ProcessEntry, isLog: (file: string) => boolean): boolean {
  let files = outputs.get(entry);
  if (files === undefined)
    outputs.set(entry, (files = entry.environment() === null ? [] : [1, 2].map((at) => openFile(entry.pid, at))));
  return files.some(isLog);
}

const outputs = new WeakMap<ProcessEntry, readonly string[]>();

/** Empty when the process is gone, has closed the file or is not ours to look at, and on a system without /proc. */
function openFile(pid: number, descriptor: number): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${descriptor}`);
  } catch {
    return '';
  }
}

function currentProcesses(notBeforeMs: number): readonly ProcessEntry[] {
  const begunAtMs = performance.now();
  if (shared === null || shared.begunAtMs < notBeforeMs || begunAtMs - shared.doneAtMs > sharedForMs) {
    const entries = withoutOwnAncestry(listProcesses());
    shared = { begunAtMs, doneAtMs: performance.now(), entries };
  }
  return shared.entries;
}

function addDescendants(family: Map<number, ProcessEntry>, entries: readonly ProcessEntry[]): void {
  if (family.size === 0) return;
  for (let before = 0; before < family.size;) {
    before = family.size;
    for (const entry of entries) if (!family.has(entry.pid) && family.has(entry.parentPid)) family.set(entry.pid, entry);
  }
}
