import type { VerifyReport } from '../../../schemas/cli/verify-report.ts';
import { loadMachine } from '../../charts/load/load-machine.ts';
import { ownMachines } from '../../charts/load/own-machines.ts';
import { renderVerdict, verdictExitCode } from '../../charts/verify/render-verdict.ts';
import { verifyMachine } from '../../charts/verify/verify-machine.ts';
import type { ExitCode } from '../../errors.ts';
import { sanitiseLine } from '../../logs/sanitise-line.ts';
import type { Io } from '../io.ts';
import { printJsonLine } from '../json.ts';
import type { VerifyOptions } from '../options.ts';

/**
 * `stateyard verify [MACHINE]…`: a verdict of each, in their order; 1 unless all have passed. All are loaded before the first is verified, so that a
 * name that is wrong (exit 3, 4) is told at once.
 */
export async function run({ machines, pairs, json, quiet }: VerifyOptions, io: Io): Promise<ExitCode> {
  const refs = machines.length === 0 ? [...ownMachines.keys()] : machines;
  // One after the other: modules are run, and share what they import.
  const loaded = [];
  for (const ref of refs) loaded.push(await loadMachine(ref, io.cwd));
  const reports: VerifyReport[] = [];
  let separator = '';
  for (const { machine, samples } of loaded) {
    const report = verifyMachine(machine, samples === null ? {} : { samples });
    reports.push(report);
    if (json) printJsonLine(io, report);
    else if (!quiet || report.verdict !== 'passed') {
      io.stdout(`${separator}${renderVerdict(safe(report), pairs)}`);
      separator = '\n';
    }
  }
  return verdictExitCode(reports);
}

/** A report whose texts are one line each and cannot steer a terminal: they hold the names that the author of a machine chose. */
function safe(report: VerifyReport): VerifyReport {
  const text = JSON.stringify(report);
  return JSON.parse(text, (_, value: unknown) => (typeof value === 'string' ? sanitiseLine(value) : value)) as VerifyReport;
}
