/* The files that init writes, by their paths. */

const generatedPaths: ReadonlySet<string> = new Set(['PROJECT_PROFILE.yaml', 'router_config.json', 'stateyard.yaml']);

/**
 * Whether a file is one that init writes, and so says nothing about the project: if it counted, a second init would find more than the first, and write other files.
 * A phase template is one by its place and its start, which `readStart` gives; a `phases` folder may hold anything else, too.
 */
export function isGeneratedFile(path: string, readStart: (path: string) => string | null): boolean {
  if (generatedPaths.has(path)) return true;
  return /^phases\/[^/]+\.yaml$/.test(path) && /^phase_id:/m.test(readStart(path) ?? '');
}
