import ignore from 'ignore';

/** Bounds that no project of people reaches. Each path is held against each pattern, so they bound the work that a hostile tree can ask for. */
const mostPatternsInFile = 1_000;
const mostPatternsInForce = 2_000;
/** Each `**` inside of a pattern may multiply the ways in which it fits a path. */
const mostGlobstars = 3;

/** The same on every machine, so that the same tree gives the same result: git's default on a file system with letter case. */
const matching = { ignorecase: false, allowRelativePaths: true };

/**
 * The patterns of the .gitignore files that are in force in a folder: its own and those of the folders above, the deeper ones after, so that they win. All of them
 * stand in one list, written for the root: git decides by the last pattern that fits, whichever file it is in. Follows gitignore(5); what a parent folder
 * decides for a whole folder is the business of the walk, which does not enter it.
 */
export class IgnoreRules {
  static readonly none = new IgnoreRules(ignore(matching), 0);
  readonly #rules: ignore.Ignore;
  readonly #count: number;

  private constructor(rules: ignore.Ignore, count: number) {
    this.#rules = rules;
    this.#count = count;
  }

  /** Whether a file (`path`) or a folder (`path/`) is ignored, of which every folder above is not. */
  ignores(path: string): boolean {
    return this.#count > 0 && this.#rules.ignores(path);
  }

  /** These rules and then those of the file `text` in `folder` (a path from the root, `` for the root). `cut`: patterns were left out, since a bound was reached. */
  with(folder: string, text: string): { readonly rules: IgnoreRules; readonly cut: boolean } {
    const lines = text.split(/\r?\n/).flatMap((line, index) => patternOf(index === 0 ? line.replace(/^\uFEFF/, '') : line));
    const usable = lines.filter(isUsable);
    const patterns = usable.slice(0, Math.min(mostPatternsInFile, mostPatternsInForce - this.#count));
    const cut = patterns.length < lines.length;
    if (patterns.length === 0) return { rules: this, cut };
    const rules = ignore(matching)
      .add(this.#rules)
      .add(patterns.map((pattern) => fromRoot(folder, pattern)));
    return { rules: new IgnoreRules(rules, this.#count + patterns.length), cut };
  }
}

/** The pattern in a line, without the trailing spaces that git takes off; none in a comment or a blank line. */
function patternOf(line: string): readonly string[] {
  if (line.startsWith('#')) return [];
  let end = line.length;
  while (line[end - 1] === ' ' && !isEscaped(line, end - 1)) end -= 1;
  const pattern = line.slice(0, end);
  return ['', '!', '/', '!/'].includes(pattern) ? [] : [pattern];
}

/** Whether a pattern is cheap to hold against a path, and one that the package can read. */
function isUsable(pattern: string): boolean {
  if ((pattern.match(/\*\*/g)?.length ?? 0) > mostGlobstars) return false;
  try {
    ignore(matching).add([pattern]).ignores('a');
    return true;
  } catch {
    return false;
  }
}

function isEscaped(line: string, at: number): boolean {
  let slashes = 0;
  while (line[at - 1 - slashes] === '\\') slashes += 1;
  return slashes % 2 === 1;
}

/** A pattern of a .gitignore in `folder`, written for one in the root. */
function fromRoot(folder: string, pattern: string): string {
  if (folder === '') return pattern;
  const negated = pattern.startsWith('!');
  const body = negated ? pattern.slice(1) : pattern;
  const place = `/${folder.replaceAll(/[\\*?[]/g, String.raw`\$&`)}/`;
  const anchored = body.slice(0, -1).includes('/');
  const below = anchored ? body.replace(/^\//, '') : `**/${body}`;
  return `${negated ? '!' : ''}${place}${below}`;
}
