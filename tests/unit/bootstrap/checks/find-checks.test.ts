import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findChecks } from '../../../../src/bootstrap/checks/find-checks.ts';
import { foundTools, surveyOfFiles, surveyOfPaths } from '../project-fixture.ts';

type Files = Readonly<Record<string, string>>;

/** Each check as its command, with its needs in front. */
function commandsOf(files: Files, ...programs: readonly string[]): readonly string[] {
  return findChecks(surveyOfFiles(files), foundTools(...programs)).checks.map(({ command, needs }) =>
    [...needs.map((need) => `${need} >`), ...command].join(' '),
  );
}

const missingOf = (files: Files, ...programs: readonly string[]): readonly (readonly [string, string])[] =>
  findChecks(surveyOfFiles(files), foundTools(...programs)).missing.map(({ check, program }) => [check.id, program] as const);

const pyproject = '[project]\nname = "a"\ndependencies = ["mypy"]\n[tool.ruff]\n[tool.ruff.format]\n[tool.pytest.ini_options]\n';

describe('a Python project has', () => {
  test('the tools that it is configured for or depends on', () => {
    expect(commandsOf({ 'pyproject.toml': pyproject, 'a.py': 'x = 1\n' }, 'python3', 'ruff', 'mypy', 'pytest')).toEqual([
      'ruff format --check .',
      'ruff check --no-fix .',
      'mypy .',
      'python3 -m pytest',
    ]);
  });

  test('the same in the environment of its lock file, after the installation', () => {
    const text = '[project]\nname = "a"\ndependencies = ["pytest", "flake8"]\n';
    expect(commandsOf({ 'pyproject.toml': text, 'uv.lock': 'version = 1\n' }, 'uv')).toEqual([
      'uv sync --locked',
      'python-setup > uv run --locked flake8',
      'python-setup > uv run --locked python -m pytest',
    ]);
  });

  test('the syntax of its files where nothing else can run; what is missing is named', () => {
    const files = { 'pyproject.toml': pyproject, 'a b.py': 'x = 1\n' };
    expect(commandsOf(files, 'python3')[0]).toMatch(/^python3 -c import ast[^]* a b\.py$/);
    expect(missingOf(files, 'python3')).toEqual([
      ['ruff-format', 'ruff'],
      ['ruff-check', 'ruff'],
      ['mypy', 'mypy'],
      ['pytest', 'pytest'],
    ]);
  });

  test.each<[string, Files, readonly string[]]>([
    ['unittest in a folder', { 'tests/test_a.py': 'import unittest\n' }, ['python3 -m unittest discover -s tests']],
    [
      'unittest in a package',
      { 'tests/__init__.py': '', 'tests/test_a.py': 'import unittest\n' },
      ['python3 -m unittest discover'],
    ],
    ['pytest where tests import it', { 'tests/test_a.py': 'import pytest\nimport unittest\n' }, ['python3 -m pytest']],
    ['pytest where there is a conftest', { 'test_a.py': 'import unittest\n', 'conftest.py': '' }, ['python3 -m pytest']],
    ['Django', { 'manage.py': 'import django\n', 'requirements.txt': 'Django\n' }, ['python3 manage.py test']],
  ])('its tests: %s', (_, files, expected) => {
    expect(commandsOf({ 'setup.py': '', ...files }, 'python3', 'pytest', 'tox')).toEqual(expected);
  });

  test('tox where pytest is not there', () => {
    const files = { 'setup.py': '', 'tox.ini': '[tox]\n[testenv]\ncommands = pytest\n[pytest]\n' };
    expect(commandsOf(files, 'python3', 'tox')).toEqual(['tox run --skip-missing-interpreters=true']);
    expect(missingOf(files, 'python3', 'tox')).toEqual([['pytest', 'pytest']]);
  });

  test('mypy without arguments where its configuration says what is checked', () => {
    expect(commandsOf({ 'setup.py': '', 'mypy.ini': '[mypy]\nstrict = true\nfiles = a\n' }, 'mypy')).toEqual(['mypy']);
  });
});

describe('a Go module has', () => {
  const files = { 'go.mod': 'module a\n', 'main.go': 'package main\n', 'x/-a.go': 'package x\n', 'x/testdata/b.go': 'broken' };

  test('format, vet, build and test; files with broken code on purpose are not formatted', () => {
    const { checks } = findChecks(surveyOfFiles(files), foundTools('go', 'gofmt'));
    expect(checks.map(({ id, type }) => [id, type])).toEqual([
      ['gofmt', 'format'],
      ['go-vet', 'lint'],
      ['go-build', 'build'],
      ['go-test', 'test'],
    ]);
    expect(gofmtLooksAt(files, checks[0]?.command ?? [])).toEqual(['./main.go', './x/-a.go']);
  });

  test('golangci-lint where it is configured; modules of a workspace are checked where they are', () => {
    expect(commandsOf({ ...files, '.golangci.yml': '' }, 'golangci-lint')).toEqual(['golangci-lint run']);
    const nested = { 'go.work': 'use ./svc\n', 'svc/go.mod': 'module b\n', 'examples/c/go.mod': 'module c\n' };
    expect(commandsOf(nested, 'go')).toEqual([
      'go -C svc vet ./...',
      'go -C svc build -o /dev/null ./...',
      'go -C svc test ./...',
    ]);
  });
});

