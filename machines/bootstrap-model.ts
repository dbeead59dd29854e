import type { BootstrapDiscovery } from '../schemas/bootstrap-discovery.ts';
import type { ProjectDomain } from '../schemas/project-profile.ts';

/* What a bootstrap is told and keeps: the data of the chart in bootstrap.ts. */

/** What a bootstrap may do about files that are there already. */
export interface BootstrapInput {
  /** Files that differ are replaced without a question. */
  readonly force: boolean;
  /** Nothing is written. */
  readonly dryRun: boolean;
  /** Whether there is a person who can be asked. */
  readonly interactive: boolean;
}

/** What was found in the project and on the machine. */
export interface DiscoveryReport {
  readonly discovery: BootstrapDiscovery;
  /** What a reader should know of the scan: links that were not followed, manifests that cannot be read. */
  readonly warnings: readonly string[];
}

/** The profile that was taken, and why. */
export interface SelectionReport {
  readonly profileId: string;
  readonly profileVersion: string;
  readonly domain: ProjectDomain;
  /** 0 to 1. */
  readonly confidence: number;
  readonly reasons: readonly string[];
  /** Every profile with its score from 0 to 1, the best first. */
  readonly considered: readonly { readonly profileId: string; readonly score: number }[];
  /** What a user would expect and does not get, in words. */
  readonly shortfalls: readonly string[];
}

/** A file that would be written. */
export interface ProposedFile {
  /** Relative to the root of the project, with `/`. */
  readonly path: string;
  readonly type: 'project_profile' | 'router_config' | 'workflow' | 'phase_spec';
  readonly text: string;
}

/** The files that the project would get. */
export interface GenerationReport {
  readonly files: readonly ProposedFile[];
  /** See {@link SelectionReport.shortfalls}. */
  readonly shortfalls: readonly string[];
  /** See {@link DiscoveryReport.warnings}. */
  readonly warnings: readonly string[];
}

/** What the generated profile settles, as far as the report repeats it. */
export interface ProjectConfiguration {
  readonly patchOnly: boolean | null;
  readonly testsMustPass: boolean | null;
  readonly maxLinesChanged: number | null;
  readonly toolIds: readonly string[];
}

/** What is wrong with one file, or stands in its way, in words. */
export interface FileProblem {
  readonly path: string;
  readonly message: string;
}

/** What is wrong with the generated files; nothing where they are valid. */
export interface ValidationReport {
  readonly problems: readonly FileProblem[];
  readonly configuration: ProjectConfiguration | null;
}

/** How a file differs from what is there. */
export interface FileChange {
  readonly path: string;
  readonly change: 'new' | 'replaced' | 'unchanged';
  /** Of the bytes that are there now, hexadecimal; null where there is no file. */
  readonly sha256Before: string | null;
  /** As a unified diff; null where none was asked for or where nothing differs. */
  readonly diff: string | null;
}

/** The generated files beside what is there. */
export interface ComparisonReport {
  /** In the order of the files; without those that have an obstacle. */
  readonly changes: readonly FileChange[];
  /** Folders that would be made, parents first. */
  readonly newFolders: readonly string[];
  /** Why files cannot be written. */
  readonly obstacles: readonly FileProblem[];
}

/** The file that was written. */
export interface WriteReport {
  readonly path: string;
}

/** JSON-only memory of a bootstrap. What an effect has not told yet is null or empty. */
export interface BootstrapContext extends BootstrapInput {
  readonly discovery: BootstrapDiscovery | null;
  readonly selection: SelectionReport | null;
  readonly files: readonly ProposedFile[];
  /** Whether every file was found valid. */
  readonly valid: boolean;
  readonly configuration: ProjectConfiguration | null;
  readonly changes: readonly FileChange[];
  readonly newFolders: readonly string[];
  /** Paths of the files that were written, in their order. */
  readonly written: readonly string[];
  readonly warnings: readonly string[];
  readonly shortfalls: readonly string[];
  /** Files that are invalid, that something stands in the way of, or that could not be written. */
  readonly failedPaths: readonly string[];
  /** Why it failed, or that it was canceled. */
  readonly errors: readonly string[];
  /** Why it is to stop before the next file; null: it is not. */
  readonly cancelReason: string | null;
}

/** What a bootstrap answers. REPLACE and KEEP: what the person says who was asked about the files that would be replaced. */
export type BootstrapEvent =
  { readonly type: 'REPLACE' } | { readonly type: 'KEEP' } | { readonly type: 'CANCEL'; readonly reason: string };

/** A file to be written, with what must still be there. */
export interface FileToWrite {
  readonly file: ProposedFile;
  readonly sha256Before: string | null;
}

/** The next file that differs and was not written yet; null: none is left. */
export function nextToWrite(context: Pick<BootstrapContext, 'files' | 'changes' | 'written'>): FileToWrite | null {
  for (const file of context.files) {
    const change = context.changes.find(({ path }) => path === file.path);
    if (change === undefined || change.change === 'unchanged' || context.written.includes(file.path)) continue;
    return { file, sha256Before: change.sha256Before };
  }
  return null;
}

/** Paths of the files that stand there and would be replaced. */
export function replacedPaths(changes: readonly FileChange[]): string[] {
  return changes.filter(({ change }) => change === 'replaced').map(({ path }) => path);
}
