import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ownMachines } from '../../src/charts/load/own-machines.ts';
import { mutantsOf } from './chart-mutants.ts';
import type { MutationKind } from './chart-mutants.ts';
import { compiledTest } from './generated-test.ts';

/** How a generated test does against the mutants of its machine. */
export interface MutantReport {
  readonly kinds: ReadonlyMap<MutationKind, { readonly killed: number; readonly all: number }>;
  readonly killed: number;
  readonly all: number;
  /** The mutants that no path of the test tells from the machine, by kind and name. */
  readonly survivors: readonly string[];
  /** Whether the test passes with the machine as it is; if not, the rest says nothing. */
  readonly passesUnmutated: boolean;
}

/** Runs tests/paths/generated/NAME.test.ts against every `nth` single-edge mutant of the machine NAME, from the first on. */
export async function mutantReport(root: string, name: string, nth = 1): Promise<MutantReport> {
  const own = ownMachines.get(name);
  if (own === undefined) throw new Error(`there is no machine ${name}`);
  const machine = await own.load();
  const firstFailure = compiledTest(await readFile(path.join(root, `tests/paths/generated/${name}.test.ts`), 'utf8'));
  const mutants = mutantsOf(machine).filter((_, index) => index % nth === 0);
  const kinds = new Map<MutationKind, { killed: number; all: number }>();
  const survivors: string[] = [];
  for (const mutant of mutants) {
    const { killed, all } = kinds.get(mutant.kind) ?? { killed: 0, all: 0 };
    const isKilled = firstFailure(mutant.machine) !== null;
    if (!isKilled) survivors.push(`${mutant.kind}: ${mutant.name}`);
    kinds.set(mutant.kind, { killed: killed + Number(isKilled), all: all + 1 });
  }
  return {
    kinds,
    killed: mutants.length - survivors.length,
    all: mutants.length,
    survivors,
    passesUnmutated: firstFailure(machine) === null,
  };
}
