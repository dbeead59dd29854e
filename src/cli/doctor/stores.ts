import type { ChainHead, DoctorCheck } from '../../../schemas/cli/doctor-report.ts';
import type { StoreLayout } from '../../store/layout.ts';
import { isOwned } from '../../store/owner-lock.ts';
import { openReader } from '../../store/reader.ts';
import { StoreError } from '../../store/store-error.ts';
import { verifyStore } from '../../store/verify.ts';
import type { StoreReport } from '../../store/verify.ts';
import type { RunId } from '../../../schemas/ids.ts';
import { hasEnded } from '../../history/run-state.ts';

/** What was found in one store. `state` is that of the run (null for the index, and where it cannot be read). */
export interface StoreFindings {
  readonly checks: readonly DoctorCheck[];
  readonly head: ChainHead | null;
  readonly state: string | null;
}

/** Checks every byte of the store of a run. A run that is interrupted is no problem, but it is told. */
export async function checkRun(layout: StoreLayout, runId: RunId): Promise<StoreFindings> {
  const { folder } = layout.run(runId);
  const subject = `run ${runId}`;
  // Asked first: a run that ends in between must not look interrupted.
  const owned = await isOwned(folder);
  const report = await verifyStore({ folder, name: 'run' });
  if (report.problems[0]?.kind === 'missing') return { checks: [emptyRun(subject, folder, owned)], head: null, state: null };
  const found = findings(subject, runId, report);
  const state = report.ok ? await stateOf(folder) : null;
  if (state === null || hasEnded(state) || owned) return { ...found, state };
  const interrupted = { subject, ok: true, message: 'is interrupted or paused', advice: `take it up: stateyard resume ${runId}` };
  return { checks: [...found.checks, interrupted], head: found.head, state };
}

/** Checks every byte of the index. */
export async function checkIndexStore(layout: StoreLayout): Promise<StoreFindings> {
  const report = await verifyStore({ folder: layout.root, name: 'index' });
  if (report.problems[0]?.kind === 'missing') return { checks: [], head: null, state: null };
  return { ...findings('index', 'index', report, 'build it anew: stateyard doctor --repair'), state: null };
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

function findings(subject: string, store: string, report: StoreReport, advice?: string): Omit<StoreFindings, 'state'> {
  const head = report.head === null ? null : { store, sequence: report.head.sequence, hash: report.head.hash };
  if (!report.ok) {
    const problems = report.problems.map((problem) => ({
      subject,
      ok: false,
      message: problem.message,
      advice: advice ?? problem.advice,
    }));
    return { checks: problems, head };
  }
  const torn =
    report.tornTail === null
      ? ''
      : `; ${report.tornTail.bytes} bytes of a record that was never finished, cut when the run is resumed`;
  const fenced =
    report.fencedTails.length === 0 ? '' : '; a former owner had written on after it was replaced, which does not count';
  return {
    checks: [{ subject, ok: true, message: `${report.head?.sequence ?? 0} records${torn}${fenced}`, advice: null }],
    head,
  };
}

function emptyRun(subject: string, folder: string, owned: boolean): DoctorCheck {
  if (owned) return { subject, ok: true, message: 'is just starting', advice: null };
  return {
    subject,
    ok: false,
    message: 'has a folder but no record: it ended before anything was stored',
    advice: `remove the folder ${folder}`,
  };
}

async function stateOf(folder: string): Promise<string | null> {
  const reader = await openReader({ folder, name: 'run' });
  try {
    if (reader.sequence === 0) return null;
    const [row] = reader.query('select state from runs');
    return row === undefined ? null : String(row['state']);
  } finally {
    reader.close();
  }
}
