import { describe, expect, test } from 'vitest';
import { chooseProfile } from '../../../../src/bootstrap/choose-profile.ts';
import { profileIds } from '../../../../src/profiles/profile-ids.ts';
import { surveyOfFiles } from '../project-fixture.ts';

const python = (lines: number): string => 'value = compute(1, 2)\n'.repeat(lines);
const typescript = (lines: number): string => 'export const value: number = 1;\n'.repeat(lines);
const hcl = (lines: number): string => 'resource "aws_instance" "a" {\n  ami = "b"\n}\n'.repeat(lines);
const prose = (lines: number): string => 'A sentence about the thing that this page is about.\n'.repeat(lines);
const notebook = JSON.stringify({
  cells: [{ cell_type: 'code', source: ['import pandas'], outputs: ['x'.repeat(20_000)] }],
  nbformat: 4,
});

describe('the profile of', () => {
  test.each<[string, string, Record<string, string>]>([
    [
      'a Python package',
      'software-dev-python',
      { 'pyproject.toml': '[project]\nname = "a"\n', 'src/a/__init__.py': python(50), 'README.md': prose(40) },
    ],
    [
      'a Python package with large documentation',
      'software-dev-python',
      {
        'pyproject.toml': '[project]\nname = "a"\n',
        'src/a/__init__.py': python(200),
        'docs/conf.py': 'extensions = []\n',
        'docs/index.rst': prose(70),
      },
    ],
    ['a Node package', 'software-dev-node', { 'package.json': '{"name":"a"}', 'src/index.ts': typescript(50) }],
    [
      'a small Node package with a long README',
      'software-dev-node',
      { 'package.json': '{"name":"a"}', 'index.js': 'module.exports = 1;\n', 'readme.md': prose(100) },
    ],
    [
      'a Node package with a folder of documentation',
      'software-dev-node',
      {
        'package.json': '{"name":"a"}',
        'src/index.ts': typescript(200),
        'docs/guide.md': prose(60),
        'mkdocs.yml': 'site_name: a\n',
      },
    ],
    ['a Go module', 'software-dev-go', { 'go.mod': 'module a\n', 'main.go': 'package main\n\nfunc main() {}\n' }],
    [
      'a Go service that is deployed with Helm',
      'software-dev-go',
      {
        'go.mod': 'module a\n',
        'main.go': 'package main\n\nfunc main() {}\n'.repeat(50),
        Dockerfile: 'FROM scratch\n',
        'deploy/chart/Chart.yaml': 'name: a\nversion: 1.0.0\n',
      },
    ],
    ['a Rust crate', 'software-dev-rust', { 'Cargo.toml': '[package]\nname = "a"\n', 'src/lib.rs': 'pub fn a() {}\n' }],
    ['a Maven project', 'software-dev-jvm', { 'pom.xml': '<project/>', 'src/main/java/A.java': 'public class A {}\n' }],
    [
      'a dbt project',
      'data-pipeline',
      { 'dbt_project.yml': 'name: a\n', 'models/a.sql': 'select 1 as a from b\n'.repeat(20), 'requirements.txt': 'dbt-core\n' },
    ],
    [
      'a project of notebooks',
      'data-pipeline',
      { 'requirements.txt': 'pandas\n', 'a.ipynb': notebook, 'b.ipynb': notebook, 'c.ipynb': notebook },
    ],
    [
      'a Python package with one notebook',
      'software-dev-python',
      {
        'pyproject.toml': '[project]\nname = "a"\n',
        'a/__init__.py': python(200),
        'a/b.py': python(200),
        'a/c.py': python(9),
        'demo.ipynb': notebook,
      },
    ],
    [
      'a pipeline of Airflow',
      'data-pipeline',
      {
        'requirements.txt': 'apache-airflow\npandas\n',
        'dags/a.py': python(30),
        'sql/a.sql': 'select 1;\n'.repeat(60),
        'dbt_project.yml': 'name: a\n',
      },
    ],
    [
      'a site of mkdocs',
      'documentation',
      { 'mkdocs.yml': 'site_name: a\n', 'docs/index.md': prose(50), 'docs/guide.md': prose(50) },
    ],
    [
      'a site of Docusaurus',
      'documentation',
      {
        'package.json': '{"name":"a","dependencies":{"@docusaurus/core":"3.0.0"},"scripts":{"build":"docusaurus build"}}',
        'docusaurus.config.js': 'export default { title: "a" };\n'.repeat(10),
        'docs/intro.md': prose(100),
        'docs/more.md': prose(100),
      },
    ],
    ['a folder of texts', 'documentation', { 'README.md': prose(20), 'notes/a.md': prose(20) }],
    ['a Terraform project', 'operations', { 'main.tf': hcl(30), 'modules/a/main.tf': hcl(10), 'README.md': prose(30) }],
    [
      'an Ansible project',
      'operations',
      {
        'ansible.cfg': '[defaults]\n',
        'site.yml': '- hosts: all\n  roles: [web]\n',
        'roles/web/tasks/main.yml': '- name: a\n  command: b\n'.repeat(30),
        'library/a.py': python(5),
      },
    ],
    [
      'manifests of Kubernetes',
      'operations',
      { 'base/kustomization.yaml': 'resources: [a.yaml]\n', 'base/a.yaml': 'apiVersion: v1\nkind: Service\n' },
    ],
    [
      'a Python project with a little Terraform',
      'software-dev-python',
      { 'pyproject.toml': '[project]\nname = "a"\n', 'app/main.py': python(300), 'infra/main.tf': hcl(20) },
    ],
    ['a Terraform project with a little Python', 'operations', { 'main.tf': hcl(200), 'scripts/a.py': python(30) }],
    [
      'a workspace of Node with a service in Go',
      'software-dev-node',
      {
        'package.json': '{"name":"a","workspaces":["packages/*"]}',
        'packages/a/index.ts': typescript(200),
        'services/b/go.mod': 'module b\n',
        'services/b/main.go': 'package main\n'.repeat(80),
      },
    ],
  ])('%s is %s', (_, expected, files) => {
    const choice = chooseProfile(surveyOfFiles(files));
    expect([choice.profileId, choice.considered[0]?.profileId]).toEqual([expected, expected]);
    expect(choice.confidence).toBeGreaterThan(0.4);
    expect(choice.reasons.length).toBeGreaterThan(0);
    expect(choice.considered.map(({ profileId }) => profileId).sort()).toEqual([...profileIds].sort());
  });

  test('an empty folder is generic, with little confidence', () => {
    expect(chooseProfile(surveyOfFiles({}))).toMatchObject({
      profileId: 'generic',
      confidence: 0.3,
      reasons: ['there are no files'],
    });
  });

  test('a project of which nothing is known is generic', () => {
    const choice = chooseProfile(surveyOfFiles({ 'a.bin': '1', 'main.c': 'int main(void) { return 0; }\n' }));
    expect(choice).toMatchObject({ profileId: 'generic', reasons: ['nothing tells what kind of project this is'] });
    expect(choice.confidence).toBeLessThan(0.5);
  });

  test('two halves is generic, and the reasons name both', () => {
    const files = {
      'pyproject.toml': '[project]\nname = "a"\n',
      'package.json': '{"name":"a"}',
      'a.py': 'x = 1\n'.repeat(100),
      'a.js': 'x = 1\n'.repeat(100),
    };
    const choice = chooseProfile(surveyOfFiles(files));
    expect(choice.profileId).toBe('generic');
    expect(choice.confidence).toBeLessThan(0.5);
    expect(choice.reasons.join('; ')).toMatch(/software-dev-python: .*pyproject\.toml.*software-dev-node: .*package\.json/);
  });
});

test('the strongest reason comes first, in words', () => {
  const files = { 'setup.py': 'from setuptools import setup\n', 'a.py': python(90), 'b.js': 'let a = 1;\n'.repeat(10) };
  const { reasons } = chooseProfile(surveyOfFiles(files));
  expect(reasons).toEqual(['95 % of its content is Python', 'setup.py']);
});

test('a second profile that is nearly as likely takes half of its score from the confidence', () => {
  const alone = chooseProfile(surveyOfFiles({ 'go.mod': 'module a\n', 'a.go': 'package a\n'.repeat(100) }));
  const both = chooseProfile(surveyOfFiles({ 'go.mod': 'module a\n', 'a.go': 'package a\n'.repeat(100), 'b.py': python(20) }));
  expect(alone.confidence).toBe(alone.considered[0]?.score);
  expect(both.confidence).toBeLessThan(alone.confidence - 0.1);
});
