import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DoctorCheck } from '../../../schemas/cli/doctor-report.ts';

const othersBits = 0o077;

/** A path of the store and what is wrong with its permissions. */
interface Finding {
  readonly path: string;
  readonly problem: string;
}

/** Checks that nobody but the owner can read the store, and that the owner is the person who asks. `folders`: the store's and those of the runs. */
export async function checkPermissions(root: string, folders: readonly string[]): Promise<DoctorCheck> {
  const findings: Finding[] = [];
  for (const folder of folders) {
    for (const path of [folder, ...(await filesIn(folder))]) {
      const problem = await problemOf(path);
      if (problem !== null) findings.push({ path, problem });
    }
  }
  const [first] = findings;
  if (first === undefined) return { subject: 'permissions', ok: true, message: 'for the owner alone', advice: null };
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : '';
  const advice = `chmod -R go= ${quoted(root)}${first.problem.includes('another user') ? ', as its owner; or name another store by --store' : ''}`;
  return { subject: 'permissions', ok: false, message: `${first.path} ${first.problem}${more}`, advice };
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  // .gitignore says nothing that is worth hiding, and git may have written it.
  return entries.filter((entry) => entry.isFile() && entry.name !== '.gitignore').map((entry) => join(folder, entry.name));
}

async function problemOf(path: string): Promise<string | null> {
  try {
    const { mode, uid } = await stat(path);
    if (process.getuid !== undefined && uid !== process.getuid()) return 'belongs to another user';
    return (mode & othersBits) === 0 ? null : `is open to others (mode ${(mode & 0o777).toString(8).padStart(4, '0')})`;
  } catch {
    // Gone in between: a live run tidies up.
    return null;
  }
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
