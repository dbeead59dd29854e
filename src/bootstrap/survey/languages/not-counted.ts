/* Files that say nothing of the languages in which a project is written: others wrote them, a tool made them, or every project has them. After linguist's lists of
   vendored and generated files, cut to what is seen today. */

/** Folders, wherever they stand, whose contents others wrote or a build made. */
const folders: ReadonlySet<string> = new Set([
  'vendor',
  'vendors',
  'third_party',
  'third-party',
  'thirdparty',
  '3rdparty',
  'extern',
  'external',
  'externals',
  'dist',
  'gradle',
  '.yarn',
  '.idea',
  '.vscode',
  'testdata',
  '__snapshots__',
  '__generated__',
  'cassettes',
]);

/** Lock files and the like, which package managers write. */
const fileNames: ReadonlySet<string> = new Set([
  'package-lock.json',
  'npm-shrinkwrap.json',
  'pnpm-lock.yaml',
  'yarn.lock',
  'bun.lock',
  'deno.lock',
  'composer.lock',
  'Cargo.lock',
  'Gemfile.lock',
  'Pipfile.lock',
  'poetry.lock',
  'pdm.lock',
  'uv.lock',
  'mix.lock',
  'flake.lock',
  'go.sum',
  'go.work.sum',
  'Package.resolved',
  'MODULE.bazel.lock',
  '.terraform.lock.hcl',
  'gradlew',
  'gradlew.bat',
  'mvnw',
  'mvnw.cmd',
  'ltmain.sh',
  'config.guess',
  'config.sub',
  'install-sh',
  'aclocal.m4',
]);

/** Each begins with one of `.`, `_`, `-`, the only places where an end is looked for. */
const ends: ReadonlySet<string> = new Set([
  '.min.js',
  '.min.css',
  '.bundle.js',
  '-min.js',
  '.pb.go',
  '.pb.gw.go',
  '.pb.cc',
  '.pb.h',
  '_pb2.py',
  '_pb2_grpc.py',
  '_pb2.pyi',
  '_pb.js',
  '_pb.d.ts',
  '.pb.ts',
  '.g.dart',
  '.freezed.dart',
  '.g.cs',
  '.designer.cs',
  '.generated.ts',
  '.generated.go',
  '_generated.go',
  '.d.ts.map',
  '.js.map',
  '.css.map',
  '.snap',
]);

/** Texts that every project carries, whatever it is about. */
const carried =
  /^(?:licen[cs]e|copying|copyright|notice|unlicense|authors|contributors|patents|maintainers|codeowners)(?:[._-][\w.-]+)?$/i;

/** Whether a file does not count for the languages of its project. */
export function isNotCounted(path: string): boolean {
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  return fileNames.has(name) || hasEnd(name) || carried.test(name) || (slash > 0 && isInFolder(path.slice(0, slash)));
}

function hasEnd(name: string): boolean {
  for (let at = 1; at < name.length; at += 1) {
    const character = name[at];
    if ((character === '.' || character === '_' || character === '-') && ends.has(name.slice(at))) return true;
  }
  return false;
}

/** The answer for the last folder: files come sorted, so most follow one of the same folder. */
let last = { folder: '', isAside: false };

function isInFolder(folder: string): boolean {
  if (last.folder !== folder) last = { folder, isAside: folder.split('/').some((segment) => folders.has(segment)) };
  return last.isAside;
}
