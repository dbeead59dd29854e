import type { CheckDraft, Clues } from './clues.ts';
import { shellCommand } from './command-words.ts';

type Rule = CheckDraft & {
  /** The check is made where one of these files is there. */
  readonly files: readonly string[];
};

type Draft = Omit<Rule, 'reason' | 'files'>;

const rubySetup: Draft = { id: 'ruby-setup', type: 'setup', command: ['bundle', 'install'] };
const phpSetup: Draft = {
  id: 'php-setup',
  type: 'setup',
  command: ['composer', 'install', '--no-interaction'],
  requires: ['composer', 'php'],
};
const elixirSetup: Draft = { id: 'elixir-setup', type: 'setup', command: ['mix', 'deps.get', '--check-locked'] };

// In a folder that is kept with the run: a source tree is no place to build in.
const cmakeScript =
  'cmake -S . -B "$STATEYARD_ARTIFACTS/build" && cmake --build "$STATEYARD_ARTIFACTS/build" && ctest --test-dir "$STATEYARD_ARTIFACTS/build" --output-on-failure';
const mesonScript = 'meson setup "$STATEYARD_ARTIFACTS/build" && meson test -C "$STATEYARD_ARTIFACTS/build" --print-errorlogs';

/** Ecosystems that no profile is for: what each brings by itself, or is configured for. */
const rules: readonly (Draft & { readonly files: readonly string[] })[] = [
  { ...rubySetup, files: ['Gemfile.lock'] },
  { id: 'rubocop', type: 'lint', command: ['bundle', 'exec', 'rubocop'], needs: ['ruby-setup'], files: ['.rubocop.yml'] },
  { id: 'rspec', type: 'test', command: ['bundle', 'exec', 'rspec'], needs: ['ruby-setup'], files: ['.rspec'] },
  { ...phpSetup, files: ['composer.lock'] },
  {
    id: 'composer-validate',
    type: 'validation',
    command: ['composer', 'validate', '--no-check-publish'],
    files: ['composer.json'],
  },
  {
    id: 'phpstan',
    type: 'types',
    command: ['php', 'vendor/bin/phpstan', 'analyse', '--no-progress'],
    needs: ['php-setup'],
    files: ['phpstan.neon', 'phpstan.neon.dist'],
  },
  {
    id: 'phpunit',
    type: 'test',
    command: ['php', 'vendor/bin/phpunit'],
    needs: ['php-setup'],
    files: ['phpunit.xml', 'phpunit.xml.dist'],
  },
  { ...elixirSetup, files: ['mix.lock'] },
  {
    id: 'mix-format',
    type: 'format',
    command: ['mix', 'format', '--check-formatted'],
    needs: ['elixir-setup'],
    files: ['.formatter.exs'],
  },
  { id: 'mix-test', type: 'test', command: ['mix', 'test'], needs: ['elixir-setup'], files: ['mix.exs'] },
  { id: 'swift-test', type: 'test', command: ['swift', 'test'], files: ['Package.swift'] },
  { id: 'dart-analyze', type: 'lint', command: ['dart', 'analyze'], files: ['analysis_options.yaml'] },
  { id: 'dart-test', type: 'test', command: ['dart', 'test'], files: ['dart_test.yaml'] },
  { id: 'zig-test', type: 'test', command: ['zig', 'build', 'test'], files: ['build.zig'] },
  { id: 'deno-lint', type: 'lint', command: ['deno', 'lint'], files: ['deno.json', 'deno.jsonc'] },
  { id: 'cmake', type: 'test', command: shellCommand(cmakeScript, 'cmake'), requires: ['cmake'], files: ['CMakeLists.txt'] },
  { id: 'meson', type: 'test', command: shellCommand(mesonScript, 'meson'), requires: ['meson'], files: ['meson.build'] },
];

/** The checks of Ruby, PHP, Elixir, Swift, Dart, Zig, Deno, C, C++ and .NET projects, by their files in the root. */
export function otherChecks(clues: Clues): readonly CheckDraft[] {
  const drafts = rules.flatMap(({ files, ...draft }): readonly CheckDraft[] => {
    const reason = clues.firstOf(files);
    return reason === null ? [] : [{ ...draft, reason }];
  });
  return [...drafts, ...dotnet(clues)];
}

function dotnet(clues: Clues): readonly CheckDraft[] {
  const solution = clues.survey.project.rootEntries.find((name) => /\.(slnx?|[cf]sproj)$/.test(name));
  if (solution === undefined) return [];
  return [{ id: 'dotnet-test', type: 'test', command: ['dotnet', 'test'], reason: solution }];
}
