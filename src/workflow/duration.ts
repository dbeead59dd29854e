const unitsMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The longest duration that a workflow may name: 365 days. */
const longestDurationMs = 365 * unitsMs.d;

/** Milliseconds of `500ms`, `10s`, `5m`, `2h`, `1d` or a number of seconds; null unless that is from 1 ms to 365 days. */
export function parseDurationMs(written: string | number): number | null {
  const parts = typeof written === 'number' ? [`${written}s`, written, 's'] : /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(written);
  if (parts === null) return null;
  const milliseconds = Math.round(Number(parts[1]) * unitsMs[parts[2] as keyof typeof unitsMs]);
  return milliseconds >= 1 && milliseconds <= longestDurationMs ? milliseconds : null;
}
