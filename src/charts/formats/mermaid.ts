import { invariant } from '../../errors.ts';
import { statesOf } from '../chart.ts';
import type { Chart, ChartState, ChartTransition } from '../chart.ts';
import { isIgnored, transitionLabel } from '../transition-words.ts';
import { mermaidIds, mermaidText } from './mermaid-names.ts';

/**
 * The chart as a Mermaid state diagram (`stateDiagram-v2`). What happens in a state without leaving it stands in its box: actions, actors, and transitions
 * without a target; a container, which cannot have lines of its own, has a box `in any state` for them. The root is drawn as a container only if it has
 * something to say. `labelOf` says what stands at a transition. Ends with a newline.
 */
export function chartMermaid(chart: Chart, labelOf: (transition: ChartTransition) => string = usualLabel): string {
  const states = statesOf(chart);
  const ids = mermaidIds(states.flatMap(({ path }) => [path, anyOf(path)]));
  const diagram: Diagram = { ids, lines: ['stateDiagram-v2'], labelOf };
  if (isContainer(chart.root) && !isBare(chart.root, states)) addState(chart.root, diagram, '  ');
  else if (isContainer(chart.root)) addChildren(chart.root, diagram, '  ');
  else addState(chart.root, diagram, '  ');
  for (const state of states) addArrows(state, diagram);
  return `${diagram.lines.join('\n')}\n`;
}

interface Diagram {
  readonly ids: ReadonlyMap<string, string>;
  readonly lines: string[];
  readonly labelOf: (transition: ChartTransition) => string;
}

function usualLabel(transition: ChartTransition): string {
  return isIgnored(transition) ? `${transitionLabel(transition)} is ignored` : transitionLabel(transition);
}

function addState(state: ChartState, diagram: Diagram, indent: string): void {
  const { lines } = diagram;
  const id = idOf(state.path, diagram);
  if (isContainer(state)) {
    lines.push(`${indent}state "${mermaidText(state.key)}" as ${id} {`);
    addChildren(state, diagram, `${indent}  `);
    lines.push(`${indent}}`);
  } else {
    lines.push(`${indent}state "${mermaidText(titleOf(state))}" as ${id}`);
    for (const line of boxLines(state, diagram)) lines.push(`${indent}${id} : ${mermaidText(line)}`);
    if (state.kind === 'final') lines.push(`${indent}${id} --> [*]`);
  }
}

function addChildren(state: ChartState, diagram: Diagram, indent: string): void {
  const { lines } = diagram;
  if (state.kind === 'parallel') {
    state.states.forEach((region, index) => {
      if (index > 0) lines.push(`${indent}--`);
      addState(region, diagram, indent);
    });
    addAny(state, diagram, { indent, separator: `${indent}--` });
    return;
  }
  if (state.initial !== null) lines.push(`${indent}[*] --> ${idOf(state.initial, diagram)}`);
  for (const child of state.states) addState(child, diagram, indent);
  addAny(state, diagram, { indent, separator: null });
}

function addAny(state: ChartState, diagram: Diagram, { indent, separator }: { indent: string; separator: string | null }): void {
  const lines = boxLines(state, diagram);
  if (lines.length === 0) return;
  const id = idOf(anyOf(state.path), diagram);
  if (separator !== null) diagram.lines.push(separator);
  diagram.lines.push(`${indent}state "in any state" as ${id}`);
  for (const line of lines) diagram.lines.push(`${indent}${id} : ${mermaidText(line)}`);
}

/** After all states, outside of every container: Mermaid takes what an arrow inside a container names for a part of it. */
function addArrows(state: ChartState, diagram: Diagram): void {
  for (const transition of state.transitions) {
    const label = mermaidText(`${diagram.labelOf(transition)}${transition.reenter ? ' (again)' : ''}`);
    for (const target of transition.targets) {
      diagram.lines.push(`  ${idOf(state.path, diagram)} --> ${idOf(target, diagram)} : ${label}`);
    }
  }
}

function boxLines(state: ChartState, { labelOf }: Pick<Diagram, 'labelOf'>): readonly string[] {
  return [
    ...state.invokes.map(({ id, src }) => (id === src ? `invoke ${src}` : `invoke ${id} (${src})`)),
    ...state.entry.map((name) => `entry / ${name}`),
    ...state.exit.map((name) => `exit / ${name}`),
    ...state.transitions.filter(({ targets }) => targets.length === 0).map(labelOf),
  ];
}

function titleOf(state: ChartState): string {
  if (state.kind !== 'history') return state.key;
  return `${state.key} (${state.history ?? 'shallow'} history)`;
}

function isContainer(state: ChartState): boolean {
  return state.states.length > 0;
}

function isBare(root: ChartState, states: readonly ChartState[]): boolean {
  const isTarget = states.some(({ transitions }) => transitions.some(({ targets }) => targets.includes(root.path)));
  return (
    root.kind === 'compound' && boxLines(root, { labelOf: usualLabel }).length === 0 && root.transitions.length === 0 && !isTarget
  );
}

function anyOf(path: string): string {
  return `${path}.in any state`;
}

function idOf(path: string, { ids }: Diagram): string {
  const id = ids.get(path);
  invariant(id !== undefined, `the chart has no state ${path}`);
  return id;
}
