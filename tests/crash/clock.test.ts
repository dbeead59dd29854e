import { afterAll, describe, expect } from 'vitest';
import { test, until, type Running, type Sandbox } from '../conformance/sandbox.ts';
import { expectSoundHistory, withStore } from '../conformance/stored-run.ts';
import { FakeWallClock, fakeTimeLibrary, hourMs, startClocked } from './clock-world.ts';
import { writeFigures } from './figures.ts';

const counts = { runs: 0, jumps: 0, suspends: 0, eventsInOrder: 0 };
afterAll(() => writeFigures('clock', counts));

if (fakeTimeLibrary === null)
  console.warn('clock.test.ts: libfaketime is not installed (Debian: faketime); the runs under a faked clock are skipped');

const say = (line: string): string => `echo ${line} >>"$TRACE"`;
const held = `${say('held')}; read -r line <"$GATE"`;

interface Attempt {
  readonly step: string;
  readonly outcome: string;
  readonly tookMs: number;
}

/** Expects that no recorded time goes back in the order of the events, that nothing ended before it began; the attempts of the run. */
async function soundTimes(box: Sandbox): Promise<Attempt[]> {
  await expectSoundHistory(box, box.id, {});
  return withStore(box, box.id, (reader) => {
    const times = reader.query('select ts from run_events order by sequence').map((row) => String(row['ts']));
    expect(times).toEqual(times.toSorted());
    counts.runs += 1;
    counts.eventsInOrder += times.length;
    for (const table of ['steps', 'step_attempts', 'runs']) {
      expect(reader.query(`select * from ${table} where ended_at < started_at`), table).toEqual([]);
    }
    return reader.query('select step_id, started_at, ended_at, metadata from step_attempts order by sequence').map((row) => ({
      step: String(row['step_id']),
      outcome: String((JSON.parse(String(row['metadata'])) as { outcome?: { kind: string } }).outcome?.kind),
      tookMs: Date.parse(String(row['ended_at'])) - Date.parse(String(row['started_at'])),
    }));
  });
}

const outcomes = (attempts: readonly Attempt[]): string[] => attempts.map(({ step, outcome }) => `${step} ${outcome}`);

describe.concurrent('while a run is carried on, the wall clock', () => {
  test.for([-5, 5])('set by %i hours neither delays a timeout nor a backoff', async (hours, { box }) => {
    const text = `name: clocked
stop_grace: 200ms
max_parallel: 8
on_failure: continue
steps:
  late: { run: '${say('late')}; sleep 300', timeout: 1500ms }
  again: { run: '${say('again')}; [ "$STATEYARD_ATTEMPT" = 2 ]', retry: { attempts: 2, delay: 1s, jitter: false } }
  after: { needs: again, run: 'sleep 300', timeout: 500ms }
`;
    const run = await startClocked(box, text);
    await Promise.all([box.traced('late'), box.traced('again')]);
    const from = performance.now();
    run.jump(hours);
    counts.jumps += 1;
    expect((await run.end).state).toBe('failed');
    expect(performance.now() - from).toBeLessThan(20_000);
    const attempts = await soundTimes(box);
    expect(outcomes(attempts).toSorted()).toEqual(['after timedOut', 'again exitNonZero', 'again succeeded', 'late timedOut']);
    const longest = Math.max(...attempts.map(({ tookMs }) => tookMs));
    if (hours < 0) expect(longest).toBeLessThan(20_000);
  });

  test('set forward (a machine that was asleep) makes no timeout come early, not even that of all attempts together', async ({
    box,
  }) => {
    const text = `name: clocked
timeout: 1m
steps:
  slept: { run: '${held}; [ "$STATEYARD_ATTEMPT" = 2 ]', timeout: 30s, step_timeout: 40s, retry: { attempts: 2, delay: 100ms } }
`;
    const run = await startClocked(box, text);
    await box.traced('held');
    run.jump(8);
    box.open();
    await box.traced('held', 2);
    run.jump(8);
    counts.jumps += 2;
    const from = performance.now();
    await until('a timeout that came early would have struck', () => performance.now() - from > 700);
    box.open();
    expect((await run.end).state).toBe('succeeded');
    expect(outcomes(await soundTimes(box))).toEqual(['slept exitNonZero', 'slept succeeded']);
  });

  test('jumping to and fro keeps every recorded time in order, and durations what they were', async ({ box }) => {
    const steps = Array.from(
      { length: 12 },
      (_, at) => `  s${String(at)}: { run: 'echo x'${at === 0 ? '' : `, needs: s${String(at - 1)}`} }`,
    );
    const run = await startClocked(box, `name: clocked\nsteps:\n${steps.join('\n')}\n`);
    let hours = 0;
    const wobble = setInterval(() => {
      hours = hours === 0 ? -3 : 0;
      run.jump(hours === 0 ? 3 : -3);
      counts.jumps += 1;
    }, 15);
    try {
      expect((await run.end).state).toBe('succeeded');
    } finally {
      clearInterval(wobble);
    }
    const attempts = await soundTimes(box);
    expect(attempts).toHaveLength(12);
    expect(Math.max(...attempts.map(({ tookMs }) => tookMs))).toBeLessThan(hourMs);
  });
});

