/* Folders that are never the project's own, even where no .gitignore names them: what tools put there, what others wrote. A folder whose name may also be a
   person's choice (build, target, vendor) is left out only beside the file of the tool that makes it. */

/** Stores of version control, and ours. */
const stores = ['.git', '.hg', '.svn', '.bzr', 'CVS', '_darcs', '.jj', '.pijul', '.stateyard'];

/** Dependencies, as package managers unpack them. */
const dependencies = [
  'node_modules',
  'bower_components',
  'jspm_packages',
  'site-packages',
  '__pypackages__',
  '.venv',
  '.eggs',
  '.bundle',
  '.pnpm-store',
  '.terraform',
  '.terragrunt-cache',
  '.dart_tool',
  '.pub-cache',
  '.stack-work',
  '.direnv',
  '.devenv',
  'dbt_packages',
  'elm-stuff',
];

/** Caches, reports and outputs whose names only a tool gives. */
const outputs = [
  '__pycache__',
  '.tox',
  '.nox',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
  '.hypothesis',
  '.ipynb_checkpoints',
  'htmlcov',
  '.nyc_output',
  '.gradle',
  '.next',
  '.nuxt',
  '.output',
  '.svelte-kit',
  '.angular',
  '.astro',
  '.docusaurus',
  '.parcel-cache',
  '.turbo',
  '.nx',
  '.cache',
  '.vercel',
  '.netlify',
  '.serverless',
  '.aws-sam',
  'cdk.out',
  '.vagrant',
  '.kitchen',
  '.molecule',
  '.snakemake',
  '.zig-cache',
  'zig-cache',
  'dist-newstyle',
  'DerivedData',
  '__MACOSX',
];

const always: ReadonlySet<string> = new Set([...stores, ...dependencies, ...outputs]);

/** A name, and the files beside it (a name, or `*` and an end) of which one tells that a tool owns the folder. */
const beside: ReadonlyMap<string, readonly string[]> = new Map([
  ['target', ['Cargo.toml', 'pom.xml', 'build.sbt', 'project.clj', 'dbt_project.yml']],
  ['build', ['build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts', 'pubspec.yaml']],
  ['vendor', ['go.mod', 'composer.json', 'Gemfile']],
  ['_build', ['mix.exs', 'rebar.config', 'dune-project', 'conf.py']],
  ['deps', ['mix.exs']],
  ['logs', ['dbt_project.yml']],
  ['site', ['mkdocs.yml', 'mkdocs.yaml']],
  ['_site', ['_config.yml', '_config.toml']],
  ['public', ['hugo.toml', 'hugo.yaml', 'hugo.json']],
  ['book', ['book.toml']],
  ['Pods', ['Podfile']],
  ['Carthage', ['Cartfile']],
  ['.build', ['Package.swift']],
  ['zig-out', ['build.zig']],
  ['bin', ['*.csproj', '*.fsproj', '*.vbproj']],
  ['obj', ['*.csproj', '*.fsproj', '*.vbproj']],
  ['Library', ['ProjectSettings']],
]);

/** Entries that only a virtual environment, a cache (bford.info/cachedir), a coverage report or a folder of build files holds. */
const marks: readonly string[] = ['pyvenv.cfg', 'conda-meta', 'CACHEDIR.TAG', 'lcov-report', 'CMakeCache.txt', 'meson-private'];

/** Whether a folder of this name, beside these other names, is a tool's and not the project's. */
export function isLeftOut(name: string, siblings: ReadonlySet<string>): boolean {
  if (always.has(name)) return true;
  const owners = beside.get(name);
  if (owners === undefined) return false;
  return owners.some((owner) =>
    owner.startsWith('*') ? [...siblings].some((sibling) => sibling.endsWith(owner.slice(1))) : siblings.has(owner),
  );
}

/** Whether a folder that holds these names is a tool's, whatever its own name is. */
export function isMarkedAsLeftOut(names: ReadonlySet<string>): boolean {
  return marks.some((mark) => names.has(mark));
}
