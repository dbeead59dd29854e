import type { CheckDraft, Clues } from './clues.ts';
import { idPart, pathLists, pathWord, shellCommand } from './command-words.ts';
import { moduleFolders } from './modules.ts';

// gofmt ends with 0 whatever it finds: its list must be empty. Its own failures, such as a file that is no Go, are failures here
// too.
const formatScript =
  'unformatted=$(gofmt -l "$@") || exit; [ -z "$unformatted" ] || { printf "not formatted:\\n%s\\n" "$unformatted"; exit 1; }';

const linterConfigs = ['.golangci.yml', '.golangci.yaml', '.golangci.toml', '.golangci.json'];

/** The checks that every Go module has, those of golangci-lint and staticcheck where they are configured. */
export function goChecks(clues: Clues): readonly CheckDraft[] {
  const folders = moduleFolders(clues, 'go.mod');
  if (folders.length === 0) return [];
  return [...formatting(clues), ...folders.flatMap((folder) => moduleChecks(folder)), ...linters(clues)];
}

function formatting(clues: Clues): readonly CheckDraft[] {
  // Files below testdata are often broken on purpose, and no command of Go looks at them; generated ones come as they come.
  const files = clues
    .withExtension('go')
    .filter((path) => !/(^|\/)(testdata|vendor|_[^/]*)\//.test(path) && !/(\.pb|_gen|_generated)\.go$/.test(path));
  const lists = pathLists(files, 1);
  const [list] = lists;
  if (list === undefined) return [];
  // Too many to be named one by one: the folders in the root stand for them.
  const words = list.length === files.length ? list : [...new Set(files.map((path) => pathWord(path.split('/')[0] ?? path)))];
  const command = shellCommand(formatScript, 'gofmt', words);
  return [{ id: 'gofmt', type: 'format', command, requires: ['gofmt'], reason: `${files.length} files of Go` }];
}

function moduleChecks(folder: string): readonly CheckDraft[] {
  const suffix = folder === '.' ? '' : `-${idPart(folder)}`;
  const go = folder === '.' ? (['go'] as const) : (['go', '-C', pathWord(folder)] as const);
  const reason = folder === '.' ? 'go.mod' : `${folder}/go.mod`;
  return [
    { id: `go-vet${suffix}`, type: 'lint', command: [...go, 'vet', './...'], reason },
    // A build of one main package would leave its program in the folder.
    { id: `go-build${suffix}`, type: 'build', command: [...go, 'build', '-o', '/dev/null', './...'], reason },
    { id: `go-test${suffix}`, type: 'test', command: [...go, 'test', './...'], reason },
  ];
}

function linters(clues: Clues): readonly CheckDraft[] {
  const drafts: CheckDraft[] = [];
  const config = clues.firstOf(linterConfigs);
  if (config !== null) drafts.push({ id: 'golangci-lint', type: 'lint', command: ['golangci-lint', 'run'], reason: config });
  if (clues.has('staticcheck.conf'))
    drafts.push({ id: 'staticcheck', type: 'lint', command: ['staticcheck', './...'], reason: 'staticcheck.conf' });
  return drafts;
}
