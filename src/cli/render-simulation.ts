import type { SimulateReport } from '../../schemas/cli/simulate-report.ts';
import { sanitiseLine } from '../logs/sanitise-line.ts';
import type { Look } from './look.ts';
import { formatDuration } from './render/duration.ts';
import { paint } from './render/style.ts';

/** So many lines of a schedule, and steps of a critical path, and differences are shown; of more the first and the last. All are in the JSON. */
const mostLines = 400;
const mostPathSteps = 12;
const mostDifferences = 10;

/** A simulation as text for a person: the schedule unless `quiet`, then how the run ended, its totals, its critical path and the verdict. */
export function renderSimulation(report: SimulateReport, { color }: Look, quiet: boolean): string {
  const { totals } = report;
  const head = `${sanitiseLine(report.workflow)}: simulated with seed ${String(report.seed)}, at most ${count(report.max_parallel, 'step')} at a time\n\n`;
  const reason = report.state_reason === null || report.state === 'succeeded' ? '' : `: ${sanitiseLine(report.state_reason)}`;
  const stateStyle = report.state === 'succeeded' ? 'green' : 'red';
  return [
    ...(quiet ? [] : [paint(head, 'bold', color), ...scheduleLines(report, color), '\n']),
    `${paint(report.state, stateStyle, color)} after ${formatDuration(report.ended_ms)} of virtual time${reason}\n`,
    `${endsOf(report)} of ${count(totals.steps, 'step')}; ${count(totals.attempts, 'attempt')}, ${formatDuration(totals.work_ms)} of work\n`,
    pathLine(report),
    ...crashLines(report),
    verdictLine(report, color),
  ].join('');
}

function scheduleLines({ schedule }: SimulateReport, color: boolean): string[] {
  const lines = schedule.map(({ at_ms: atMs, step_id: stepId, text }) => {
    const at = clockTime(atMs).padStart(13);
    return `${paint(at, 'dim', color)}  ${paint(stepId ?? 'run', 'bold', color)} ${text}\n`;
  });
  return shortened(
    lines,
    mostLines,
    (left) => `${' '.repeat(15)}... ${String(left)} lines are left out; --json has all of them\n`,
  );
}

/** Virtual time as a clock shows it: hours, minutes, seconds, thousandths. */
function clockTime(atMs: number): string {
  const [hours, minutes] = [Math.floor(atMs / 3_600_000), Math.floor(atMs / 60_000) % 60];
  const seconds = ((atMs % 60_000) / 1000).toFixed(3).padStart(6, '0');
  return `${String(hours)}:${String(minutes).padStart(2, '0')}:${seconds}`;
}

function shortened(texts: readonly string[], most: number, between: (left: number) => string): string[] {
  if (texts.length <= most) return [...texts];
  const half = Math.floor(most / 2);
  return [...texts.slice(0, half), between(texts.length - 2 * half), ...texts.slice(-half)];
}

function pathLine({ critical_path: path }: SimulateReport): string {
  if (path.length === 0) return '';
  const words = path.map(
    ({ step_id: stepId, started_ms: startedMs, ended_ms: endedMs }) => `${stepId} (${formatDuration(endedMs - startedMs)})`,
  );
  return `critical path: ${shortened(words, mostPathSteps, (left) => `... ${String(left)} more ...`).join(' -> ')}\n`;
}

function endsOf({ totals }: SimulateReport): string {
  const states = ['succeeded', 'failed', 'canceled', 'skipped'] as const;
  const ends = states.filter((state) => totals[state] > 0).map((state) => `${String(totals[state])} ${state}`);
  return ends.length === 0 ? 'no end' : ends.join(', ');
}

function crashLines({ crashes, seed }: SimulateReport): string[] {
  if (crashes === null) return [];
  const { tried, as_written: asWritten, problems } = crashes;
  const lines = [`${count(tried, 'crash', 'crashes')} tried: at each persisted transition, before and after its effects began\n`];
  if (asWritten > 0)
    lines.push(`  ${String(asWritten)} of them changed the end as the workflow has it (on_interrupted: fail, or a budget)\n`);
  for (const { record, moment, at_ms: atMs, after, differences } of problems) {
    const where = after === null ? '' : ` (${sanitiseLine(after)})`;
    const when = moment === 'recorded' ? 'before' : 'after';
    lines.push(
      `  seed ${String(seed)}, transition ${String(record)}${where} at ${clockTime(atMs)}, ${when} its effects began:\n`,
    );
    const shown = differences.map((difference) => `    ${sanitiseLine(difference)}\n`);
    lines.push(...shortened(shown, mostDifferences, (left) => `    ... ${String(left)} more ...\n`));
  }
  return lines;
}

function verdictLine({ verdict, crashes, state }: SimulateReport, color: boolean): string {
  if (verdict === 'crash_changes_end') return `${paint('bad', 'red', color)}: a crash changes how the run ends\n`;
  const unchanged = crashes === null ? '' : ', and no crash changed that';
  if (verdict === 'good') return `${paint('good', 'green', color)}: the run succeeded${unchanged}\n`;
  return `${paint('bad', 'red', color)}: the run did not succeed, it ended ${state}${unchanged}\n`;
}

function count(number: number, noun: string, nouns = `${noun}s`): string {
  return `${String(number)} ${number === 1 ? noun : nouns}`;
}
