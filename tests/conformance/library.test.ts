import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binary } from './sandbox.ts';

const runId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
let folder = '';

/** A program that embeds the built library: a chain of 40 steps, each of which notes its call; `die` kills it in the middle of step 20. */
const program = (library: string): string => `
import { appendFileSync } from 'node:fs';
import { openStateyard } from ${JSON.stringify(library)};
const [, , mode, store, calls] = process.argv;
const yard = await openStateyard({ folder: store });
yard.register('count', async ({ stepId }) => {
  appendFileSync(calls, stepId + '\\n');
  if (mode === 'die' && stepId === 's20') process.kill(process.pid, 'SIGKILL');
  return { n: 1 };
});
const step = (index) => ({ function: 'count', needs: index === 0 ? [] : ['s' + (index - 1)], ...(index % 2 ? { outputs: { n: 'integer' } } : {}) });
const steps = Object.fromEntries(Array.from({ length: 40 }, (_, index) => ['s' + index, step(index)]));
const result = mode === 'die' ? await yard.run({ workflow: { name: 'chain', steps }, runId: '${runId}' }) : await yard.resume('${runId}');
await yard.close();
process.stdout.write(result.state);
`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stateyard-library-'));
  const library = pathToFileURL(join(dirname(resolve(binary)), 'library/index.mjs')).href;
  writeFileSync(join(folder, 'program.mjs'), program(library));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function embed(mode: 'die' | 'resume') {
  const argv = [join(folder, 'program.mjs'), mode, join(folder, 'store'), join(folder, 'calls')];
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  return { status, signal, stdout, stderr };
}

describe('a program with the built library', () => {
  it('is killed in the middle of a function, and calls none again that had ended', () => {
    expect(embed('die')).toMatchObject({ signal: 'SIGKILL' });
    expect(embed('resume')).toEqual({ status: 0, signal: null, stdout: 'succeeded', stderr: '' });
    const calls = readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
    const before = Array.from({ length: 21 }, (_, index) => `s${index}`);
    expect(calls).toEqual([...before, 's20', ...Array.from({ length: 19 }, (_, index) => `s${index + 21}`)]);
  });

  it('leaves a run that the command line shows, and does not take up', () => {
    const store = join(folder, 'store');
    const cli = (...args: string[]) => spawnSync(process.execPath, [binary, ...args, '--store', store], { encoding: 'utf8' });
    expect(cli('show', runId).stdout).toContain('succeeded');
    writeFileSync(join(folder, 'flow.yaml'), 'name: flow\nsteps:\n  a: { function: count }\n');
    const refused = cli('run', join(folder, 'flow.yaml'), '--id', '01ARZ3NDEKTSV4RRFFQ69G5FAW');
    expect(refused.status).toBe(7);
    expect(refused.stderr).toContain('step "a" calls the function "count", which this program does not have');
    expect(cli('show', '01ARZ3NDEKTSV4RRFFQ69G5FAW').status).toBe(4);
  });
});
