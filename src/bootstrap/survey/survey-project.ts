import { basename } from 'node:path';
import type { Manifests, Survey } from '../project.ts';
import { findCi } from './find-ci.ts';
import { findDirectories } from './find-directories.ts';
import { findVersionControl } from './find-version-control.ts';
import { findFrameworks } from './frameworks/find-frameworks.ts';
import { inferConstraints } from './infer-constraints.ts';
import { countLanguages } from './languages/count-languages.ts';
import { readManifests } from './manifests/read-manifests.ts';
import { scanProject } from './scan-project.ts';

/**
 * Everything that the files below `root` show of a project. Reads, and does nothing else: no program is started, no link followed, nothing above the root looked at.
 * The same tree gives the same survey. Throws UserError `project_not_found` (exit 4) where there is no such folder, `project_not_a_folder` (exit 2) where it is something
 * else; what is wrong inside of the tree stands in its warnings and in the problems of its manifests.
 */
export function surveyProject(root: string): Survey {
  const project = scanProject(root);
  const manifests = readManifests(project);
  const { shares, filesByLanguage } = countLanguages(project);
  const frameworks = findFrameworks(project, manifests);
  const directories = findDirectories(project);
  const versionControl = findVersionControl(project);
  const testDirectories = directories.test_dirs;
  return {
    project,
    name: nameOf(manifests) ?? (basename(project.root) || 'project'),
    manifests,
    languages: shares,
    frameworks,
    directories,
    existingCi: findCi(project),
    versionControl,
    inferred: inferConstraints({ project, manifests, frameworks, testDirectories, filesByLanguage, versionControl }),
  };
}

/** The name in the first manifest that has one, on one line; of a Go module its last part that is no major version. */
function nameOf({ node, python, rust, go }: Manifests): string | null {
  const module = go?.module?.split('/').findLast((part) => part !== '' && !/^v\d+$/.test(part));
  const name = python?.name ?? rust?.name ?? node?.name ?? module ?? null;
  return name?.replaceAll(/\p{Cc}+/gu, ' ').trim() || null;
}
