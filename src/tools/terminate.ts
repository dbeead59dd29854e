import { setImmediate as soon, setTimeout as pause } from 'node:timers/promises';
import { identity } from './process-family.ts';
import type { ProcessEntry } from './process-table.ts';

/** What to stop. */
export interface Termination {
  /** What is left of it now; asked again and again, so that processes born meanwhile are found too. */
  readonly find: () => readonly ProcessEntry[];
  /** A process group that is known to be ours as long as one of the found is in it, so that a signal reaches all of it at once. */
  readonly group: number | null;
  /** The wrapper of the attempt, whose child the tool is, where there is one. */
  readonly wrapper?: number | null;
  readonly graceMs: number;
}

/** How a termination went: how many processes were seen, and the pids that could not be stopped. */
export interface Terminated {
  readonly found: number;
  readonly survivors: readonly number[];
}

/** What SIGKILL needs to take effect, on a busy machine. */
const killPatienceMs = 500;

/**
 * SIGTERM once to what there is, SIGKILL after the grace to all that is left; resolves when nothing is, or 0.5 s after that.
 * A process born after the SIGTERM is spared until then, for it may be cleaning up; save a child of the wrapper: that is
 * the tool, executed a moment too late to have got the signal.
 */
export async function terminate({ find, group, wrapper = null, graceMs }: Termination): Promise<Terminated> {
  const seen = new Set<string>();
  const killAt = performance.now() + graceMs;
  let killedAt: number | null = null;
  // So that many that are stopped in one turn share the first look.
  await soon();
  let delayMs = 2;
  for (let round = 0; ; round += 1) {
    const left = find();
    const now = performance.now();
    if (left.length === 0) return { found: seen.size, survivors: [] };
    // Counted from the first SIGKILL, not from when it was due: on a busy machine a look may itself take long.
    if (killedAt !== null && now >= killedAt + killPatienceMs) return { found: seen.size, survivors: left.map(({ pid }) => pid) };
    const fresh = left.filter((entry) => !seen.has(identity(entry)));
    for (const entry of fresh) seen.add(identity(entry));
    if (now >= killAt) {
      killedAt ??= now;
      signalAll(left, group, 'SIGKILL');
    } else if (round === 0) signalAll(left, group, 'SIGTERM');
    else
      signalAll(
        fresh.filter(({ parentPid }) => parentPid === wrapper),
        null,
        'SIGTERM',
      );
    await pause(now < killAt ? Math.max(1, Math.min(delayMs, killAt - now)) : delayMs);
    delayMs = now < killAt ? Math.min(delayMs * 2, 100) : 10;
  }
}

function signalAll(entries: readonly ProcessEntry[], group: number | null, signal: 'SIGTERM' | 'SIGKILL'): void {
  const asGroup = group !== null && entries.some((entry) => entry.group === group);
  const targets = entries.filter((entry) => !asGroup || entry.group !== group).map(({ pid }) => pid);
  if (asGroup) targets.push(-group);
  for (const target of targets) {
    send(target, signal);
    // A stopped process would sit out its grace.
    if (signal === 'SIGTERM') send(target, 'SIGCONT');
  }
}

/** ESRCH: gone already. EPERM: not ours to signal; it shows up among the survivors. */
function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
