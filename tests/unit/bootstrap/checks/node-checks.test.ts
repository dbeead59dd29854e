import { describe, expect, test } from 'vitest';
import { findChecks } from '../../../../src/bootstrap/checks/find-checks.ts';
import type { NodeManifest } from '../../../../src/bootstrap/project.ts';
import { foundTools, surveyOfPaths } from '../project-fixture.ts';

function manifestOf(scripts: Readonly<Record<string, string>>, more: Partial<NodeManifest> = {}): NodeManifest {
  return {
    name: 'a',
    scripts,
    dependencies: new Set(more.lockFile === undefined ? [] : ['b']),
    packageManager: 'npm',
    lockFile: null,
    hasWorkspaces: false,
    ...more,
  };
}

function checksOf(manifest: NodeManifest, files: readonly string[] = []): ReturnType<typeof findChecks> {
  const plain = surveyOfPaths(files);
  const project = { ...plain.project, rootEntries: files };
  return findChecks(
    { ...plain, project, manifests: { ...plain.manifests, node: manifest } },
    foundTools('npm', 'npx', 'pnpm', 'yarn', 'bun'),
  );
}

const idsOf = (scripts: Readonly<Record<string, string>>): readonly string[] =>
  checksOf(manifestOf(scripts)).checks.map(({ id }) => id);

