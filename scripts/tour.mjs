/**
 * Reads the tour of a document. A fence that follows `<!-- file: NAME -->` is a file; a `console` fence holds commands (`$ `, continued
 * by `> `) and what they print, standard output and standard error together. In what is printed `…` stands for anything on
 * that line, and a line that is `…` alone for any number of lines; how many spaces stand between two words does not matter, as
 * the columns of a table are as wide as what happens to stand in them.
 *
 * @typedef {{ readonly kind: 'file', readonly name: string, readonly text: string, readonly line: number }} TourFile
 * @typedef {{ readonly kind: 'command', readonly command: string, readonly expected: readonly string[], readonly line: number }} TourCommand
 */

/**
 * @param {string} markdown
 * @returns {(TourFile | TourCommand)[]} in the order of the document; `line` is 1-based
 */
export function parseTour(markdown) {
  return fences(markdown).flatMap(readFence);
}

/**
 * @param {{ readonly info: string, readonly before: string, readonly lines: readonly string[], readonly line: number }} fence
 * @returns {readonly (TourFile | TourCommand)[]}
 */
function readFence({ info, before, lines, line }) {
  const name = /^<!-- file: (\S+) -->$/.exec(before)?.[1];
  if (name !== undefined) return [{ kind: 'file', name, text: `${lines.join('\n')}\n`, line }];
  return info === 'console' ? commands(lines, line) : [];
}

/**
 * Says where the printed text leaves the expected one; null when it does not.
 * @param {readonly string[]} expected
 * @param {readonly string[]} printed
 * @returns {string | null}
 */
export function difference(expected, printed) {
  const [wanted, ...moreWanted] = expected;
  if (wanted === undefined) return printed.length === 0 ? null : `printed one line more: ${printed[0]}`;
  if (wanted.trim() === '…') {
    for (let skipped = 0; skipped <= printed.length; skipped += 1) {
      if (difference(moreWanted, printed.slice(skipped)) === null) return null;
    }
    return `nothing printed matches what follows "…": ${moreWanted[0] ?? ''}`;
  }
  const [line, ...more] = printed;
  if (line === undefined) return `did not print: ${wanted}`;
  return matches(wanted, line) ? difference(moreWanted, more) : `printed: ${line}\n     expected: ${wanted}`;
}

/**
 * @param {string} wanted
 * @param {string} line
 */
function matches(wanted, line) {
  const pattern = plain(wanted)
    .split('…')
    .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.*')}$`).test(plain(line));
}

/** @param {string} line */
function plain(line) {
  return line.replace(/(?<=\S) +/g, ' ').trimEnd();
}

/** @param {string} markdown */
function fences(markdown) {
  /** @type {{ info: string, before: string, lines: string[], line: number }[]} */
  const found = [];
  let open = false;
  let before = '';
  for (const [index, text] of markdown.split('\n').entries()) {
    const fence = /^```(\w*)/.exec(text);
    if (fence !== null && !open) found.push({ info: fence[1] ?? '', before, lines: [], line: index + 1 });
    else if (fence === null && open) found.at(-1)?.lines.push(text);
    if (fence !== null) open = !open;
    if (text.trim() !== '') before = text.trim();
  }
  return found;
}

/**
 * @param {readonly string[]} lines
 * @param {number} fenceLine
 */
function commands(lines, fenceLine) {
  /** @type {{ kind: 'command', command: string, expected: string[], line: number }[]} */
  const found = [];
  for (const [index, text] of lines.entries()) {
    const last = found.at(-1);
    if (text.startsWith('$ ')) found.push({ kind: 'command', command: text.slice(2), expected: [], line: fenceLine + index + 1 });
    else if (last === undefined) throw new Error(`line ${fenceLine + index + 1}: a console block starts with a command`);
    else if (/^>( |$)/.test(text) && last.expected.length === 0) last.command += `\n${text.slice(2)}`;
    else last.expected.push(text);
  }
  return found;
}
