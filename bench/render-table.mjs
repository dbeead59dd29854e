/** Prints what was measured as one table. */
import { isMet } from './result.mjs';
import { median } from './statistics.mjs';

/** @typedef {import('./result.mjs').Result} Result */
/** @typedef {import('./result.mjs').Row} Row */
/** @typedef {import('./result.mjs').Target} Target */
/** @typedef {import('./machine.mjs').Machine} Machine */

const headings = ['WHAT', 'MEDIAN', 'MINIMUM', 'RATIO', 'TARGET', ''];

/**
 * Three significant digits, or whole numbers with their thousands apart.
 * @param {number} value
 */
function figure(value) {
  if (!Number.isFinite(value)) return '-';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

/**
 * @param {Row} row
 * @param {Target} target
 */
function targetText({ unit }, { of, bound, value }) {
  const sign = bound === 'at most' ? '<=' : '>=';
  return of === 'ratio' ? `${sign} ${value}x` : `${sign} ${figure(value)} ${unit}`;
}

/**
 * @param {Result['rows'][number]} row
 * @param {boolean} judged whether the size was that of the targets
 */
function cells(row, judged) {
  if ('skipped' in row) return [`  ${row.what}`, `skipped: ${row.skipped}`];
  const verdicts = row.targets.map((target) => (isMet(row, target) ? 'met' : 'NOT MET'));
  return [
    `  ${row.what}`,
    `${figure(median(row.samples))} ${row.unit}`,
    figure(Math.min(...row.samples)),
    row.ratio === null ? '' : `${row.ratio.value.toFixed(2)}x ${row.ratio.text}`,
    row.targets.map((target) => targetText(row, target)).join(', '),
    judged ? verdicts.join(', ') : '',
  ];
}

/**
 * The machine in two lines.
 * @param {Machine} machine
 */
function machineText({ cores, model, memoryMib, kernel, node, fileSystem, syncMs, load }) {
  const loads = load.map((value) => value.toFixed(2)).join(' ');
  return (
    `${cores} cores, ${model}, ${figure(memoryMib)} MiB, ${kernel}, node ${node}\n` +
    `${fileSystem}, fdatasync ${figure(syncMs)} ms; load before ${loads}`
  );
}

/**
 * All of it as text. Ratios are medians of the ratios of each round.
 * @param {{ machine: Machine, repeat: number, quick: boolean, results: readonly Result[] }} report
 */
export function renderTable({ machine, repeat, quick, results }) {
  const lines = [headings];
  for (const { item, title, rows, failure } of results) {
    lines.push([`${item}: ${title}`]);
    for (const row of rows) lines.push(cells(row, !quick));
    if (failure !== null) lines.push([`  failed: ${failure.replaceAll('\n', '\n    ')}`]);
  }
  const table = lines.filter((line) => line.length === headings.length);
  const widths = headings.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  const text = lines.map((line) =>
    line.length < 2
      ? line.join('')
      : line
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd(),
  );
  const how = `${repeat} rounds by turns after one that is dropped${quick ? '; a tenth of the sizes, not judged by the targets' : ''}`;
  return `${machineText(machine)}\n${how}\n\n${text.join('\n')}\n`;
}
