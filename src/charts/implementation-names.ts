/** Names that an unnamed function has only from the property that it stands in. */
const propertyNames = new Set(['', 'guard', 'actions', 'entry', 'exit', 'always', 'src', 'anonymous']);

/** Actions of XState whose event says more than that there is one. */
const sendingActions = new Set(['raise', 'emit']);

/**
 * The name of a guard as XState 5 takes it: a name, `{ type, params }` (its type), a function (its own name, or `inline`), or `and`, `or`, `not`
 * and `stateIn` of others, written as calls such as `and(isReady, not(isLate))`.
 */
export function guardName(guard: unknown): string {
  if (typeof guard === 'string') return guard;
  const parts = property(guard, 'guards');
  if (typeof guard === 'function' && Array.isArray(parts)) return `${guard.name}(${parts.map(guardName).join(', ')})`;
  return functionName(guard) ?? textProperty(guard, 'type') ?? 'inline';
}

/**
 * The name of an action as XState 5 takes it: a name, `{ type, params }` (its type), a function (its own name, or `inline`), or one of XState's own
 * such as `assign`, `raise(TIMEOUT)`, `spawnChild(step)`.
 */
export function actionName(action: unknown): string {
  if (typeof action === 'string') return action;
  const type = textProperty(action, 'type');
  if (typeof action === 'function' && type?.startsWith('xstate.') === true)
    return builtInName(action, type.slice('xstate.'.length));
  return functionName(action) ?? type ?? 'inline';
}

/** The name of an actor's logic: what it is registered as, the id of a machine that is written in place, or `inline`. */
export function logicName(src: unknown): string {
  if (typeof src === 'string') return src;
  return textProperty(src, 'id') ?? 'inline';
}

function builtInName(action: object, type: string): string {
  if (sendingActions.has(type)) {
    const event = textProperty(property(action, 'event'), 'type');
    return event === null ? type : `${type}(${event})`;
  }
  const src = textProperty(action, 'src');
  return type === 'spawnChild' && src !== null ? `${type}(${src})` : type;
}

function functionName(value: unknown): string | null {
  if (typeof value !== 'function') return null;
  return propertyNames.has(value.name) ? 'inline' : value.name;
}

function textProperty(value: unknown, name: string): string | null {
  const found = property(value, name);
  return typeof found === 'string' ? found : null;
}

function property(value: unknown, name: string): unknown {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
