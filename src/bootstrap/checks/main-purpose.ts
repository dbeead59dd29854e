import type { Clues } from './clues.ts';

/**
 * Whether a linter that is not configured should still look at what it is for: the project's own CI calls it, or there is no code
 * with a manifest beside it, so that scripts and configuration are what the project is. Elsewhere it would only tell a project
 * what it has never asked.
 */
export function isUsedFor(clues: Clues, program: string): boolean {
  if (clues.mentions(program)) return true;
  const { node, python, go, rust, jvm } = clues.survey.manifests;
  return [node, python, go, rust, jvm].every((manifest) => manifest === null);
}