describe('scripts of package.json', () => {
  test('are checks by their names, one a type, after the installation of the lock file', () => {
    const scripts = {
      lint: 'eslint .',
      'format:check': 'prettier --check .',
      typecheck: 'tsc --noEmit',
      build: 'tsc -p .',
      test: 'vitest run',
    };
    expect(checksOf(manifestOf(scripts, { lockFile: 'package-lock.json' })).checks).toEqual([
      { id: 'node-setup', type: 'setup', command: ['npm', 'ci'], needs: [], reason: 'package-lock.json' },
      {
        id: 'format-check',
        type: 'format',
        command: ['npm', 'run', 'format:check'],
        needs: ['node-setup'],
        reason: 'package.json: script format:check',
      },
      { id: 'lint', type: 'lint', command: ['npm', 'run', 'lint'], needs: ['node-setup'], reason: 'package.json: script lint' },
      {
        id: 'typecheck',
        type: 'types',
        command: ['npm', 'run', 'typecheck'],
        needs: ['node-setup'],
        reason: 'package.json: script typecheck',
      },
      {
        id: 'build',
        type: 'build',
        command: ['npm', 'run', 'build'],
        needs: ['node-setup'],
        reason: 'package.json: script build',
      },
      { id: 'test', type: 'test', command: ['npm', 'test'], needs: ['node-setup'], reason: 'package.json: script test' },
    ]);
  });

  test.each([
    ['publishes', { test: 'jest && npm publish' }],
    ['fixes', { lint: 'eslint --fix .' }],
    ['writes', { format: 'prettier --write .' }],
    ['formats without being told to look only', { format: 'prettier .' }],
    ['watches', { test: 'jest --watchAll' }],
    ['serves', { docs: 'vitepress dev docs' }],
    ['commits', { build: 'tsc && git commit -am build' }],
    ['deploys', { build: 'vercel deploy' }],
    ['starts the development server', { build: 'vite' }],
    ['updates snapshots', { test: 'vitest -u' }],
    ['starts a script that publishes', { test: 'npm run all', all: 'lerna publish' }],
    ['has an effect after it', { test: 'jest', posttest: 'git push' }],
    ['is the placeholder of npm init', { test: 'echo "Error: no test specified" && exit 1' }],
    ['is empty', { test: ' ' }],
    ['starts itself through another one, and publishes', { test: 'npm run a', a: 'npm run test && npm publish' }],
  ])('are left out when one %s', (_, scripts: Record<string, string>) => {
    expect(idsOf(scripts)).toEqual([]);
  });

  test.each([
    [{ test: 'ng test --watch=false' }, ['test']],
    [{ test: 'vitest --watch', 'test:ci': 'vitest run' }, ['test-ci']],
    [{ 'lint:js': 'eslint .', 'lint:css': 'stylelint .', 'lint:fix': 'eslint --fix .' }, ['lint-css', 'lint-js']],
    [{ lint: 'eslint .', 'lint:js': 'eslint .' }, ['lint']],
    [{ format: 'prettier --check .' }, ['format']],
    [{ check: 'svelte-check', test: 'vitest run' }, ['check', 'test']],
    [{ check: 'npm run lint && npm test', lint: 'eslint .', test: 'jest' }, ['lint', 'test']],
    [{ verify: 'node verify.js' }, ['verify']],
    [{ build: 'vite build' }, ['build']],
    [{ test: 'nyc mocha -w 2' }, []],
    [{ dev: 'vite', start: 'node .', deploy: 'x', 'release:ci': 'y', prepublishOnly: 'z' }, []],
  ])('%j give %j', (scripts, ids) => {
    expect(idsOf(scripts as Record<string, string>)).toEqual(ids);
  });

  test('wait for the build where they read what it writes, or may build by themselves', () => {
    const needsOf = (scripts: Record<string, string>, more: Partial<NodeManifest> = {}): readonly string[] | undefined =>
      checksOf(manifestOf(scripts, more)).checks.find(({ id }) => id === 'test')?.needs;
    expect(needsOf({ build: 'tsc', test: 'node --test dist' })).toEqual(['build']);
    expect(needsOf({ 'build:ci': 'tsc', test: 'jest', pretest: 'npm run build:ci' })).toEqual(['build-ci']);
    expect(needsOf({ build: 'tsc', test: 'jest' })).toEqual([]);
    expect(needsOf({ build: 'tsc', test: 'jest' }, { hasWorkspaces: true })).toEqual(['node-setup', 'build']);
  });

  test.each([
    ['pnpm', 'pnpm-lock.yaml', [], ['pnpm', 'install', '--frozen-lockfile'], ['pnpm', 'run', 'test']],
    ['yarn', 'yarn.lock', [], ['yarn', 'install', '--frozen-lockfile'], ['yarn', 'run', 'test']],
    ['yarn', 'yarn.lock', ['.yarnrc.yml'], ['yarn', 'install', '--immutable'], ['yarn', 'run', 'test']],
    ['bun', 'bun.lock', [], ['bun', 'install', '--frozen-lockfile'], ['bun', 'run', 'test']],
  ] as const)('are run by %s, whose lock file is %s', (packageManager, lockFile, files, ...commands) => {
    const { checks } = checksOf(manifestOf({ test: 'jest' }, { packageManager, lockFile }), files);
    expect(checks.map(({ command }) => command)).toEqual(commands);
  });

  test('install without a lock file so that none is left behind, where the package manager can', () => {
    const setupOf = (more: Partial<NodeManifest>) =>
      checksOf(manifestOf({ test: 'jest' }, { lockFile: null, ...more })).checks.find(({ type }) => type === 'setup')?.command;
    expect(setupOf({})).toEqual(['npm', 'install', '--no-package-lock']);
    expect(setupOf({ packageManager: 'pnpm' })).toBeUndefined();
  });

  test('install nothing without dependencies', () => {
    const manifest = manifestOf({ test: 'node --test' }, { lockFile: 'package-lock.json', dependencies: new Set() });
    expect(checksOf(manifest).checks.map(({ id }) => id)).toEqual(['test']);
  });

  test('lack their package manager, and so does what needs its installation', () => {
    const plain = surveyOfPaths([]);
    const node = manifestOf({ test: 'jest' }, { packageManager: 'pnpm', lockFile: 'pnpm-lock.yaml' });
    const { checks, missing } = findChecks({ ...plain, manifests: { ...plain.manifests, node } }, foundTools('npm'));
    expect([checks, missing.map(({ check, program }) => [check.id, program])]).toEqual([
      [],
      [
        ['node-setup', 'pnpm'],
        ['test', 'pnpm'],
      ],
    ]);
  });

  test('are joined by tools that the project is set up for, where no script does their work', () => {
    const manifest = manifestOf(
      { lint: 'eslint --fix .', build: 'tsc' },
      { dependencies: new Set(['eslint', 'typescript', 'prettier', 'vitest']) },
    );
    const { checks } = checksOf(manifest, ['eslint.config.js', 'tsconfig.json', '.prettierrc.json', 'vite.config.ts']);
    expect(checks.map(({ command }) => command.join(' '))).toEqual([
      'npm install --no-package-lock',
      'npm run build',
      'npx --no-install prettier --check .',
      'npx --no-install eslint .',
      'npx --no-install vitest run',
    ]);
  });
});
