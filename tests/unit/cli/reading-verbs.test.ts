import { appendFile, chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunId } from '../../../schemas/ids.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { acquireOwnerLock } from '../../../src/store/owner-lock.ts';
import { fakeIo } from './fake-io.ts';
import type { FakeIo } from './fake-io.ts';
import { expectDocument } from './json-shape.ts';
import { endOfRun, sampleStore } from './sample-store.ts';
import type { SampleStore } from './sample-store.ts';

let sample: SampleStore;
let failed: RunId;

beforeAll(async () => {
  sample = await sampleStore();
  failed = await sample.failedRun(1);
});

afterAll(() => sample.remove());

async function call(argv: string[], options: Parameters<typeof fakeIo>[0] = {}): Promise<{ code: number; io: FakeIo }> {
  const io = fakeIo({ cwd: sample.top, ...options });
  return { code: await runProgram(['--store', sample.layout.root, ...argv], io), io };
}

const parsed = (io: FakeIo): unknown => JSON.parse(io.out());
const lines = (io: FakeIo): unknown[] =>
  io
    .out()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

/** Calls back once standard output holds `text`. */
function whenPrinted(io: FakeIo, text: string, then: () => void): void {
  let done = false;
  io.onOutput = () => {
    if (done || !io.out().includes(text)) return;
    done = true;
    then();
  };
}

describe('ls', () => {
  it('lists the runs as a table and as JSON', async () => {
    const table = await call(['ls', '--state', 'failed']);
    expect(table.code).toBe(0);
    expect(table.io.out()).toMatch(/^RUN +WORKFLOW +STATE +STARTED +TOOK +STEPS\n/);
    expect(table.io.out()).toContain(`${failed}  sample    failed  2026-01-02 03:04:05Z    9s    ?/3`);
    const json = await call(['ls', '--json', '--project', 'project', '--workflow', 'sample']);
    await expectDocument('run_list', parsed(json.io));
  });

  it('answers an empty list where nothing matches or nothing is stored', async () => {
    const none = await call(['ls', '--workflow', 'other']);
    expect([none.code, none.io.out()]).toEqual([0, '']);
    expect(none.io.err()).toContain('no such runs');
    const io = fakeIo({ cwd: sample.top });
    expect(await runProgram(['ls', '--json', '--store', join(sample.top, 'nowhere')], io)).toBe(0);
    expect(parsed(io)).toEqual({ runs: [] });
  });
});

describe('show', () => {
  it('tells state, reasons, outputs and what to do next', async () => {
    const { code, io } = await call(['show', '@failed']);
    expect(code).toBe(0);
    expect(io.out()).toContain('state     failed: step unit failed');
    expect(io.out()).toMatch(/unit +failed +2 +2s +exit code 3/);
    expect(io.out()).toMatch(/ship +skipped +needs unit, which failed/);
    expect(io.out()).toContain('build.size = 5');
    expect(io.out()).toContain(`stateyard logs ${failed} unit`);
  });

  it('has the documents in its JSON', async () => {
    const { io } = await call(['show', failed, '--json']);
    const details = parsed(io) as { run: unknown; attempts: unknown[]; steps: { state: string }[] };
    await expectDocument('run_details', details);
    await expectDocument('run_record', details.run);
    for (const attempt of details.attempts) await expectDocument('step_attempt', attempt);
    expect(details.steps.map((step) => step.state)).toEqual(['succeeded', 'failed', 'skipped']);
  });

  it('ends 4 for a run that is not there', async () => {
    const { code, io } = await call(['show', '01ZZ', '--json']);
    expect(code).toBe(4);
    await expectDocument('error_report', parsed(io));
  });
});

