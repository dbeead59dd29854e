import type { Chart, ChartState, ChartTransition } from '../chart.ts';
import { isIgnored, oneLine, transitionWords } from '../transition-words.ts';
import { chartLegend } from './legend.ts';
import { wrapWords } from './wrap-words.ts';

/** No line is longer, unless a single name is. */
const columns = 100;

/**
 * A chart as a tree for the terminal: states with their kind (`▸` initial, `◉` final, `∥` parallel, `↺` history), what runs in them, and under each its
 * transitions in the order in which they are tried. Targets are named from the root (`running.draining`). At its end stands what the signs in it mean. Ends
 * with a newline.
 */
export function chartText(chart: Chart): string {
  const lines: string[] = [];
  const heading = chart.version === null ? oneLine(chart.id) : `${oneLine(chart.id)} ${oneLine(chart.version)}`;
  lines.push(`${heading}${marksOf(chart.root)}`, ...bodyOf(chart.root, chart, chart.root.states.length > 0 ? '│ ' : '  '));
  addChildren(chart.root, chart, { indent: '', lines });
  const legend = chartLegend(chart, columns);
  if (legend.length > 0) lines.push('', ...legend);
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

interface Tree {
  readonly indent: string;
  readonly lines: string[];
}

function addChildren(state: ChartState, chart: Chart, { indent, lines }: Tree): void {
  state.states.forEach((child, index) => {
    const isLast = index === state.states.length - 1;
    const isInitial = state.kind === 'compound' && state.initial === child.path;
    const below = `${indent}${isLast ? '   ' : '│  '}`;
    lines.push(`${indent}${isLast ? '└─ ' : '├─ '}${isInitial ? '▸ ' : ''}${oneLine(child.key)}${marksOf(child)}`);
    lines.push(...bodyOf(child, chart, `${below}${child.states.length > 0 ? '│ ' : '  '}`));
    addChildren(child, chart, { indent: below, lines });
  });
}

function marksOf(state: ChartState): string {
  const tags = state.tags.map((tag) => `  #${oneLine(tag)}`).join('');
  switch (state.kind) {
    case 'final':
      return ` ◉${tags}`;
    case 'parallel':
      return ` ∥${tags}`;
    case 'history':
      return ` ↺ ${state.history ?? 'shallow'}${tags}`;
    default:
      return tags;
  }
}

function bodyOf(state: ChartState, chart: Chart, indent: string): readonly string[] {
  const lines = state.description === null ? [] : wrap(oneLine(state.description), indent);
  if (state.kind === 'history' && state.initial !== null) lines.push(`${indent}or ${shortPath(state.initial, chart)}`);
  for (const { id, src } of state.invokes)
    lines.push(...wrap(oneLine(id === src ? `invoke ${src}` : `invoke ${id} (${src})`), indent));
  for (const name of state.entry) lines.push(...wrap(oneLine(`entry / ${name}`), indent));
  for (const name of state.exit) lines.push(...wrap(oneLine(`exit / ${name}`), indent));
  for (const transition of state.transitions) lines.push(...wrap(sentenceOf(transition, chart), indent));
  return lines;
}

function sentenceOf(transition: ChartTransition, chart: Chart): string {
  const { trigger, guard, actions } = transitionWords(transition);
  const asked = guard === null ? trigger : `${trigger} ${guard}`;
  if (isIgnored(transition)) return `${asked} is ignored`;
  const target = transition.targets.map((path) => shortPath(path, chart)).join(' and ');
  const again = transition.reenter ? ' (again)' : '';
  return [asked, target === '' ? null : `→ ${target}${again}`, actions].filter((part) => part !== null).join(' ');
}

function shortPath(path: string, chart: Chart): string {
  return oneLine(path === chart.id ? path : path.slice(chart.id.length + 1));
}

function wrap(text: string, indent: string): string[] {
  const [first = '', ...rest] = wrapWords(text, columns - indent.length - 4);
  return [`${indent}${first}`, ...rest.map((line) => `${indent}    ${line}`)];
}
