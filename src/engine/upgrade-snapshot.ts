type Json = Readonly<Record<string, unknown>>;

/** What a step of version 1.0.0 did not know: it names its tool itself, and nothing is checked afterwards. */
const stepOf100: Json = {
  routed: false,
  spentTools: [],
  spentAttempts: 0,
  requestId: null,
  promptId: null,
  checks: [],
  check: 0,
  checkRun: 0,
  checkStartedAtMs: 0,
  heldAtMs: 0,
};

/** What a run of version 1.0.0 did not know: no call is counted, so no step is held. */
const runOf100: Json = { held: [], meters: [], grants: [] };

/**
 * A stored snapshot of a machine (`run`, `step`) as the present version keeps it: one of 1.0.0 becomes one of 1.1.0 that means the same. Every
 * other machine and version is left as it is, for the caller to judge. What is given is not changed, and is not checked: a damaged snapshot
 * stays damaged.
 */
export function upgradeSnapshot(machine: string, version: string, snapshot: object): { version: string; snapshot: object } {
  if (version !== '1.0.0') return { version, snapshot };
  if (machine === 'run') return { version: '1.1.0', snapshot: withContext(snapshot, runOf100) };
  if (machine === 'step') return { version: '1.1.0', snapshot: withStopInput(withContext(snapshot, stepOf100)) };
  return { version, snapshot };
}

function withContext(snapshot: object, added: Json): object {
  const context = isObject(snapshot) ? snapshot['context'] : undefined;
  // A context that is none is not made into one: the check of the shape is to find it.
  return isObject(context) ? { ...snapshot, context: { ...structuredClone(added), ...context } } : snapshot;
}

/** An actor that was stopping something goes on with the input that was stored with it, which now says that this is no check. */
function withStopInput(snapshot: object): object {
  const children = isObject(snapshot) ? snapshot['children'] : undefined;
  const actor = isObject(children) ? children['stopAttempt'] : undefined;
  const state = isObject(actor) ? actor['snapshot'] : undefined;
  const input = isObject(state) ? state['input'] : undefined;
  if (!isObject(children) || !isObject(actor) || !isObject(state) || !isObject(input)) return snapshot;
  const stopAttempt = { ...actor, snapshot: { ...state, input: { ...input, check: null } } };
  return { ...snapshot, children: { ...children, stopAttempt } };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
