import { lstatSync, readdirSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import type { ScannedFile } from '../project.ts';
import { IgnoreRules } from './ignore-rules.ts';
import { isLeftOut, isMarkedAsLeftOut } from './left-out-folders.ts';
import { readProjectFile } from './read-project-file.ts';
import { ScanWarnings } from './scan-warnings.ts';

/** How far a walk goes. The defaults are far above any project of people, and let the walk of a hostile tree end within seconds. */
export interface WalkBounds {
  readonly files: number;
  /** Files, folders and all else that was looked at, ignored or not. */
  readonly entries: number;
  readonly depth: number;
}

const defaultBounds: WalkBounds = { files: 300_000, entries: 1_000_000, depth: 100 };
const ignoreFileBytes = 256 * 1024;

/** What a walk has seen; files and folders are sorted by path, in the order of code units. */
export interface WalkedTree {
  readonly files: readonly ScannedFile[];
  readonly folders: readonly string[];
  readonly rootEntries: readonly string[];
  readonly warnings: readonly string[];
}

/** A folder that waits to be entered. */
interface Waiting {
  /** Path from the root, with a slash at its end; `` for the root. */
  readonly prefix: string;
  readonly depth: number;
  readonly rules: IgnoreRules;
}

/** Walks the tree below `root`, an absolute path without links. Follows no link, opens nothing but .gitignore files and `.git/info/exclude`, and throws nothing. */
export function walkTree(root: string, bounds: WalkBounds = defaultBounds): WalkedTree {
  return new Walk(root, bounds).run();
}

class Walk {
  readonly #root: string;
  /** The root with a slash at its end. */
  readonly #base: string;
  readonly #bounds: WalkBounds;
  readonly #files: ScannedFile[] = [];
  readonly #folders: string[] = [];
  readonly #warnings = new ScanWarnings();
  readonly #waiting: Waiting[] = [];
  #rootEntries: readonly string[] = [];
  #entryCount = 0;
  #isRepository = false;

  constructor(root: string, bounds: WalkBounds) {
    this.#root = root;
    this.#base = root === '/' ? '/' : `${root}/`;
    this.#bounds = bounds;
  }

  run(): WalkedTree {
    this.#waiting.push({ prefix: '', depth: 0, rules: this.#rulesOf('.git/info/exclude', '', IgnoreRules.none) });
    for (let next = this.#waiting.pop(); next !== undefined && this.#warnings.stopped === null; next = this.#waiting.pop())
      this.#enter(next);
    return {
      files: this.#files.sort((a, b) => (a.path < b.path ? -1 : 1)),
      folders: this.#folders.sort(),
      rootEntries: this.#rootEntries,
      warnings: this.#warnings.toWords(),
    };
  }

  #enter(folder: Waiting): void {
    const { prefix } = folder;
    const entries = this.#list(prefix);
    if (entries === null) return;
    const names: ReadonlySet<string> = new Set(entries.map(({ name }) => name));
    if (prefix === '') {
      this.#rootEntries = [...names].filter((name) => !name.includes('\uFFFD')).sort();
      this.#isRepository = names.has('.git');
    } else if (this.#isForeign(prefix, names)) return;
    else this.#folders.push(prefix.slice(0, -1));
    const rules = names.has('.gitignore')
      ? this.#rulesOf(`${prefix}.gitignore`, prefix.slice(0, -1), folder.rules)
      : folder.rules;
    this.#takeAll(entries, { ...folder, rules }, names);
  }

  #list(prefix: string): readonly Dirent[] | null {
    try {
      return readdirSync(this.#base + prefix, { withFileTypes: true });
    } catch {
      this.#warnings.unreadableFolders.push(prefix === '' ? '.' : prefix.slice(0, -1));
      return null;
    }
  }

  /** Whether a folder turns out, by what it holds, to be a tool's, or a repository inside of this one, such as a submodule: git does not look into these either. */
  #isForeign(prefix: string, names: ReadonlySet<string>): boolean {
    if (isMarkedAsLeftOut(names)) return true;
    if (!this.#isRepository || !names.has('.git')) return false;
    this.#warnings.otherRepositories.push(prefix.slice(0, -1));
    return true;
  }

  #takeAll(entries: readonly Dirent[], folder: Waiting, names: ReadonlySet<string>): void {
    const below: Waiting[] = [];
    for (const entry of entries) {
      this.#entryCount += 1;
      if (this.#isOver()) return;
      const path = folder.prefix + entry.name;
      if (entry.isDirectory()) {
        const waiting = { prefix: `${path}/`, depth: folder.depth + 1, rules: folder.rules };
        if (!isLeftOut(entry.name, names) && !folder.rules.ignores(waiting.prefix)) below.push(waiting);
      } else if (entry.isFile()) {
        // In a worktree or a submodule `.git` is a file.
        if (entry.name !== '.git') this.#takeFile(path, folder.rules);
      } else this.#noteOther(entry, path, folder.rules);
    }
    this.#takeFolders(below);
  }

  #isOver(): boolean {
    const { files, entries } = this.#bounds;
    if (this.#files.length >= files)
      this.#warnings.stopped = `the survey stopped after ${files} files: what follows was not looked at`;
    else if (this.#entryCount > entries)
      this.#warnings.stopped = `the survey stopped after ${entries} entries: what follows was not looked at`;
    return this.#warnings.stopped !== null;
  }

  #takeFile(path: string, rules: IgnoreRules): void {
    if (rules.ignores(path)) return;
    const sizeBytes = this.#sizeOf(path);
    // A name with the replacement character is most often one whose bytes are not UTF-8: then this name leads to nothing.
    if (sizeBytes !== null) this.#files.push({ path, sizeBytes });
    else if (path.includes('\uFFFD')) this.#warnings.strangeNames.push(path);
  }

  #sizeOf(path: string): number | null {
    try {
      const stats = lstatSync(this.#base + path, { throwIfNoEntry: false });
      return stats?.isFile() === true ? stats.size : null;
    } catch {
      return null;
    }
  }

  #noteOther(entry: Dirent, path: string, rules: IgnoreRules): void {
    if (rules.ignores(path)) return;
    (entry.isSymbolicLink() ? this.#warnings.links : this.#warnings.specialFiles).push(path);
  }

  /** In the order of names: where a bound ends the walk, it ends at the same place each time. */
  #takeFolders(below: readonly Waiting[]): void {
    for (const waiting of below.toSorted((a, b) => (a.prefix < b.prefix ? 1 : -1))) {
      if (waiting.depth <= this.#bounds.depth) this.#waiting.push(waiting);
      else this.#warnings.deepFolders.push(waiting.prefix.slice(0, -1));
    }
  }

  /** The rules above and those of one ignore file, of which only the first 256 KiB count: whole lines. */
  #rulesOf(file: string, folder: string, above: IgnoreRules): IgnoreRules {
    const bytes = readProjectFile(this.#root, file, { maxBytes: ignoreFileBytes + 1, part: 'start' });
    if (bytes === null) return above;
    const isLarge = bytes.length > ignoreFileBytes;
    const text = bytes.toString('utf8');
    const { rules, cut } = above.with(folder, isLarge ? text.slice(0, text.lastIndexOf('\n') + 1) : text);
    if (cut || isLarge) this.#warnings.cutIgnoreFiles.push(file);
    return rules;
  }
}
