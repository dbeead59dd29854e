import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VerifyReport } from '../../../schemas/cli/verify-report.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { fakeIo } from './fake-io.ts';
import { expectDocument } from './json-shape.ts';

const door = {
  id: 'door',
  initial: 'closed',
  states: {
    closed: { on: { OPEN: { guard: 'isUnlocked', target: 'open' } } },
    open: { on: { CLOSE: 'gone' } },
    gone: { type: 'final' },
  },
};
const stuck = { id: 'stuck', initial: 'a', states: { a: { on: { GO: 'b' } }, b: {}, c: { type: 'final' } } };
/** One of each mistake: a state that nothing leads to, a dead end, a trap of two states, a final state that is left. */
const wrong = {
  id: 'wrong',
  initial: 'a',
  states: {
    a: { on: { GO: 'b', TRAP: 't1', END: 'e' } },
    b: {},
    island: { on: { GO: 'a' } },
    t1: { on: { NEXT: 't2' } },
    t2: { on: { NEXT: 't1' } },
    e: { type: 'final', on: { BACK: 'a' } },
  },
};
const lost = { id: 'lost', initial: 'nowhere', states: { a: {} } };
const hostile = { id: 'h\u001b[2J\u009b1m', initial: 'a', states: { a: { on: { 'X\u202e': 'b' } }, b: { type: 'final' } } };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'stateyard-charts-'));
  for (const [name, config] of Object.entries({ door, stuck, wrong, lost, hostile })) {
    await writeFile(path.join(folder, `${name}.json`), JSON.stringify(config));
  }
});
afterAll(() => rm(folder, { recursive: true }));

async function call(argv: string[], options: Parameters<typeof fakeIo>[0] = {}) {
  const io = fakeIo({ cwd: folder, ...options });
  const code = await runProgram(argv, io);
  return { code, out: io.out(), err: io.err() };
}

const jsonLines = (text: string): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

