import { invariant } from '../../errors.ts';
import { statesOf, transitionsOf } from '../chart.ts';
import type { Chart, ChartState, ChartTransition } from '../chart.ts';
import { xmlAttributes } from '../xml.ts';
import { scxmlEvent, scxmlName } from './scxml-names.ts';
import { executable, isIdentifier, member, scxmlTransitions } from './scxml-transitions.ts';
import type { ScxmlScene } from './scxml-transitions.ts';

/**
 * The chart as SCXML 1.0 (W3C Recommendation, 2015) with the ECMAScript data model. A guard is a condition over the data `guards`, in which each is one
 * truth value under its name; an action is a `log` with its name, and `raise(X)` a `raise`; an actor is an `invoke`; a delay is a `send` that the exit of
 * its state cancels (a named delay is looked up in the data `delays`, in milliseconds). Ids are paths: see {@link scxmlName}, and {@link scxmlEvent} for
 * events. It goes through the same configurations as XState 5. Ends with a newline.
 */
export function chartScxml(chart: Chart): string {
  const scene = sceneOf(chart);
  const { root } = chart;
  const lines: string[] = ['<?xml version="1.0" encoding="UTF-8"?>'];
  const initial = scene.isWrapped ? root.path : (root.initial ?? root.path);
  const attributes = {
    xmlns: 'http://www.w3.org/2005/07/scxml',
    version: '1.0',
    datamodel: 'ecmascript',
    name: scxmlName(chart.id),
  };
  lines.push(`<scxml${xmlAttributes({ ...attributes, initial: scxmlName(initial) })}>`);
  addData(lines, scene);
  if (scene.isWrapped) addState(root, scene, { lines, indent: '  ' });
  else for (const child of root.states) addState(child, scene, { lines, indent: '  ' });
  lines.push('</scxml>');
  return `${lines.join('\n')}\n`;
}

interface Scene extends ScxmlScene {
  /** Names of the guards, and of the delays that are no number. */
  readonly guards: readonly string[];
  readonly delays: readonly string[];
}

interface Page {
  readonly lines: string[];
  readonly indent: string;
}

function sceneOf(chart: Chart): Scene {
  const { root } = chart;
  const transitions = transitionsOf(chart);
  const states = statesOf(chart);
  const parts = root.transitions.length + root.entry.length + root.exit.length + root.invokes.length;
  const isTarget = transitions.some(({ targets }) => targets.includes(root.path));
  const delays = transitions.flatMap(({ delay }) => (delay !== null && !isNumber(delay) ? [delay] : []));
  return {
    root,
    states: new Map(states.map((state) => [state.path, state])),
    events: new Set(transitions.map(({ event }) => event)),
    guards: [...new Set(transitions.flatMap(({ guard }) => guard ?? []))].sort(),
    delays: [...new Set(delays)].sort(),
    isWrapped: root.kind !== 'compound' || parts > 0 || isTarget,
  };
}

function addData(lines: string[], { guards, delays, isWrapped }: Scene): void {
  const data = [
    ...(guards.length === 0 ? [] : [{ id: 'guards', expr: record(guards, 'false') }]),
    ...(delays.length === 0 ? [] : [{ id: 'delays', expr: record(delays, '0') }]),
    ...(isWrapped ? [{ id: 'ended', expr: 'false' }] : []),
  ];
  if (data.length === 0) return;
  lines.push('  <datamodel>', ...data.map((item) => `    <data${xmlAttributes(item)}/>`), '  </datamodel>');
}

