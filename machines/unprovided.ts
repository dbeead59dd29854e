/**
 * The logic of a named actor that a chart declares and its host provides. A machine that is run without its host's actors
 * fails at the first effect instead of pretending that it happened.
 */
export function unprovided(name: string): () => Promise<never> {
  return () => Promise.reject(new Error(`the actor "${name}" was not provided to this machine`));
}
