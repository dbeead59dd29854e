import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { DoctorCheck } from '../../../schemas/cli/doctor-report.ts';

const oldestNode = [20, 19] as const;

/** Checks what runs need of the machine: the version of Node, and the shells on the PATH. */
export async function checkSurroundings(
  env: Readonly<Record<string, string | undefined>>,
  nodeVersion: string,
): Promise<DoctorCheck[]> {
  return [checkNode(nodeVersion), await checkShell('bash', env['PATH']), await checkShell('sh', env['PATH'])];
}

function checkNode(version: string): DoctorCheck {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const ok = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  const wanted = oldestNode.join('.');
  return { subject: 'node', ok, message: `version ${version}`, advice: ok ? null : `install Node ${wanted} or newer` };
}

async function checkShell(name: 'bash' | 'sh', path: string | undefined): Promise<DoctorCheck> {
  const found = await findProgram(name, path ?? '');
  const subject = `shell ${name}`;
  if (found !== null) return { subject, ok: true, message: found, advice: null };
  if (name === 'bash')
    return { subject, ok: true, message: 'not on the PATH: scripts run under `sh -eu`, without pipefail', advice: null };
  return {
    subject,
    ok: false,
    message: 'not on the PATH: no step can start',
    advice: 'add the folder of sh, such as /bin, to PATH',
  };
}

async function findProgram(name: string, path: string): Promise<string | null> {
  for (const folder of path.split(delimiter)) {
    const file = join(folder || '.', name);
    try {
      await access(file, constants.X_OK);
      return file;
    } catch {
      // The next folder may have it.
    }
  }
  return null;
}
