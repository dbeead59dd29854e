import type { AnyStateMachine } from 'xstate';
import type { Json } from '../formats/machine-config.ts';
import { quoted, sourceLiteral } from '../formats/source-literal.ts';
import { oneLine } from '../transition-words.ts';
import type { CoverPlan } from './cover-plan.ts';
import type { DrivenPath, DrivenStep } from './drive-path.ts';
import type { MachineImport } from './machine-import.ts';
import { testHarness } from './test-harness.ts';
import { lackedDelays, lackedGuards } from './watched-machine.ts';

/** Events that the name of a test tells; its steps tell all of them. */
const mostWords = 6;

/**
 * The text of a vitest file that drives a real actor of the machine along the paths of a plan. The same machine and plan give the same text, laid out as Prettier
 * does it (single quotes, 130 columns). It needs vitest and xstate, and nothing of ours.
 */
export function testSource(machine: AnyStateMachine, plan: CoverPlan, imported: MachineImport): string {
  const paths = plan.paths.map((path, index) => pathLiteral(path, index));
  return [
    "import { createHash } from 'node:crypto';\n",
    "import { mkdirSync, writeFileSync } from 'node:fs';\n",
    "import { afterAll, expect, test } from 'vitest';\n",
    `import { createActor, ${imported.isConfiguration ? 'createMachine, ' : ''}fromCallback, SimulatedClock } from 'xstate';\n`,
    "import type { AnyStateMachine, AnyStateNode } from 'xstate';\n",
    `${imported.statement}\n\n`,
    `// Written by stateyard generate-tests; what is changed here by hand is lost when it is written anew.\n`,
    `// ${summaryOf(plan)}\n`,
    ...plan.missed.map((obligation) => `// Not met: ${oneLine(obligation)}.\n`),
    '\n',
    `const paths: readonly Path[] = ${paths.length === 0 ? '[]' : `[\n${paths.join('')}]`};\n\n`,
    testHarness({
      expression: imported.expression,
      id: quoted(machine.id),
      guards: lackedGuards(machine).map(quoted),
      delays: lackedDelays(machine).map(quoted),
    }),
  ].join('');
}

function summaryOf({ paths, wanted, missed }: CoverPlan): string {
  const met = wanted.length - missed.length;
  return `Paths: ${String(paths.length)}. They meet ${String(met)} of ${String(wanted.length)} aims: that each transition is taken, and each guard says yes and no.`;
}

function pathLiteral({ input, steps }: DrivenPath, index: number): string {
  const [start, ...rest] = steps;
  const words = rest.map(({ send, afterMs }) => (afterMs === undefined ? typeOf(send) : `${String(afterMs)} ms`));
  const more = words.length > mostWords ? [`and ${String(words.length - mostWords)} more`] : [];
  const name = oneLine(`${String(index + 1)}: ${['start', ...words.slice(0, mostWords), ...more].join(', ')}`);
  const all = start === undefined ? rest : [start, ...rest];
  const members = sourceLiteral({ name, ...(input === undefined ? {} : { input }) }, 2)
    .split('\n')
    .slice(1, -1);
  const literals = all.map((step) => `      ${sourceLiteral(stepJson(step), 6)},`);
  return ['  {', ...members, '    steps: [', ...literals, '    ],', '  },', ''].join('\n');
}

function stepJson(step: DrivenStep): Json {
  return step as unknown as Json;
}

function typeOf(send: Json | undefined): string {
  const type = (send as { readonly type?: unknown } | undefined)?.type;
  return typeof type === 'string' ? type : '';
}
