import type { Survey } from '../../project.ts';
import { hasFile, isWrittenIn } from '../evidence.ts';
import type { CatalogueTool } from './catalogue-tool.ts';
import { cannotRun, check, declines, declinesBySaying, refuses, refusesBySaying } from './catalogue-tool.ts';

const isGo = (survey: Survey): boolean => survey.manifests.go !== null || isWrittenIn(survey, 'Go');
const isRust = (survey: Survey): boolean => survey.manifests.rust !== null;

const go = { domains: ['go'], versionArgs: ['version'], isUsed: isGo } as const;
const nothingInGo = declinesBySaying(
  '(no Go files|matched no packages|no packages to|go\\.mod file not found|does not contain main module)',
  'there is nothing in Go here',
);

/** Of the Go distribution, and golangci-lint (package exitcodes: 1 issues, 5 no Go files). `-o /dev/null` keeps a single program from being written. */
const goTools: readonly CatalogueTool[] = [
  check({
    ...go,
    toolId: 'golangci-lint',
    command: 'golangci-lint',
    args: ['run', './...'],
    kinds: ['lint', 'validation'],
    tier: 'low',
    timeout: 900,
    outcomes: [refuses([1], 'golangci-lint has findings'), declines([2, 3, 4, 5, 6, 7], cannotRun('golangci-lint'))],
    versionArgs: ['--version'],
    isUsed: (survey) =>
      hasFile(survey, '.golangci.yml', '.golangci.yaml', '.golangci.toml', '.golangci.json') || survey.manifests.go !== null,
  }),
  check({
    ...go,
    toolId: 'go-vet',
    command: 'go',
    args: ['vet', './...'],
    kinds: ['lint', 'validation'],
    tier: 'low',
    timeout: 900,
    outcomes: [nothingInGo, refuses([1, 2], 'go vet has findings')],
  }),
  check({
    ...go,
    toolId: 'gofmt',
    command: 'gofmt',
    args: ['-l', '.'],
    kinds: ['format'],
    tier: 'low',
    timeout: 300,
    // It exits with 0 and names the files that are not formatted.
    outcomes: [refuses([1, 2], 'a file cannot be read as Go'), refusesBySaying('\\.go$', 'files are not formatted')],
  }),
  check({
    ...go,
    toolId: 'go-test',
    command: 'go',
    args: ['test', './...'],
    kinds: ['test'],
    tier: 'medium',
    timeout: 1_800,
    outcomes: [nothingInGo, refuses([1, 2], 'tests fail')],
  }),
  check({
    ...go,
    toolId: 'go-build',
    command: 'go',
    args: ['build', '-o', '/dev/null', './...'],
    kinds: ['build'],
    tier: 'low',
    timeout: 1_800,
    outcomes: [nothingInGo, refuses([1, 2], 'the build fails')],
  }),
];

const noCrate = declinesBySaying('could not find `Cargo\\.toml`', 'there is no Cargo.toml here');
const noComponent = declinesBySaying(
  "(no such (sub)?command: `(clippy|fmt)`|'cargo-(clippy|fmt)(\\.exe)?' is not installed)",
  'this component of Rust is not installed',
);

function cargo(
  toolId: string,
  args: readonly string[],
  kind: 'lint' | 'format' | 'test' | 'build',
  fails: string,
): CatalogueTool {
  return check({
    toolId,
    command: 'cargo',
    args,
    kinds: kind === 'lint' ? ['lint', 'validation'] : [kind],
    domains: ['rust'],
    tier: kind === 'format' ? 'low' : 'medium',
    timeout: kind === 'format' ? 300 : 3_600,
    outcomes: [noCrate, noComponent, refuses([1, 101], fails)],
    isUsed: isRust,
  });
}

/** Cargo ends with 101 where a crate does not compile or a test fails, and rustfmt with 1 where files differ. */
const rustTools: readonly CatalogueTool[] = [
  cargo('cargo-clippy', ['clippy', '--workspace', '--all-targets', '--', '-D', 'warnings'], 'lint', 'clippy has findings'),
  cargo('cargo-check', ['check', '--workspace', '--all-targets'], 'lint', 'the code does not compile'),
  cargo('cargo-fmt', ['fmt', '--all', '--check'], 'format', 'files are not formatted'),
  cargo('cargo-test', ['test', '--workspace'], 'test', 'tests fail'),
  cargo('cargo-build', ['build', '--workspace'], 'build', 'the build fails'),
];

const noJava = declinesBySaying(
  'JAVA_HOME.*(not set|not defined|invalid)|no .java. command could be found',
  'there is no Java here',
);

function jvm(build: 'maven' | 'gradle', args: readonly string[], kind: 'test' | 'build'): CatalogueTool {
  return check({
    toolId: `${build}-${kind}`,
    command: build === 'maven' ? 'mvn' : 'gradle',
    args,
    kinds: [kind],
    domains: ['java', 'kotlin', 'scala', 'groovy'],
    tier: 'medium',
    timeout: 3_600,
    outcomes: [
      noJava,
      declinesBySaying(
        '(there is no POM in this directory|does not contain a Gradle build)',
        `there is no build of ${build === 'maven' ? 'Maven' : 'Gradle'} here`,
      ),
      refuses([1], kind === 'test' ? 'tests fail' : 'the build fails'),
    ],
    isUsed: ({ manifests }) => manifests.jvm?.build === build,
    wrapper: ({ manifests: { jvm } }) => (jvm === null || jvm.wrapper === null ? null : `./${jvm.wrapper}`),
  });
}

/** Maven and Gradle end with 1 where anything fails; the project's own wrapper goes before what is installed. */
const jvmTools: readonly CatalogueTool[] = [
  jvm('maven', ['--batch-mode', 'test'], 'test'),
  jvm('maven', ['--batch-mode', '-DskipTests', 'package'], 'build'),
  jvm('gradle', ['--console=plain', 'test'], 'test'),
  jvm('gradle', ['--console=plain', 'assemble'], 'build'),
];

/** Tools of Go, Rust and the languages of the JVM; exit codes are those of their documentation. */
export const compiledTools: readonly CatalogueTool[] = [...goTools, ...rustTools, ...jvmTools];
