import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';

const magic = 'SYCODE1\n';
const indexStart = magic.length + 8;

/** V8 copies what is not aligned so. */
const alignment = 8;

/** How many builds and versions of Node may have a file for the same verb. */
const mostFilesOfVerb = 3;

/** Name, start and length of each chunk's code. */
type Index = readonly (readonly [string, number, number])[];

/**
 * The compiled code of chunks by their names, from {@link writeCodeFile}. Empty where the file is missing, damaged, or could have been written by another user: what is in it is executed.
 */
export function readCodeFile(file: string): ReadonlyMap<string, Buffer> {
  try {
    if (!isOurs(statSync(dirname(file)))) return new Map();
    const bytes = readOurs(file);
    if (bytes === null || bytes.toString('latin1', 0, magic.length) !== magic) return new Map();
    if (crc32(bytes.subarray(magic.length + 4)) !== bytes.readUInt32LE(magic.length)) return new Map();
    const dataStart = indexStart + bytes.readUInt32LE(magic.length + 4);
    const index = JSON.parse(bytes.toString('utf8', indexStart, dataStart)) as Index;
    return new Map(index.map(([name, start, length]) => [name, bytes.subarray(dataStart + start, dataStart + start + length)]));
  } catch {
    return new Map();
  }
}

/** Puts the file in its place, whole, and removes the oldest of the same verb. It is a cache: what fails leaves nothing behind and is not told. */
export function writeCodeFile(file: string, codes: ReadonlyMap<string, Buffer>): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    if (!isOurs(statSync(dirname(file)))) return;
    writeFileSync(temporary, encode(codes), { mode: 0o600, flag: 'wx' });
    renameSync(temporary, file);
    removeOldest(file);
  } catch {
    rmSync(temporary, { force: true });
  }
}

function encode(codes: ReadonlyMap<string, Buffer>): Buffer {
  let end = 0;
  const index = [...codes].map(([name, code]) => {
    const start = end;
    end = align(start + code.length);
    return [name, start, code.length] as const;
  });
  const unpadded = Buffer.byteLength(JSON.stringify(index));
  const text = JSON.stringify(index).padEnd(align(indexStart + unpadded) - indexStart);
  const bytes = Buffer.alloc(indexStart + text.length + end);
  bytes.write(magic, 'latin1');
  bytes.writeUInt32LE(text.length, magic.length + 4);
  bytes.write(text, indexStart, 'latin1');
  for (const [name, start] of index) codes.get(name)?.copy(bytes, indexStart + text.length + start);
  bytes.writeUInt32LE(crc32(bytes.subarray(magic.length + 4)), magic.length);
  return bytes;
}

function align(position: number): number {
  return Math.ceil(position / alignment) * alignment;
}

function readOurs(file: string): Buffer | null {
  const opened = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return isOurs(fstatSync(opened)) ? readFileSync(opened) : null;
  } finally {
    closeSync(opened);
  }
}

/** With sudo, for one, HOME can be that of another user. */
function isOurs({ uid, mode }: { readonly uid: number; readonly mode: number }): boolean {
  return uid === process.geteuid?.() && (mode & 0o022) === 0;
}

function removeOldest(file: string): void {
  const folder = dirname(file);
  const start = `${basename(file).split('.')[0] ?? ''}.`;
  const found = readdirSync(folder).filter((name) => name.startsWith(start));
  const files = found.map((name) => ({
    name,
    writtenAtMs: statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  }));
  const old = files.toSorted((a, b) => b.writtenAtMs - a.writtenAtMs).slice(mostFilesOfVerb);
  for (const { name } of old) rmSync(join(folder, name), { force: true });
}
