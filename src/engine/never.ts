/**
 * For what an effect answers when its actor has gone: a promise of its own that never settles. One promise for all of them would keep everybody
 * who ever waited for it in memory, which is a step a time.
 */
export function never(): Promise<never> {
  return new Promise<never>(() => undefined);
}
