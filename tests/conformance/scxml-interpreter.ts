import { createRequire } from 'node:module';

interface ScionStatechart {
  start(): void;
  gen(event: { readonly name: string }): void;
  getConfiguration(): string[];
  on(name: 'onSmallStepBegin', listener: () => void): void;
}

const require = createRequire(import.meta.url);
// Its types do not say what a model is, nor that it may be a function.
const scion = require('@scion-scxml/core') as {
  readonly Statechart: new (model: () => object, options: object) => ScionStatechart;
};

/** A document of SCXML in the interpreter of the SCION project, driven with guards as data. Both give the innermost active states, by their ids in the document. */
export interface ScxmlInterpreter {
  readonly start: (guards: Readonly<Record<string, boolean>>) => readonly string[];
  readonly send: (event: string, guards: Readonly<Record<string, boolean>>) => readonly string[];
}

interface Element {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
}

interface Data {
  guards: Readonly<Record<string, boolean>>;
  ended: boolean;
  /** Whether an event has come of which nothing is taken yet. */
  isAtRest: boolean;
}

/** Reads the parts of SCXML that decide where a chart is; what its actions do beside that, and the waiting for delays and actors, is left out. */
export function interpreterOf(scxml: string): ScxmlInterpreter {
  const data: Data = { guards: {}, ended: false, isAtRest: false };
  const document = parseXml(scxml);
  // A model that is no function is copied as JSON, without its conditions.
  const chart = new scion.Statechart(() => stateOf(document, data), {});
  chart.on('onSmallStepBegin', () => {
    data.isAtRest = false;
  });
  return {
    start: (guards) => {
      data.guards = guards;
      chart.start();
      return chart.getConfiguration();
    },
    send: (event, guards) => {
      data.guards = guards;
      // Scion looks for transitions without an event before it looks at the event: nothing has changed for them but our answers.
      data.isAtRest = true;
      chart.gen({ name: event });
      return chart.getConfiguration();
    },
  };
}

function stateOf({ tag, attributes, children }: Element, data: Data): object {
  const inner = children.filter(({ tag: of }) => ['state', 'parallel', 'final', 'history'].includes(of));
  const entries = children.filter(({ tag: of }) => of === 'onentry').flatMap((entry) => entry.children);
  return {
    $type: tag,
    ...(attributes['id'] === undefined ? {} : { id: attributes['id'] }),
    ...(attributes['initial'] === undefined ? {} : { initial: attributes['initial'] }),
    ...(tag === 'history' ? { isDeep: attributes['type'] === 'deep' } : {}),
    ...(inner.length === 0 ? {} : { states: inner.map((child) => stateOf(child, data)) }),
    onEntry: [() => assign(entries, data)],
    transitions: children.filter(({ tag: of }) => of === 'transition').map((child) => transitionOf(child, data)),
  };
}

function transitionOf({ attributes, children }: Element, data: Data): object {
  const { event, target, cond, type } = attributes;
  return {
    ...(event === undefined ? {} : { event }),
    ...(target === undefined ? {} : { target: target.split(' ') }),
    ...(type === undefined ? {} : { type }),
    ...(cond === undefined
      ? {}
      : {
          cond: (coming: { readonly name: string } | undefined) =>
            !(event === undefined && data.isAtRest) && holds(cond, coming?.name, data),
        }),
    onTransition: [() => assign(children, data)],
  };
}

function assign(content: readonly Element[], data: Data): void {
  // Scion goes on with the same data in each turn.
  if (content.some(({ tag, attributes }) => tag === 'assign' && attributes['location'] === 'ended')) data.ended = true;
}

/** The conditions that our documents have: a guard by its name, the exact name of the event, and whether all is over. */
function holds(condition: string, event: string | undefined, { guards, ended }: Data): boolean {
  return condition.split(' && ').every((part) => {
    if (part === '!ended') return !ended;
    const name = /^_event\.name === (".*")$/.exec(part)?.[1];
    if (name !== undefined) return event === JSON.parse(name);
    const guard = /^guards(?:\.([\w$]+)|\[(".*")\])$/.exec(part);
    if (guard === null) throw new Error(`a condition that this does not know: ${part}`);
    return guards[guard[1] ?? (JSON.parse(guard[2] ?? '""') as string)] === true;
  });
}

/** A reader for the XML that we write ourselves: tags and attributes, no text. */
function parseXml(text: string): Element {
  const root: Element = { tag: '', attributes: {}, children: [] };
  const open = [root];
  for (const [, closes, tag = '', written = '', closed] of text.matchAll(/<(\/?)([\w:]+)((?:\s+[\w:]+="[^"]*")*)\s*(\/?)>/g)) {
    if (closes === '/') {
      open.pop();
      continue;
    }
    const pairs = [...written.matchAll(/([\w:]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, unescaped(value)]);
    const element: Element = { tag, attributes: Object.fromEntries(pairs) as Record<string, string>, children: [] };
    open.at(-1)?.children.push(element);
    if (closed !== '/') open.push(element);
  }
  const [document] = root.children;
  if (document === undefined || open.length !== 1) throw new Error('this is not the XML that we write');
  return document;
}

function unescaped(value: string): string {
  return value.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
