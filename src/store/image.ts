import { crc32 } from 'node:zlib';
import { damaged } from './store-error.ts';

/** Where SQLite keeps `application_id` and `user_version`: four bytes each, big endian. */
const checksumOffset = 68;
const schemaOffset = 60;
const headerBytes = 100;
const advice =
  'the database file was changed or damaged; keep a copy of the folder and restore the file from a backup' +
  ' (where journal segments from number 1 on are all present, removing the database file is enough)';

/** crc32 of a database image, computed with the checksum's own four bytes as zero. */
function imageChecksum(bytes: Uint8Array): number {
  const before = crc32(bytes.subarray(0, checksumOffset));
  return crc32(bytes.subarray(checksumOffset + 4), crc32(new Uint8Array(4), before));
}

/**
 * Writes the checksum of a whole image into its `application_id`, in place, and returns it. SQLite opens truncated and many
 * damaged files without an error; this makes any such change noticed.
 */
export function sealImage(bytes: Uint8Array): number {
  const crc = imageChecksum(bytes);
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(checksumOffset, crc);
  return crc;
}

/** Checks the seal of an image; gives its checksum and schema version, or throws StoreError `damaged`. */
export function checkImage(bytes: Buffer, path: string): { readonly crc: number; readonly schema: number } {
  if (bytes.length < headerBytes) throw damaged('the database file is cut short', path, bytes.length, advice);
  const crc = bytes.readUInt32BE(checksumOffset);
  if (imageChecksum(bytes) !== crc) throw damaged('the checksum of the database file is wrong', path, checksumOffset, advice);
  return { crc, schema: bytes.readUInt32BE(schemaOffset) };
}
