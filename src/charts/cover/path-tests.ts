import path from 'node:path';
import { ownMachines } from '../load/own-machines.ts';
import { coverPlan } from './cover-plan.ts';
import { machineImport } from './machine-import.ts';
import { testSource } from './test-source.ts';

const folder = 'tests/paths/generated';

/** The files of the folder tests/paths/generated/, by their path in the repository at `root`: for each of our own machines what `generate-tests` writes. */
export async function pathTests(root: string): Promise<readonly (readonly [file: string, text: string])[]> {
  const files: (readonly [string, string])[] = [];
  for (const [name, own] of ownMachines) {
    const machine = await own.load();
    const imported = await machineImport(machine, name, { cwd: root, from: path.join(root, folder) });
    files.push([`${folder}/${name}.test.ts`, testSource(machine, coverPlan(machine, await own.samples()), imported)]);
  }
  return files;
}
