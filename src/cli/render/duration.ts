const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const twoDigits = (value: number): string => String(value).padStart(2, '0');

function twoUnits(ms: number): string {
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)}m${twoDigits(Math.floor((ms % minuteMs) / secondMs))}s`;
  if (ms < dayMs) return `${Math.floor(ms / hourMs)}h${twoDigits(Math.floor((ms % hourMs) / minuteMs))}m`;
  return `${Math.floor(ms / dayMs)}d${twoDigits(Math.floor((ms % dayMs) / hourMs))}h`;
}

/** A measured or set time in at most two units, without parts that are zero: `345ms`, `1.2s`, `5m`, `5m03s`, `2h10m`, `3d`. Below zero: `0ms`. */
export function formatDuration(ms: number): string {
  const wholeMs = Math.max(0, Math.round(ms));
  if (wholeMs < secondMs) return `${wholeMs}ms`;
  const tenths = Math.round(wholeMs / 100);
  if (tenths < 600) return `${tenths % 10 === 0 ? tenths / 10 : (tenths / 10).toFixed(1)}s`;
  return twoUnits(Math.round(wholeMs / secondMs) * secondMs).replace(/(?<=\D)00\D$/, '');
}

/** A time that is still running, in whole seconds and of a steady width: `7s`, `5m03s`, `2h00m`. */
export function formatElapsed(ms: number): string {
  const wholeSeconds = Math.floor(Math.max(0, ms) / secondMs);
  return wholeSeconds < 60 ? `${wholeSeconds}s` : twoUnits(wholeSeconds * secondMs);
}

/** A number of bytes in the largest binary unit that keeps it at 1 or above: `512 B`, `1.5 KiB`, `20 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  // 1023.95 would be shown as 1024.0 of the smaller unit.
  while (value >= 1023.95 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const shown = unit === 0 ? String(Math.round(value)) : value.toFixed(1).replace(/\.0$/, '');
  return `${shown} ${units[unit] ?? 'B'}`;
}