function addState(state: ChartState, scene: Scene, { lines, indent }: Page): void {
  const tag = tagOf(state);
  const id = scxmlName(state.path);
  if (state.kind === 'history') {
    lines.push(`${indent}<history${xmlAttributes({ id, type: state.history })}>`);
    lines.push(`${indent}  <transition${xmlAttributes({ target: standIns(state, scene).map(scxmlName).join(' ') })}/>`);
    lines.push(`${indent}</history>`);
    return;
  }
  const initial = state.kind === 'compound' && state.initial !== null ? scxmlName(state.initial) : null;
  const start = lines.length;
  lines.push(`${indent}<${tag}${xmlAttributes({ id, initial })}>`);
  const inner: Page = { lines, indent: `${indent}  ` };
  addEntry(state, scene, inner);
  addExit(state, inner);
  for (const line of scxmlTransitions(state, scene)) lines.push(`${inner.indent}${line}`);
  if (scene.isWrapped && state === scene.root && state.kind === 'parallel') addParallelEnd(state, inner);
  for (const invoke of state.invokes) {
    const id = scxmlName(invoke.id);
    lines.push(`${inner.indent}<invoke${xmlAttributes({ id, type: 'http://www.w3.org/TR/scxml/', src: invoke.src })}/>`);
  }
  for (const child of state.states) addState(child, scene, inner);
  if (lines.length === start + 1) lines[start] = `${indent}<${tag}${xmlAttributes({ id, initial })}/>`;
  else lines.push(`${indent}</${tag}>`);
}

function tagOf(state: ChartState): 'state' | 'parallel' | 'final' {
  if (state.kind === 'parallel' && state.states.length > 0) return 'parallel';
  return state.kind === 'final' ? 'final' : 'state';
}

/** What a history without memory stands for: what it says, or what its parent begins with. */
function standIns(state: ChartState, { states }: Scene): readonly string[] {
  if (state.initial !== null) return [state.initial];
  const parent = states.get(state.path.slice(0, -state.key.length - 1));
  invariant(parent !== undefined, `the history ${state.path} has no parent`);
  if (parent.initial !== null) return [parent.initial];
  return parent.states.filter(({ kind }) => kind !== 'history').map(({ path }) => path);
}

function addEntry(state: ChartState, { root, isWrapped }: Scene, { lines, indent }: Page): void {
  const content = [...sendsOf(state), ...state.entry.map(executable)];
  const isEnd = isWrapped && state.kind === 'final' && root.states.includes(state) && root.kind === 'compound';
  if (isEnd) content.push('<assign location="ended" expr="true"/>');
  if (content.length > 0) lines.push(`${indent}<onentry>`, ...content.map((line) => `${indent}  ${line}`), `${indent}</onentry>`);
}

function addExit(state: ChartState, { lines, indent }: Page): void {
  const cancels = delayedEvents(state).map(({ event }) => `<cancel${xmlAttributes({ sendid: scxmlEvent(event) })}/>`);
  const content = [...cancels, ...state.exit.map(executable)];
  if (content.length > 0) lines.push(`${indent}<onexit>`, ...content.map((line) => `${indent}  ${line}`), `${indent}</onexit>`);
}

function addParallelEnd(state: ChartState, { lines, indent }: Page): void {
  lines.push(`${indent}<transition${xmlAttributes({ event: scxmlEvent(`xstate.done.state.${state.path}`) })}>`);
  lines.push(`${indent}  <assign location="ended" expr="true"/>`, `${indent}</transition>`);
}

/** One for each delay; several transitions can wait for the same. */
function delayedEvents(state: ChartState): readonly ChartTransition[] {
  return state.transitions.filter(({ kind, index }) => kind === 'after' && index === 0);
}

function sendsOf(state: ChartState): readonly string[] {
  return delayedEvents(state).map(({ event, delay }) => {
    const name = scxmlEvent(event);
    const isFixed = isNumber(delay ?? '');
    const wait = {
      delay: isFixed ? `${delay ?? ''}ms` : null,
      delayexpr: isFixed ? null : `${member('delays', delay ?? '')} + "ms"`,
    };
    return `<send${xmlAttributes({ id: name, event: name, ...wait })}/>`;
  });
}

function record(names: readonly string[], value: string): string {
  return `{ ${names.map((name) => `${isIdentifier(name) ? name : JSON.stringify(name)}: ${value}`).join(', ')} }`;
}

function isNumber(delay: string): boolean {
  return delay !== '' && !Number.isNaN(Number(delay));
}
