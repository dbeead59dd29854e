import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DoctorCheck } from '../../../schemas/cli/doctor-report.ts';
import { isOwned } from '../../store/owner-lock.ts';

/** Looks for temporary files of checkpoints that a crash has left. Those of a folder with a live owner are in use. */
export async function checkLeftovers(folders: readonly string[]): Promise<DoctorCheck> {
  const leftovers: string[] = [];
  for (const folder of folders) {
    const names = (await readdir(folder)).filter((name) => /\.tmp(?:$|[-.])/.test(name));
    if (names.length > 0 && !(await isOwned(folder))) leftovers.push(...names.map((name) => join(folder, name)));
  }
  if (leftovers.length === 0) return { subject: 'temporary files', ok: true, message: 'none left', advice: null };
  return {
    subject: 'temporary files',
    ok: false,
    message: `${leftovers.length} left by a crash: ${leftovers.slice(0, 3).join(', ')}${leftovers.length > 3 ? ', …' : ''}`,
    advice: 'they hold nothing that is needed: remove them, or resume the run, which does it',
  };
}
