import { expect, test } from 'vitest';
import { createMachine } from 'xstate';
import type { AnyStateMachine } from 'xstate';
import { breakerMachine } from '../../../machines/breaker.ts';
import { chartOf } from '../../../src/charts/chart-of.ts';
import { statesOf, transitionsOf } from '../../../src/charts/chart.ts';
import { chartText } from '../../../src/charts/formats/text.ts';
import { oneLine, transitionLabel, transitionWords } from '../../../src/charts/transition-words.ts';
import { machines } from './look-machines.ts';

test('a chart is a tree of states with their transitions', () => {
  expect(chartText(chartOf(breakerMachine)).split('\n')).toEqual([
    'breaker 1.0.0',
    '│ CONFIGURE / configure',
    '├─ ▸ closed',
    '│    CALL → closed',
    '│    SUCCEEDED / forgetFailures',
    '│    FAILED [reachesThreshold] → open / countFailure, setReopening',
    '│    FAILED [else] / countFailure',
    '├─ open',
    '│    CALL [hasRecovered] → half_open / beginProbe',
    '└─ half_open',
    '     CALL [hasFreeProbe] / beginProbe',
    '     SUCCEEDED [isProbe] → closed / forgetTrouble',
    '     FAILED [isProbe] → open / setReopening',
    '     DROPPED [isProbe] / dropProbe',
    '',
    '▸ it begins here   → where it goes   [guard] only if it says yes   [else] if no guard above did',
    '/ what is done',
    '',
  ]);
});

test('the signs that are used are explained, and no others', () => {
  const odd = machines.find(([name]) => name === 'odd')?.[1] as AnyStateMachine;
  const legend = chartText(chartOf(odd)).split('\n\n').at(-1) ?? '';
  for (const sign of [
    '▸',
    '◉',
    '∥',
    '↺',
    '#tag',
    'invoke',
    '→',
    '(again)',
    '[guard]',
    '[else]',
    '/ ',
    'always',
    'done:',
    'error:',
  ])
    expect(legend).toContain(sign);
  expect(chartText(chartOf(createMachine({ id: 'one' })))).toBe('one\n');
});

test.each(machines)('the text of %s has every state and transition, in 100 columns', (_, machine) => {
  const chart = chartOf(machine);
  const text = chartText(chart);
  const lines = text.split('\n');
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
  const joined = lines.map((line) => line.replace(/^[│├└─ ]*/, '')).join(' ');
  for (const { key } of statesOf(chart)) expect(joined).toContain(oneLine(key));
  for (const transition of transitionsOf(chart)) {
    const { trigger, guard } = transitionWords(transition);
    expect(joined).toContain(guard === null ? trigger : `${trigger} ${guard}`);
  }
});

test('the words of a transition are one line, whatever its names hold', () => {
  expect(oneLine('a\nb\tc\u001b[31m\u202e\u2028')).toBe('a\\nb\\tc\\u001b[31m\\u202e\\u2028');
  const odd = transitionsOf(chartOf(machines[3]?.[1] as never)).map(transitionLabel);
  expect(odd).toContain('after 1000 ms');
  expect(odd).toContain('after later [else] / late');
  expect(odd.some((label) => label.startsWith('done [a '))).toBe(true);
  expect(odd).toContain('done: named');
  expect(odd).toContain('error: 0.odd one.right.p');
  expect(odd).toContain('any event / x');
  expect(odd.filter((label) => label.includes('\n'))).toEqual([]);
});
