import { lackedDelayMs } from './watched-machine.ts';

/** What differs from one generated test file to the next; all of it source text. */
export interface HarnessParts {
  /** The machine, or what makes it. */
  readonly expression: string;
  readonly id: string;
  /** Guards that the machine has no implementation of, as literals. */
  readonly guards: readonly string[];
  /** Delays that it has none of, as literals. */
  readonly delays: readonly string[];
}

/** The part of a generated test file that drives its paths; it says the same as drive-path.ts and watched-machine.ts, without anything of ours. */
export function testHarness({ expression, id, guards, delays }: HarnessParts): string {
  const asks = guards.length > 0;
  return `${shapes}${lackedLists(guards, delays)}const taken: Record<string, number> = {};
${asks ? 'let yes: readonly string[] = [];\n' : ''}
test.each(paths)('$name', ({ input, steps }) => {
  let [takes, did, heard]: [string[], string[], unknown[]] = [[], [], []];
  const idle = fromCallback(({ receive, self }) => receive((event) => void heard.push({ to: self.id, event })));
  const machine = still(${expression} as unknown as AnyStateMachine, idle);
  const clock = new SimulatedClock();
  const actor = createActor(machine, {
    clock,
    input,
    logger: () => undefined,
    inspect: (event) => {
      if (event.type === '@xstate.microstep') takes.push(...event._transitions.flatMap((each) => keyOf(machine, each)));
      if (event.type === '@xstate.action' && event.actorRef.sessionId === event.rootId) did.push(...told(event.action));
    },
  });
  actor.subscribe({ error: () => undefined });
  let seen = { status: 'active', context: {}, children: [] as readonly string[] };
  for (const [index, step] of steps.entries()) {
${asks ? '    yes = step.yes ?? [];\n' : ''}    if (index === 0) actor.start();
    else if (step.afterMs === undefined) actor.send(step.send as never);
    else clock.increment(step.afterMs);
    for (const key of takes) taken[key] = (taken[key] ?? 0) + 1;
    const { value, status, context, children } = actor.getSnapshot();
    const now = { status, context: plain(context), children: Object.keys(children).sort() };
    seen = {
      status: step.status ?? seen.status,
      context: { ...seen.context, ...step.context },
      children: step.children ?? seen.children,
    };
    const wanted = { takes: step.takes ?? [], value: step.value, ...seen, heard: step.heard ?? [], did: step.did ?? [] };
    expect({ takes, value, ...now, heard: plain(heard), did }, \`after step \${String(index)} of this path\`).toEqual(wanted);
    [takes, did, heard] = [[], [], []];
  }
  actor.stop();
});

${stillness(asks, delays.length > 0)}${counting}${recording(id)}`;
}

function stillness(hasGuards: boolean, hasDelays: boolean): string {
  return `/** The machine without effects: its actors do nothing, and actions that are not XState's own are told and not performed. */
function still(original: AnyStateMachine, idle: unknown): AnyStateMachine {
  const { actors, actions } = original.implementations;
  const machine = original.provide({
    actors: Object.fromEntries([...Object.keys(actors), 'idle'].map((name) => [name, idle])),
    actions: Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, quiet(action)])),
${hasGuards ? '    guards: Object.fromEntries(lackedGuards.map((name) => [name, () => yes.includes(name)])),\n' : ''}${hasDelays ? `    delays: Object.fromEntries(lackedDelays.map((name) => [name, ${String(lackedDelayMs)}])),\n` : ''}  } as never) as AnyStateMachine;
  stillNode(machine.root);
  return machine;
}

/** What is written in a state itself, and not by its name. */
function stillNode(node: AnyStateNode): void {
  for (const invoke of node.invoke) (invoke as { src: string }).src = 'idle';
  const { initial } = node as { initial?: object };
  const transitions = [initial, ...(node.always ?? []), ...[...node.transitions.values()].flat()];
  for (const each of transitions as ({ actions: unknown[] } | undefined)[]) if (each) each.actions = each.actions.map(quiet);
  node.entry = node.entry.map(quiet) as never;
  node.exit = node.exit.map(quiet) as never;
  for (const child of Object.values(node.states)) stillNode(child as AnyStateNode);
}

function quiet(action: unknown): unknown {
  if (typeof action !== 'function' || 'resolve' in action) return action;
  return Object.defineProperty(() => undefined, 'name', { value: action.name });
}

/** What an action is told as: XState's own by nothing, but for the events that it emits. */
function told({ type, params }: { readonly type: string; readonly params: unknown }): readonly string[] {
  if (type === 'xstate.emit') return [\`emit \${(params as { readonly event: { readonly type: string } }).event.type}\`];
  return type.startsWith('xstate.') ? [] : [type];
}

`;
}

const counting = `/** What a transition is told by: its state, its event and its place among those of the event. Nothing for one that starts the machine. */
function keyOf({ id }: AnyStateMachine, transition: object): readonly string[] {
  const { source, eventType } = transition as { source: AnyStateNode; eventType: string };
  const list: readonly object[] = (eventType === '' ? source.always : source.transitions.get(eventType)) ?? [];
  const key = \`\${[id, ...source.path].join('.')} \${eventType} \${String(list.indexOf(transition))}\`;
  return list.includes(transition) ? [key] : [];
}

/** JSON, with undefined as a text. */
function plain(value: unknown): object {
  const text = JSON.stringify(value ?? {}, (_, part: unknown) => {
    if (part === undefined) return '(undefined)';
    return typeof part === 'bigint' ? \`\${String(part)}n\` : part;
  });
  return JSON.parse(text) as object;
}

`;

function recording(id: string): string {
  return `// With STATEYARD_COVERAGE=FOLDER what was taken is left for \`stateyard coverage\`.
afterAll(() => {
  const folder = process.env['STATEYARD_COVERAGE'];
  if (folder === undefined || folder === '') return;
  mkdirSync(folder, { recursive: true });
  const record = { machine: ${id}, taken };
  // Of each test file its own, the same at each run.
  const place = createHash('sha256').update(String(expect.getState().testPath)).digest('hex').slice(0, 12);
  const name = \`\${encodeURIComponent(record.machine).slice(0, 80)}.\${place}.generated.json\`;
  writeFileSync(\`\${folder}/\${name}\`, \`\${JSON.stringify(record, null, 2)}\\n\`);
});
`;
}

const shapes = `/** What comes, and what is seen then; what is left out is as before, or nothing. The first step is the start. */
interface Step {
  readonly send?: object;
  readonly afterMs?: number;
  readonly yes?: readonly string[];
  readonly takes?: readonly string[];
  readonly value: unknown;
  readonly status?: string;
  readonly context?: object;
  readonly children?: readonly string[];
  readonly heard?: readonly unknown[];
  readonly did?: readonly string[];
}

interface Path {
  readonly name: string;
  readonly input?: unknown;
  readonly steps: readonly Step[];
}

`;

function lackedLists(guards: readonly string[], delays: readonly string[]): string {
  const guardList = listOf(
    'lackedGuards',
    guards,
    'Guards that the machine has no implementation of: a step names those that say yes.',
  );
  const delayText = `Delays that the machine has no implementation of: each takes ${String(lackedDelayMs)} ms.`;
  return guardList + listOf('lackedDelays', delays, delayText);
}

function listOf(name: string, items: readonly string[], what: string): string {
  if (items.length === 0) return '';
  const line = `const ${name} = [${items.join(', ')}];`;
  const list = line.length <= 130 ? line : `const ${name} = [\n${items.map((item) => `  ${item},\n`).join('')}];`;
  return `/** ${what} */\n${list}\n\n`;
}
