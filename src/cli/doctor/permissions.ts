import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from './finding.ts';
import { well } from './finding.ts';

const othersBits = 0o077;

/** A path of the store and what is wrong with its permissions. `foreign`: it belongs to another user, so its mode cannot be changed. */
interface Flaw {
  readonly path: string;
  readonly problem: string;
  readonly foreign: boolean;
}

/** Checks that nobody but the owner can read the store, and that the owner is the person who asks. `folders` are looked at with the files in them. */
export async function checkPermissions(root: string, folders: readonly string[]): Promise<Finding> {
  const flaws: Flaw[] = [];
  for (const folder of folders) {
    for (const path of [folder, ...(await filesIn(folder))]) {
      const flaw = await flawOf(path);
      if (flaw !== null) flaws.push(flaw);
    }
  }
  const [first] = flaws;
  if (first === undefined) return well('permissions', 'for the owner alone');
  const more = flaws.length > 1 ? ` (and ${flaws.length - 1} more)` : '';
  const paths = flaws.filter((flaw) => !flaw.foreign).map(({ path }) => path);
  const advice = `chmod -R go= ${quoted(root)}${first.foreign ? ', as its owner; or name another store by --store' : ', or stateyard doctor --repair'}`;
  return {
    subject: 'permissions',
    ok: false,
    message: `${first.path} ${first.problem}${more}`,
    advice,
    repair: paths.length === 0 ? null : { kind: 'closePermissions', paths },
  };
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    // .gitignore says nothing that is worth hiding, and git may have written it.
    return entries.filter((entry) => entry.isFile() && entry.name !== '.gitignore').map((entry) => join(folder, entry.name));
  } catch {
    // Gone, or never there: its absence is another check's business.
    return [];
  }
}

async function flawOf(path: string): Promise<Flaw | null> {
  try {
    const { mode, uid } = await stat(path);
    if (process.getuid !== undefined && uid !== process.getuid())
      return { path, problem: 'belongs to another user', foreign: true };
    if ((mode & othersBits) === 0) return null;
    return { path, problem: `is open to others (mode ${(mode & 0o777).toString(8).padStart(4, '0')})`, foreign: false };
  } catch {
    // Gone in between: a live run tidies up.
    return null;
  }
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
