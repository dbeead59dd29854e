import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Survey } from '../../../../src/bootstrap/project.ts';
import { surveyProject } from '../../../../src/bootstrap/survey/survey-project.ts';
import { makeTree } from './tree.ts';

function survey(files: Readonly<Record<string, string>>): Survey {
  return surveyProject(makeTree(files));
}

function frameworks(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(survey(files).frameworks.map(({ framework, indicator }) => [framework, indicator]));
}

describe('frameworks', () => {
  it('are shown by a manifest before a file', () => {
    const files = { 'pyproject.toml': '[project]\ndependencies = ["Django"]\n[tool.poetry]\n', 'manage.py': '' };
    expect(frameworks(files)).toEqual({ django: 'pyproject.toml: dependency django', poetry: 'pyproject.toml: tool.poetry' });
    expect(frameworks({ 'manage.py': '' })).toEqual({ django: 'manage.py' });
    expect(frameworks({ 'package.json': '{"devDependencies": {"vitest": "4"}}' })).toEqual({
      vitest: 'package.json: dependency vitest',
    });
    expect(frameworks({ 'pyproject.toml': '[build-system]\nbuild-backend = "hatchling.build"' })).toEqual({
      hatch: 'pyproject.toml: build-backend hatchling.build',
    });
  });

  it.each([
    [{ 'go.mod': 'module a\nrequire (\n\tgithub.com/spf13/cobra v1.8.0\n)\n' }, ['cobra', 'go-modules']],
    [{ 'Cargo.toml': '[workspace.dependencies]\ntokio = "1"' }, ['cargo', 'tokio']],
    [{ 'pom.xml': '<groupId>org.springframework</groupId><artifactId>junit-jupiter</artifactId>' }, ['junit', 'maven', 'spring']],
    [{ Gemfile: "gem 'rails', '~> 8'\n" }, ['bundler', 'rails']],
    [{ 'composer.json': '{"require": {"laravel/framework": "*"}}' }, ['composer', 'laravel']],
    [
      { 'infra/main.tf': '', Dockerfile: '', 'deploy/chart/Chart.yaml': 'apiVersion: v2\nname: a' },
      ['docker', 'helm', 'terraform'],
    ],
    [{ 'k8s/a.yaml': '---\napiVersion: apps/v1\nkind: Deployment\n' }, ['kubernetes']],
    [{ 'site.yml': '---\n- name: All\n  hosts: all\n' }, ['ansible']],
    [{ 'stack.json': '{"AWSTemplateFormatVersion": "2010-09-09"}' }, ['cloudformation']],
    [{ 'docs/conf.py': "extensions = ['sphinx.ext.autodoc']" }, ['sphinx']],
    [{ 'config.toml': 'baseURL = "https://example.org"' }, ['hugo']],
    [{ 'mkdocs.yml': '', '.vale.ini': '' }, ['mkdocs', 'vale']],
    [{ 'dbt_project.yml': '', 'a.ipynb': '{}' }, ['dbt', 'jupyter']],
  ])('of %j are %j', (files, names) => {
    expect(Object.keys(frameworks(files as Record<string, string>))).toEqual(names);
  });

  it('are not shown by tests, examples, dependencies and files far below', () => {
    expect(
      frameworks({
        'tests/fixtures/mkdocs.yml': '',
        'examples/Dockerfile': '',
        'vendor/x/Chart.yaml': '',
        'a/b/c/d/main.tf': '',
      }),
    ).toEqual({});
  });
});

describe('the survey of a project', () => {
  it('names the project after its manifest, else after its folder', () => {
    expect(survey({ 'go.mod': 'module example.org/tools/thing/v3' }).name).toBe('thing');
    expect(survey({ 'package.json': '{"name": "a\\nb"}' }).name).toBe('a b');
    expect(survey({ 'package.json': '{"name": ""}', 'Cargo.toml': '[package]\nname = "crate"' }).name).toBe('crate');
    const root = makeTree({});
    expect(surveyProject(root).name).toBe(path.basename(root));
  });

  it.each([
    ['.github/workflows/ci.yml', 'github-actions'],
    ['.gitlab-ci.yml', 'gitlab-ci'],
    ['Jenkinsfile', 'jenkins'],
    ['.circleci/config.yml', 'circleci'],
    ['debian/salsa-ci.yml', 'salsa-ci'],
    ['.woodpecker/test.yaml', 'woodpecker'],
    ['.github/workflows/README.md', null],
  ])('sees in %s the CI %s', (file, ci) => {
    expect(survey({ [file]: '' }).existingCi).toBe(ci);
  });

  it('knows version control by its folder, or the file of a worktree', () => {
    expect(survey({ '.git/HEAD': '' }).versionControl).toBe('git');
    expect(survey({ '.git': 'gitdir: /elsewhere' }).versionControl).toBe('git');
    expect(survey({ '.hg/store': '' }).versionControl).toBe('mercurial');
    expect(survey({ 'a/.git/HEAD': '' }).versionControl).toBeNull();
  });

  it('sorts folders by what they are for', () => {
    const files = [
      'src/a',
      'docs/a',
      'tests/a',
      'scripts/a',
      'config/a',
      'mypkg/__init__.py',
      'packages/x/src/a',
      'packages/x/test/a',
      'deep/src/a',
    ];
    expect(survey(Object.fromEntries(files.map((file) => [file, '']))).directories).toEqual({
      src_dirs: ['mypkg', 'packages', 'packages/x/src', 'src'],
      test_dirs: ['packages/x/test', 'tests'],
      doc_dirs: ['docs'],
      config_dirs: ['config'],
      script_dirs: ['scripts'],
    });
  });

  it('finds tests beside the code where they have no folder', () => {
    const found = survey({ 'pkg/a.go': 'x', 'pkg/a_test.go': 'x', 'main_test.go': 'x' });
    expect(found.directories.test_dirs).toEqual(['.', 'pkg']);
    expect(found.inferred.tests_must_pass).toBe(true);
  });

  it('infers what changes must keep to', () => {
    expect(survey({ 'a.py': 'x = 1' }).inferred).toEqual({
      tests_must_pass: false,
      lint_required: false,
      patch_only: false,
      ascii_only: true,
    });
    const full = survey({ '.git/HEAD': '', 'ruff.toml': '', 'tests/test_a.py': 'x = "é"', 'setup.py': '' });
    expect(full.inferred).toEqual({ tests_must_pass: true, lint_required: true, patch_only: true, ascii_only: false });
    const placeholder = '{"scripts": {"test": "echo \\"Error: no test specified\\" && exit 1"}}';
    expect(survey({ 'package.json': placeholder }).inferred.tests_must_pass).toBe(false);
  });

  it('is the same each time', () => {
    const root = makeTree({ 'a.py': 'x', 'b/c.go': 'y', Makefile: 'all:\n', 'README.md': '# a' });
    const plain = (found: Survey): string => JSON.stringify({ ...found, project: [found.project.files, found.project.folders] });
    expect(plain(surveyProject(root))).toBe(plain(surveyProject(root)));
  });
});
