import { createActor, fromPromise, type ActorRefFrom, type NonReducibleUnknown, type SnapshotFrom } from 'xstate';
import { bootstrapMachine } from '../../machines/bootstrap.ts';
import { replacedPaths } from '../../machines/bootstrap-model.ts';
import type {
  BootstrapContext,
  ComparisonReport,
  DiscoveryReport,
  FileToWrite,
  GenerationReport,
  ProposedFile,
  SelectionReport,
  ValidationReport,
  WriteReport,
} from '../../machines/bootstrap-model.ts';
import { invariant, UserError } from '../errors.ts';
import { compareFiles, readDifferences } from './compare.ts';
import { discover, type Discovered } from './discover.ts';
import { generateFiles } from './generate.ts';
import type { BootstrapParts } from './parts.ts';
import { selectProfile, type Selected } from './select-profile.ts';
import { validateFiles } from './validate-files.ts';
import { writeProjectFile } from './write-file.ts';

/** What a person is asked before files of theirs are replaced. */
export interface ReplaceQuestion {
  /** Of the files that stand there and differ. */
  readonly paths: readonly string[];
  /** The differences, as a unified diff, read now. */
  showDifferences(): Promise<string>;
  /** Aborted when the answer is no longer waited for. */
  readonly signal: AbortSignal;
}

/** What a bootstrap is to do. */
export interface BootstrapRequest {
  /** The project: an absolute path without links. */
  readonly root: string;
  /** Where programs are looked for, as in PATH. */
  readonly searchPath: string | undefined;
  /** The profile to take; null: the one that fits best. */
  readonly profileId: string | null;
  /** Whether the phase templates of the profile are written too. */
  readonly withPhases: boolean;
  readonly force: boolean;
  readonly dryRun: boolean;
  /** Null where there is no person to ask. */
  readonly ask: ((question: ReplaceQuestion) => Promise<'replace' | 'keep'>) | null;
  /** Aborted, with the reason in words, when the bootstrap is to stop. */
  readonly signal: AbortSignal;
}

/** The final state of a bootstrap. */
export type BootstrapEnd = 'ready' | 'partial' | 'previewed' | 'needsHuman' | 'failed' | 'canceled';

/** How a bootstrap ended, and all that it came to know. */
export interface BootstrapOutcome {
  readonly end: BootstrapEnd;
  readonly context: BootstrapContext;
}

type BootstrapActor = ActorRefFrom<typeof bootstrapMachine>;

/**
 * Carries a bootstrap to its end. What the project, the disk or the person bring about is in the outcome; rejects only for a fault of Stateyard itself.
 */
export async function runBootstrap(request: BootstrapRequest, parts: BootstrapParts): Promise<BootstrapOutcome> {
  const faults: Error[] = [];
  const { force, dryRun, ask } = request;
  const noteFault = (error: unknown): void => {
    if (isFault(error)) faults.push(error instanceof Error ? error : new Error(String(error)));
  };
  const machine = bootstrapMachine.provide({ actors: effects(request, parts, noteFault) });
  const actor = createActor(machine, { input: { force, dryRun, interactive: ask !== null } });
  const ended = new Promise<SnapshotFrom<typeof bootstrapMachine>>((resolve) => {
    actor.subscribe({ complete: () => resolve(actor.getSnapshot()) });
  });
  askWhenNeeded(actor, request, noteFault);
  const cancel = (): void => {
    if (actor.getSnapshot().status === 'active') actor.send({ type: 'CANCEL', reason: String(request.signal.reason) });
  };
  request.signal.addEventListener('abort', cancel, { once: true });
  actor.start();
  if (request.signal.aborted) cancel();
  const { value, context } = await ended;
  request.signal.removeEventListener('abort', cancel);
  const [fault] = faults;
  if (fault !== undefined) throw fault;
  return { end: endOf(value), context };
}

function endOf(value: unknown): BootstrapEnd {
  const ends: readonly BootstrapEnd[] = ['ready', 'partial', 'previewed', 'needsHuman', 'failed', 'canceled'];
  const end = ends.find((name) => name === value);
  invariant(end, `a bootstrap has ended in the state ${String(value)}`);
  return end;
}

function effects(
  { root, searchPath, profileId, withPhases }: BootstrapRequest,
  parts: BootstrapParts,
  noteFault: (error: unknown) => void,
) {
  let discovered: Discovered | null = null;
  let selected: Selected | null = null;
  const effect = <Output, Input = NonReducibleUnknown>(work: (input: Input, signal: AbortSignal) => Output | Promise<Output>) =>
    fromPromise<Output, Input>(async ({ input, signal }) => {
      try {
        return await work(input, signal);
      } catch (error) {
        // What was stopped may say so in any way.
        if (!signal.aborted) noteFault(error);
        throw error;
      }
    });
  return {
    discover: effect<DiscoveryReport>(async (_, signal) => {
      discovered = await discover(parts, { root, searchPath, signal });
      return discovered.report;
    }),
    select: effect<SelectionReport>(() => {
      invariant(discovered, 'a profile is selected before anything was discovered');
      selected = selectProfile(parts, discovered.choice, profileId);
      return selected.report;
    }),
    generate: effect<GenerationReport>(() => {
      invariant(discovered && selected, 'files are generated before a profile was selected');
      return generateFiles(parts, discovered, selected, withPhases);
    }),
    validate: effect<ValidationReport, { readonly files: readonly ProposedFile[] }>(({ files }) => validateFiles(root, files)),
    compare: effect<ComparisonReport, { readonly files: readonly ProposedFile[]; readonly withDiffs: boolean }>((input) =>
      compareFiles(root, input.files, input.withDiffs),
    ),
    write: effect<WriteReport, FileToWrite | null>((input) => {
      invariant(input, 'there is no file left to write');
      return writeProjectFile(root, input);
    }),
  };
}

/** Not a mistake of the user and not an error of the system, which has a code. */
function isFault(error: unknown): boolean {
  if (error instanceof UserError) return false;
  return !(error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string');
}

function askWhenNeeded(
  actor: BootstrapActor,
  { ask, root, signal }: BootstrapRequest,
  noteFault: (error: unknown) => void,
): void {
  let asked = false;
  const answer = (type: 'REPLACE' | 'KEEP'): void => {
    // It may have been canceled meanwhile.
    if (actor.getSnapshot().status === 'active') actor.send({ type });
  };
  actor.subscribe((snapshot) => {
    if (asked || ask === null || !snapshot.matches('asking')) return;
    asked = true;
    const { changes, files } = snapshot.context;
    const paths = replacedPaths(changes);
    const replaced = files.filter(({ path }) => paths.includes(path));
    ask({ paths, signal, showDifferences: () => readDifferences(root, replaced) }).then(
      (said) => answer(said === 'replace' ? 'REPLACE' : 'KEEP'),
      (error: unknown) => {
        // A terminal that is gone gives no answer, and no answer replaces nothing.
        noteFault(error);
        answer('KEEP');
      },
    );
  });
}
