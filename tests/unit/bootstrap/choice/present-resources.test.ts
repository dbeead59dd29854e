import { expect, test } from 'vitest';
import { presentResourceTypes } from '../../../../src/bootstrap/present-resources.ts';
import { loadProfile } from '../../../../src/profiles/load-profiles.ts';
import type { Profile } from '../../../../src/profiles/profile.ts';
import { surveyOfPaths } from '../project-fixture.ts';

function profileOf(patterns: Readonly<Record<string, string>>): Profile {
  const { document } = loadProfile('generic');
  const types = Object.entries(patterns).map(([type, pattern]) => ({ type, scope_format: pattern, operations: [] }));
  return { document: { ...document, adds_resource_types: types }, templates: [] };
}

const seen = (patterns: Readonly<Record<string, string>>, ...paths: readonly string[]): unknown[] =>
  presentResourceTypes(surveyOfPaths(paths), profileOf(patterns))
    .filter(({ type }) => Object.hasOwn(patterns, type))
    .map(({ type, root, fileCount }) => [type, root, fileCount]);

test('the types of the profile that have files, with the folder that holds them all', () => {
  const patterns = { python: '**/*.{py,pyi}', image: '**/Dockerfile*', docs: 'docs/**', none: '**/*.rs' };
  expect(seen(patterns, 'a/b/x.py', 'a/c/y.pyi', 'Dockerfile.dev', 'docs/a/b.md', 'docs/a/c/d.md', 'xdocs/a', 'a.pyc')).toEqual([
    ['python', 'a', 2],
    ['image', '.', 1],
    ['docs', 'docs/a', 2],
  ]);
});

test('types of the generic profile follow', () => {
  const types = presentResourceTypes(surveyOfPaths(['README.md', 'a.go']), loadProfile('software-dev-go')).map(
    ({ type }) => type,
  );
  const own = new Set(loadProfile('software-dev-go').document.adds_resource_types.map(({ type }) => type));
  expect(types.length).toBeGreaterThan(1);
  expect(types.findIndex((type) => !own.has(type))).toBeGreaterThan(0);
});

test('a file counts once, however many alternatives of a pattern it fits', () => {
  expect(seen({ a: '**/{*.py,a*.py,abc.py}' }, 'abc.py')).toEqual([['a', '.', 1]]);
});
