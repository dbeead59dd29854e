import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes the figures of a suite to the folder that STATEYARD_FIGURES names; does nothing without it. Only a suite whose expectations held may call it with figures that claim so. */
export function writeFigures(name: string, counts: Readonly<Record<string, number>>): void {
  const folder = process.env['STATEYARD_FIGURES'];
  if (folder === undefined || folder === '') return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify({ name, counts, violations: 0 }, null, 2)}\n`);
}
