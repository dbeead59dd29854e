import { expect, test } from 'vitest';
import { judgeEnd } from '../../../../router/judge.ts';
import type { Outcome } from '../../../../schemas/outcome.ts';
import { catalogue } from '../../../../src/bootstrap/tools/catalogue/catalogue.ts';

/** What the end of a tool means: what its configuration says, else how it ended. */
function meaningOf(toolId: string, exitCode: number, output: string): string {
  const tool = catalogue.find((each) => each.toolId === toolId);
  if (tool === undefined) throw new Error(`there is no tool ${toolId}`);
  const outcome: Outcome = exitCode === 0 ? { kind: 'succeeded', exitCode: 0 } : { kind: 'exitNonZero', exitCode };
  const judged = judgeEnd(tool.app, outcome, output).outcome;
  return judged.kind === 'judged' ? judged.means : judged.kind;
}

/* The ends of cargo, make, Maven, npm, Python and Terraform are from this machine on 2026-11-23, those of the others from their documentation. */
test.each([
  ['gofmt', 0, '', 'succeeded'],
  ['gofmt', 0, 'cmd/main.go\n', 'never_retry'],
  ['go-vet', 1, 'pattern ./...: directory prefix . does not contain main module or its selected dependencies', 'try_another'],
  ['go-test', 1, '--- FAIL: TestX (0.00s)\nFAIL\texample.org/m\t0.002s', 'never_retry'],
  ['golangci-lint', 5, 'level=error msg="Running error: context loading failed: no go files to analyze"', 'try_another'],
  ['cargo-clippy', 101, 'error: could not find `Cargo.toml` in `/tmp/x` or any parent directory', 'try_another'],
  ['cargo-clippy', 101, 'error: no such command: `clippy`', 'try_another'],
  ['cargo-clippy', 101, 'error: unused variable: `x`', 'never_retry'],
  ['cargo-fmt', 1, 'Diff in /tmp/x/src/main.rs:1:', 'never_retry'],
  ['python-unittest', 0, 'Ran 0 tests in 0.000s\n\nOK', 'try_another'],
  ['python-unittest', 0, 'Ran 10 tests in 0.004s\n\nOK', 'succeeded'],
  ['python-unittest', 1, 'Ran 10 tests in 0.004s\n\nFAILED (failures=1)', 'never_retry'],
  ['pylint', 20, 'src/a.py:1:0: C0114: Missing module docstring (missing-module-docstring)', 'never_retry'],
  ['pylint', 32, 'Usage:  pylint [options]', 'try_another'],
  ['mypy', 2, "mypy: can't read file", 'try_another'],
  ['make-test', 2, "make: *** No rule to make target 'test'.  Stop.", 'try_another'],
  ['make-test', 2, 'make: *** [Makefile:3: test] Error 1', 'never_retry'],
  [
    'maven-test',
    1,
    '[ERROR] The goal you specified requires a project to execute but there is no POM in this directory (/tmp/x).',
    'try_another',
  ],
  ['gradle-test', 1, "ERROR: JAVA_HOME is not set and no 'java' command could be found in your PATH.", 'try_another'],
  ['npm-lint', 1, 'npm error Missing script: "lint"', 'try_another'],
  ['npm-lint', 1, '1 problem (1 error, 0 warnings)', 'never_retry'],
  ['tsc', 1, 'npm error could not determine executable to run', 'try_another'],
  ['tsc', 2, "src/a.ts(1,7): error TS2322: Type 'string' is not assignable to type 'number'.", 'never_retry'],
  ['terraform-fmt', 3, 'tf/main.tf', 'never_retry'],
  ['terraform-validate', 1, '│ Error: Missing required provider', 'try_another'],
  ['tflint', 2, '1 issue(s) found:', 'never_retry'],
  ['ansible-lint', 2, 'Failed: 3 failure(s), 0 warning(s) on 2 files.', 'never_retry'],
  ['ansible-lint', 3, 'Invalid configuration file', 'try_another'],
  ['sqlfluff', 2, 'User Error: No dialect was specified.', 'try_another'],
  ['dbt-parse', 1, "Could not find profile named 'shop'", 'try_another'],
  ['codespell', 65, './README.md:3: teh ==> the', 'never_retry'],
])('the end of %s with %i and %j is %s', (toolId, exitCode, output, meaning) => {
  expect(meaningOf(toolId, exitCode, output)).toBe(meaning);
});
