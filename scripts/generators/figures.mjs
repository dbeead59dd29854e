/** The table of figures in README.md, from docs/figures.json, which scripts/figures.mjs measures. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';

/**
 * What one suite has tried, and how often a promise was broken.
 *
 * @typedef {{ readonly name: string, readonly counts: Readonly<Record<string, number>>, readonly violations: number }} Figure
 */

const begin = '<!-- figures -->';
const end = '<!-- /figures -->';

/** What the suites do, in the order of the table; a suite that is not named here comes after them, under its own name. */
const titles = new Map([
  ['simulation', 'Simulated lives of the real engine on a virtual clock, disk and process table, from seeds'],
  ['planted-bugs', 'Bugs planted on purpose, each found by the simulation'],
  ['crash-points', '`kill -9` before, in and after each write, sync, rename and start of a tool'],
  ['power-cut', 'Loss of power at each point of a recorded trace of writes'],
  ['disk-errors', 'ENOSPC, EIO and EROFS at each call of the disk'],
  ['kill-and-resume', '`kill -9` at random moments of a real run, then `resume`'],
  ['misbehaving', 'Tools that ignore TERM, fork away, flood their output'],
  ['stop', 'Stopping: TERM, grace, KILL, and nothing of ours is left'],
  ['clock', 'Clocks that jump, machines that sleep'],
]);

/** @param {string} name */
function words(name) {
  return name.replaceAll(/[-_]/g, ' ').replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** @param {number} number */
function grouped(number) {
  return number.toLocaleString('en-US');
}

/**
 * A count of things, `30 kills`, or where the name ends in a unit a measure, `slowest 12 ms`.
 * @param {string} what
 * @param {number} count
 */
function amount(what, count) {
  const [, measured, unit] = /^(.+)(Mib|Ms)$/.exec(what) ?? [];
  return measured === undefined
    ? `${grouped(count)} ${words(what)}`
    : `${words(measured)} ${grouped(count)} ${unit === 'Ms' ? 'ms' : 'MiB'}`;
}

/**
 * The figures in the order of the table.
 * @param {readonly Figure[]} figures
 * @returns {Figure[]}
 */
export function sortFigures(figures) {
  const order = [...titles.keys()];
  const rank = (/** @type {Figure} */ { name }) => (order.includes(name) ? order.indexOf(name) : order.length);
  return figures.toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

/**
 * The table as Markdown.
 * @param {readonly Figure[]} figures
 */
export function figuresTable(figures) {
  const rows = sortFigures(figures).map(({ name, counts, violations }) => {
    const amounts = Object.entries(counts).map(([what, count]) => amount(what, count));
    return `| ${titles.get(name) ?? words(name)} | ${amounts.join(', ')} | ${grouped(violations)} |`;
  });
  return ['| what is tried | how much of it | promises broken |', '| --- | --- | ---: |', ...rows].join('\n');
}

/**
 * The document with the table between its markers. Throws when the markers are not there.
 * @param {string} document
 * @param {string} table
 */
export function placeTable(document, table) {
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from === -1 || to < from) throw new Error(`the markers ${begin} and ${end} are not in the document`);
  return `${document.slice(0, from + begin.length)}\n\n${table}\n\n${document.slice(to)}`;
}

/**
 * @param {string} root
 * @returns {Promise<readonly (readonly [string, string])[]>}
 */
export async function generate(root) {
  const readme = path.join(root, 'README.md');
  const [document, stored, options] = await Promise.all([
    readFile(readme, 'utf8'),
    readFile(path.join(root, 'docs', 'figures.json'), 'utf8'),
    resolveConfig(readme),
  ]);
  /** @type {{ readonly figures: readonly Figure[] }} */
  const { figures } = JSON.parse(stored);
  const table = await format(figuresTable(figures), { ...options, parser: 'markdown' });
  return [['README.md', placeTable(document, table.trim())]];
}