describe.concurrent('an engine that did not run for a while', () => {
  test('takes the results of tools that have ended meanwhile rather than their timeouts, and starts a backoff that is over once', async ({
    box,
  }) => {
    const scripts = Array.from(
      { length: 6 },
      (_, at) => `  ends${String(at)}: { run: '${say('ends')}; sleep 0.5', timeout: 1s }`,
    );
    const text = `name: suspended
stop_grace: 200ms
max_parallel: 16
on_failure: continue
steps:
${scripts.join('\n')}
  fails: { run: '${say('fails')}; sleep 0.5; exit 3', timeout: 1s }
  again: { run: '${say('again')}; [ "$STATEYARD_ATTEMPT" = 2 ]', retry: { attempts: 3, delay: 1s, jitter: false } }
  late: { run: '${say('late')}; sleep 300', timeout: 1s }
`;
    const run = box.start(['run', box.write('suspended.yaml', text), '--id', box.id, '--json']);
    await Promise.all([box.traced('ends', 6), box.traced('fails'), box.traced('late')]);
    await until('the backoff began', () => run.stdout().includes('"to":"backoff"'));
    run.kill('SIGSTOP');
    counts.suspends += 1;
    const stoppedAt = performance.now();
    await until('every timeout and the backoff are over', () => performance.now() - stoppedAt > 2_000);
    run.kill('SIGCONT');
    expect((await run.ended).code).toBe(1);
    const attempts = outcomes(await soundTimes(box)).toSorted();
    const succeeded = Array.from({ length: 6 }, (_, at) => `ends${String(at)} succeeded`);
    expect(attempts).toEqual(['again exitNonZero', 'again succeeded', ...succeeded, 'fails exitNonZero', 'late timedOut']);
    expect(box.trace().filter((line) => line === 'again')).toHaveLength(2);
  });
});

/** A run under a faked clock whose engine is killed once all `lines` stand in the trace. */
async function killedAt(
  box: Sandbox,
  clock: FakeWallClock,
  { text, lines }: { text: string; lines: readonly string[] },
): Promise<void> {
  const run = box.start(['run', box.write('clock.yaml', text), '--id', box.id, '--json'], { env: clock.env });
  await Promise.all(lines.map((line) => box.traced(line)));
  await until('the attempt is recorded', () => run.stdout().includes('tool_call_started'));
  run.kill('SIGKILL');
  await run.ended;
}

function resumed(box: Sandbox, clock: FakeWallClock): Running {
  return box.start(['resume', box.id, '--json'], { env: clock.env });
}

