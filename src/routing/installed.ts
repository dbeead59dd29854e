import { appOf } from '../../router/queries.ts';
import type { RouterConfig } from '../../schemas/router-config.ts';
import { diagnoseProgram } from '../tools/program.ts';

/** Says of tools why their programs cannot be started, by tool id; those that can be started are left out. */
export type FindMissing = (toolIds: readonly string[]) => ReadonlyMap<string, string>;

/**
 * Looks the programs of tools up on PATH, or from `folder` (absolute) where a command has a slash. A program that was found is not looked for again; one that
 * was not found may have been installed since.
 */
export function findMissingPrograms(config: RouterConfig, folder: string): FindMissing {
  const found = new Set<string>();
  return (toolIds) => {
    const missing = new Map<string, string>();
    for (const toolId of toolIds) {
      const app = appOf(config, toolId);
      if (app === null || found.has(toolId)) continue;
      // The tool's own PATH counts where its configuration gives one: its process gets that.
      const searchPath = app.adapter?.environment?.['PATH'] ?? process.env['PATH'];
      const problem = diagnoseProgram(app.command, { searchPath, cwd: folder });
      if (problem === null) found.add(toolId);
      else missing.set(toolId, problem.message);
    }
    return missing;
  };
}
