import { sanitiseLine } from '../logs/sanitise-line.ts';
import { paint, type Style } from './render/style.ts';

/** A unified diff for a terminal: what goes red, what comes green, places cyan, each line safe to print. */
export function renderDiff(diff: string, color: boolean): string {
  const lines = diff.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => `${paint(sanitiseLine(line), styleOf(line), color)}\n`).join('');
}

function styleOf(line: string): Style {
  if (line.startsWith('--- ') || line.startsWith('+++ ')) return 'bold';
  if (line.startsWith('@@')) return 'cyan';
  if (line.startsWith('+')) return 'green';
  return line.startsWith('-') ? 'red' : 'plain';
}
