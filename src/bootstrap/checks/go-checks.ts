import type { CheckDraft, Clues } from './clues.ts';
import { idPart, pathWord, shellCommand } from './command-words.ts';
import { moduleFolders } from './modules.ts';

// A list of files would miss those that come later. gofmt ends with 0 whatever it finds: its list must be empty. Its own failures,
// such as a file that is no Go, are failures here too. Files below testdata are often broken on purpose, and no command of Go
// looks at them; generated ones come as they come.
const formatScript = [
  'unformatted=$(find . \\( -name testdata -o -name vendor -o -name node_modules -o -name "_*" -o -name ".?*" \\) -prune -o',
  '-type f -name "*.go" ! -name "*.pb.go" ! -name "*_gen.go" ! -name "*_generated.go" -exec gofmt -l {} +) || exit;',
  '[ -z "$unformatted" ] || { printf "not formatted:\\n%s\\n" "$unformatted"; exit 1; }',
].join(' ');

const linterConfigs = ['.golangci.yml', '.golangci.yaml', '.golangci.toml', '.golangci.json'];

/** The checks that every Go module has, those of golangci-lint and staticcheck where they are configured. */
export function goChecks(clues: Clues): readonly CheckDraft[] {
  const folders = moduleFolders(clues, 'go.mod');
  if (folders.length === 0) return [];
  return [...formatting(clues), ...folders.flatMap((folder) => moduleChecks(folder)), ...linters(clues)];
}

function formatting(clues: Clues): readonly CheckDraft[] {
  const files = clues.withExtension('go').length;
  if (files === 0) return [];
  const command = shellCommand(formatScript, 'gofmt', []);
  return [
    { id: 'gofmt', type: 'format', command, requires: ['gofmt'], reason: files === 1 ? 'a file of Go' : `${files} files of Go` },
  ];
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
