import { createActor, type AnyStateMachine, type SnapshotFrom } from 'xstate';

/** A snapshot as it comes back from its stored form: written as JSON without its children, read, given to a new actor that is not started. */
export function restoreSnapshot<Machine extends AnyStateMachine>(
  machine: Machine,
  snapshot: SnapshotFrom<Machine>,
): SnapshotFrom<Machine> {
  const bare = { ...(snapshot as object), children: {} };
  const stored = JSON.parse(JSON.stringify(machine.getPersistedSnapshot(bare as never))) as never;
  return createActor(machine, { snapshot: stored, input: undefined as never } as never).getSnapshot() as SnapshotFrom<Machine>;
}

/** True when writing `value` as JSON and reading it again loses nothing: no undefined, no function, no date, no number out of range. */
export function isJsonOnly(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return false;
  const plain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  return plain && Object.values(value).every(isJsonOnly);
}
