import type { BoundCheck } from '../../routing/run-routing.ts';
import { sanitiseLine } from '../../logs/sanitise-line.ts';
import type { Template } from '../../workflow/model.ts';

const widestCheck = 120;

/** What a check does, on one line: its tool, its command, or the first line of its script. Expressions stand as they are written. */
export function describeCheck({ action }: BoundCheck): string {
  switch (action.kind) {
    case 'tool':
      return `the tool ${action.toolId}`;
    case 'command':
      return sanitiseLine(action.argv.map(templateText).join(' '), widestCheck);
    case 'run': {
      const [first = '', ...more] = action.script.trim().split('\n');
      return sanitiseLine(more.length === 0 ? first : `${first} …`, widestCheck);
    }
  }
}

/** A template as it is written. */
function templateText(template: Template): string {
  return template.map((piece) => (typeof piece === 'string' ? piece : `\${{ ${piece.source} }}`)).join('');
}
