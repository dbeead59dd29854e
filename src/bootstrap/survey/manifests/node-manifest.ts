import type { NodeManifest, Project } from '../../project.ts';
import { list, mapping, textOrNull } from './data-file.ts';
import type { Mapping } from './data-file.ts';

const dependencyFields = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

/** Lock files and their package managers; npm's last, since other managers leave them behind more often than the other way round. */
const lockFiles: readonly (readonly [string, NodeManifest['packageManager']])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['npm-shrinkwrap.json', 'npm'],
  ['package-lock.json', 'npm'],
];

/** What package.json says. The package manager is the one that it names (Corepack's field), else that of the lock file, else npm; its lock file is the one that counts. */
export function nodeManifest(project: Project, data: Mapping): NodeManifest {
  const locks = lockFiles.filter(([file]) => project.has(file));
  const packageManager = namedManager(data.get('packageManager')) ?? locks[0]?.[1] ?? 'npm';
  const scripts = [...mapping(data.get('scripts'))].filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return {
    name: textOrNull(data.get('name')),
    scripts: withoutPrototype(scripts),
    dependencies: new Set(dependencyFields.flatMap((field) => [...mapping(data.get(field)).keys()])),
    packageManager,
    lockFile: locks.find(([, manager]) => manager === packageManager)?.[0] ?? null,
    hasWorkspaces:
      list(data.get('workspaces')).length > 0 ||
      list(mapping(data.get('workspaces')).get('packages')).length > 0 ||
      project.has('pnpm-workspace.yaml'),
  };
}

function namedManager(value: unknown): NodeManifest['packageManager'] | null {
  const name = textOrNull(value)?.split('@')[0];
  return name === 'npm' || name === 'pnpm' || name === 'yarn' || name === 'bun' ? name : null;
}

/** A record in which a name such as `constructor` is there only if it was put in. A script named `__proto__` is left out. */
function withoutPrototype(entries: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  const record = Object.create(null) as Record<string, string>;
  for (const [name, value] of entries) if (name !== '__proto__') record[name] = value;
  return record;
}
