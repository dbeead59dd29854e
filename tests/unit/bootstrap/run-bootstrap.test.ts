import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ReplaceQuestion } from '../../../src/bootstrap/run-bootstrap.ts';
import { bootstrapOf, emptyProject, goParts, texts, withoutLinter } from './bootstrap-fixture.ts';

const edited = 'name: mine\nsteps:\n  test:\n    run: make test\n';
const names = ['PROJECT_PROFILE.yaml', 'router_config.json', 'stateyard.yaml'];

function editedProject(): string {
  const root = emptyProject();
  writeFileSync(join(root, 'stateyard.yaml'), edited);
  return root;
}

describe('a bootstrap', () => {
  test('writes what is missing, and at the second time finds nothing to do', async () => {
    const root = emptyProject();
    const first = await bootstrapOf(root);
    expect([first.end, first.context.written]).toEqual(['ready', names]);
    expect(readFileSync(join(root, 'stateyard.yaml'), 'utf8')).toBe(texts.workflow);
    expect(readdirSync(root).sort()).toEqual(names);
    const second = await bootstrapOf(root);
    expect([second.end, second.context.written]).toEqual(['ready', []]);
    expect(second.context.changes.map(({ change }) => change)).toEqual(['unchanged', 'unchanged', 'unchanged']);
  });

  test('is partial without the program of a check, without any check, and where the generic profile is a guess', async () => {
    const root = emptyProject();
    const missing = await bootstrapOf(root, {}, withoutLinter());
    expect([missing.end, missing.context.shortfalls]).toEqual([
      'partial',
      ['the program golangci-lint was not found on PATH: left out is the check lint (.golangci.yml)'],
    ]);
    const nothing = await bootstrapOf(root, {}, goParts({ generateWorkflow: () => null }));
    expect([nothing.end, nothing.context.files.length]).toEqual(['partial', 2]);
    const choice = { profileId: 'generic', confidence: 0.3, reasons: [], considered: [] };
    const guess = await bootstrapOf(root, {}, goParts({ chooseProfile: () => choice }));
    expect([guess.end, guess.context.shortfalls[0]]).toEqual(['partial', expect.stringContaining('--profile')]);
    const wanted = await bootstrapOf(root, { profileId: 'generic' }, goParts({ chooseProfile: () => choice }));
    expect([wanted.end, wanted.context.selection?.confidence]).toEqual(['ready', 1]);
  });

  test('leaves an edited file, and all others, alone where nobody can be asked', async () => {
    const root = editedProject();
    const { end, context } = await bootstrapOf(root);
    expect([end, context.written]).toEqual(['needsHuman', []]);
    expect(readdirSync(root)).toEqual(['stateyard.yaml']);
    expect(readFileSync(join(root, 'stateyard.yaml'), 'utf8')).toBe(edited);
  });

  test('replaces it by force, with the mode that it had', async () => {
    const root = editedProject();
    chmodSync(join(root, 'stateyard.yaml'), 0o600);
    expect((await bootstrapOf(root, { force: true })).end).toBe('ready');
    expect(readFileSync(join(root, 'stateyard.yaml'), 'utf8')).toBe(texts.workflow);
    expect(statSync(join(root, 'stateyard.yaml')).mode & 0o777).toBe(0o600);
    expect(statSync(join(root, 'router_config.json')).mode & 0o777).toBe(0o644 & ~process.umask());
  });

  test('replaces it or keeps it as a person says, who can see the differences', async () => {
    const root = editedProject();
    let question: ReplaceQuestion | null = null;
    const answer = (said: 'replace' | 'keep') => async (asked: ReplaceQuestion) => {
      question = asked;
      expect(asked.paths).toEqual(['stateyard.yaml']);
      expect(await asked.showDifferences()).toContain('-    run: make test\n+    run: go test ./...\n');
      return said;
    };
    expect((await bootstrapOf(root, { ask: answer('keep') })).end).toBe('needsHuman');
    expect(readdirSync(root)).toEqual(['stateyard.yaml']);
    expect((await bootstrapOf(root, { ask: answer('replace') })).end).toBe('ready');
    expect(question).not.toBeNull();
    const gone = editedProject();
    const lost = Object.assign(new Error('read EIO'), { code: 'EIO' });
    expect((await bootstrapOf(gone, { ask: () => Promise.reject(lost) })).end).toBe('needsHuman');
  });

  test('shows in a preview what would be written, and writes nothing', async () => {
    const root = editedProject();
    const { end, context } = await bootstrapOf(root, { dryRun: true, force: true, withPhases: true });
    expect(end).toBe('previewed');
    expect(context.changes.find(({ path }) => path === 'stateyard.yaml')?.diff).toContain('--- a/stateyard.yaml');
    expect(context.changes[0]?.diff).toContain('--- /dev/null\n+++ b/PROJECT_PROFILE.yaml\n@@ -0,0 +1,');
    expect(context.newFolders).toEqual(['phases']);
    expect(readdirSync(root)).toEqual(['stateyard.yaml']);
  });

  test('writes the phases of the profile where they are asked for', async () => {
    const root = emptyProject();
    const { end, context } = await bootstrapOf(root, { withPhases: true, profileId: 'documentation' });
    expect(end).toBe('ready');
    expect(context.selection?.reasons).toEqual(['it was asked for with --profile']);
    expect(readdirSync(join(root, 'phases'))).toContain('links.yaml');
  });

  test('writes nothing at all where one generated file is invalid, and names its place', async () => {
    const root = emptyProject();
    const text = 'name: demo\nsteps:\n  test:\n    rum: go test\n';
    const broken = goParts({ generateWorkflow: () => ({ path: 'stateyard.yaml', type: 'workflow', text }) });
    const { end, context } = await bootstrapOf(root, {}, broken);
    expect([end, context.valid, new Set(context.failedPaths)]).toEqual(['failed', false, new Set(['stateyard.yaml'])]);
    expect(context.errors[0]).toMatch(/^stateyard\.yaml:\d+:\d+: SY\d+ /);
    expect(readdirSync(root)).toEqual([]);
  });

  test('refuses a workflow whose tasks the generated router configuration cannot route', async () => {
    const text = 'name: demo\nsteps:\n  test:\n    task: unheard-of\n';
    const broken = goParts({ generateWorkflow: () => ({ path: 'stateyard.yaml', type: 'workflow', text }) });
    const { end, context } = await bootstrapOf(emptyProject(), {}, broken);
    expect([end, context.failedPaths]).toEqual(['failed', ['stateyard.yaml']]);
  });

  test('says that it failed where the system does, and is a fault where Stateyard does', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
    const failed = await bootstrapOf(emptyProject(), {}, goParts({ findTools: () => Promise.reject(full) }));
    expect([failed.end, failed.context.errors]).toEqual(['failed', ['ENOSPC: no space left']]);
    const parts = goParts({
      chooseProfile: () => {
        throw new TypeError('x is not a function');
      },
    });
    await expect(bootstrapOf(emptyProject(), {}, parts)).rejects.toThrow('x is not a function');
  });

  test('stops at a cancel while it looks for tools, and stops the search', async () => {
    const root = emptyProject();
    const stop = new AbortController();
    let searching: AbortSignal | null = null;
    const parts = goParts({
      findTools: ({ signal }) => {
        searching = signal;
        stop.abort('interrupted by SIGINT');
        return new Promise(() => undefined);
      },
    });
    const { end, context } = await bootstrapOf(root, { signal: stop.signal }, parts);
    expect([end, context.errors]).toEqual(['canceled', ['interrupted by SIGINT']]);
    expect(searching).toMatchObject({ aborted: true });
    expect(readdirSync(root)).toEqual([]);
  });

  test('takes a question back at a cancel, and a late answer changes nothing', async () => {
    const root = editedProject();
    const stop = new AbortController();
    const ask = async ({ signal }: ReplaceQuestion) => {
      stop.abort('interrupted by SIGTERM');
      return signal.aborted ? ('replace' as const) : ('keep' as const);
    };
    expect((await bootstrapOf(root, { signal: stop.signal, ask })).end).toBe('canceled');
    expect(readdirSync(root)).toEqual(['stateyard.yaml']);
  });

  test('does nothing after a cancel that came before it began', async () => {
    const root = emptyProject();
    const { end } = await bootstrapOf(root, { signal: AbortSignal.abort('interrupted by SIGINT') });
    expect([end, readdirSync(root)]).toEqual(['canceled', []]);
  });

  test('writes what is left after an end in the middle, of which every file was whole', async () => {
    const root = emptyProject();
    mkdirSync(join(root, 'stateyard.yaml'));
    const stuck = await bootstrapOf(root);
    expect([stuck.end, stuck.context.errors, stuck.context.written]).toEqual(['failed', ['stateyard.yaml is a folder'], []]);
    expect(existsSync(join(root, 'PROJECT_PROFILE.yaml'))).toBe(false);
    const half = emptyProject();
    // As a process leaves it that died while it wrote the second file.
    writeFileSync(join(half, 'PROJECT_PROFILE.yaml'), texts.profile);
    writeFileSync(join(half, '.router_config.json.4194305.stateyard-tmp'), '{ "version');
    const again = await bootstrapOf(half);
    expect([again.end, again.context.written]).toEqual(['ready', names.slice(1)]);
    expect(readdirSync(half).sort()).toEqual(names);
  });
});
