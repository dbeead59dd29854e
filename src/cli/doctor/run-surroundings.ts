import { join } from 'node:path';
import type { RunId } from '../../../schemas/ids.ts';
import { readInbox } from '../../engine/inbox.ts';
import { hasEnded } from '../../history/run-state.ts';
import type { StoreLayout } from '../../store/layout.ts';
import type { Finding } from './finding.ts';
import { someOf, well } from './finding.ts';
import { runMark } from '../../tools/lineage.ts';

/** A run that no live process has, and the state that its store gives it. */
export interface RestingRun {
  readonly layout: StoreLayout;
  readonly runId: RunId;
  readonly state: string;
}

/** Looks for commands that wait in the inbox of a run which nobody carries on. */
export async function checkInbox({ layout, runId, state }: RestingRun): Promise<Finding[]> {
  const { inbox, folder } = layout.run(runId);
  const waiting = await readInbox(inbox);
  if (waiting.length === 0) return [];
  const subject = `run ${runId}`;
  const names = waiting.map((found) => ('problem' in found ? found.file : `${found.command} (${found.id})`));
  const unusable = waiting.filter((found) => hasEnded(state) || 'problem' in found);
  if (unusable.length === 0) {
    return [well(subject, `commands wait in its inbox, and are applied when it is resumed: ${someOf(names)}`)];
  }
  const paths = unusable.map((found) => join(inbox, 'problem' in found ? found.file : `${found.id}.json`));
  return [
    {
      subject,
      ok: false,
      message: hasEnded(state)
        ? `has ended, and commands are in its inbox that nobody took: ${someOf(names)}`
        : `files are in its inbox that are no commands: ${someOf(paths)}`,
      advice: 'stateyard doctor --repair moves them aside',
      repair: { kind: 'setAside', what: 'commands that nobody took', owner: folder, paths },
    },
  ];
}

/** Looks for processes of a run that has ended. `living`: pids by the mark of the run they come from. */
export function checkProcesses({ layout, runId, state }: RestingRun, living: ReadonlyMap<string, readonly number[]>): Finding[] {
  const pids = living.get(runMark(layout.run(runId).folder));
  if (pids === undefined || !hasEnded(state)) return [];
  const list = pids.join(' ');
  return [
    {
      subject: `run ${runId}`,
      ok: false,
      message: `has ended, and ${pids.length === 1 ? 'a process that it started still lives' : `${pids.length} processes that it started still live`}: ${list}`,
      advice: `see what they do (ps -fp ${pids.join(',')}), then stop them: kill ${list}`,
      repair: null,
    },
  ];
}