describe('the checks of', () => {
  test.each<[string, Files, readonly string[], readonly string[]]>([
    [
      'a crate',
      { 'Cargo.toml': '[package]\nname = "a"\n', 'Cargo.lock': 'version = 3\n' },
      ['cargo', 'rustfmt'],
      ['cargo fmt --all --check', 'cargo clippy --workspace --locked --all-targets', 'cargo test --workspace --locked'],
    ],
    [
      'Maven with a wrapper',
      { 'pom.xml': '<project/>', mvnw: '#!/bin/sh\n' },
      ['java'],
      ['./mvnw --batch-mode --no-transfer-progress verify'],
    ],
    ['Maven without one', { 'pom.xml': '<project/>' }, ['java', 'mvn'], ['mvn --batch-mode --no-transfer-progress verify']],
    ['Gradle', { 'build.gradle.kts': '', gradlew: '#!/bin/sh\n' }, ['java'], ['./gradlew --no-daemon --console=plain check']],
    ['SQL', { '.sqlfluff': '[sqlfluff]\n', 'a.sql': 'select 1' }, ['sqlfluff'], ['sqlfluff lint .']],
    [
      'dbt with packages',
      { 'dwh/dbt_project.yml': 'name: a\n', 'dwh/packages.yml': 'packages: []\n', 'dwh/profiles.yml': 'a: {}\n' },
      ['dbt'],
      ['dbt deps --project-dir dwh --profiles-dir dwh', 'dbt-deps-dwh > dbt parse --project-dir dwh --profiles-dir dwh'],
    ],
    [
      'Terraform',
      {
        'env/prod/main.tf': 'provider "aws" {}\n',
        'modules/a/main.tf': 'provider "aws" {}\n',
        'env/prod/.terraform.lock.hcl': '',
      },
      ['terraform'],
      [
        'terraform fmt -check -diff -recursive',
        'terraform -chdir=env/prod init -backend=false -input=false -lockfile=readonly',
        'terraform-init-env-prod > terraform -chdir=env/prod validate',
      ],
    ],
    [
      'Ansible without its linter',
      { 'site.yml': '- name: all\n  hosts: all\n' },
      ['ansible-playbook'],
      ['ansible-playbook --syntax-check site.yml'],
    ],
    ['Ansible', { 'site.yml': '- hosts: all\n' }, ['ansible-playbook', 'ansible-lint'], ['ansible-lint --offline']],
    [
      'charts, without those inside of others',
      { 'a/Chart.yaml': 'name: a\n', 'a/charts/b/Chart.yaml': 'name: b\n', 'c/Chart.yaml': 'name: c\n' },
      ['helm'],
      ['helm lint a c'],
    ],
    ['a Compose file', { 'compose.yaml': 'services: {}\n' }, ['docker'], ['docker compose --file compose.yaml config --quiet']],
    [
      'linters of text',
      { '.vale.ini': '', '.yamllint': '', '.markdownlint.json': '{}' },
      ['vale', 'yamllint', 'markdownlint'],
      ['vale .', 'yamllint .', 'markdownlint --ignore node_modules .'],
    ],
    ['a Makefile', { Makefile: 'test:\n\t./run-tests\nlint:\n\teslint --fix .\ncheck: test\n' }, ['make'], ['make test']],
    [
      'a justfile',
      { justfile: 'lint:\n  ./lint\nfmt-check target:\n  ./fmt\ntest mode="fast":\n  ./test\n' },
      ['just'],
      ['just lint', 'just test'],
    ],
    [
      'a Taskfile',
      { 'Taskfile.yml': 'tasks:\n  test: { cmds: [./test] }\n  docs: { cmds: [mkdocs gh-deploy] }\n' },
      ['task'],
      ['task test'],
    ],
    [
      'hooks alone',
      { '.pre-commit-config.yaml': 'repos: []\n' },
      ['pre-commit'],
      ['pre-commit run --all-files --show-diff-on-failure'],
    ],
    ['CMake', { 'CMakeLists.txt': '' }, ['ctest'], []],
  ])('%s', (_, files, programs, expected) => {
    expect(commandsOf(files, ...programs)).toEqual(expected);
  });

  test('documentation write into the artifacts of the run, with folders as arguments', () => {
    const files = { 'my docs/conf.py': 'extensions = []\n', 'mkdocs.yml': 'site_name: a\n' };
    const { checks } = findChecks(surveyOfFiles(files), foundTools('sphinx-build', 'mkdocs'));
    const builds = checks.filter(({ type }) => type === 'docs');
    expect(builds.map(({ id, command }) => [id, ...command.slice(3)])).toEqual([
      ['mkdocs', 'mkdocs', 'mkdocs'],
      ['sphinx', 'sphinx', 'my docs', 'sphinx-build'],
    ]);
    for (const { command } of builds) expect(command[2]).toContain('"$STATEYARD_ARTIFACTS/');
  });

  test('a repository without any: git looks at what is not committed', () => {
    const survey = { ...surveyOfPaths(['a.bin']), versionControl: 'git' };
    expect(findChecks(survey, foundTools('git')).checks.map(({ id }) => id)).toEqual(['whitespace']);
    expect(findChecks(surveyOfPaths(['a.bin']), foundTools('git'))).toEqual({ checks: [], missing: [] });
  });
});

