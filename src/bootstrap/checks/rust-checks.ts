import type { CheckDraft, Clues } from './clues.ts';
import { folderOf, idPart, pathWord } from './command-words.ts';
import { moduleFolders } from './modules.ts';

/** The checks that cargo brings for every crate or workspace, and cargo-deny where it is configured. */
export function rustChecks(clues: Clues): readonly CheckDraft[] {
  const folders = moduleFolders(clues, 'Cargo.toml');
  const drafts = folders.flatMap((folder) => crateChecks(clues, folder));
  const denyConfig = clues.firstOf(['deny.toml', '.deny.toml', '.cargo/deny.toml']);
  if (denyConfig === null || folders.length === 0) return drafts;
  return [
    ...drafts,
    {
      id: 'cargo-deny',
      type: 'validation',
      command: ['cargo', 'deny', 'check'],
      requires: ['cargo', 'cargo-deny'],
      reason: denyConfig,
    },
  ];
}

function crateChecks(clues: Clues, folder: string): readonly CheckDraft[] {
  const isRoot = folder === '.';
  const suffix = isRoot ? '' : `-${idPart(folder)}`;
  const reason = isRoot ? 'Cargo.toml' : `${folder}/Cargo.toml`;
  const place = isRoot ? [] : ['--manifest-path', `${pathWord(folder)}/Cargo.toml`];
  const isLocked = clues.named('Cargo.lock').some((path) => folderOf(path) === folder);
  const words = [...place, '--workspace', ...(isLocked ? ['--locked'] : [])];
  return [
    {
      id: `cargo-fmt${suffix}`,
      type: 'format',
      command: ['cargo', 'fmt', ...place, '--all', '--check'],
      requires: ['cargo', 'rustfmt'],
      reason,
    },
    // Without `-D warnings`: a project that wants it has said so in its own lints, and what clippy denies by itself fails.
    { id: `cargo-clippy${suffix}`, type: 'lint', command: ['cargo', 'clippy', ...words, '--all-targets'], reason },
    { id: `cargo-test${suffix}`, type: 'test', command: ['cargo', 'test', ...words], reason },
  ];
}
