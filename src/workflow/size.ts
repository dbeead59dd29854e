const units = { B: 1, KB: 1_000, MB: 1_000_000, GB: 1_000_000_000, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const;

/** The largest size that a workflow may name: 1 TiB. */
const largestBytes = 2 ** 40;

/** Bytes of `500KB`, `10MB`, `1GB`, the same with KiB, MiB, GiB, or a number of bytes; null unless that is from 1 byte to 1 TiB. */
export function parseSizeBytes(written: string | number): number | null {
  const parts =
    typeof written === 'number' ? [`${written}B`, written, 'B'] : /^(\d+(?:\.\d+)?)(B|KB|MB|GB|KiB|MiB|GiB)$/.exec(written);
  if (parts === null) return null;
  const bytes = Math.round(Number(parts[1]) * units[parts[2] as keyof typeof units]);
  return bytes >= 1 && bytes <= largestBytes ? bytes : null;
}
