import { expect, test } from 'vitest';
import { breakerMachine } from '../../../machines/breaker.ts';
import { chartOf } from '../../../src/charts/chart-of.ts';
import { statesOf, transitionsOf } from '../../../src/charts/chart.ts';
import { chartMermaid } from '../../../src/charts/formats/mermaid.ts';
import { workflowMermaid } from '../../../src/charts/formats/workflow-mermaid.ts';
import { oneLine, transitionLabel } from '../../../src/charts/transition-words.ts';
import { machines } from './look-machines.ts';
import { readMermaid } from './read-mermaid.ts';

test.each(machines)('the Mermaid diagram of %s is read again with every state and transition', (_, machine) => {
  const chart = chartOf(machine);
  const diagram = readMermaid(chartMermaid(chart));
  const shown = statesOf(chart).filter(({ kind, path }) => kind !== 'history' && (path !== chart.id || diagram.parents.size > 0));
  const boxes = [...diagram.names].filter(([, name]) => name !== 'in any state');
  const histories = statesOf(chart).filter(({ kind }) => kind === 'history').length;
  const isRootShown = boxes.some(
    ([id, name]) => name === oneLine(chart.root.key) && diagram.parents.get(id) === '' && chart.root.states.length > 0,
  );
  expect(boxes).toHaveLength(shown.length + histories - (isRootShown ? 0 : 1));
  expect(diagram.finals).toHaveLength(shown.filter(({ kind }) => kind === 'final').length);
  const arrows = transitionsOf(chart).flatMap((transition) =>
    transition.targets.map(() => `${transitionLabel(transition)}${transition.reenter ? ' (again)' : ''}`),
  );
  expect(diagram.arrows.map(([, , label]) => label).sort()).toEqual(arrows.sort());
  const inside = transitionsOf(chart).filter(({ targets }) => targets.length === 0);
  for (const transition of inside) {
    expect(diagram.lines.some(([, text]) => text.startsWith(transitionLabel(transition)))).toBe(true);
  }
});

test('arrows join the boxes of their states, also where keys are equal', () => {
  const odd = chartOf(machines[3]?.[1] as never);
  const { names, parents, arrows, initial, separators } = readMermaid(chartMermaid(odd));
  const trail = (id: string): string => (id === '' ? '' : `${trail(parents.get(id) ?? '')}/${names.get(id) ?? '?'}`);
  const shown = arrows.map(([from, to, label]) => [trail(from), trail(to), label]);
  expect(shown).toContainEqual(['/odd one/right/p/p', '/odd one/right/p', 'B (again)']);
  expect(shown).toContainEqual(['/odd one/right/a-b', '/odd one/left/past (deep history)', 'style']);
  expect(shown).toContainEqual(['/odd one', '/odd one/left/idle', 'a.b.*']);
  expect([...initial].map(([container, state]) => [trail(container), trail(state)])).toContainEqual([
    '/odd one/right/p',
    '/odd one/right/p/p',
  ]);
  expect([...separators].map(([container, count]) => [trail(container), count])).toEqual([['/odd one', 2]]);
});

test('a root that says nothing is not drawn, one that takes events is', () => {
  expect([...readMermaid(chartMermaid(chartOf(breakerMachine))).parents.values()]).toContain('breaker');
  expect(chartMermaid(chartOf(machines[0]?.[1] as never))).toMatch(/^stateDiagram-v2\n {2}\[\*\] --> run_pending\n/);
});

test('a workflow is a flowchart whose steps have ids that Mermaid takes', () => {
  const node = (id: string, state: string | null, isCritical = false) => ({
    id,
    lines: id === 'end' ? ['tool <x>'] : [],
    state,
    isCritical,
  });
  const nodes = [node('end', 'failed', true), node('a-b', null), node('a_b', 'failed'), node('"q"; x', 'dreaming')];
  expect(
    workflowMermaid(nodes, [
      { from: 'end', to: 'a_b' },
      { from: 'a-b', to: '"q"; x' },
    ]).split('\n'),
  ).toEqual([
    'flowchart LR',
    '  s_end["✗ end<br/>tool #60;x#62;"]',
    '  a_b["a-b"]',
    '  a_b_2["✗ a_b"]',
    '  s__q_x["○ #34;q#34;; x"]',
    '  s_end --> a_b_2',
    '  a_b --> s__q_x',
    '  classDef is_failed fill:#ffe3e3,stroke:#c53030,color:#1a202c',
    '  class s_end,a_b_2 is_failed',
    '  classDef critical stroke-width:3px',
    '  class s_end critical',
    '',
  ]);
});
