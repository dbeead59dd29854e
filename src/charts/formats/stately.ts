import { statesOf, transitionsOf } from '../chart.ts';
import type { Chart } from '../chart.ts';
import { machineConfig } from './machine-config.ts';
import { propertyKey, quoted, sourceLiteral } from './source-literal.ts';

/**
 * The chart as a TypeScript module of its own for Stately Studio, Stately Sketch and the editor: one literal `setup({…}).createMachine({…})` that
 * imports only xstate. Its events are typed; its guards say yes, its actions do nothing and its actors end at once, so that it can be played with.
 * The text is as Prettier has it (single quotes, 130 columns).
 */
export function statelySource(chart: Chart): string {
  const parts = setupParts(chart);
  const invokes = statesOf(chart).some(({ invokes }) => invokes.length > 0);
  const setup = parts.length === 0 ? 'setup({})' : `setup({\n${parts.join('')}})`;
  return [
    `import { ${invokes ? 'fromPromise, ' : ''}setup } from 'xstate';\n\n`,
    `/** ${headline(chart)} */\n`,
    `export const ${machineName(chart.id)} = ${setup}.createMachine(${sourceLiteral(machineConfig(chart))});\n`,
  ].join('');
}

/** The name under which a chart's machine is exported: `runMachine` for `run`. */
function machineName(id: string): string {
  const words = id.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const [first = 'state', ...rest] = words;
  const name = `${first[0]?.toLowerCase() ?? ''}${first.slice(1)}${rest.map((word) => `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`).join('')}`;
  return `${/^\d/.test(name) ? 'chart' : ''}${name}Machine`;
}

function headline(chart: Chart): string {
  const name = JSON.stringify(chart.version === null ? chart.id : `${chart.id} ${chart.version}`);
  return `The chart ${name.slice(1, -1).replaceAll('*/', '* /')}, without what its guards, actions and actors do.`;
}

function setupParts(chart: Chart): readonly string[] {
  const states = statesOf(chart);
  const transitions = transitionsOf(chart);
  const actions = [...states.flatMap(({ entry, exit }) => [...entry, ...exit]), ...transitions.flatMap(({ actions }) => actions)];
  const sources = states.flatMap(({ invokes }) => invokes.map(({ src }) => src));
  const delays = transitions.flatMap(({ delay }) => (delay !== null && Number.isNaN(Number(delay)) ? [delay] : []));
  return [
    ...eventsPart(chart),
    ...stubs('actors', sources, 'fromPromise(async () => {})'),
    ...stubs(
      'guards',
      transitions.flatMap(({ guard }) => guard ?? []),
      '() => true',
    ),
    ...stubs('actions', actions, '() => {}'),
    ...stubs('delays', delays, '1000'),
  ];
}

function stubs(kind: string, names: readonly string[], stub: string): readonly string[] {
  const lines = unique(names).map((name) => `    ${propertyKey(name)}: ${stub},\n`);
  return lines.length === 0 ? [] : [`  ${kind}: {\n${lines.join('')}  },\n`];
}

function eventsPart(chart: Chart): readonly string[] {
  const names = transitionsOf(chart).flatMap(({ kind, event }) => (kind === 'event' || kind === 'wildcard' ? [event] : []));
  const foreign = transitionsOf(chart).flatMap(({ event }) =>
    event.startsWith('xstate.') && event.endsWith('.*') ? [event] : [],
  );
  const types = unique([...names, ...foreign]).flatMap((name) => (name === '*' ? [] : [`{ type: ${eventType(name)} }`]));
  if (types.length === 0) return [];
  const line = `    events: {} as ${types.join(' | ')},\n`;
  // A union that does not fit has one member a line. A single member is left as it is.
  const union = `    events: {} as\n${types.map((type) => `      | ${type}`).join('\n')},\n`;
  return [`  types: {\n${line.length - 1 <= 130 || types.length === 1 ? line : union}  },\n`];
}

function eventType(name: string): string {
  if (!name.endsWith('.*')) return quoted(name);
  return `\`${name.slice(0, -1).replace(/[\\`]|\$\{/g, (part) => `\\${part}`)}\${string}\``;
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort((a, b) => (a < b ? -1 : Number(a > b)));
}
