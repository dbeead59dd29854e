import type { ChainHead } from '../../../schemas/cli/doctor-report.ts';
import type { RunId } from '../../../schemas/ids.ts';
import { hasEnded } from '../../history/run-state.ts';
import { nodeDisk } from '../../store/disk.ts';
import { measureDamage } from '../../store/damage-extent.ts';
import type { StoreLayout } from '../../store/layout.ts';
import { isOwned } from '../../store/owner-lock.ts';
import { openReader } from '../../store/reader.ts';
import { StoreError } from '../../store/store-error.ts';
import { verifyStore } from '../../store/verify.ts';
import type { StoreReport } from '../../store/verify.ts';
import type { Finding } from './finding.ts';
import { well } from './finding.ts';

/** What was found in one store. `state` is that of the run (null where it cannot be read). */
export interface StoreFindings {
  readonly findings: readonly Finding[];
  readonly head: ChainHead | null;
  readonly state: string | null;
  readonly owned: boolean;
}

/** Checks every byte of the store of a run. A run that is interrupted is no problem, but it is told. */
export async function checkRun(layout: StoreLayout, runId: RunId): Promise<StoreFindings> {
  const { folder } = layout.run(runId);
  const subject = `run ${runId}`;
  // Asked first: a run that ends in between must not look interrupted.
  const owned = await isOwned(folder);
  const report = await verifyStore({ folder, name: 'run' });
  const state = report.ok && report.head !== null ? await stateOf(folder) : null;
  if (isEmpty(report)) return { findings: [emptyRun(runId, folder, owned)], head: null, state: null, owned };
  const head = report.head === null ? null : { store: runId, sequence: report.head.sequence, hash: report.head.hash };
  if (!report.ok) return { findings: await damageFindings(report, runId), head, state: null, owned };
  const sound = soundStore(subject, report, 'when the run is resumed');
  const findings = [owned ? sound : { ...sound, repair: tailRepair(report, runId) }];
  if (state !== null && !hasEnded(state) && !owned) {
    findings.push({
      ...well(subject, 'is interrupted, paused or waits for an answer'),
      advice: `take it up: stateyard resume ${runId}`,
    });
  }
  return { findings, head, state, owned };
}

/** Checks every byte of the index. */
export async function checkIndexStore(layout: StoreLayout): Promise<Omit<StoreFindings, 'state' | 'owned'>> {
  const report = await verifyStore({ folder: layout.root, name: 'index' });
  if (report.problems[0]?.kind === 'missing') return { findings: [], head: null };
  const head = report.head === null ? null : { store: 'index', sequence: report.head.sequence, hash: report.head.hash };
  if (report.ok) return { findings: [soundStore('index', report, 'when a run is started next')], head };
  const findings = report.problems.map((problem): Finding => ({
    subject: 'index',
    ok: false,
    message: problem.message,
    advice: 'build it anew: stateyard doctor --repair',
    repair: { kind: 'rebuildIndex' },
  }));
  return { findings, head };
}

/** The states of the runs by id, as the index has them; null when it cannot be read. */
export async function indexedStates(layout: StoreLayout): Promise<ReadonlyMap<string, string> | null> {
  try {
    const reader = await openReader({ folder: layout.root, name: 'index' });
    try {
      if (reader.sequence === 0) return new Map();
      return new Map(reader.query('select run_id, state from runs').map((row) => [String(row['run_id']), String(row['state'])]));
    } finally {
      reader.close();
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return error.kind === 'missing' ? new Map() : null;
  }
}

/** Whether a run's folder holds no record at all, so that nothing of the run was ever acknowledged. */
export function isEmpty(report: StoreReport): boolean {
  if (report.problems[0]?.kind === 'missing') return true;
  return report.ok && report.head?.sequence === 0 && report.checkpoint === null;
}

/** Whether bytes of the store that were once good are not any more. */
export function isDamaged(report: StoreReport): boolean {
  return report.problems.some(({ kind }) => kind === 'damaged');
}

/** Tells how far a store goes in which every byte is right. `cutWhen`: when the end of a record is cut that was never finished. */
export function soundStore(subject: string, report: StoreReport, cutWhen: string): Finding {
  const { tornTail, head, checkpoint } = report;
  const through =
    checkpoint === null ? 'the journal alone holds them' : `the database goes up to ${checkpoint.sequence} and agrees`;
  const torn = tornTail === null ? '' : `; ${tornTail.bytes} bytes of a record that was never finished, cut ${cutWhen}`;
  const fenced =
    report.fencedTails.length === 0 ? '' : '; a former owner had written on after it was replaced, which does not count';
  return well(subject, `${head?.sequence ?? 0} records, ${through}${torn}${fenced}`);
}

function tailRepair({ tornTail }: StoreReport, runId: RunId): Finding['repair'] {
  // A segment without a header has nothing to cut; it goes with the next checkpoint.
  return tornTail !== null && tornTail.offset > 0 ? { kind: 'cutTail', runId, file: tornTail.file } : null;
}

async function damageFindings(report: StoreReport, runId: RunId): Promise<Finding[]> {
  const { folder } = report;
  const extent = isDamaged(report) ? await extentWords(folder) : null;
  return report.problems.map((problem) => ({
    subject: `run ${runId}`,
    ok: false,
    message: `${problem.message}${extent === null ? '' : `; ${extent}`}`,
    advice:
      extent === null
        ? problem.advice
        : `nothing is changed, not by --repair either: keep a copy of ${folder}, and restore it from a backup; ` +
          `or take the run out of the store, every byte kept: stateyard doctor --repair --set-aside ${runId}`,
    repair: null,
  }));
}

/** Says which records of a damaged store can be read and which are lost. */
export async function extentWords(folder: string): Promise<string> {
  const { lastGood, lastTrace } = await measureDamage({ disk: nodeDisk, folder, name: 'run' });
  const good =
    lastGood === 0 ? 'no record can be read' : lastGood === 1 ? 'record 1 can be read' : `records 1 to ${lastGood} can be read`;
  if (lastTrace === null) return `${good}, nothing tells how many came after`;
  return `${good}, ${lastGood + 1 === lastTrace ? `record ${lastTrace} is` : `records ${lastGood + 1} to ${lastTrace} are`} damaged or out of reach`;
}

function emptyRun(runId: RunId, folder: string, owned: boolean): Finding {
  const subject = `run ${runId}`;
  if (owned) return well(subject, 'is just starting');
  return {
    subject,
    ok: false,
    message: `has a folder but no record: it ended before anything was stored (${folder})`,
    advice: 'stateyard doctor --repair moves the folder aside',
    repair: { kind: 'setEmptyRunAside', runId },
  };
}

/** Whether a run's store has lost the end that the index was told of. */
export function hasLostEnd(indexed: string, own: string): boolean {
  return hasEnded(indexed) && !hasEnded(own);
}

/** The state of a run by its own store, which must be sound; null while it has no record. */
export async function stateOf(folder: string): Promise<string | null> {
  const reader = await openReader({ folder, name: 'run' });
  try {
    if (reader.sequence === 0) return null;
    const [row] = reader.query('select state from runs');
    return row === undefined ? null : String(row['state']);
  } finally {
    reader.close();
  }
}
