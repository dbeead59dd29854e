import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes the figures of a suite to the folder that STATEYARD_FIGURES names; does nothing without it. Suites that are split give the same name and
 * different parts: their counts are added up. Only a suite whose expectations held may call
 * it: figures claim so.
 */
export function writeFigures(name: string, counts: Readonly<Record<string, number>>, part = ''): void {
  const folder = process.env['STATEYARD_FIGURES'];
  if (folder === undefined || folder === '') return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}${part}.json`), `${JSON.stringify({ name, counts, violations: 0 }, null, 2)}\n`);
}
