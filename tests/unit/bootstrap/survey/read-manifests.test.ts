import { describe, expect, it } from 'vitest';
import type { Manifests } from '../../../../src/bootstrap/project.ts';
import { readManifests } from '../../../../src/bootstrap/survey/manifests/read-manifests.ts';
import { scanProject } from '../../../../src/bootstrap/survey/scan-project.ts';
import { makeTree } from './tree.ts';

function manifests(files: Readonly<Record<string, string>>): Manifests {
  return readManifests(scanProject(makeTree(files)));
}

function sorted(names: Iterable<string> | undefined): string[] {
  return [...(names ?? [])].toSorted();
}

describe('manifests', () => {
  it('are none in an empty tree, nor anywhere but in the root', () => {
    expect(manifests({ 'a/package.json': '{}', 'a/go.mod': '', 'a/Makefile': '' })).toEqual({
      node: null,
      python: null,
      go: null,
      rust: null,
      jvm: null,
      make: null,
      problems: [],
    });
  });

  it('that are broken show their ecosystem and are named', () => {
    const found = manifests({ 'package.json': '{', 'pyproject.toml': 'a = ', 'Cargo.toml': '\u0000', Pipfile: '[[' });
    expect(found).toMatchObject({ node: { name: null, scripts: {} }, python: { name: null }, rust: { name: null } });
    expect(found.problems).toEqual([
      'package.json: not valid JSON',
      'pyproject.toml: not valid TOML',
      'Pipfile: not valid TOML',
      'Cargo.toml: cannot be read as text, or is larger than 512 KiB',
    ]);
    expect(manifests({ 'package.json': '[1]' }).problems).toEqual(['package.json: not a JSON mapping']);
    expect(manifests({ 'package.json': `{"a": "${'x'.repeat(600_000)}"}` }).problems).toHaveLength(1);
  });
});

describe('package.json', () => {
  it('gives its name, its scripts and all its dependencies', () => {
    const text =
      '\uFEFF{"name": " a ", "scripts": {"test": "t", "n": 1}, "dependencies": {"b": "1"}, "devDependencies": {"c": {}}, "optionalDependencies": {"d": ""}}';
    const { node } = manifests({ 'package.json': text });
    expect(node).toMatchObject({
      name: 'a',
      scripts: { test: 't' },
      packageManager: 'npm',
      lockFile: null,
      hasWorkspaces: false,
    });
    expect(sorted(node?.dependencies)).toEqual(['b', 'c', 'd']);
  });

  it('holds values of any type, and names that reach into prototypes', () => {
    const text = '{"name": 1, "scripts": ["x"], "dependencies": null, "workspaces": {"packages": ["a"]}, "packageManager": {}}';
    expect(manifests({ 'package.json': text }).node).toMatchObject({ name: null, scripts: {}, hasWorkspaces: true });
    const { node } = manifests({ 'package.json': '{"scripts": {"__proto__": "x", "constructor": "y"}}' });
    expect(Object.entries(node?.scripts ?? {})).toEqual([['constructor', 'y']]);
    expect(node?.scripts['toString']).toBeUndefined();
  });

  it.each([
    [{ 'pnpm-lock.yaml': '' }, 'pnpm', 'pnpm-lock.yaml'],
    [{ 'yarn.lock': '', 'package-lock.json': '' }, 'yarn', 'yarn.lock'],
    [{ 'bun.lock': '' }, 'bun', 'bun.lock'],
    [{ 'package-lock.json': '' }, 'npm', 'package-lock.json'],
    [{ 'package.json': '{"packageManager": "yarn@4.1.0"}', 'package-lock.json': '' }, 'yarn', null],
  ])('with %j is for %s', (files, packageManager, lockFile) => {
    expect(manifests({ 'package.json': '{}', ...files }).node).toMatchObject({ packageManager, lockFile });
  });
});

describe('manifests of Python', () => {
  it('give tools, dependencies of every group, and the backend', () => {
    const pyproject = `
[project]
name = "Some_App"
dependencies = ["Django[argon2]>=5", "zope.interface ; python_version > '3'", "x @ https://example.org/x.zip", 7]
[project.optional-dependencies]
dev = ["Ruff"]
[dependency-groups]
test = ["pytest>8", {include-group = "dev"}]
[tool.poetry.dependencies]
python = "^3.11"
requests = "*"
[tool.poetry.group.docs.dependencies]
mkdocs = "1"
[tool.ruff.lint]
select = ["E"]
[build-system]
build-backend = "hatchling.build"`;
    const { python } = manifests({
      'pyproject.toml': pyproject,
      'requirements-dev.txt': '# c\n-r other.txt\nflask==1\n./local\nhttps://example.org/y.whl\nblack~=24 # why\n',
      'setup.cfg':
        '[mypy]\nstrict = True\n[options]\ninstall_requires =\n    attrs\n    six>=1\n[options.extras_require]\na =\n    rich\n',
      'tox.ini': '[tox]\n[testenv]\ndeps =\n  coverage\n',
      'conftest.py': '',
    });
    expect(python).toMatchObject({ name: 'Some_App', buildBackend: 'hatchling.build' });
    expect(sorted(python?.configuredTools)).toEqual(['mypy', 'poetry', 'pytest', 'ruff', 'tox']);
    expect(sorted(python?.dependencies)).toEqual([
      'attrs',
      'black',
      'coverage',
      'django',
      'flask',
      'mkdocs',
      'pytest',
      'requests',
      'rich',
      'ruff',
      'six',
      'x',
      'zope-interface',
    ]);
  });

  it('may be setup.py alone, which is not run', () => {
    expect(manifests({ 'setup.py': 'raise SystemExit' }).python).toMatchObject({ name: null, buildBackend: null });
    expect(manifests({ Pipfile: '[packages]\nflask = "*"' }).python?.dependencies).toEqual(new Set(['flask']));
  });
});

describe('the manifests of Go, Rust and the JVM', () => {
  it('give names, workspaces and wrappers', () => {
    const found = manifests({
      'go.mod': '// c\nmodule "example.org/a/v2"\n\ngo 1.22\n',
      'Cargo.toml': '[workspace]\nmembers = []',
      'pom.xml': '',
      mvnw: '',
    });
    expect(found.go).toEqual({ module: 'example.org/a/v2', hasWorkspace: false });
    expect(found.rust).toEqual({ name: null, hasWorkspace: true });
    expect(found.jvm).toEqual({ build: 'maven', wrapper: 'mvnw' });
    expect(manifests({ 'go.work': '' }).go).toEqual({ module: null, hasWorkspace: true });
    expect(manifests({ 'settings.gradle.kts': '' }).jvm).toEqual({ build: 'gradle', wrapper: null });
  });
});

describe('the Makefile', () => {
  it('gives the targets that stand at the start of a line, and nothing else', () => {
    const text = [
      'VAR := x',
      'OTHER ?= y: z',
      '.PHONY: all test',
      'all: build \\',
      '  docs: more',
      'build lint-all: a.o ; echo b: c',
      '\ttest: not a target',
      '%.o: %.c',
      '$(BIN): x',
      'debug: CFLAGS += -g',
      'clean::',
      'a.o: a.c',
      '# comment: no',
      'url = http://example.org',
      'if: x',
    ].join('\n');
    const { make } = manifests({ Makefile: text });
    expect(make?.file).toBe('Makefile');
    expect(sorted(make?.targets)).toEqual(['a.o', 'all', 'build', 'clean', 'if', 'lint-all']);
  });
});
