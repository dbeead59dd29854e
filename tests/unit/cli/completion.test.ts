import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunId } from '../../../schemas/ids.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { fakeIo } from './fake-io.ts';
import { expectDocument } from './json-shape.ts';
import { sampleStore } from './sample-store.ts';
import type { SampleStore } from './sample-store.ts';

let sample: SampleStore;
let runId: RunId;

beforeAll(async () => {
  sample = await sampleStore();
  runId = await sample.failedRun(3);
});

afterAll(() => sample.remove());

async function candidates(...words: string[]): Promise<string[]> {
  const io = fakeIo({ cwd: sample.top, env: { STATEYARD_STORE: sample.layout.root } });
  expect(await runProgram(['--complete', ...words], io)).toBe(0);
  return io
    .out()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t')[0] ?? '');
}

describe('candidates', () => {
  it('offers verbs, flags, choices, documents and paths', async () => {
    expect(await candidates('re')).toEqual(['resume', 'reject']);
    expect(await candidates('approve', '@latest', 'ship', '--c')).toEqual(['--comment']);
    expect(await candidates('run', '--ma')).toEqual(['--max-parallel']);
    expect(await candidates('ls', '--state', 'in')).toEqual(['interrupted']);
    expect(await candidates('run', '--origin', '')).toContain('ci');
    expect(await candidates('completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(await candidates('schema', 'run_')).toContain('run_record');
    expect(await candidates('run', '')).toEqual([':file']);
    expect(await candidates('validate', 'a.yaml', '')).toEqual([':file']);
    expect(await candidates('--store', '')).toEqual([':folder']);
    expect(await candidates('plan', 'a.yaml', '')).toEqual([]);
  });

  it('offers runs and the steps of the run named before', async () => {
    expect(await candidates('show', '')).toEqual(['@latest', '@failed', runId]);
    expect(await candidates('logs', '@latest', '-f', 'u')).toEqual(['unit']);
    expect(await candidates('--store', join(sample.top, 'other'), 'show', '')).toEqual(['@latest', '@failed']);
  });

  it('offers every step of a run to be explained, and the tasks of a file to be routed', async () => {
    expect(await candidates('explain', '@latest', '')).toEqual(['build', 'unit', 'ship']);
    await writeFile(join(sample.top, 'tasks.yaml'), 'name: t\nsteps:\n  prep: { run: echo }\n  lint: { task: lint }\n');
    expect(await candidates('route', 'tasks.yaml', '')).toEqual(['lint']);
    expect(await candidates('route', '')).toEqual([':file']);
    expect(await candidates('route', 'none.yaml', '')).toEqual([]);
    expect(await candidates('route', '--complexity', 'e')).toEqual(['expert']);
    expect(await candidates('tools', '--router', '')).toEqual([':file']);
  });

  it('offers our machines beside files', async () => {
    expect(await candidates('machines', '')).toEqual([':file', 'run', 'step', 'breaker', 'bootstrap']);
    expect(await candidates('verify', 'run', 'b')).toEqual([':file', 'breaker', 'bootstrap']);
  });

  it('offers nothing, and does not fail, where the run is not there', async () => {
    expect(await candidates('logs', '01ZZ', '')).toEqual([]);
  });
});

describe('scripts', () => {
  it('are printed for the shell that is named, or that of $SHELL', async () => {
    const io = fakeIo({ env: { SHELL: '/usr/bin/zsh' } });
    expect(await runProgram(['completion', '--json'], io)).toBe(0);
    await expectDocument('completion_script', JSON.parse(io.out()));
    expect(io.out()).toContain('#compdef stateyard');
    const unknown = fakeIo({ env: { SHELL: '/bin/tcsh' } });
    expect(await runProgram(['completion'], unknown)).toBe(2);
    const fish = fakeIo();
    await runProgram(['completion', 'fish'], fish);
    expect(fish.out()).toContain('complete -c stateyard');
  });

  it('complete in a real bash', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'completion-'));
    try {
      const io = fakeIo();
      await runProgram(['completion', 'bash'], io);
      await writeFile(join(folder, 'script.bash'), io.out());
      // Stands for the program: shows which words it was asked about.
      await writeFile(join(folder, 'stateyard'), '#!/bin/sh\nprintf "%s\\tmeaning\\n" "$3-one" "two words"; echo :file\n');
      await writeFile(join(folder, 'x.json'), '');
      await chmod(join(folder, 'stateyard'), 0o755);
      const use =
        'compopt() { :; }; source script.bash; COMP_WORDS=(stateyard show x); COMP_CWORD=2; _stateyard; printf "<%s>" "${COMPREPLY[@]}"';
      const printed = execFileSync('bash', ['--norc', '-c', use], {
        cwd: folder,
        env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
      });
      expect(printed.toString()).toBe('<x-one><two words><x.json>');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
