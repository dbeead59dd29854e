import type { FoundTool, Survey } from '../../../src/bootstrap/project.ts';
import { surveyProject } from '../../../src/bootstrap/survey/survey-project.ts';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** The survey of a real tree with these files, whose names end with those that are not files: a name with `/` at its end is an empty folder. */
export function surveyOfFiles(files: Readonly<Record<string, string>>): Survey {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'stateyard-checks-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    if (path.endsWith('/')) mkdirSync(join(root, path), { recursive: true });
    else writeFileSync(join(root, path), text);
  }
  return { ...surveyProject(root), name: 'demo' };
}

/** A survey of nothing but paths, without a disk: what is made of the names of files alone. */
export function surveyOfPaths(paths: readonly string[], more: Partial<Survey> = {}): Survey {
  const known = new Set(paths);
  return {
    project: {
      root: '/project',
      files: [...paths].sort().map((path) => ({ path, sizeBytes: 100 })),
      folders: [],
      rootEntries: [],
      warnings: [],
      has: (path) => known.has(path),
      readText: (path) => (known.has(path) ? '' : null),
      readStart: (path) => (known.has(path) ? '' : null),
    },
    name: 'demo',
    manifests: { node: null, python: null, go: null, rust: null, jvm: null, make: null, problems: [] },
    languages: [],
    frameworks: [],
    directories: { src_dirs: [], test_dirs: [], doc_dirs: [], config_dirs: [], script_dirs: [] },
    existingCi: null,
    versionControl: null,
    inferred: { tests_must_pass: false, lint_required: false, patch_only: false, ascii_only: true },
    ...more,
  };
}

/** Tools of these names, found somewhere. */
export function foundTools(...commands: readonly string[]): readonly FoundTool[] {
  return commands.map((command) => ({
    toolId: command,
    command,
    path: `/usr/bin/${command}`,
    version: '1.0.0',
    capabilities: [],
  }));
}
