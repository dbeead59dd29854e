import { loadWorkflow, requireWorkflow } from '../../../../src/workflow/load.ts';

/** The text of a workstream: its tasks as YAML flow mappings, and what stands above them. */
export function workstreamText(tasks: readonly string[], top = ''): string {
  const head = 'workstream_id: ws\nproject_id: p\nphase_id: ph\nname: Stream\nobjective: Reach it\n';
  return `${head}${top}tasks:\n${tasks.map((task) => `  - ${task}\n`).join('')}`;
}

/** The text of a phase; `acceptance` is a YAML flow mapping. */
export function phaseText(acceptance: string, constraints = '{}'): string {
  const head = 'phase_id: ph\nname: Phase\ncategory: build\nresource_scope: { type: files, read: ["**"] }\n';
  return `${head}constraints: ${constraints}\nacceptance: ${acceptance}\n`;
}

/** A document as a workflow with its plan; throws with its diagnostics. */
export function load(text: string) {
  return requireWorkflow({ path: 'd.yaml', text });
}

/** The diagnostics of a text as `CODE line |what is pointed at| message`, each with its hint. */
export function mistakesOf(text: string): (readonly [string, string | null])[] {
  const result = loadWorkflow({ path: 'd.yaml', text });
  if (result.ok) return [];
  return result.diagnostics.map(({ code, line, column, endColumn, context, message, hint }) => [
    `${code} ${line} |${context.at.slice(column - 1, endColumn - 1)}| ${message}`,
    hint,
  ]);
}
