import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CoverageReport } from '../../../../schemas/cli/coverage-report.ts';
import { runProgram } from '../../../../src/cli/program.ts';
import { fakeIo } from '../../cli/fake-io.ts';
import { expectDocument } from '../../cli/json-shape.ts';
import { sampleStore } from '../../cli/sample-store.ts';
import type { SampleStore } from '../../cli/sample-store.ts';

const door = {
  id: 'door',
  initial: 'closed',
  states: {
    closed: { on: { OPEN: [{ guard: 'isUnlocked', target: 'open' }, { actions: 'knock' }] } },
    open: { on: { CLOSE: 'gone' } },
    gone: { type: 'final' },
  },
};
const hostile = { id: 'h\u001b[2J', initial: 'a', states: { a: { on: { 'X\u202e': 'b' } }, b: { type: 'final' } } };

let folder = '';
let store: SampleStore;
beforeAll(async () => {
  store = await sampleStore();
  folder = await mkdtemp(path.join(tmpdir(), 'stateyard-coverage-'));
  const files: Record<string, object> = {
    'door.json': door,
    'hostile.json': hostile,
    'coverage/charts/one.json': { machine: 'door', taken: { 'door.closed OPEN 0': 1 } },
    'coverage/charts/two.json': { machine: 'door', taken: { 'door.closed OPEN 0': 2, 'door.open CLOSE 0': 1 } },
    'mixed/a.json': { machine: 'breaker', taken: { 'breaker.closed SUCCEEDED 0': 1, 'breaker.gone X 0': 1 } },
    'mixed/b.json': { machine: 'door', taken: {} },
    'strange/a.json': { machine: hostile.id, taken: {} },
    'broken/a.json': ['no record'],
  };
  for (const [name, value] of Object.entries(files)) {
    await mkdir(path.join(folder, path.dirname(name)), { recursive: true });
    await writeFile(path.join(folder, name), JSON.stringify(value));
  }
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await store.remove();
});

async function call(argv: readonly string[], options: Parameters<typeof fakeIo>[0] = {}) {
  const io = fakeIo({ cwd: folder, ...options });
  const code = await runProgram(['coverage', ...argv], io);
  return { code, out: io.out(), err: io.err() };
}

const history = (): readonly string[] => ['--from', 'history', '--store', store.layout.root];

