import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * When a process started, as the system says it; null when there is no such process or the system does not say. Together with
 * the pid it names a process until the next boot: pids are used again.
 */
export async function processStart(pid: number, proc = '/proc'): Promise<string | null> {
  try {
    const text = await readFile(`${proc}/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; the fields are counted after its end.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return proc === '/proc' && process.platform === 'linux' ? null : printed('ps', ['-o', 'lstart=', '-p', String(pid)]);
  }
}

/** What tells this boot of the machine from others; null where the system does not say. */
export async function bootId(proc = '/proc'): Promise<string | null> {
  try {
    return (await readFile(`${proc}/sys/kernel/random/boot_id`, 'utf8')).trim();
  } catch {
    return printed('sysctl', ['-n', 'kern.boottime']);
  }
}

async function printed(program: string, args: readonly string[]): Promise<string | null> {
  try {
    return (await run(program, args)).stdout.trim() || null;
  } catch {
    return null;
  }
}
