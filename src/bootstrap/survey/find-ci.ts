import type { Project } from '../project.ts';

/** Where each system looks, the most telling first. An end with `/` is a folder in which a YAML file must be. */
const places: readonly (readonly [string, readonly string[]])[] = [
  ['github-actions', ['.github/workflows/']],
  ['gitlab-ci', ['.gitlab-ci.yml', '.gitlab-ci.yaml']],
  ['forgejo-actions', ['.forgejo/workflows/', '.gitea/workflows/']],
  ['jenkins', ['Jenkinsfile']],
  ['circleci', ['.circleci/config.yml', '.circleci/config.yaml']],
  ['azure-pipelines', ['azure-pipelines.yml', 'azure-pipelines.yaml', '.azure-pipelines/']],
  ['bitbucket-pipelines', ['bitbucket-pipelines.yml']],
  ['travis', ['.travis.yml']],
  ['buildkite', ['.buildkite/']],
  ['drone', ['.drone.yml', '.drone.star', '.drone.jsonnet']],
  ['woodpecker', ['.woodpecker.yml', '.woodpecker.yaml', '.woodpecker/']],
  ['cirrus', ['.cirrus.yml', '.cirrus.star']],
  ['appveyor', ['appveyor.yml', '.appveyor.yml']],
  ['teamcity', ['.teamcity/settings.kts', '.teamcity/pom.xml']],
  ['tekton', ['.tekton/']],
  ['concourse', ['ci/pipeline.yml', 'ci/pipeline.yaml', '.concourse/pipeline.yml']],
  ['sourcehut', ['.build.yml', '.builds/']],
  ['salsa-ci', ['debian/salsa-ci.yml', 'debian/gitlab-ci.yml']],
];

/** The continuous integration that the project is set up for, the first of the table where there are several; null: none. */
export function findCi(project: Project): string | null {
  const isThere = (place: string): boolean =>
    place.endsWith('/')
      ? project.files.some(({ path }) => path.startsWith(place) && /^[^/]+\.ya?ml$/.test(path.slice(place.length)))
      : project.has(place);
  return places.find(([, paths]) => paths.some(isThere))?.[0] ?? null;
}
