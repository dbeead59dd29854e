import type { DoctorCheck } from '../../../schemas/cli/doctor-report.ts';
import type { RunId } from '../../../schemas/ids.ts';

/** Something that can be done about a finding without losing anything that was acknowledged. */
export type Repair =
  /** Take the rights of others from these paths. */
  | { readonly kind: 'closePermissions'; readonly paths: readonly string[] }
  /** Delete what is left of runs that were being removed. */
  | { readonly kind: 'finishRemovals' }
  /** Move these paths out of a folder that nobody may own meanwhile. */
  | { readonly kind: 'setAside'; readonly what: string; readonly owner: string; readonly paths: readonly string[] }
  /** Move the folder of a run away that holds no record. */
  | { readonly kind: 'setEmptyRunAside'; readonly runId: RunId }
  /** Cut the end of a record that was never finished. */
  | { readonly kind: 'cutTail'; readonly runId: RunId; readonly file: string }
  /** Release a lock file whose process has gone. */
  | { readonly kind: 'freeLock'; readonly folder: string }
  /** Move the files of a damaged tool store away, so that it begins anew. */
  | { readonly kind: 'setToolStoreAside' }
  /** Build the index anew from the runs. */
  | { readonly kind: 'rebuildIndex' };

/** One thing that was looked at, and what `--repair` would do about it (null: nothing). */
export interface Finding extends DoctorCheck {
  readonly repair: Repair | null;
}

/** A finding that says that all is well. */
export function well(subject: string, message: string): Finding {
  return { subject, ok: true, message, advice: null, repair: null };
}

/** The first few of a list, for a message. */
export function someOf(all: readonly string[]): string {
  return `${all.slice(0, 3).join(', ')}${all.length > 3 ? ', …' : ''}`;
}