describe('coverage of tests', () => {
  it('adds up the records, and names what was never taken', async () => {
    expect(await call(['door.json'])).toEqual({
      code: 0,
      out: `tests 2 records in coverage/charts

MACHINE  TRANSITIONS  REACHABLE  TAKEN  COVERED
door               3          3      2   66.6 %

door: never taken
  door.closed OPEN / knock [else]
`,
      err: '',
    });
  });

  it('takes the folder of STATEYARD_COVERAGE, and that of --records before it', async () => {
    const env = { STATEYARD_COVERAGE: 'mixed' };
    expect((await call(['door.json'], { env })).out).toMatch(
      /^tests 2 records in mixed\n[^]*\ndoor: none of 3 transitions was taken\n$/,
    );
    expect((await call(['door.json', '--records', 'coverage/charts'], { env })).out).toContain('66.6 %');
  });

  it('reports our own machines that something is known of, and says what it passes over', async () => {
    const { code, out, err } = await call(['--records', 'mixed']);
    expect(code).toBe(0);
    expect(out).toMatch(/\nbreaker +\d+ +\d+ +1 +\d+\.\d %\n/);
    expect(out).not.toContain('run');
    expect(err).toBe(
      'records of other machines in mixed: door\nbreaker has no transition breaker.gone X 0: records of it are out of date\n',
    );
    expect((await call(['--records', 'mixed', '--quiet'])).err).toBe('');
  });

  it('says when no record is of the machine that was named', async () => {
    const { code, err } = await call(['hostile.json', '--records', 'mixed']);
    expect([code, err]).toEqual([
      0,
      'no test in mixed tells of a machine with the id h\nrecords of other machines in mixed: breaker, door\n',
    ]);
  });

  it.each([
    [66, 0],
    [67, 1],
  ])('with --min %i ends with exit code %i', async (min, code) => {
    const passed = await call(['door.json', '--min', String(min)]);
    expect([passed.code, passed.err]).toEqual([code, code === 0 ? '' : 'door: 66.6 % (2 of 3) is below the minimum of 67 %\n']);
    const json = await call(['door.json', '--min', String(min), '--json']);
    expect([json.code, json.err]).toEqual([code, '']);
    expect(JSON.parse(json.out)).toMatchObject({ min, passed: code === 0, machines: [{ passed: code === 0 }] });
  });

  it('gives a program the whole document, as --json and as a reporter', async () => {
    const { out } = await call(['door.json', '--json']);
    const report = JSON.parse(out) as CoverageReport;
    await expectDocument('coverage_report', report);
    expect(report).toMatchObject({
      from: 'tests',
      tests: { folder: 'coverage/charts', records: 2, other_machines: [] },
      history: null,
      machines: [{ machine: 'door', file: 'door.json', taken: 2, percent: 66.6 }],
    });
    expect((await call(['door.json', '--reporter', 'json'])).out).toBe(out);
  });

  it('writes a tracefile with the lines of the source', async () => {
    const { code, out, err } = await call(['./door.json', '--reporter', 'lcov', '--out', 'door.info', '--json']);
    expect([code, err, (JSON.parse(out) as CoverageReport).machines.length]).toEqual([0, '', 1]);
    const text = await readFile(path.join(folder, 'door.info'), 'utf8');
    expect(text).toMatch(/^TN:\nSF:door\.json\nFN:1,door\.closed OPEN 0\n/);
    expect((await call(['door.json', '--reporter', 'lcov', '--out', 'door.info'])).err).toBe('wrote door.info\n');
  });

  it('draws the chart of one machine', async () => {
    const { out } = await call(['door.json', '--reporter', 'mermaid']);
    expect(out).toMatch(/^stateDiagram-v2\n/);
    expect(out).toContain('OPEN [isUnlocked] (taken 3 times)');
    expect(out).toContain('OPEN [else] (NEVER TAKEN)');
  });

  it('keeps what could steer a terminal away from one', async () => {
    for (const reporter of ['table', 'mermaid']) {
      const argv = ['hostile.json', '--records', 'strange', '--reporter', reporter, '--min', '1'];
      const { code, out, err } = await call(argv, { tty: true });
      expect(code).toBe(1);
      expect(stripVTControlCharacters(`${out}${err}`)).not.toMatch(/[^\n\P{Cc}]|\u202e/u);
    }
  });

  it.each<[readonly string[], number, string]>([
    [['door.json', '--records', 'none'], 4, 'there are no records of tests in none'],
    [['--from', 'all', '--records', 'none'], 4, 'there are no records of tests in none'],
    [['--records', 'strange'], 4, 'are of no machine of ours'],
    [['door.json', '--records', 'broken'], 3, 'broken/a.json is no record of coverage'],
    [['door.json', '--records', 'door.json'], 2, 'the records door.json are not a folder'],
    [['nope'], 4, 'there is no machine nope'],
    [['coverage/charts/one.json'], 3, 'holds no configuration of a machine'],
    [['door.json', '--out', 'none/x'], 1, 'none/x cannot be written: there is no such folder'],
    [['door.json', '--min', '101'], 2, '--min is at most 100, not 101'],
    [['door.json', '--min', '-1'], 2, '--min'],
    [['door.json', '--reporter', 'html'], 2, 'not "html"'],
    [['door.json', '--from', 'runs'], 2, 'not "runs"'],
    [['door.json', '--run', '@latest'], 2, '--run needs --from history or --from all'],
    [['run', '--from', 'history', '--records', 'x'], 2, '--records needs --from tests or --from all'],
    [['door.json', 'run', '--reporter', 'mermaid'], 2, '--reporter mermaid needs one MACHINE'],
    [['breaker', '--from', 'history'], 2, 'breaker has no history: the store keeps'],
    [['door.json', '--from', 'history'], 2, 'door.json has no history: no event of a run tells'],
  ])('refuses %j with exit code %i', async (argv, code, message) => {
    const refused = await call(argv);
    expect([refused.code, refused.out]).toEqual([code, '']);
    expect(refused.err).toContain(message);
  });

  it('refuses --json with another reporter', async () => {
    const { code, out } = await call(['door.json', '--json', '--reporter', 'lcov']);
    expect([code, out]).toEqual([2, expect.stringContaining('--json and --reporter lcov exclude each other')]);
  });
});

describe('coverage of runs', () => {
  it('counts the runs of the store, or one of them', async () => {
    const first = await store.failedRun(1);
    await store.failedRun(2);
    const all = JSON.parse((await call([...history(), '--json'])).out) as CoverageReport;
    await expectDocument('coverage_report', all);
    expect(all).toMatchObject({
      tests: null,
      history: { runs: 2, events: 20, unread: [] },
      machines: [{ machine: 'run' }, { machine: 'step' }],
    });
    const one = await call(['run', ...history(), '--run', first]);
    expect(one.out).toContain(`runs  1 run with 10 events in ${store.layout.root}\n`);
    expect(one.out).toMatch(/\nrun: of \d+ transitions no event tells; they do not count\n/);
  });

  it('adds tests and runs up', async () => {
    await store.failedRun(3);
    const { code, out } = await call(['breaker', 'run', '--from', 'all', '--store', store.layout.root, '--records', 'mixed']);
    expect(code).toBe(0);
    expect(out).toMatch(
      /MACHINE +TRANSITIONS +REACHABLE +BY TESTS +BY RUNS +TAKEN +COVERED\nbreaker +10 +10 +1 +- +1 +10\.0 %\nrun /,
    );
  });

  it('names a run that cannot be read, and refuses one that was asked for', async () => {
    const runId = await store.failedRun(4);
    await writeFile(store.layout.run(runId).database, 'no database at all'.repeat(200));
    const { code, err } = await call(history());
    expect([code, err]).toEqual([0, expect.stringContaining(`run ${runId} is not counted: `)]);
    expect((await call([...history(), '--run', runId])).code).not.toBe(0);
    expect(await call([...history(), '--run', 'zz'])).toMatchObject({ code: 4, out: '' });
  });

  it('has zeros where there is no store, and says so', async () => {
    const { code, out, err } = await call(['--from', 'history', '--store', path.join(folder, '.nothing')]);
    expect([code, err]).toEqual([0, `no runs in ${folder}/.nothing\n`]);
    expect(out).toMatch(/\nrun: none of \d+ transitions was taken\n/);
  });
});
