/** Code points, as sorted ranges without overlap, both ends included. */
export type CharSet = readonly (readonly [low: number, high: number])[];

const lastCode = 0x10ffff;
const slashCode = 0x2f;

/** Every character but the slash, which no wildcard crosses. */
export const anyCharacter: CharSet = complementOf([]);

/** The characters of the ranges, which may overlap and stand in any order. */
export function unionOf(ranges: CharSet): CharSet {
  const merged: [number, number][] = [];
  for (const [low, high] of ranges.toSorted((one, other) => one[0] - other[0])) {
    const last = merged.at(-1);
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else merged.push([low, high]);
  }
  return merged;
}

/** The characters outside of the ranges; the slash is not among them. */
export function complementOf(ranges: CharSet): CharSet {
  const free: [number, number][] = [];
  let next = 0;
  for (const [low, high] of unionOf([...ranges, [slashCode, slashCode]])) {
    if (low > next) free.push([next, low - 1]);
    next = high + 1;
  }
  if (next <= lastCode) free.push([next, lastCode]);
  return free;
}
