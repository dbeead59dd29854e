import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { findTools } from '../../../../src/bootstrap/tools/find-tools.ts';
import type { FoundTool } from '../../../../src/bootstrap/project.ts';

/** A place with folders for programs, and a project beside them. */
export interface Shelf {
  readonly root: string;
  readonly project: string;
  /** Writes a script of sh, by default into `bin`, which is on PATH; gives its path. */
  readonly put: (name: string, body: string, where?: { readonly folder?: string; readonly mode?: number }) => Promise<string>;
  readonly link: (target: string, name: string) => Promise<void>;
  readonly makeFolder: (name: string) => Promise<string>;
  readonly find: (given?: {
    readonly searchPath?: string | undefined;
    readonly timeoutMs?: number;
  }) => Promise<readonly FoundTool[]>;
}

/** A new shelf, removed at the end of the test. */
export async function newShelf(): Promise<Shelf> {
  const root = await mkdtemp(path.join(tmpdir(), 'stateyard-shelf-'));
  onTestFinished(async () => await rm(root, { recursive: true, force: true }));
  const [bin, project] = [path.join(root, 'bin'), path.join(root, 'project')];
  await mkdir(bin);
  await mkdir(project);
  return {
    root,
    project,
    async put(name, body, { folder = 'bin', mode = 0o755 } = {}) {
      const file = path.join(root, folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, body.startsWith('#!') ? body : `#!/bin/sh\n${body}\n`);
      await chmod(file, mode);
      return file;
    },
    async link(target, name) {
      await symlink(path.join(root, target), path.join(root, name));
    },
    async makeFolder(name) {
      const folder = path.join(root, name);
      await mkdir(folder, { recursive: true });
      return folder;
    },
    async find(given = {}) {
      const searchPath = 'searchPath' in given ? given.searchPath : bin;
      return await findTools({ projectRoot: project, ...given, searchPath });
    },
  };
}

/** What was found, as `id version`. */
export function versionsOf(tools: readonly FoundTool[]): readonly string[] {
  return tools.map(({ toolId, version }) => `${toolId} ${version}`);
}
