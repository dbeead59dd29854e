import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageFile from '../../../package.json' with { type: 'json' };
import { loadCommand } from '../../../src/cli/commands.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { reportError } from '../../../src/cli/report-error.ts';
import { verbs } from '../../../src/cli/verbs.ts';
import { UserError, exitCodes } from '../../../src/errors.ts';
import { StoreError } from '../../../src/store/store-error.ts';
import { fakeIo } from './fake-io.ts';
import { expectDocument } from './json-shape.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'program-'));
  await writeFile(
    join(folder, 'good.yaml'),
    'name: good\nsteps:\n  a: { run: echo a, timeout: 10s }\n  b: { command: [ls, -l], needs: a, timeout: 5s, retry: 2 }\n',
  );
  await writeFile(join(folder, 'bad.yaml'), 'name: bad\nsteps:\n  a: { run: echo a, needs: nobody }\n');
});

afterAll(() => rm(folder, { recursive: true }));

async function call(...argv: string[]) {
  const io = fakeIo({ cwd: folder });
  return { code: await runProgram(argv, io), out: io.out(), err: io.err() };
}

describe('the program itself', () => {
  it('prints the version of the package', async () => {
    expect(await call('--version')).toEqual({ code: 0, out: `${packageFile.version}\n`, err: '' });
  });

  it('without a verb explains itself on stderr and ends 2', async () => {
    const { code, out, err } = await call();
    expect([code, out]).toEqual([2, '']);
    for (const verb of verbs) expect(err).toContain(`  ${verb.name} `);
  });

  it.each(verbs.map((verb) => verb.name))('has help for %s, at most 80 wide, and the command behind it', async (name) => {
    const { code, out } = await call(name, '--help');
    expect(code).toBe(0);
    expect(out).toContain(`Usage: stateyard ${name}`);
    const tooLong = out.split('\n').filter((line) => line.length > 80 && !line.startsWith('  stateyard'));
    expect(tooLong).toEqual([]);
    expect(typeof (await loadCommand(name))).toBe('function');
  });

  it('reports wrong use on stderr, or as JSON on stdout', async () => {
    const text = await call('run');
    expect([text.code, text.out]).toEqual([2, '']);
    expect(text.err).toMatch(/^stateyard: FILE is missing.*\n {2}usage: stateyard run FILE/);
    const json = await call('run', '--json');
    expect([json.code, json.err]).toEqual([2, '']);
    await expectDocument('error_report', JSON.parse(json.out));
  });
});

describe('reportError', () => {
  it('gives a mistake of the user its exit code and hint', async () => {
    const io = fakeIo();
    expect(await reportError(new UserError(exitCodes.refused, 'run_owned', 'it is taken', { hint: 'wait' }), io, false)).toBe(7);
    expect(io.err()).toBe('stateyard: it is taken\n  wait\n');
  });

  it('shows where a store is damaged and what to do', async () => {
    const error = new StoreError('damaged', 'a record is damaged (/s/journal, byte 12)', {
      file: '/s/journal',
      offset: 12,
      advice: 'keep a copy',
    });
    const io = fakeIo();
    expect(await reportError(error, io, false)).toBe(70);
    expect(io.err()).toBe('stateyard: a record is damaged (/s/journal, byte 12)\n  keep a copy\n');
    const json = fakeIo();
    await reportError(error, json, true);
    expect(JSON.parse(json.out())).toEqual({
      error: { code: 'store_damaged', message: error.message, hint: 'keep a copy', file: '/s/journal', offset: 12 },
    });
  });

  it('asks to report a fault of its own, with the stack only under STATEYARD_DEBUG', async () => {
    const fault = new Error('no such luck', { cause: new Error('deeper') });
    const io = fakeIo();
    expect(await reportError(fault, io, false)).toBe(70);
    expect(io.err()).toMatch(/fault of stateyard itself: no such luck\n.*STATEYARD_DEBUG=1/);
    expect(io.err()).not.toContain('    at ');
    const debug = fakeIo({ env: { STATEYARD_DEBUG: '1' } });
    await reportError(fault, debug, false);
    expect(debug.err()).toMatch(/Error: no such luck\n {4}at [\s\S]*caused by: Error: deeper/);
    const odd = fakeIo();
    expect(await reportError('a string', odd, true)).toBe(70);
    await expectDocument('error_report', JSON.parse(odd.out()));
  });
});

describe('validate', () => {
  it('checks every file before it answers', async () => {
    const { code, out, err } = await call('validate', 'bad.yaml', 'good.yaml', 'none.yaml');
    expect(code).toBe(3);
    expect(out).toMatch(/^ok good\.yaml: good, 2 steps\n$/);
    expect(err).toMatch(/nobody[\s\S]*bad\.yaml:3:[\s\S]*none\.yaml/);
  });

  it('has one shape for all kinds of files', async () => {
    const { code, out } = await call('validate', '--json', 'good.yaml', 'bad.yaml', 'none.yaml');
    expect(code).toBe(3);
    const report = JSON.parse(out) as { files: { valid: boolean }[] };
    await expectDocument('validate_report', report);
    expect(report.files.map((file) => file.valid)).toEqual([true, false, false]);
  });

  it.each([
    [['good.yaml'], 0],
    [['none.yaml', 'good.yaml'], 4],
    [['none.yaml', 'bad.yaml'], 3],
  ])('%j ends %i', async (files, expected) => {
    expect((await call('validate', '-q', ...files)).code).toBe(expected);
  });
});

describe('plan', () => {
  it('reckons the worst case', async () => {
    const { code, out } = await call('plan', '--json', 'good.yaml');
    expect(code).toBe(0);
    const report = JSON.parse(out) as object;
    await expectDocument('plan_report', report);
    expect(report).toMatchObject({
      levels: [['a'], ['b']],
      critical_path: ['a', 'b'],
      max_attempts: 3,
      // An attempt that is stopped has the usual 5 s more.
      worst_case_ms: 36_000,
      steps: [
        { step_id: 'a', tool: 'shell', level: 1, worst_case_ms: 15_000, worst_end_ms: 15_000 },
        { step_id: 'b', tool: 'ls', level: 2, max_attempts: 2, worst_case_ms: 21_000, worst_end_ms: 36_000 },
      ],
    });
  });

  it('prints a table, and the mistakes of an invalid file with exit code 3', async () => {
    expect((await call('plan', 'good.yaml')).out).toMatch(/ends after 36s at the latest \(one step at a time\)/);
    const bad = await call('plan', 'bad.yaml');
    expect([bad.code, bad.out]).toEqual([3, '']);
    expect(bad.err).toContain('bad.yaml:3:');
    const json = await call('plan', 'bad.yaml', '--json');
    await expectDocument('error_report', JSON.parse(json.out));
    expect((await call('plan', 'none.yaml')).code).toBe(4);
  });
});

describe('schema', () => {
  it('lists the documents and prints one', async () => {
    await expectDocument('schema_list', JSON.parse((await call('schema', '--json')).out));
    expect((await call('schema')).out).toContain('run_record');
    expect(JSON.parse((await call('schema', 'run_record')).out)).toMatchObject({ title: 'stateyard run_record' });
    const unknown = await call('schema', 'run_recrod');
    expect(unknown.code).toBe(4);
    expect(unknown.err).toContain('did you mean "run_record"');
  });
});
