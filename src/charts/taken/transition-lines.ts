import type { Chart, ChartState, ChartTransition } from '../chart.ts';
import { transitionKey } from '../chart.ts';
import { sourceObjects } from './source-objects.ts';
import type { SourceValue } from './source-objects.ts';

/**
 * The line of each transition in the source of its machine, by its key; of one that cannot be found, as it stands elsewhere or is put together by code, the line of
 * its state, or of the state around it. Null where the source cannot be parsed or the configuration of the machine is not found in it.
 */
export async function transitionLines(
  chart: Chart,
  source: string,
  isJson: boolean,
): Promise<ReadonlyMap<string, number> | null> {
  const root = await configurationIn(source, isJson, chart.id);
  if (root === null) return null;
  const lines = new Map<string, number>();
  noteState(chart.root, { value: root, line: root.line }, lines);
  return lines;
}

/** Where a state is written; a state that is not found has the line of the one around it, and no value. */
interface Place {
  readonly value: SourceValue | undefined;
  readonly line: number;
}

async function configurationIn(source: string, isJson: boolean, id: string): Promise<SourceValue | null> {
  let objects: readonly SourceValue[];
  try {
    objects = await sourceObjects(source, isJson);
  } catch {
    // A syntax that the parser does not know: then lines are not to be had, and coverage is without them.
    return null;
  }
  const withStates = objects.filter(({ parts }) => parts.has('states'));
  const named = withStates.find(({ parts }) => parts.get('id')?.text.slice(1, -1) === id);
  if (named !== undefined) return named;
  // What is in another object that has states is a state of it.
  const inner = new Set(withStates.flatMap(({ parts }) => [...(parts.get('states')?.parts.values() ?? [])]));
  const outermost = withStates.filter((each) => !inner.has(each));
  return outermost.length === 1 ? (outermost[0] ?? null) : null;
}

function noteState(state: ChartState, { value, line }: Place, lines: Map<string, number>): void {
  for (const transition of state.transitions) {
    const written = value === undefined ? undefined : writtenAt(value, transition, state);
    lines.set(transitionKey(transition), written?.line ?? line);
  }
  const states = value?.parts.get('states');
  for (const child of state.states) {
    const inside = states?.parts.get(child.key);
    noteState(child, { value: inside, line: inside?.line ?? line }, lines);
  }
}

function writtenAt(value: SourceValue, transition: ChartTransition, state: ChartState): SourceValue | undefined {
  const list = waysTo(transition, state)
    .map((way) => way.reduce<SourceValue | undefined>((at, part) => at?.parts.get(part), value))
    .find((found) => found !== undefined);
  return list?.text === '[' ? (list.parts.get(String(transition.index)) ?? list) : list;
}

/** The properties that may hold a transition. */
function waysTo({ kind, event, delay }: ChartTransition, state: ChartState): readonly (readonly string[])[] {
  const named = ['on', event];
  switch (kind) {
    case 'always':
      return [['always']];
    case 'after':
      return [['after', delay ?? ''], named];
    case 'done':
      return [['onDone'], named];
    case 'invokeDone':
      return [...ofInvoke(state, event, 'onDone'), named];
    case 'invokeError':
      return [...ofInvoke(state, event, 'onError'), named];
    case 'invokeSnapshot':
      return [...ofInvoke(state, event, 'onSnapshot'), named];
    default:
      return [named];
  }
}

function ofInvoke({ invokes }: ChartState, event: string, property: string): readonly (readonly string[])[] {
  const place = invokes.findIndex(({ id }) => event.endsWith(`.${id}`));
  if (place < 0) return [];
  return [
    ['invoke', String(place), property],
    ['invoke', property],
  ];
}
