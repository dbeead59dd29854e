import { invariant } from '../../errors.ts';
import type { WorkflowEdge, WorkflowNode } from '../drawing/draw-workflow.ts';
import { stepColours, stepMark } from '../drawing/workflow-style.ts';
import { oneLine } from '../transition-words.ts';
import { mermaidIds } from './mermaid-names.ts';

/** The steps of a workflow as a Mermaid flowchart from left to right, with an arrow from each step to those that need it. Ends with a newline. */
export function workflowMermaid(nodes: readonly WorkflowNode[], edges: readonly WorkflowEdge[]): string {
  const ids = mermaidIds(nodes.map(({ id }) => id));
  const idOf = (step: string): string => {
    const id = ids.get(step);
    invariant(id !== undefined, `the workflow has no step ${step}`);
    return id;
  };
  const lines = ['flowchart LR'];
  for (const node of nodes) {
    const mark = stepMark(node.state);
    const title = mark === '' ? node.id : `${mark} ${node.id}`;
    lines.push(`  ${idOf(node.id)}["${[title, ...node.lines].map(quoted).join('<br/>')}"]`);
  }
  for (const { from, to } of edges) lines.push(`  ${idOf(from)} --> ${idOf(to)}`);
  lines.push(...stylesOf(nodes, idOf));
  return `${lines.join('\n')}\n`;
}

/**
 * Text between the quotes of a flowchart's label. Only what ends it or begins something else there becomes a character code: quotes, tags, backquotes (Markdown), codes
 * themselves, and an `&` that would begin an entity of HTML.
 */
function quoted(text: string): string {
  return oneLine(text).replace(/["#<>`\\]|&(?=#?\w+;)/g, (character) => `#${String(character.charCodeAt(0))};`);
}

function stylesOf(nodes: readonly WorkflowNode[], idOf: (step: string) => string): readonly string[] {
  const lines: string[] = [];
  for (const state of new Set(nodes.map((node) => node.state))) {
    const colours = stepColours(state);
    if (colours === null) continue;
    const members = nodes.filter((node) => node.state === state).map(({ id }) => idOf(id));
    lines.push(`  classDef is_${String(state)} fill:${colours[0]},stroke:${colours[1]},color:#1a202c`);
    lines.push(`  class ${members.join(',')} is_${String(state)}`);
  }
  const critical = nodes.filter(({ isCritical }) => isCritical).map(({ id }) => idOf(id));
  if (critical.length > 0) lines.push('  classDef critical stroke-width:3px', `  class ${critical.join(',')} critical`);
  return lines;
}
