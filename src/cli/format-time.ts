/** An ISO 8601 time as `2026-03-01 14:05:09Z`, the same on every machine; `-` for null. */
export function formatTime(time: string | null): string {
  return time === null ? '-' : `${time.slice(0, 19).replace('T', ' ')}Z`;
}
