import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keepCompiled, readKept } from '../../../src/engine/compiled-definition.ts';
import type { LoadedRun } from '../../../src/engine/loaded-run.ts';
import { requireWorkflow } from '../../../src/workflow/load.ts';
import { loadedRun } from './run-fixture.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stateyard-compiled-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const file = (): string => join(folder, 'compiled.json');

function runOf(steps: number, more = ''): LoadedRun {
  const named = Array.from({ length: steps }, (_, index) => `  s${index}:\n    run: echo ${index % 3}\n`).join('');
  const text = `name: large\nsteps:\n${named}${more}`;
  return { ...loadedRun([]), ...requireWorkflow({ path: 'w.yaml', text }), folder };
}

describe('the kept workflow of a run', () => {
  test('is the workflow and the plan that checking its text gave, for the owner alone', async () => {
    const run = runOf(500, "  last:\n    needs: [s0, s1]\n    if: ${{ steps.s0.state == 'succeeded' }}\n    run: echo\n");
    await keepCompiled(run);
    const kept = await readKept(folder, run.workflow);
    const plain = (workflow: unknown): unknown => JSON.parse(JSON.stringify(workflow));
    expect(plain(kept?.workflow)).toEqual(plain(run.workflow));
    expect(kept?.plan).toEqual(run.plan);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  test('is not written for a small workflow: parsing that is faster', async () => {
    const run = runOf(499);
    await keepCompiled(run);
    expect(await readKept(folder, run.workflow)).toBeNull();
    await expect(stat(file())).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('is not taken for another text', async () => {
    const run = runOf(500);
    await keepCompiled(run);
    expect(await readKept(folder, runOf(501).workflow)).toBeNull();
  });

  test('is not taken when it has changed in any way, or is of another format', async () => {
    const run = runOf(500);
    await keepCompiled(run);
    const text = await readFile(file(), 'utf8');
    const body = text.slice(65).replace('"format":1', '"format":0');
    const sealed = createHash('sha256').update(run.workflow.sha256).update('\n').update(body).digest('hex');
    for (const changed of [text.replace('echo 1', 'echo 9'), text.slice(0, -1), `${sealed}\n${body}`, 'x', '']) {
      await writeFile(file(), changed);
      expect(await readKept(folder, run.workflow)).toBeNull();
    }
  });
});
