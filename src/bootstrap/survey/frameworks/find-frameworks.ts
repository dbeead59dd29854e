import type { FoundFramework, Manifests, Project, ScannedFile } from '../../project.ts';
import { applicationFrameworks } from './application-frameworks.ts';
import { buildFrameworks } from './build-frameworks.ts';
import { contentFrameworks } from './content-frameworks.ts';
import {
  goDependencies,
  jvmDependencies,
  nodeDependencies,
  phpDependencies,
  pythonDependencies,
  rubyDependencies,
  rustDependencies,
} from './dependency-names.ts';
import type { FindDependency } from './dependency-names.ts';
import type { FrameworkSigns } from './framework-signs.ts';
import { frameworksByContents } from './frameworks-by-contents.ts';
import { operationsFrameworks } from './operations-frameworks.ts';
import { shallowFiles } from './shallow-files.ts';

const table = [...applicationFrameworks, ...buildFrameworks, ...contentFrameworks, ...operationsFrameworks];
const dependencyFields = ['node', 'python', 'go', 'rust', 'jvm', 'ruby', 'php'] as const;

/** What the project is built with or for, by name; each with the first thing that shows it: a manifest before a file, the file nearest to the root. */
export function findFrameworks(project: Project, manifests: Manifests): readonly FoundFramework[] {
  const near = shallowFiles(project.files);
  const find = indicatorFinder(project, manifests, near);
  const found = new Map<string, FoundFramework>();
  for (const signs of table) {
    const indicator = find(signs);
    if (indicator !== null) found.set(signs.framework, { framework: signs.framework, indicator });
  }
  for (const each of frameworksByContents(project, near)) if (!found.has(each.framework)) found.set(each.framework, each);
  return [...found.values()].toSorted((a, b) => (a.framework < b.framework ? -1 : 1));
}

function indicatorFinder(
  project: Project,
  manifests: Manifests,
  near: readonly ScannedFile[],
): (signs: FrameworkSigns) => string | null {
  const dependencies: Readonly<Record<(typeof dependencyFields)[number], FindDependency>> = {
    node: nodeDependencies(manifests),
    python: pythonDependencies(project, manifests),
    go: goDependencies(project),
    rust: rustDependencies(project),
    jvm: jvmDependencies(project),
    ruby: rubyDependencies(project),
    php: phpDependencies(project),
  };
  const findFile = fileFinder(project, near);
  const pyproject = project.readText('pyproject.toml') ?? '';
  return (signs) => {
    for (const field of dependencyFields) {
      const names = signs[field];
      const indicator = names === undefined ? null : dependencies[field](names);
      if (indicator !== null) return indicator;
    }
    return pythonIndicator(signs, manifests.python, pyproject) ?? findFile(signs.files ?? []);
  };
}

function pythonIndicator(signs: FrameworkSigns, python: Manifests['python'], pyproject: string): string | null {
  if (python === null) return null;
  const tool = signs.pythonTools?.find((name) => python.configuredTools.has(name));
  if (tool !== undefined)
    return pyproject.includes(`[tool.${tool}`) ? `pyproject.toml: tool.${tool}` : `configuration of ${tool}`;
  const backend = python.buildBackend;
  if (backend === null || signs.pythonBackend === undefined || !backend.startsWith(signs.pythonBackend)) return null;
  return `pyproject.toml: build-backend ${backend}`;
}

/** Finds the first file near the root that has one of some names, paths or ends (see {@link FrameworkSigns.files}). */
function fileFinder(project: Project, near: readonly ScannedFile[]): (patterns: readonly string[]) => string | null {
  const byName = new Map<string, string>();
  const byEnd = new Map<string, string>();
  for (const { path } of near) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (!byName.has(name)) byName.set(name, path);
    for (let at = name.indexOf('.'); at !== -1; at = name.indexOf('.', at + 1)) {
      const end = name.slice(at);
      if (!byEnd.has(end)) byEnd.set(end, path);
    }
  }
  return (patterns) => {
    for (const pattern of patterns) {
      const path = pattern.includes('/')
        ? project.has(pattern)
          ? pattern
          : undefined
        : pattern.startsWith('*')
          ? byEnd.get(pattern.slice(1))
          : byName.get(pattern);
      if (path !== undefined) return path;
    }
    return null;
  };
}