describe('machines', () => {
  it('lists our own as a table and as JSON', async () => {
    const { code, out } = await call(['machines']);
    expect(code).toBe(0);
    expect(out.split('\n')[0]).toMatch(/^MACHINE +VERSION +STATES +TRANSITIONS +WHAT IT IS$/);
    expect(out).toMatch(/^breaker +1\.0\.0 +4 +\d+ +the circuit breaker of one tool$/m);
    const list = JSON.parse((await call(['machines', '--json'])).out) as { machines: { name: string }[] };
    await expectDocument('machine_list', list);
    expect(list.machines.map(({ name }) => name)).toEqual(['run', 'step', 'breaker', 'bootstrap']);
  });

  it('shows a machine of ours and one of a file, as a tree unless a format is given', async () => {
    expect((await call(['machines', 'breaker'])).out).toMatch(/^breaker 1\.0\.0\n/);
    expect((await call(['machines', './door.json'])).out).toContain('OPEN [isUnlocked] → open');
  });

  it.each([
    ['mermaid', /^stateDiagram-v2\n/],
    ['json', /^\{\n {2}"id": "door"/],
    ['stately', /export const doorMachine = setup\(/],
    ['scxml', /<scxml [^>]*name="door"/],
    ['promela', /ltl always_ends/],
    ['svg', /^<svg [^]*<title id="title">State chart door<\/title>/],
  ])('writes a user machine as %s', async (format, expected) => {
    const { code, out } = await call(['machines', 'door.json', '--format', format]);
    expect([code, out.endsWith('\n')]).toEqual([0, true]);
    expect(out).toMatch(expected);
  });

  it('gives a program the states and transitions, and the text of a format where one is asked for', async () => {
    const plain = JSON.parse((await call(['machines', 'door.json', '--json'])).out) as object;
    await expectDocument('machine_chart', plain);
    expect(plain).toMatchObject({
      machine: 'door',
      states: [{ path: 'door' }, {}, {}, { kind: 'final' }],
      transitions: [{ guard: 'isUnlocked' }, { event: 'CLOSE', targets: ['door.gone'] }],
      format: null,
      text: null,
      out: null,
    });
    const withText = JSON.parse((await call(['machines', 'door.json', '--json', '--format', 'mermaid'])).out) as object;
    await expectDocument('machine_chart', withText);
    expect(withText).toMatchObject({ format: 'mermaid', text: expect.stringMatching(/^stateDiagram-v2/) as string });
  });

  it('writes a file, and says so unless it is to be quiet', async () => {
    const first = await call(['machines', 'door.json', '--format', 'json', '-o', 'copy.json']);
    expect(first).toEqual({ code: 0, out: '', err: 'wrote copy.json\n' });
    expect(JSON.parse(await readFile(path.join(folder, 'copy.json'), 'utf8'))).toMatchObject({ id: 'door' });
    expect(await call(['machines', 'copy.json', '--out', 'tree.txt', '--quiet'])).toEqual({ code: 0, out: '', err: '' });
    const json = JSON.parse((await call(['machines', 'copy.json', '--out', 'tree.txt', '--json'])).out) as object;
    expect(json).toMatchObject({ format: 'text', text: null, out: 'tree.txt' });
    expect(await readFile(path.join(folder, 'tree.txt'), 'utf8')).toMatch(/^door\n/);
  });

  it.each([
    [['machines', 'door.json', '--out', 'none/x.txt'], 1, 'none/x.txt cannot be written: there is no such folder'],
    [['machines', 'door.json', '--out', '.'], 1, '. cannot be written: it is a folder'],
    [['machines', '--format', 'svg'], 2, '--format needs a MACHINE'],
    [['machines', '--out', 'x'], 2, '--out needs a MACHINE'],
    [['machines', 'door.json', '--format', 'png'], 2, 'not "png"'],
    [['machines', 'nope'], 4, 'there is no machine nope'],
    [['machines', 'none.ts'], 4, 'there is no file none.ts'],
    [['machines', 'lost.json'], 3, 'lost.json is refused by XState: Initial state node "nowhere" not found'],
    [['verify', 'door.json', 'nope'], 4, 'there is no machine nope'],
  ])('refuses %j with exit code %i', async (argv, code, message) => {
    const refused = await call(argv);
    expect([refused.code, refused.out]).toEqual([code, '']);
    expect(refused.err).toContain(message);
  });

  it.each(['text', 'json', 'mermaid', 'stately', 'scxml', 'promela', 'svg'])(
    'keeps what could steer a terminal away from one, as %s',
    async (format) => {
      const { code, out } = await call(['machines', 'hostile.json', '--format', format], { tty: true });
      expect(code).toBe(0);
      expect(out).not.toMatch(/[^\n\P{Cc}]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
    },
  );
});

describe('verify', () => {
  it('passes a machine that is well made, and fails one with the way to what is wrong', async () => {
    const passed = await call(['verify', 'door.json']);
    expect([passed.code, passed.out.split('\n')[0]]).toEqual([0, 'door: passed']);
    const failed = await call(['verify', 'door.json', 'stuck.json']);
    expect(failed.code).toBe(1);
    expect(failed.out).toContain('\n\nstuck: failed\n');
    expect(failed.out).toContain('  error: stuck.b takes no event and is no end\n    start -> stuck.a\n    GO -> stuck.b\n');
    expect((await call(['verify', 'door.json', 'stuck.json', '--quiet'])).out).toMatch(/^stuck: failed\n/);
  });

  it('shows the shortest way to each mistake', async () => {
    const { code, out } = await call(['verify', 'wrong.json']);
    expect(code).toBe(1);
    expect(
      out
        .split('\n\n')
        .slice(1)
        .map((finding) => finding.trim()),
    ).toEqual([
      'error: wrong.island is never entered',
      'error: wrong.b takes no event and is no end\n    start -> wrong.a\n    GO -> wrong.b',
      'error: from wrong.t1 no end can be reached\n    start -> wrong.a\n    TRAP -> wrong.t1',
      'error: wrong.e is final and has transitions of its own\n    start -> wrong.a\n    END -> wrong.e',
    ]);
  });

  it('says of every event in every state what becomes of it', async () => {
    const { out } = await call(['verify', 'door.json', '--pairs']);
    expect(out).toContain('  door.closed OPEN: door.closed OPEN [isUnlocked yes], or refused\n  door.closed CLOSE: refused\n');
  });

  it('gives one report a line', async () => {
    const { code, out } = await call(['verify', 'door.json', 'stuck.json', '--json']);
    expect(code).toBe(1);
    const reports = jsonLines(out);
    for (const report of reports) await expectDocument('verify_report', report);
    expect(reports).toMatchObject([
      { machine: 'door', verdict: 'passed' },
      { machine: 'stuck', verdict: 'failed' },
    ]);
  });

  it('shows names that could steer a terminal without what would', async () => {
    const { out } = await call(['verify', 'hostile.json', '--pairs'], { tty: true });
    expect(out).toMatch(/^h: passed\n/);
    expect(out).not.toMatch(/[^\n\P{Cc}]|\u202e/u);
  });

  it('passes our own machines, every guard of which says yes and no', async () => {
    const { code, out } = await call(['verify', '--json']);
    expect(code).toBe(0);
    const reports = jsonLines(out) as Pick<VerifyReport, 'machine' | 'verdict' | 'guards' | 'findings'>[];
    expect(reports.map(({ machine, verdict }) => `${machine} ${verdict}`)).toEqual(
      ['run', 'step', 'breaker', 'bootstrap'].map((machine) => `${machine} passed`),
    );
    // An actor that breaks ends the machine of a step with an error, which its run takes.
    const codes = reports.flatMap(({ findings }) => findings.map(({ code }) => code));
    expect(new Set(codes)).toEqual(new Set(['no_error_transition']));
    for (const { guards } of reports) expect([guards?.said_true, guards?.said_false]).toEqual([guards?.total, guards?.total]);
  });
});
