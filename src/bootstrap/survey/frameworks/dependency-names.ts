import type { Manifests, Project } from '../../project.ts';
import { mapping, mappingAt, readDataFile } from '../manifests/data-file.ts';
import type { Mapping } from '../manifests/data-file.ts';

/** Where a dependency is named, in words that follow the file: `package.json: dependency react`. Null where none of the names is. */
export type FindDependency = (names: readonly string[]) => string | null;

const jvmFiles = [
  'pom.xml',
  'build.gradle',
  'build.gradle.kts',
  'gradle/libs.versions.toml',
  'app/build.gradle',
  'app/build.gradle.kts',
];

/** The dependencies of package.json. */
export function nodeDependencies({ node }: Manifests): FindDependency {
  return (names) =>
    found(
      'package.json',
      names.find((name) => node?.dependencies.has(name) === true),
    );
}

/** The dependencies that any manifest of Python names; the file is the first in which the name stands. */
export function pythonDependencies(project: Project, { python }: Manifests): FindDependency {
  const files = [
    'pyproject.toml',
    'setup.cfg',
    'Pipfile',
    ...project.rootEntries.filter((name) => name.endsWith('.txt')),
    'tox.ini',
  ];
  return (names) => {
    const name = names.find((each) => python?.dependencies.has(each) === true);
    if (name === undefined) return null;
    const file = files.find((each) => (project.readText(each) ?? '').toLowerCase().replaceAll(/[_.]/g, '-').includes(name));
    return found(file ?? 'requirements', name);
  };
}

/** The modules that go.mod requires; a major version may follow the path. */
export function goDependencies(project: Project): FindDependency {
  const text = project.readText('go.mod') ?? '';
  const modules = [...text.matchAll(/^\s*(?:require\s+)?([\w.-]+\.[\w.-]+\/[\w./~-]+)\s+v\d/gm)].map(([, module = '']) => module);
  return (names) =>
    found(
      'go.mod',
      names.find((name) => modules.some((module) => module === name || module.startsWith(`${name}/`))),
    );
}

/** The dependencies of Cargo.toml and of its workspace. */
export function rustDependencies(project: Project): FindDependency {
  const file = readDataFile(project, 'Cargo.toml');
  const cargo: Mapping = file !== null && file.ok ? file.data : new Map();
  const tables = ['dependencies', 'dev-dependencies', 'build-dependencies'].map((table) => mapping(cargo.get(table)));
  const all = new Set([...tables, mappingAt(cargo, 'workspace', 'dependencies')].flatMap((table) => [...table.keys()]));
  return (names) =>
    found(
      'Cargo.toml',
      names.find((name) => all.has(name)),
    );
}

/** What the builds of Maven and Gradle in the root speak of. They are programs or large documents, so it is looked for as text. */
export function jvmDependencies(project: Project): FindDependency {
  const texts = jvmFiles.map((file) => ({ file, text: project.readText(file) ?? '' }));
  return (names) => {
    for (const { file, text } of texts) {
      const name = names.find((each) => text.includes(each));
      if (name !== undefined) return found(file, name);
    }
    return null;
  };
}

/** The gems of the Gemfile in the root. */
export function rubyDependencies(project: Project): FindDependency {
  const gems = new Set(
    [...(project.readText('Gemfile') ?? '').matchAll(/^\s*gem\s*\(?\s*['"]([\w-]+)['"]/gm)].map(([, gem = '']) => gem),
  );
  return (names) =>
    found(
      'Gemfile',
      names.find((name) => gems.has(name)),
    );
}

/** The packages that composer.json requires. */
export function phpDependencies(project: Project): FindDependency {
  const file = readDataFile(project, 'composer.json');
  const data: Mapping = file !== null && file.ok ? file.data : new Map();
  const all = new Set([...mapping(data.get('require')).keys(), ...mapping(data.get('require-dev')).keys()]);
  return (names) =>
    found(
      'composer.json',
      names.find((name) => all.has(name)),
    );
}

function found(file: string, name: string | undefined): string | null {
  return name === undefined ? null : `${file}: dependency ${name}`;
}
