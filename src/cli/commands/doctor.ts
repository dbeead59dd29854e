import type { DoctorReport } from '../../../schemas/cli/doctor-report.ts';
import { exitCodes } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import { sanitiseLine } from '../../logs/sanitise-line.ts';
import { storeLayout } from '../../store/layout.ts';
import { rebuildIndex } from '../../store/run-index.ts';
import { examineStore } from '../doctor/examination.ts';
import { checkSurroundings } from '../doctor/surroundings.ts';
import type { Io } from '../io.ts';
import { printJson } from '../json.ts';
import { locateStore } from '../locate-store.ts';
import { outputLook } from '../look.ts';
import type { DoctorOptions } from '../options.ts';
import { paint } from '../render/style.ts';

/** `stateyard doctor`: 0 when all is well (after `--repair` too), 1 when there are problems. */
export async function run(options: DoctorOptions, io: Io): Promise<ExitCode> {
  const layout = storeLayout(locateStore(options, io).folder);
  const surroundings = await checkSurroundings(io.env, process.versions.node);
  const repaired: string[] = [];
  let found = await examineStore(layout);
  if (options.repair && !found.indexIsSound) {
    const { rows, keptAside } = await rebuildIndex(layout);
    repaired.push(`built the index anew from ${rows} runs${keptAside === null ? '' : `; the old one is kept in ${keptAside}`}`);
    found = await examineStore(layout);
  }
  const { store, heads } = found;
  const checks = [...surroundings, ...found.checks];
  const report: DoctorReport = { ok: checks.every((check) => check.ok), store, checks, heads, repaired };
  if (options.json) printJson(io, report);
  else io.stdout(render(report, options.quiet, outputLook(io).color));
  return report.ok ? exitCodes.succeeded : exitCodes.failed;
}

function render({ ok, store, checks, heads, repaired }: DoctorReport, quiet: boolean, color: boolean): string {
  const shown = checks.filter((check) => !quiet || !check.ok);
  const lines = shown.flatMap((check) => {
    const mark = check.ok ? paint('ok     ', 'green', color) : paint('problem', 'red', color);
    const line = `${mark} ${check.subject}: ${sanitiseLine(check.message)}`;
    return check.advice === null ? [line] : [line, `        ${sanitiseLine(check.advice)}`];
  });
  lines.push(...repaired.map((what) => `${paint('done   ', 'yellow', color)} ${what}`));
  if (!quiet && heads.length > 0) {
    lines.push(
      '',
      'Heads of the hash chains:',
      ...heads.map((head) => `  ${head.store.padEnd(26)} ${String(head.sequence).padStart(6)} ${head.hash}`),
    );
  }
  const problems = checks.filter((check) => !check.ok).length;
  if (!quiet)
    lines.push('', ok ? `${store}: no problem found` : `${store}: ${problems} ${problems === 1 ? 'problem' : 'problems'}`);
  return lines.map((line) => `${line}\n`).join('');
}
