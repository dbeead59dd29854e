import type { Survey } from '../project.ts';
import type { Evidence } from './evidence.ts';

interface Ecosystem {
  readonly profileId: string;
  readonly manifest: keyof Survey['manifests'] & ('python' | 'node' | 'go' | 'rust' | 'jvm');
  /** Names of its manifests, the most telling first. */
  readonly files: readonly string[];
}

const ecosystems: readonly Ecosystem[] = [
  {
    profileId: 'software-dev-python',
    manifest: 'python',
    files: ['pyproject.toml', 'setup.py', 'setup.cfg', 'Pipfile', 'requirements.txt', 'tox.ini'],
  },
  { profileId: 'software-dev-node', manifest: 'node', files: ['package.json'] },
  { profileId: 'software-dev-go', manifest: 'go', files: ['go.mod', 'go.work'] },
  { profileId: 'software-dev-rust', manifest: 'rust', files: ['Cargo.toml'] },
  {
    profileId: 'software-dev-jvm',
    manifest: 'jvm',
    files: ['pom.xml', 'build.gradle.kts', 'build.gradle', 'settings.gradle.kts', 'settings.gradle'],
  },
];

const rootManifest = 0.6;
const nestedManifest = 0.3;
// A manifest without code is there for tools, such as a formatter or a generator of pages.
const manifestWithoutCode = 0.15;
const littleCode = 0.1;
const deepestManifest = 2;

/** Manifests of software, in the root or one or two folders below it. `shareOf` is the share of a profile's languages, 0 to 1. */
export function manifestEvidence(survey: Survey, shareOf: (profileId: string) => number): readonly Evidence[] {
  return ecosystems.flatMap(({ profileId, manifest, files }) => {
    const hasCode = shareOf(profileId) >= littleCode;
    if (survey.manifests[manifest] !== null) {
      const reason = files.find((file) => survey.project.has(file)) ?? `a manifest of ${manifest}`;
      return [{ profileId, weight: hasCode ? rootManifest : manifestWithoutCode, reason }];
    }
    const nested = survey.project.files.find(({ path }) => isNested(path, files));
    return nested === undefined || !hasCode ? [] : [{ profileId, weight: nestedManifest, reason: nested.path }];
  });
}

function isNested(path: string, files: readonly string[]): boolean {
  const parts = path.split('/');
  if (parts.length - 1 > deepestManifest) return false;
  return files.includes(parts.at(-1) ?? '') && !/(^|\/)(tests?|testdata|fixtures|examples?)\//.test(path);
}
