import type { Survey } from '../project.ts';

/* What a survey shows of the use of a tool. */

/** Whether something is written in one of these languages (names of GitHub's linguist). */
export function isWrittenIn(survey: Survey, ...languages: readonly string[]): boolean {
  return survey.languages.some(({ language }) => languages.includes(language));
}

/** Whether the project is in Python: a manifest, or files. */
export function isPython(survey: Survey): boolean {
  return survey.manifests.python !== null || isWrittenIn(survey, 'Python');
}

/** Whether a tool of Python's is configured, or depended upon; `name` as on PyPI, in lower case. */
export function usesPythonTool({ manifests: { python } }: Survey, name: string): boolean {
  return python !== null && (python.configuredTools.has(name) || python.dependencies.has(name));
}

/** Whether package.json depends on this package, for whatever. */
export function dependsOnPackage({ manifests: { node } }: Survey, name: string): boolean {
  return node?.dependencies.has(name) === true;
}

/** Whether package.json has this script. */
export function hasScript({ manifests: { node } }: Survey, name: string): boolean {
  return node !== null && Object.hasOwn(node.scripts, name);
}

/** Whether the root has one of these files. */
export function hasFile({ project }: Survey, ...paths: readonly string[]): boolean {
  return paths.some((each) => project.has(each));
}

/** Whether a file anywhere has a name that ends so. */
export function hasFileEnding({ project }: Survey, ...endings: readonly string[]): boolean {
  return project.files.some(({ path }) => endings.some((ending) => path.endsWith(ending)));
}

/** Whether the survey names this framework, in whatever case. */
export function usesFramework({ frameworks }: Survey, name: string): boolean {
  return frameworks.some(({ framework }) => framework.toLowerCase() === name);
}

/** Whether the Makefile has this target. */
export function hasMakeTarget({ manifests: { make } }: Survey, target: string): boolean {
  return make?.targets.has(target) === true;
}
