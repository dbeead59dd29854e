import type { Completion, OptionSpec, Verb } from './command.ts';
import { globalOptions } from './global-options.ts';
import type { Io } from './io.ts';
import { findVerb, verbs } from './verbs.ts';

/**
 * Prints what can stand in the place of the last of `words` (the command line without the program, up to the cursor): one
 * candidate a line, with a tab and its meaning where it has one; `:file` or `:folder`, which come first, for paths. Never fails: no completion is
 * better than an error in the middle of a line.
 */
export async function printCandidates(words: readonly string[], io: Io): Promise<void> {
  const current = words.at(-1) ?? '';
  try {
    const found = await candidates(words.slice(0, -1), current, io);
    const lines = found.filter((line) => line.startsWith(':') || line.startsWith(current));
    if (lines.length > 0) io.stdout(`${lines.join('\n')}\n`);
  } catch {
    // Nothing to offer.
  }
}

async function candidates(before: readonly string[], current: string, io: Io): Promise<string[]> {
  const { verb, positionals, pending, store } = scan(before);
  if (pending) return await offered(pending, { verb, positionals, store }, io);
  if (current.startsWith('-')) return flagsOf(verb);
  if (verb === null) return verbs.map((each) => `${each.name}\t${each.summary}`);
  const last = verb.positionals.at(-1);
  const spec = verb.positionals[positionals.length] ?? (last?.list ? last : undefined);
  return spec ? await offered(spec, { verb, positionals, store }, io) : [];
}

interface Scan {
  readonly verb: Verb | null;
  readonly positionals: readonly string[];
  /** The flag whose value is to come. */
  readonly pending: OptionSpec | null;
  readonly store: string | null;
}

function scan(before: readonly string[]): Scan {
  let verb: Verb | null = null;
  let store: string | null = null;
  let pending: OptionSpec | null = null;
  const positionals: string[] = [];
  for (const word of before) {
    if (pending !== null) {
      if (pending === globalOptions['store']) store = word;
      pending = null;
    } else if (word.startsWith('--store=')) store = word.slice('--store='.length);
    else if (word.startsWith('-')) pending = valuedFlag(word, verb);
    else if (verb === null) verb = findVerb(word) ?? null;
    else positionals.push(word);
  }
  return { verb, positionals, pending, store };
}

function valuedFlag(word: string, verb: Verb | null): OptionSpec | null {
  const flags = Object.entries({ ...globalOptions, ...verb?.options });
  const found = flags.find(([name, spec]) => word === `--${name}` || (spec.short !== undefined && word === `-${spec.short}`));
  return found && found[1].type !== 'boolean' ? found[1] : null;
}

function flagsOf(verb: Verb | null): string[] {
  return Object.entries({ ...verb?.options, ...globalOptions }).map(([name, spec]) => `--${name}\t${spec.summary}`);
}

interface Place {
  readonly verb: Verb | null;
  readonly positionals: readonly string[];
  readonly store: string | null;
}

async function offered(
  spec: { readonly choices?: readonly string[]; readonly completes?: Completion },
  place: Place,
  io: Io,
): Promise<string[]> {
  if (spec.choices) return [...spec.choices];
  if (spec.completes === 'file') return [':file'];
  if (spec.completes === 'folder') return [':folder'];
  if (spec.completes === 'document')
    return (await import('../../schemas/registry.ts')).documents.map(({ name, summary }) => `${name}\t${summary}`);
  if (spec.completes === 'machine') return [':file', ...(await machineNames())];
  if (spec.completes === 'run') return await (await import('./complete-runs.ts')).runCandidates(place.store, io);
  return spec.completes === 'step' ? await offeredSteps(place, io) : [];
}

async function machineNames(): Promise<readonly string[]> {
  const { ownMachines } = await import('../charts/load/own-machines.ts');
  return [...ownMachines].map(([name, { summary }]) => `${name}\t${summary}`);
}

/** The steps of the file or run that was named before; a step that has not started has no output, but is worth an explanation. */
async function offeredSteps({ verb, positionals: [first = ''], store }: Place, io: Io): Promise<string[]> {
  if (verb?.positionals[0]?.completes === 'file') return await (await import('./complete-steps.ts')).taskCandidates(first, io);
  if (verb?.name === 'explain') return await (await import('./complete-steps.ts')).definedSteps(first, store, io);
  return await (await import('./complete-runs.ts')).stepCandidates(first, store, io);
}