describe('shell scripts', () => {
  test('are linted where the project is made of them; only errors count, as nobody has configured it', () => {
    const files = { 'a.sh': 'true\n', 'bin/b': '#!/usr/bin/env bash\n', 'bin/c': '#!/usr/bin/python3\n', '-d.sh': '' };
    const { checks } = findChecks(surveyOfFiles(files), foundTools('shellcheck'));
    expect(checks.map(({ command }) => command)).toEqual([['shellcheck', '--severity=error', './-d.sh', 'a.sh', 'bin/b']]);
  });

  test('are read by the shell where shellcheck is not there', () => {
    const { checks, missing } = findChecks(surveyOfFiles({ 'a.sh': 'true\n' }), []);
    expect(checks.map(({ id, command }) => [id, ...command.slice(3)])).toEqual([['shell-syntax', 'syntax', 'a.sh']]);
    expect(missing.map(({ program }) => program)).toEqual(['shellcheck']);
  });

  test('of a project of something else are left alone, unless its CI looks at them', () => {
    const files = { 'go.mod': 'module a\n', 'a.sh': 'true\n' };
    expect(commandsOf(files, 'shellcheck')).toEqual([]);
    expect(commandsOf({ ...files, '.github/workflows/ci.yml': 'run: shellcheck *.sh\n' }, 'shellcheck')).toEqual([
      'shellcheck a.sh',
    ]);
  });

  test('are many: a bounded number of lists, each short enough for a command line', () => {
    const paths = Array.from({ length: 3_000 }, (_, index) => `scripts/${'x'.repeat(90)}${index}.sh`);
    const { checks } = findChecks(surveyOfPaths(paths), foundTools('shellcheck'));
    expect(checks.map(({ id }) => id)).toEqual([
      'shellcheck',
      'shell-shellcheck',
      'shell-shellcheck-2',
      'shell-shellcheck-3',
      'shell-shellcheck-4',
    ]);
    for (const { command } of checks) expect(command.join(' ').length).toBeLessThan(31_000);
  });

  test('whose names are not Unicode are left out', () => {
    expect(findChecks(surveyOfPaths(['\uD800.sh', 'a\uFFFD.sh']), foundTools('shellcheck')).checks).toEqual([]);
  });
});

test('targets serve only for types that nothing better gives', () => {
  const files = { Makefile: 'test:\n\tgo test\nlint:\n\t./lint\n', 'go.mod': 'module a\n' };
  expect(commandsOf(files, 'go', 'make').filter((command) => command.startsWith('make'))).toEqual([]);
  expect(commandsOf(files, 'make')).toEqual(['make lint', 'make test']);
});

test('ids are unique, and each check comes after what it needs', () => {
  const files = {
    'package.json': '{"scripts":{"lint":"eslint .","lint:a":"x","mypy":"y","test":"jest"},"dependencies":{"jest":"1"}}',
    'package-lock.json': '{}',
    'pyproject.toml': pyproject,
    'poetry.lock': '',
    'mkdocs.yml': 'site_name: a\n',
  };
  const { checks } = findChecks(surveyOfFiles(files), foundTools('npm', 'poetry', 'ruff', 'mypy', 'python3', 'pytest', 'mkdocs'));
  const ids = checks.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [index, { needs }] of checks.entries()) for (const need of needs) expect(ids.indexOf(need)).toBeLessThan(index);
  expect(ids.slice(0, 2)).toEqual(['node-setup', 'python-setup']);
});

/** The files that the check of the format gives to gofmt, which is a program of ours that finds fault with each. */
function gofmtLooksAt(files: Readonly<Record<string, string>>, [program = '', ...args]: readonly string[]): readonly string[] {
  const root = mkdtempSync(join(tmpdir(), 'stateyard-gofmt-'));
  try {
    for (const [path, text] of Object.entries({ ...files, 'tools/gofmt': '#!/bin/sh\nshift\nprintf "%s\\n" "$@"\n' })) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      writeFileSync(join(root, path), text, { mode: 0o755 });
    }
    const env = { ...process.env, PATH: `${join(root, 'tools')}:${process.env['PATH'] ?? ''}` };
    const { status, stdout } = spawnSync(program, args, { cwd: root, env, encoding: 'utf8' });
    expect(status).toBe(1);
    return stdout.trim().split('\n').slice(1).toSorted();
  } finally {
    rmSync(root, { recursive: true });
  }
}
