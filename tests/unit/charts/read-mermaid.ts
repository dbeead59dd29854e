/** What a Mermaid state diagram says, in the words that it shows. */
export interface Diagram {
  /** The name that each id is shown with, in the order of the text. */
  readonly names: ReadonlyMap<string, string>;
  /** The container of each state; '' for those in none. */
  readonly parents: ReadonlyMap<string, string>;
  /** The states that a container (or '', the diagram) begins with. */
  readonly initial: ReadonlyMap<string, string>;
  readonly finals: readonly string[];
  readonly lines: readonly (readonly [id: string, text: string])[];
  readonly arrows: readonly (readonly [from: string, to: string, label: string])[];
  /** How many separators between regions each container has. */
  readonly separators: ReadonlyMap<string, number>;
}

const id = '([A-Za-z]\\w*)';
const words = '([^"{}<>;:%#]*(?:#\\d+;[^"{}<>;:%#]*)*)';

/** Reads the part of Mermaid's language that we write, and fails on every other line. */
export function readMermaid(text: string): Diagram {
  const lines = text.trimEnd().split('\n');
  if (lines.shift() !== 'stateDiagram-v2') throw new Error('this is no state diagram');
  const found = {
    names: new Map<string, string>(),
    parents: new Map<string, string>(),
    initial: new Map<string, string>(),
    finals: [] as string[],
    lines: [] as [string, string][],
    arrows: [] as [string, string, string][],
    separators: new Map<string, number>(),
  };
  const open = [''];
  const rules: readonly (readonly [RegExp, (parts: readonly string[]) => void])[] = [
    [
      new RegExp(`^state "${words}" as ${id}( \\{)?$`),
      ([name = '', state = '', brace]) => {
        if (found.names.has(state)) throw new Error(`${state} is written twice`);
        found.names.set(state, decode(name));
        found.parents.set(state, open.at(-1) ?? '');
        if (brace !== undefined) open.push(state);
      },
    ],
    [
      /^\}$/,
      () => {
        open.pop();
      },
    ],
    [
      /^--$/,
      () => {
        found.separators.set(open.at(-1) ?? '', (found.separators.get(open.at(-1) ?? '') ?? 0) + 1);
      },
    ],
    [
      new RegExp(`^\\[\\*\\] --> ${id}$`),
      ([to = '']) => {
        found.initial.set(open.at(-1) ?? '', to);
      },
    ],
    [
      new RegExp(`^${id} --> \\[\\*\\]$`),
      ([from = '']) => {
        found.finals.push(from);
      },
    ],
    [
      new RegExp(`^${id} --> ${id} : ${words}$`),
      ([from = '', to = '', label = '']) => {
        // Mermaid takes what an arrow in a container names for a part of it.
        if (open.length > 1) throw new Error(`the arrow from ${from} to ${to} stands in a container`);
        found.arrows.push([from, to, decode(label)]);
      },
    ],
    [
      new RegExp(`^${id} : ${words}$`),
      ([state = '', label = '']) => {
        found.lines.push([state, decode(label)]);
      },
    ],
  ];
  for (const line of lines) {
    const rule = rules.find(([pattern]) => pattern.test(line.trim()));
    if (rule === undefined) throw new Error(`Mermaid does not take ${line}`);
    rule[1]((rule[0].exec(line.trim()) ?? []).slice(1));
  }
  if (open.length !== 1) throw new Error('a container is not closed');
  return found;
}

function decode(text: string): string {
  return text.replace(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}
