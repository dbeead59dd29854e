/** Which tool runs a step, and which ones could have. */
export interface Decision {
  readonly toolId: string;
  readonly candidates: readonly string[];
}

/** What a step that names its own tool says: a script with its shell, a command, a function, or a question to a person. */
export type DirectAction =
  | { readonly kind: 'run'; readonly shell: readonly string[] | null }
  | { readonly kind: 'command'; readonly argv: readonly (string | readonly unknown[])[] }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'approve' };

/**
 * The decision for a step that names its tool itself: the shell of a script (`shell` where the default one is meant), the
 * program of a command (`command` where an expression decides its name), the function, a person. There is nothing to choose, so it is its only candidate.
 */
export function routeDirect(action: DirectAction): Decision {
  const toolId = toolOf(action);
  return { toolId, candidates: [toolId] };
}

function toolOf(action: DirectAction): string {
  if (action.kind === 'approve') return 'person';
  if (action.kind === 'function') return action.name;
  return action.kind === 'run' ? (action.shell?.[0] ?? 'shell') : programOf(action.argv[0]);
}

function programOf(first: string | readonly unknown[] | undefined): string {
  if (typeof first === 'string') return first;
  return first?.length === 1 && typeof first[0] === 'string' ? first[0] : 'command';
}
