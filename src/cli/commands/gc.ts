import type { GcReport } from '../../../schemas/cli/gc-report.ts';
import { exitCodes, UserError, type ExitCode } from '../../errors.ts';
import { sanitiseLine } from '../../logs/sanitise-line.ts';
import { listRunIds, storeLayout, type StoreLayout } from '../../store/layout.ts';
import {
  finishRemovals,
  removeRuns,
  selectExpired,
  withRemovalLock,
  type FinishedRemovals,
  type Removal,
  type RetentionRule,
  type SparedReason,
} from '../../store/retention.ts';
import { listRuns } from '../../store/run-index.ts';
import { runMark } from '../../tools/lineage.ts';
import { processesByMark } from '../../tools/marked-processes.ts';
import { formatTime } from '../format-time.ts';
import type { Io } from '../io.ts';
import { printJson } from '../json.ts';
import { locateStore } from '../locate-store.ts';
import type { GcOptions } from '../options.ts';
import { formatBytes } from '../render/duration.ts';

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

const sparedWords: Readonly<Record<SparedReason, string>> = {
  owned: 'a live process has it',
  unfinished: 'its own store does not say that it has ended; see stateyard doctor',
  unreadable: 'its store cannot be read, so nothing says that it has ended; see stateyard doctor',
  alive: 'a process that it started still lives; see stateyard doctor',
};

/** `stateyard gc`: 0 when what the rule lets go is gone, 1 when files were left over. */
export async function run(options: GcOptions, io: Io): Promise<ExitCode> {
  const rule = ruleOf(options);
  const layout = storeLayout(locateStore(options, io).folder);
  const report = (await withRemovalLock(layout, () => collect(layout, rule, options.dryRun))) ?? nothing(layout, options.dryRun);
  if (options.json) printJson(io, report);
  else io.stdout(render(report, options.quiet));
  return report.unfinished.length === 0 ? exitCodes.succeeded : exitCodes.failed;
}

async function collect(layout: StoreLayout, rule: RetentionRule, dryRun: boolean): Promise<GcReport> {
  const leftovers = await finishRemovals(layout, { dryRun });
  const expired = selectExpired(await listRuns(layout), rule, Date.now());
  const living = expired.length === 0 ? new Map<string, readonly number[]>() : processesByMark();
  const removal = await removeRuns(layout, expired, {
    isAlive: (runId) => living.has(runMark(layout.run(runId).folder)),
    dryRun,
  });
  const present = (await listRunIds(layout)).length;
  return toReport({ layout, dryRun, left: present - (dryRun ? removal.removed.length : 0) }, leftovers, removal);
}

function toReport(
  { layout, dryRun, left }: { layout: StoreLayout; dryRun: boolean; left: number },
  leftovers: FinishedRemovals,
  removal: Removal,
): GcReport {
  const unfinished = [...leftovers.unfinished, ...removal.unfinished];
  const stuck = new Set(unfinished.map(({ runId }) => runId));
  const freed = [
    ...leftovers.finished.filter(({ runId }) => !stuck.has(runId)),
    ...removal.removed.filter(({ row }) => !stuck.has(row.run_id)),
  ];
  return {
    store: layout.root,
    dry_run: dryRun,
    removed: removal.removed.map(({ row, bytes }) => ({
      run_id: row.run_id,
      workflow: row.workflow_name,
      state: row.state,
      ended_at: row.ended_at,
      bytes,
    })),
    finished: leftovers.finished.map(({ runId, bytes }) => ({ run_id: runId, bytes })),
    spared: removal.spared.map(({ runId, reason }) => ({ run_id: runId, reason, message: sparedWords[reason] })),
    unfinished: unfinished.map(({ runId, message }) => ({ run_id: runId, message })),
    bytes_freed: freed.reduce((sum, { bytes }) => sum + bytes, 0),
    runs_left: left,
  };
}

function nothing(layout: StoreLayout, dryRun: boolean): GcReport {
  return {
    store: layout.root,
    dry_run: dryRun,
    removed: [],
    finished: [],
    spared: [],
    unfinished: [],
    bytes_freed: 0,
    runs_left: 0,
  };
}

function render(report: GcReport, quiet: boolean): string {
  const verb = report.dry_run ? 'would remove' : 'removed';
  const finishing = report.dry_run ? 'would finish the removal of' : 'finished the removal of';
  const lines = [
    ...report.finished.map((run) => `${finishing} ${run.run_id}  ${formatBytes(run.bytes)}`),
    ...report.removed.map(
      (run) =>
        `${verb} ${run.run_id}  ${sanitiseLine(run.workflow)} ${run.state}  ${formatTime(run.ended_at)}  ${formatBytes(run.bytes)}`,
    ),
  ];
  const spared = [
    ...report.spared.map((run) => `kept ${run.run_id}: ${run.message}`),
    ...report.unfinished.map(
      (run) => `not all of ${run.run_id} could be deleted: ${sanitiseLine(run.message)}; the next gc tries again`,
    ),
  ];
  const count = report.removed.length;
  const sum =
    `${report.dry_run ? 'would remove ' : ''}${count} ${count === 1 ? 'run' : 'runs'}${report.dry_run ? '' : ' removed'}, ` +
    `${formatBytes(report.bytes_freed)}${report.dry_run ? '' : ' freed'}; ${report.runs_left} left in ${report.store}`;
  return (quiet ? spared : [...lines, ...spared, sum]).map((line) => `${line}\n`).join('');
}

function ruleOf(options: GcOptions): RetentionRule {
  const { olderThan, keep } = options;
  if (olderThan !== null || keep !== null) return { olderThanMs: olderThan === null ? null : ageMs(olderThan), keep };
  throw new UserError(exitCodes.usage, 'gc_rule_missing', 'gc needs to be told what may go: --older-than, --keep, or both', {
    hint: 'for example: stateyard gc --older-than 30d --keep 20 --dry-run; with both, only runs that are old and not among the newest go',
  });
}

/** Milliseconds of an age: a number with ms, s, m, h, d or w, or a number of seconds. */
function ageMs(text: string): number {
  const [, number, unit] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d|w)?$/.exec(text) ?? [];
  const unitMs = unitsMs[unit ?? 's'];
  if (number !== undefined && unitMs !== undefined) return Number(number) * unitMs;
  throw new UserError(exitCodes.usage, 'wrong_value', `--older-than takes an age, not ${JSON.stringify(text)}`, {
    hint: 'for example 12h, 30d or 8w',
  });
}
