import type { StepId } from '../../schemas/ids.ts';
import { executingKeys, processKeys, taskKeys } from '../../schemas/workflow-step.ts';
import type { Problems } from './problems.ts';
import type { EntryNode } from './source-node.ts';
import { hasLaterAction } from './structure.ts';

const actions = ['run', 'command', 'function', 'task', 'approve'] as const;

/** Keys that mean something for some actions alone, with what to say of them elsewhere. */
const onlyFor: Readonly<Record<string, { readonly actions: readonly string[]; readonly why: string }>> = {
  shell: { actions: ['run'], why: '"shell" is only for "run"; nothing else has a shell' },
  with: { actions: ['function'], why: '"with" is only for "function"; other steps read values in their own texts' },
  default: { actions: ['approve'], why: '"default" is only for "approve"' },
  ...Object.fromEntries(
    taskKeys.map((key) => [key, { actions: ['task'], why: `"${key}" is only for "task": nothing else is routed` }]),
  ),
};

/**
 * Notes it when a step has no action, more than one, or a key that its action has no use for. Looks at the file and not at the document: a `run`
 * with a wrong value is left out there, but is no missing one.
 */
export function checkActionKeys(problems: Problems, { id, entry }: { readonly id: StepId; readonly entry: EntryNode }): void {
  const { value, keyRange } = entry;
  if (value.kind !== 'mapping') return;
  const given = actions.flatMap((name) => {
    const range = value.entries.get(name)?.keyRange;
    return range === undefined ? [] : [{ name, range }];
  });
  const [first, ...others] = given.sort((a, b) => a.range.start - b.range.start);
  for (const other of others) {
    problems.add('SY104', other.range, `step "${id}" has both "${first?.name ?? ''}" and "${other.name}"`, 'keep one of them');
  }
  if (first !== undefined) return checkCompanions(problems, entry, given);
  if (hasLaterAction(Object.fromEntries(value.entries))) return;
  problems.add(
    'SY103',
    keyRange,
    `step "${id}" does nothing: "run", "command", "function", "task" or "approve" is missing`,
    'such as `run: npm test`, `command: [npm, test]`, `function: resize`, `task: code_review` or `approve: Publish it?`',
  );
}

function checkCompanions(problems: Problems, { value }: EntryNode, given: readonly { readonly name: string }[]): void {
  if (value.kind !== 'mapping') return;
  const has = (name: string): boolean => given.some((action) => action.name === name);
  for (const [key, rule] of Object.entries(onlyFor)) {
    const range = value.entries.get(key)?.keyRange;
    if (range !== undefined && !rule.actions.some(has)) problems.add('SY104', range, rule.why);
  }
  if (has('function') && given.length === 1) checkFunction(problems, value.entries);
  if (has('approve') && given.length === 1) checkQuestion(problems, value.entries);
}

/** A function runs in the program that registered it: there is no process of its own that could have an environment. */
function checkFunction(problems: Problems, entries: ReadonlyMap<string, EntryNode>): void {
  for (const key of processKeys) {
    const range = entries.get(key)?.keyRange;
    if (range !== undefined) problems.add('SY104', range, `"${key}" has no meaning for "function": no process is started`);
  }
}

/** Nothing is executed for a question to a person, and its default needs a time after which it counts. */
function checkQuestion(problems: Problems, entries: ReadonlyMap<string, EntryNode>): void {
  for (const key of executingKeys) {
    const range = entries.get(key)?.keyRange;
    if (range !== undefined) problems.add('SY104', range, `"${key}" has no meaning for "approve": nothing is executed`);
  }
  const byDefault = entries.get('default')?.keyRange;
  if (byDefault !== undefined && !entries.has('timeout')) {
    problems.add(
      'SY103',
      byDefault,
      '"default" needs a "timeout": without one the question waits for ever',
      'such as `timeout: 1h`',
    );
  }
}
