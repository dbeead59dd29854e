import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';

const digestLength = 64;

/**
 * Writes `body` as the cache of what `key` names: a first line with the sha256 of both, and the body. Without a sync, whole or not at all; what fails leaves
 * nothing behind and is not told. The caller alone may write this file: what a crash has left of it is overwritten.
 */
export async function writeSealed(file: string, key: string, body: string): Promise<void> {
  const temporary = `${file}.tmp`;
  try {
    await writeFile(temporary, `${digest(key, body)}\n${body}`, { mode: 0o600 });
    await rename(temporary, file);
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** The body that {@link writeSealed} wrote for this key; null where there is none, or one byte of it has changed. */
export async function readSealed(file: string, key: string): Promise<string | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return null;
  }
  const body = text.slice(digestLength + 1);
  return text.slice(0, digestLength) === digest(key, body) ? body : null;
}

function digest(key: string, body: string): string {
  return createHash('sha256').update(key).update('\n').update(body).digest('hex');
}
