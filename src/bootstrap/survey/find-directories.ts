import type { DirectoryStructure, Project } from '../project.ts';

const purposes = {
  src_dirs: [
    'src',
    'lib',
    'libs',
    'app',
    'apps',
    'cmd',
    'pkg',
    'internal',
    'crates',
    'packages',
    'services',
    'source',
    'sources',
    'modules',
    'server',
    'client',
    'api',
    'models',
    'roles',
    'playbooks',
    'charts',
    'terraform',
    'dags',
  ],
  test_dirs: ['test', 'tests', 'spec', 'specs', '__tests__', 'testing', 'e2e', 'integration-tests', 'integration_tests'],
  doc_dirs: ['doc', 'docs', 'documentation', 'content', 'man', 'website'],
  config_dirs: ['config', 'configs', 'conf', '.config', '.github', '.circleci', 'settings', 'etc'],
  script_dirs: ['script', 'scripts', 'bin', 'tools', 'hack', 'tasks'],
} as const;

type Purpose = keyof typeof purposes;

const purposeOfName: ReadonlyMap<string, Purpose> = new Map(
  (Object.keys(purposes) as Purpose[]).flatMap((purpose) => purposes[purpose].map((name) => [name, purpose] as const)),
);

/** Folders whose children are projects of their own, each with the same structure. */
const containers = new Set(['packages', 'apps', 'services', 'crates', 'modules', 'libs']);
const mostOfAPurpose = 50;

/**
 * Folders by their usual names: in the root, and inside of a member of a monorepo (`packages/x/src`). A folder in the root that holds a Python package (`__init__.py`) is
 * source too; a folder with test files beside the code (`foo_test.go`, `foo.test.ts`) is a place of tests only where no other is. At most 50 of a purpose.
 */
export function findDirectories(project: Project): DirectoryStructure {
  const found: Record<Purpose, string[]> = { src_dirs: [], test_dirs: [], doc_dirs: [], config_dirs: [], script_dirs: [] };
  const inUse = foldersInUse(project);
  for (const folder of project.folders) {
    const purpose = purposeOf(project, folder);
    if (purpose !== null && inUse.has(folder) && found[purpose].length < mostOfAPurpose) found[purpose].push(folder);
  }
  if (found.test_dirs.length === 0) found.test_dirs.push(...foldersWithTests(project).slice(0, mostOfAPurpose));
  return found;
}

function purposeOf(project: Project, folder: string): Purpose | null {
  const segments = folder.split('/');
  const isMember = segments.length === 3 && containers.has(segments[0] ?? '');
  if (segments.length !== 1 && !isMember) return null;
  const named = purposeOfName.get(segments.at(-1) ?? '');
  if (named !== undefined) return named;
  return segments.length === 1 && project.has(`${folder}/__init__.py`) ? 'src_dirs' : null;
}

/** Every folder with a file somewhere below. */
function foldersInUse({ files }: Project): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const { path } of files)
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const folder = path.slice(0, at);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  return folders;
}

/** Whether the name of a file is that of tests, by the rule of the test runner of its language. */
export function isTestFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return /^test_.*\.py$|_test\.(?:go|py|exs|rb|dart|c|cc|cpp)$|_spec\.rb$|\.(?:test|spec)\.[cm]?[jt]sx?$|(?:Test|Tests|IT|Spec)\.(?:java|kt|scala|groovy|cs|swift|php)$|\.bats$|\.tftest\.hcl$/.test(
    name,
  );
}

function foldersWithTests({ files }: Project): readonly string[] {
  const paths = files.map(({ path }) => path).filter(isTestFile);
  return [...new Set(paths.map((path) => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.')))];
}
