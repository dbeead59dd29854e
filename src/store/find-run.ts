import { readdir } from 'node:fs/promises';
import type { RunId } from '../../schemas/ids.ts';
import { exitCodes, UserError } from '../errors.ts';
import { listRunIds, type StoreLayout } from './layout.ts';
import { listRuns } from './run-index.ts';
import { imagePath, segmentNumbers } from './segment.ts';

const mostCandidates = 10;

/**
 * The run that a person means: its id, a prefix of it that no other run shares (in any case of letters), `@latest`, or `@failed`
 * (the latest failed one). Throws UserError `run_not_found` or `run_ambiguous` (exit code 4). Only `@failed` loads SQLite.
 */
export async function findRun(layout: StoreLayout, ref: string): Promise<RunId> {
  if (ref === '@latest') return (await latestRun(layout)) ?? notFound('there are no runs yet');
  if (ref === '@failed')
    return (await listRuns(layout, { state: 'failed', limit: 1 }))[0]?.run_id ?? notFound('no run has failed');
  if (ref.startsWith('@')) return notFound(`there is no "${ref}"`, 'the names are @latest and @failed');
  const prefix = ref.trim().toUpperCase();
  if (prefix === '') return notFound('an empty text is no run id');
  const found = (await listRunIds(layout)).filter((runId) => runId.startsWith(prefix));
  const [runId] = found;
  if (runId === undefined) return notFound(`no run has an id that begins with "${ref}"`);
  if (found.length === 1) return runId;
  const more = found.length > mostCandidates ? `, and ${found.length - mostCandidates} more` : '';
  throw new UserError(exitCodes.notFound, 'run_ambiguous', `"${ref}" is the beginning of ${found.length} run ids`, {
    hint: `it may be ${found.slice(0, mostCandidates).join(', ')}${more}`,
  });
}

function notFound(message: string, hint = '`stateyard ls` lists the runs'): never {
  throw new UserError(exitCodes.notFound, 'run_not_found', message, { hint });
}

/** The newest run that has a store: a crash may have left a folder without one. */
async function latestRun(layout: StoreLayout): Promise<RunId | null> {
  for (const runId of await listRunIds(layout)) {
    const { folder } = layout.run(runId);
    const names = await readdir(folder);
    if (segmentNumbers(names, 'run').length > 0 || names.includes(imagePath('', 'run'))) return runId;
  }
  return null;
}

/** The UserError (exit 4) for a run whose engine ended before its first record: nobody was told of it. */
export function runNeverBegan(runId: string): UserError {
  return new UserError(
    exitCodes.notFound,
    'run_never_began',
    `nothing of run ${runId} was recorded: its engine ended before it began`,
    {
      hint: `start it anew with: stateyard run FILE --id ${runId}`,
    },
  );
}
