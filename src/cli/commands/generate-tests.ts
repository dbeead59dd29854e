import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { GeneratedTests } from '../../../schemas/cli/generated-tests.ts';
import { coverPlan } from '../../charts/cover/cover-plan.ts';
import { machineImport } from '../../charts/cover/machine-import.ts';
import { testSource } from '../../charts/cover/test-source.ts';
import { loadMachine } from '../../charts/load/load-machine.ts';
import { exitCodes, UserError } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import { sanitiseLine } from '../../logs/sanitise-line.ts';
import type { Io } from '../io.ts';
import { printJson } from '../json.ts';
import type { GenerateTestsOptions } from '../options.ts';
import { writeResult } from '../write-result.ts';

/**
 * `stateyard generate-tests MACHINE --out FILE`: writes the test, or with `--check` says whether it would be written as it is (exit 1: it would not).
 *
 * @throws UserError with exit code 2 for a FILE that is no TypeScript or that holds the machine; with 3 and 4 what loading and planning throw; with 1 where FILE
 * cannot be written.
 */
export async function run({ machine: ref, out, check, json, quiet }: GenerateTestsOptions, io: Io): Promise<ExitCode> {
  const { machine, samples } = await loadMachine(ref, io.cwd);
  const file = path.resolve(io.cwd, out);
  if (!/\.[cm]?tsx?$/.test(out)) {
    throw new UserError(exitCodes.usage, 'wrong_value', `--out takes the name of a TypeScript file (.ts), not ${out}`);
  }
  const imported = await machineImport(machine, ref, { cwd: io.cwd, from: path.dirname(file) });
  if (imported.file === file) {
    throw new UserError(exitCodes.usage, 'wrong_value', `--out names the file of the machine: ${out}`);
  }
  const plan = coverPlan(machine, samples);
  const text = testSource(machine, plan, imported);
  const fresh = (await textOf(file)) === text;
  if (!check && !fresh) await writeResult(out, text, io);
  const report: GeneratedTests = {
    machine: machine.id,
    file: out,
    fresh,
    written: !check && !fresh,
    paths: plan.paths.length,
    events: plan.paths.reduce((sum, { steps }) => sum + steps.length - 1, 0),
    wanted: plan.wanted.length,
    missed: [...plan.missed],
    bound_met: plan.boundMet,
  };
  if (json) printJson(io, report);
  else if (!quiet || (check && !fresh)) print(report, { isCheck: check, isTriedBare: samples === null }, io);
  return check && !fresh ? exitCodes.failed : exitCodes.succeeded;
}

function print(
  report: GeneratedTests,
  { isCheck, isTriedBare }: { readonly isCheck: boolean; readonly isTriedBare: boolean },
  io: Io,
): void {
  const outcome = isCheck ? (report.fresh ? 'fresh' : 'not what would be written') : report.fresh ? 'as it was' : 'written';
  const met = report.wanted - report.missed.length;
  io.stdout(`${sanitiseLine(report.file)}: ${outcome}\n`);
  io.stdout(
    `${report.paths} ${report.paths === 1 ? 'path' : 'paths'} with ${report.events} events meet ${met} of ${report.wanted} aims\n`,
  );
  for (const obligation of report.missed) io.stdout(`not met: ${sanitiseLine(obligation)}\n`);
  if (report.bound_met) io.stdout('the search met its bound of snapshots: what is not met may still be possible\n');
  if (report.missed.length > 0 && isTriedBare) io.stderr(`hint: ${bareHint}\n`);
}

const bareHint =
  'events were sent with nothing but their type: a module exports beside its machine the inputs and events it is tried with';

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    // Not there, or not to be read: writing it says more.
    return null;
  }
}