describe.runIf(fakeTimeLibrary !== null).concurrent('between a crash and the resume, the wall clock', () => {
  test('set back by a day does not keep a step alive for a day', async ({ box }) => {
    const clock = new FakeWallClock(box);
    await killedAt(box, clock, {
      text: `name: clock\nstop_grace: 200ms\nsteps:\n  late: { run: '${say('late')}; sleep 300', timeout: 2s }\n`,
      lines: ['late'],
    });
    clock.set(-24);
    counts.jumps += 1;
    const from = performance.now();
    expect((await resumed(box, clock).ended).code).toBe(1);
    expect(performance.now() - from).toBeLessThan(15_000);
    expect(outcomes(await soundTimes(box))).toEqual(['late timedOut']);
  });

  test('set forward by a day ends what still runs by its stored deadline, and takes the result of what has ended', async ({
    box,
  }) => {
    const clock = new FakeWallClock(box);
    const text = `name: clock\nstop_grace: 200ms\nmax_parallel: 4\non_failure: continue\nsteps:\n  ended: { run: '${held}; ${say('ended')}', timeout: 1h }\n  late: { run: '${say('late')}; sleep 300', timeout: 1h }\n`;
    await killedAt(box, clock, { text, lines: ['held', 'late'] });
    box.open();
    await box.traced('ended');
    clock.set(24);
    counts.jumps += 1;
    expect((await resumed(box, clock).ended).code).toBe(1);
    expect(outcomes(await soundTimes(box)).toSorted()).toEqual(['ended succeeded', 'late timedOut']);
  });

  test('set forward by a day starts a step again whose tool died without a result, instead of calling it late', async ({
    box,
  }) => {
    const clock = new FakeWallClock(box);
    await killedAt(box, clock, { text: `name: clock\nsteps:\n  held: { run: '${held}', timeout: 1h }\n`, lines: ['held'] });
    box.killTools();
    clock.set(24);
    counts.jumps += 1;
    const run = resumed(box, clock);
    await box.traced('held', 2);
    box.open();
    expect((await run.ended).code).toBe(0);
    expect(outcomes(await soundTimes(box))).toEqual(['held interrupted', 'held succeeded']);
  });

  test.for([-24, 24])('set by %i hours starts a step that waited to be tried again, once', async (hours, { box }) => {
    const clock = new FakeWallClock(box);
    const text = `name: clock\nsteps:\n  again: { run: '${say('again')}; [ "$STATEYARD_ATTEMPT" = 2 ]', retry: { attempts: 2, delay: ${hours < 0 ? '2s' : '1h'}, jitter: false } }\n`;
    const run = box.start(['run', box.write('clock.yaml', text), '--id', box.id, '--json'], { env: clock.env });
    await until('the backoff began', () => run.stdout().includes('"to":"backoff"'));
    run.kill('SIGKILL');
    await run.ended;
    clock.set(hours);
    counts.jumps += 1;
    expect((await resumed(box, clock).ended).code).toBe(0);
    expect(outcomes(await soundTimes(box))).toEqual(['again exitNonZero', 'again succeeded']);
  });

  test('and while a tool is being stopped, does not make the end by that stop look like its own', async ({ box }) => {
    const clock = new FakeWallClock(box);
    const file = box.write(
      'clock.yaml',
      `name: clock\nsteps:\n  held: { run: 'trap "sleep 0.3; exit 3" TERM; ${say('held')}; read -r line <"$GATE" & wait' }\n`,
    );
    const run = box.start(['run', file, '--id', box.id], { env: clock.env });
    await box.traced('held');
    run.kill('SIGINT');
    clock.set(-24);
    counts.jumps += 1;
    expect((await run.ended).code).toBe(130);
    const again = resumed(box, clock);
    await box.traced('held', 2);
    again.kill('SIGTERM');
    expect((await again.ended).code).toBe(143);
    const kinds = await withStore(box, box.id, (reader) =>
      reader.query('select state_reason from step_attempts where ended_at is not null'),
    );
    expect(kinds).toEqual([{ state_reason: 'interrupted' }]);
  });
});