describe('events', () => {
  it('prints a line an event, and one JSON list', async () => {
    const text = await call(['events', failed]);
    expect(text.io.out()).toContain('ship step_state_changed skipped (needs unit, which failed)');
    const json = await call(['events', failed, '--json']);
    const events = parsed(json.io) as unknown[];
    expect(events).toHaveLength(text.io.out().trimEnd().split('\n').length);
    for (const event of events) await expectDocument('run_event', event);
  });

  it('follows a run of another process to its end', async () => {
    const { runId, store, append } = await sample.openRun(1);
    const lock = await acquireOwnerLock(sample.layout.run(runId).folder);
    const io = fakeIo({ cwd: sample.top });
    whenPrinted(io, 'tool_call_started', () => {
      append('note', { text: 'nearly done' });
      store.transact(endOfRun(runId));
    });
    const code = await runProgram(['events', runId, '-f', '--json', '--store', sample.layout.root], io);
    await store.close();
    await lock?.release();
    expect(code).toBe(0);
    expect(lines(io).map((event) => (event as { kind: string }).kind)).toEqual([
      'run_created',
      'run_started',
      'tool_call_started',
      'note',
    ]);
  });

  it('stops where no process runs the run, at Ctrl-C, and when nobody reads', async () => {
    const { runId, store } = await sample.openRun(2);
    const alone = await call(['events', runId, '-f']);
    expect(alone.code).toBe(0);
    expect(alone.io.err()).toContain(`stateyard resume ${runId}`);
    const lock = await acquireOwnerLock(sample.layout.run(runId).folder);
    for (const [stop, expected] of [
      [(io: FakeIo) => io.signal('SIGINT'), 130],
      [(io: FakeIo) => io.signal('SIGTERM'), 143],
      [(io: FakeIo) => io.closeOutput(), 0],
    ] as const) {
      const io = fakeIo({ cwd: sample.top });
      whenPrinted(io, 'tool_call_started', () => stop(io));
      expect(await runProgram(['events', runId, '-f', '--store', sample.layout.root], io)).toBe(expected);
      expect(io.err()).toBe('');
    }
    await lock?.release();
    await store.close();
  });
});

describe('logs', () => {
  it('puts the step before each line of all steps', async () => {
    const { io } = await call(['logs', failed]);
    expect(io.out()).toBe('build | building\nbuild | built\nunit  | second \x1b[31mtry\x1b[0m\ufffd no line end\n');
  });

  it('gives the exact bytes of one step, and clean lines on a terminal', async () => {
    const raw = await call(['logs', failed, 'unit']);
    expect(raw.io.out()).toBe('second \x1b[31mtry\x1b[0m\xff no line end');
    const tty = await call(['logs', failed, 'unit'], { tty: true });
    expect(tty.io.out()).toBe('second try\ufffd no line end\n');
    const first = await call(['logs', failed, 'unit', '--attempt', '1']);
    expect(first.io.out()).toBe('first try\n');
  });

  it('prints JSON Lines', async () => {
    const { io } = await call(['logs', failed, '--json']);
    for (const line of lines(io)) await expectDocument('log_line', line);
    expect(lines(io)).toContainEqual({ step_id: 'build', attempt: 1, line: 'built' });
  });

  it.each<[string[], number, RegExp]>([
    [['unti'], 4, /no step "unti"[\s\S]*did you mean "unit"/],
    [['unit', '--attempt', '3'], 4, /no attempt 3[\s\S]*attempts 1 to 2/],
    [['ship', '--attempt', '1'], 4, /has not been tried/],
    [['--attempt', '1'], 2, /--attempt needs STEP/],
    [['ship'], 0, /ship was skipped without an attempt: needs unit/],
  ])('explains %j', async (more, code, message) => {
    const answer = await call(['logs', failed, ...more]);
    expect(answer.code).toBe(code);
    expect(answer.io.err()).toMatch(message);
    expect(answer.io.out()).toBe('');
  });

  it('follows a step until it has ended, with the last bytes', async () => {
    const { runId, store, append } = await sample.openRun(3);
    const lock = await acquireOwnerLock(sample.layout.run(runId).folder);
    const io = fakeIo({ cwd: sample.top });
    const grow = async (): Promise<void> => {
      await appendFile(join(sample.layout.run(runId).attempts, 'build.1', 'log'), 'and the rest');
      append('tool_call_completed', { step_id: 'build', attempt: 1, exit_code: 0, duration_ms: 5 });
      append('step_state_changed', { step_id: 'build', from: 'attempting.executing', to: 'succeeded' });
    };
    whenPrinted(io, 'so far', () => void grow());
    const code = await runProgram(['logs', runId, 'build', '-f', '--store', sample.layout.root], io);
    await store.close();
    await lock?.release();
    expect([code, io.out()]).toEqual([0, 'so far\nand the rest']);
  });
});

