import type { DoctorRepair, DoctorReport } from '../../../schemas/cli/doctor-report.ts';
import { exitCodes, UserError, type ExitCode } from '../../errors.ts';
import { sanitiseLine } from '../../logs/sanitise-line.ts';
import { newAside } from '../../store/aside.ts';
import { findRun } from '../../store/find-run.ts';
import { storeLayout, type StoreLayout } from '../../store/layout.ts';
import { examineStore, type Examination } from '../doctor/examination.ts';
import { repairFindings } from '../doctor/repair.ts';
import { checkRouterConfig } from '../doctor/router-config.ts';
import { setRunAside } from '../doctor/set-run-aside.ts';
import { checkSurroundings } from '../doctor/surroundings.ts';
import type { Io } from '../io.ts';
import { printJson } from '../json.ts';
import { locateStore } from '../locate-store.ts';
import { outputLook } from '../look.ts';
import type { DoctorOptions } from '../options.ts';
import { paint } from '../render/style.ts';

/** `stateyard doctor`: 0 when all is well (after `--repair` too), 1 when there are problems. */
export async function run(options: DoctorOptions, io: Io): Promise<ExitCode> {
  if (options.setAside.length > 0 && !options.repair) {
    throw new UserError(exitCodes.usage, 'usage', '--set-aside changes the store, so it needs --repair too');
  }
  const layout = storeLayout(locateStore(options, io).folder);
  const surroundings = await checkSurroundings(io.env, process.versions.node);
  const routing = await checkRouterConfig(layout, io.cwd);
  const { repaired, examination } = options.repair
    ? await repair(layout, options.setAside)
    : { repaired: [], examination: await examineStore(layout) };
  const found = examination.findings.map(({ repair: _repair, ...check }) => check);
  const checks = [...surroundings, ...routing, ...found];
  const ok = checks.every((check) => check.ok);
  const report: DoctorReport = { ok, store: layout.root, checks, heads: [...examination.heads], repaired };
  if (options.json) printJson(io, report);
  else io.stdout(render(report, options.quiet, outputLook(io).color));
  return ok ? exitCodes.succeeded : exitCodes.failed;
}

async function repair(
  layout: StoreLayout,
  damaged: readonly string[],
): Promise<{ readonly repaired: DoctorRepair[]; readonly examination: Examination }> {
  const aside = newAside(layout);
  const repaired: DoctorRepair[] = [];
  for (const ref of damaged) repaired.push(await setRunAside(layout, await findRun(layout, ref), aside));
  let examination = await examineStore(layout);
  // The index last: the repairs of runs change what it ought to say.
  for (const rebuild of [false, true]) {
    const done = await repairFindings(examination.findings, { layout, aside }, rebuild);
    repaired.push(...done);
    if (done.length > 0) examination = await examineStore(layout);
  }
  return { repaired, examination };
}

function render({ ok, store, checks, heads, repaired }: DoctorReport, quiet: boolean, color: boolean): string {
  const shown = checks.filter((check) => !quiet || !check.ok);
  const lines = shown.flatMap((check) => {
    const mark = check.ok ? paint('ok     ', 'green', color) : paint('problem', 'red', color);
    const line = `${mark} ${check.subject}: ${sanitiseLine(check.message)}`;
    return check.advice === null ? [line] : [line, `        ${sanitiseLine(check.advice)}`];
  });
  lines.push(...repaired.flatMap((what) => renderRepair(what, color)));
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

function renderRepair({ subject, done, message, kept }: DoctorRepair, color: boolean): string[] {
  const mark = done ? paint('done   ', 'yellow', color) : paint('failed ', 'red', color);
  const line = `${mark} ${subject}: ${sanitiseLine(message)}`;
  return kept === null ? [line] : [line, `        kept in ${sanitiseLine(kept)}`];
}
