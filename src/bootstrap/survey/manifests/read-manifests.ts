import type { Manifests, Project } from '../../project.ts';
import { mapping, readDataFile, textOrNull } from './data-file.ts';
import type { DataFile, Mapping } from './data-file.ts';
import { makeManifest } from './make-targets.ts';
import { nodeManifest } from './node-manifest.ts';
import { hasPythonManifest, pythonManifest } from './python-manifest.ts';

const nothing: Mapping = new Map();

/**
 * What the manifests in the root say. A manifest that is broken still shows its ecosystem, as one that says nothing; what is wrong with it is in `problems`.
 */
export function readManifests(project: Project): Manifests {
  const packageJson = readDataFile(project, 'package.json');
  const pyproject = readDataFile(project, 'pyproject.toml');
  const pipfile = readDataFile(project, 'Pipfile');
  const cargo = readDataFile(project, 'Cargo.toml');
  const files = [packageJson, pyproject, pipfile, cargo];
  return {
    node: packageJson === null ? null : nodeManifest(project, dataOf(packageJson)),
    python: hasPythonManifest(project) ? pythonManifest(project, dataOf(pyproject), dataOf(pipfile)) : null,
    go: goManifest(project),
    rust: cargo === null ? null : rustManifest(dataOf(cargo)),
    jvm: jvmManifest(project),
    make: makeManifest(project),
    problems: files.flatMap((file) => (file === null || file.ok ? [] : [file.problem])),
  };
}

function dataOf(file: DataFile): Mapping {
  return file !== null && file.ok ? file.data : nothing;
}

function goManifest(project: Project): Manifests['go'] {
  const hasWorkspace = project.has('go.work');
  if (!project.has('go.mod') && !hasWorkspace) return null;
  const [, quoted, plain] = /^[ \t]*module[ \t]+(?:"([^"\n]+)"|([^\s/]\S*))/m.exec(project.readText('go.mod') ?? '') ?? [];
  return { module: quoted ?? plain ?? null, hasWorkspace };
}

function rustManifest(cargo: Mapping): Manifests['rust'] {
  return { name: textOrNull(mapping(cargo.get('package')).get('name')), hasWorkspace: cargo.has('workspace') };
}

/** Maven where both are there: Gradle's files may be a part of the build only, a pom.xml in the root is all of it. */
function jvmManifest(project: Project): Manifests['jvm'] {
  const gradleFiles = ['build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'];
  if (project.has('pom.xml')) return { build: 'maven', wrapper: project.has('mvnw') ? 'mvnw' : null };
  if (!gradleFiles.some((file) => project.has(file))) return null;
  return { build: 'gradle', wrapper: project.has('gradlew') ? 'gradlew' : null };
}