describe('watch', () => {
  it('ends with the exit code of a run that has ended', async () => {
    const { code, io } = await call(['watch', failed]);
    expect(code).toBe(1);
    expect(io.err()).toContain('sample failed after 9s');
    const json = await call(['watch', failed, '--json']);
    expect(json.code).toBe(1);
    await expectDocument('run_record', lines(json.io).at(-1));
  });

  it.each([
    ['active', 7],
    ['paused', 5],
  ])('ends a run that is %s without a process with %i', async (chart, expected) => {
    const { runId, store } = await sample.openRun(chart === 'paused' ? 4 : 5, chart);
    await store.close();
    const { code } = await call(['watch', runId]);
    expect(code).toBe(expected);
    const listed = await call(['ls', '--json', '--state', chart === 'paused' ? 'paused' : 'interrupted']);
    expect((parsed(listed.io) as { runs: object[] }).runs).toContainEqual(
      expect.objectContaining({ run_id: runId, steps_done: 0, steps_total: 3 }),
    );
    const shown = await call(['show', runId]);
    expect(shown.io.out()).toContain(chart === 'paused' ? `stateyard unpause ${runId}` : `stateyard resume ${runId}`);
    expect(shown.io.out()).toMatch(/ship +waiting/);
  });
});

describe('doctor', () => {
  it('finds, explains and repairs', async () => {
    const own = await sampleStore();
    try {
      const runId = await own.failedRun(7);
      const doctor = async (...more: string[]): Promise<{ code: number; io: FakeIo }> => {
        const io = fakeIo({ cwd: own.top, env: { PATH: '/bin:/usr/bin' } });
        return { code: await runProgram(['doctor', '--store', own.layout.root, ...more], io), io };
      };
      const fine = await doctor('--json');
      expect(fine.code).toBe(0);
      await expectDocument('doctor_report', parsed(fine.io));
      expect((parsed(fine.io) as { heads: object[] }).heads.map((head) => (head as { store: string }).store)).toEqual([
        'index',
        runId,
      ]);

      await writeFile(join(own.layout.run(runId).folder, 'run.db.tmp-1'), 'x', { mode: 0o644 });
      const messy = await doctor();
      expect(messy.code).toBe(1);
      expect(messy.io.out()).toMatch(/problem permissions: .*run\.db\.tmp-1 is open to others \(mode 0644\)\n +chmod -R go=/);
      expect(messy.io.out()).toMatch(/problem temporary files: 1 left by a crash/);
      await rm(join(own.layout.run(runId).folder, 'run.db.tmp-1'));

      for (const name of ['index.db', 'index-journal-00000001.log']) await rm(join(own.layout.root, name), { force: true });
      const stale = await doctor();
      expect(stale.io.out()).toContain(`problem index: does not name run ${runId}`);
      expect(stale.code).toBe(1);
      const repaired = await doctor('--repair');
      expect(repaired.code).toBe(0);
      expect(repaired.io.out()).toContain('built the index anew from 1 runs');

      await chmod(own.layout.root, 0o755);
      expect((await doctor('-q')).io.out()).toMatch(/^problem permissions: .*is open to others \(mode 0755\)\n.*\n$/);
    } finally {
      await own.remove();
    }
  });

  it('names the damaged file of a run, and says when a shell is missing', async () => {
    const own = await sampleStore();
    try {
      const runId = await own.failedRun(8);
      await writeFile(join(own.layout.run(runId).folder, 'run.db'), 'not a database', { mode: 0o600 });
      const io = fakeIo({ cwd: own.top, env: { PATH: own.top } });
      expect(await runProgram(['doctor', '--store', own.layout.root], io)).toBe(1);
      expect(io.out()).toMatch(new RegExp(`problem run ${runId}: .*run\\.db`));
      expect(io.out()).toMatch(/problem shell sh: not on the PATH/);
      const shown = fakeIo({ cwd: own.top });
      expect(await runProgram(['show', runId, '--json', '--store', own.layout.root], shown)).toBe(70);
      await expectDocument('error_report', parsed(shown));
      expect(parsed(shown)).toMatchObject({ error: { code: 'store_damaged', file: expect.stringContaining('run.db') } });
    } finally {
      await own.remove();
    }
  });

  it('is content with no store at all', async () => {
    const io = fakeIo({ cwd: sample.top, env: { PATH: '/bin:/usr/bin' } });
    expect(await runProgram(['doctor', '--store', join(sample.top, 'nowhere')], io)).toBe(0);
    expect(io.out()).toContain('there is none yet');
  });
});
