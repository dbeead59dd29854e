import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { exitCodes, UserError } from '../errors.ts';
import { workflowLimits } from './limits.ts';
import { SourceText } from './source-text.ts';

/**
 * Reads a workflow file as UTF-8, without a byte order mark. Throws UserError: `file_not_found` (exit 4) for a file that is missing,
 * a folder or unreadable; `workflow_invalid` (exit 3) for one that is too large or not UTF-8. Never reads more than the limit.
 */
export async function readWorkflowFile(path: string): Promise<{ path: string; text: string }> {
  const bytes = await readBytes(path);
  if (bytes.length > workflowLimits.bytes) throw tooLarge(path);
  if (!isUtf8(bytes)) throw notUtf8(path, bytes);
  return { path, text: new TextDecoder('utf-8').decode(bytes) };
}

async function readBytes(path: string): Promise<Buffer> {
  let file: FileHandle | null = null;
  try {
    file = await open(path, 'r');
    const stat = await file.stat();
    if (stat.isDirectory()) throw notFound(path, 'is a folder');
    if (stat.size > workflowLimits.bytes) throw tooLarge(path);
    return await readUpTo(file, workflowLimits.bytes + 1);
  } catch (error) {
    throw error instanceof UserError ? error : notFound(path, reasonOf(error), error);
  } finally {
    await file?.close();
  }
}

// The size of a pipe or a device is not known beforehand, and some of them never end.
async function readUpTo(file: FileHandle, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  while (length < limit) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(Math.min(65_536, limit - length)), 0, null, null);
    if (bytesRead === 0) break;
    chunks.push(buffer.subarray(0, bytesRead));
    length += bytesRead;
  }
  return Buffer.concat(chunks);
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'cannot be read: permission denied';
  return `cannot be read: ${code ?? String(error)}`;
}

function notFound(path: string, reason: string, cause?: unknown): UserError {
  return new UserError(exitCodes.notFound, 'file_not_found', `the workflow file ${path} ${reason}`, { cause });
}

function tooLarge(path: string): UserError {
  const message = `the file is larger than ${workflowLimits.bytes / 1_048_576} MiB`;
  const diagnostic = new SourceText(path, '').diagnosticAt(
    { start: 0, end: 1 },
    { code: 'SY001', message, hint: 'move long scripts into files of their own' },
  );
  return new UserError(exitCodes.invalidDefinition, 'workflow_invalid', `1 error in ${path}`, { diagnostics: [diagnostic] });
}

function notUtf8(path: string, bytes: Buffer): UserError {
  const at = firstInvalidByte(bytes);
  const before = bytes.subarray(0, at).toString('utf8');
  const lineEnd = bytes.indexOf(10, at);
  const source = new SourceText(path, before + bytes.subarray(at, lineEnd === -1 ? bytes.length : lineEnd).toString('utf8'));
  const byte = (bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, '0');
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const problem = {
    code: 'SY002',
    message: `the byte 0x${byte} is not UTF-8`,
    hint: wide ? 'the file looks like UTF-16; save it as UTF-8' : 'save the file as UTF-8',
  };
  const diagnostic = source.diagnosticAt({ start: before.length, end: before.length + 1 }, problem);
  return new UserError(exitCodes.invalidDefinition, 'workflow_invalid', `1 error in ${path}`, { diagnostics: [diagnostic] });
}

// A prefix is valid UTF-8 up to a cut character: the longest valid prefix is found by halving, then byte by byte.
function firstInvalidByte(bytes: Buffer): number {
  let [valid, invalid] = [0, bytes.length];
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (isValidPrefix(bytes, middle)) valid = middle;
    else invalid = middle;
  }
  for (let length = valid; length > Math.max(0, valid - 4); length -= 1) if (isUtf8(bytes.subarray(0, length))) return length;
  return Math.max(0, valid - 4);
}

function isValidPrefix(bytes: Buffer, length: number): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
    return true;
  } catch {
    return false;
  }
}
