import { describe, expect } from 'vitest';
import { expectDocument } from './documents.ts';
import { test, until, type Parsed, type Running, type Sandbox } from './sandbox.ts';
import { expectSoundHistory } from './stored-run.ts';

/** A release in which a person lets `publish` go on; `report` cleans up. */
const release = `name: release
max_parallel: 1
on_failure: fail_fast
steps:
  build: { run: 'echo build >> "$TRACE"' }
  ship: { needs: build, approve: 'Publish \${{ run.workflow }}?' }
  publish: { needs: ship, run: 'echo publish >> "$TRACE"' }
  report: { needs: publish, if: always(), run: 'echo "report \${{ steps.publish.state }}" >> "$TRACE"' }
`;

/** A question beside a step that runs until the gate opens. */
const beside = `name: beside
max_parallel: 1
steps:
  wait: { run: 'echo wait >> "$TRACE"; read -r _ < "$GATE"' }
  ship: { approve: 'Publish?' }
  publish: { needs: ship, run: 'echo publish >> "$TRACE"' }
`;

const timed = (byDefault: string, timeout: string): string => `name: timed
steps:
  ship: { approve: 'Publish?', timeout: ${timeout}, default: ${byDefault} }
  publish: { needs: ship, run: 'echo publish >> "$TRACE"' }
`;

/** Runs a workflow that comes to wait for a person; the id of the run. */
async function waiting(box: Sandbox, text = release): Promise<string> {
  const { code } = await box.cli('run', box.write('w.yaml', text), '--id', box.id);
  expect(code).toBe(5);
  return box.id;
}

/** Starts a workflow and waits until its step `ship` asks. */
async function asking(box: Sandbox, text: string): Promise<Running> {
  const running = box.start(['run', box.write('w.yaml', text), '--id', box.id]);
  await until('the question', () => running.stderr().includes('ship asks'));
  return running;
}

/** The audit trail of a run. */
async function trail(box: Sandbox, id: string): Promise<Parsed[]> {
  return (await box.json('events', id)).lines.flat();
}

describe.concurrent('a run that only a person can let go on', () => {
  test('ends with 5, says what it asks and how to answer, and waits again when it is resumed without an answer', async ({
    box,
  }) => {
    const { code, stderr } = await box.cli('run', box.write('w.yaml', release), '--id', box.id);
    expect(code).toBe(5);
    expect(stderr).toContain('ship asks: Publish release?');
    expect(stderr).toContain(`ship: stateyard approve ${box.id} ship (or reject)\nThen: stateyard resume ${box.id}\n`);
    const [resumed, watched] = [await box.cli('resume'), await box.cli('watch', box.id)];
    expect([resumed.code, watched.code]).toEqual([5, 5]);
    expect(watched.stderr).toContain(`stateyard approve ${box.id} ship`);
    expect(box.trace()).toEqual(['build']);
  });

  test('is shown as awaiting with its question, as text and as documents', async ({ box }) => {
    const id = await waiting(box);
    const { value: shown } = await box.json('show', id);
    await expectDocument(box, 'run_details', shown);
    expect([shown.shown_state, shown.chart_state, shown.run.state]).toEqual(['awaiting', 'running.awaitingPerson', 'running']);
    expect(shown.steps[1]).toMatchObject({
      state: 'awaitingApproval',
      question: 'Publish release?',
      answer_by: null,
      attempts: 0,
      tool_id: 'person',
    });
    expect(shown.next.map((next: Parsed) => next.command)).toEqual([
      `stateyard approve ${id} ship`,
      `stateyard reject ${id} ship`,
      `stateyard cancel ${id}`,
    ]);
    expect((await box.cli('show', id)).stdout).toMatch(/^ship +awaiting +asks: Publish release\?$/m);
    const { value: list } = await box.json('ls', '--state', 'awaiting');
    await expectDocument(box, 'run_list', list);
    expect(list.runs).toMatchObject([{ run_id: id, state: 'awaiting', steps_done: 1, steps_total: 4, exit_code: null }]);
    expect((await box.json('ls', '--state', 'interrupted')).value.runs).toEqual([]);
    const asked = (await trail(box, id)).find((event) => event.kind === 'approval_requested');
    expect(asked.payload).toEqual({ step_id: 'ship', question: 'Publish release?', answer_by: null });
    await expectDocument(box, 'run_event', asked);
    expect((await box.cli('doctor')).code).toBe(0);
    expect((await box.cli('logs', id, 'ship')).stdout).toBe('');
  });

  test('goes on with an approval and its comment when it is resumed', async ({ box }) => {
    const id = await waiting(box);
    const { code, value } = await box.json('approve', id, 'ship', '--comment', 'checked \u001b[31mby hand');
    expect(code).toBe(0);
    await expectDocument(box, 'command_answer', value);
    expect(value).toMatchObject({
      run_id: id,
      command: 'approve',
      accepted: true,
      from: 'running.awaitingPerson',
      to: 'running.active',
    });
    expect(value.message).toContain(`stateyard resume ${id}`);
    expect(box.trace()).toEqual(['build']);
    expect((await box.cli('resume', id)).code).toBe(0);
    expect(box.trace()).toEqual(['build', 'publish', 'report succeeded']);
    const { ship } = await box.steps(id);
    expect(ship).toMatchObject({
      state: 'succeeded',
      reason: { kind: 'approved', comment: 'checked \u001b[31mby hand', byDefault: false },
      attempts: 0,
    });
    expect((await box.cli('show', id)).stdout).toContain('approved: checked by hand');
    await expectSoundHistory(box, id, { publish: ['ship'], report: ['publish'] });
  });

  test('stops with a rejection, and cleans up when it is resumed', async ({ box }) => {
    const id = await waiting(box);
    const { code, stdout } = await box.cli('reject', id, 'ship', '--comment', 'wrong version');
    expect([code, stdout]).toEqual([
      0,
      `${id}: running.awaitingPerson -> running.draining\nwhere no process is running it: stateyard resume ${id}\n`,
    ]);
    const { code: resumed, stderr } = await box.cli('resume', id);
    expect(resumed).toBe(1);
    expect(stderr).toContain('ship: rejected: wrong version');
    expect(box.trace()).toEqual(['build', 'report canceled']);
    expect((await box.steps(id))['publish'].state).toBe('canceled');
  });

  test('is over with the answer where nothing is left to do', async ({ box }) => {
    const id = await waiting(box, 'name: x\nsteps: { ship: { approve: "ok?" } }\n');
    const { value } = await box.json('approve', id, 'ship');
    expect([value.to, value.message]).toEqual(['succeeded', '']);
    expect((await box.json('ls')).value.runs[0]).toMatchObject({ state: 'succeeded', exit_code: 0, steps_done: 1 });
    const again = await box.json('approve', id, 'ship');
    expect([again.code, again.value.error.code]).toEqual([7, 'run_ended']);
    expect((await box.cli('resume', id)).code).toBe(7);
  });

  test('can be canceled, paused and quarantined while it waits', async ({ box }) => {
    const file = box.write('w.yaml', release);
    const runs = await Promise.all([1, 2, 3].map(() => box.json('run', file)));
    const [first, second, third] = runs.map(({ code, value }) => (expect(code).toBe(5), value.run_id));
    expect((await box.json('cancel', first)).value.to).toBe('canceled');
    expect((await box.json('quarantine', second, '--reason', 'odd')).value.to).toBe('quarantined');
    expect((await box.json('pause', third)).value.to).toBe('running.paused');
    expect((await box.json('show', first)).value.steps[1]).toMatchObject({ state: 'canceled', question: null });
    const { value: paused } = await box.json('show', third);
    expect(paused.shown_state).toBe('paused');
    expect(paused.next.map((next: Parsed) => next.command)).toContain(`stateyard approve ${third} ship`);
    expect((await box.json('approve', third, 'ship')).value.to).toBe('running.paused');
    expect((await box.cli('resume', third)).code).toBe(5);
    expect((await box.cli('unpause', third)).code).toBe(0);
    expect((await box.cli('resume', third)).code).toBe(0);
  });
});

describe.concurrent('an answer that cannot be taken', () => {
  test('has exit code 4 or 7 and changes nothing', async ({ box }) => {
    const id = await waiting(box);
    const asked = [
      ['approve', id, 'nope'],
      ['approve', '01J00000000000000000000000', 'ship'],
      ['approve', id, 'build'],
      ['reject', id, 'publish'],
      ['approve', id],
    ];
    const codes: (number | null)[] = [];
    for (const args of asked) codes.push((await box.cli(...args)).code);
    expect(codes).toEqual([4, 4, 7, 7, 2]);
    const { value } = await box.json('reject', id, 'nope');
    await expectDocument(box, 'error_report', value);
    expect(value.error.code).toBe('step_not_found');
    expect((await box.json('show', id)).value.shown_state).toBe('awaiting');
  });

  test('is the second of two that race: exactly one counts', async ({ box }) => {
    const id = await waiting(box, 'name: x\nsteps: { ship: { approve: "ok?" }, more: { approve: "ok?" } }\n');
    const answers = await Promise.all([
      box.cli('approve', id, 'ship'),
      box.cli('reject', id, 'ship'),
      box.cli('approve', id, 'ship'),
    ]);
    expect(answers.map(({ code }) => code ?? -1).sort((a, b) => a - b)).toEqual([0, 7, 7]);
    const winner = answers[1]?.code === 0 ? 'failed' : 'succeeded';
    expect((await box.steps(id))['ship'].state).toBe(winner);
    await expectSoundHistory(box, id, {});
  });
});

describe.concurrent('a run that another process is running', () => {
  test('takes the answer and goes on at once, a question needing no slot', async ({ box }) => {
    const running = await asking(box, beside);
    await box.traced('wait');
    const { value: shown } = await box.json('show', box.id);
    expect([shown.shown_state, shown.next[0].command]).toEqual(['running', `stateyard approve ${box.id} ship`]);
    const { code, value } = await box.json('approve', box.id, 'ship', '--comment', 'go');
    expect([code, value.to]).toEqual([0, 'running.active']);
    expect((await box.cli('reject', box.id, 'ship')).code).toBe(7);
    box.open();
    expect((await running.ended).code).toBe(0);
    expect(box.trace()).toEqual(['wait', 'publish']);
    expect((await box.steps(box.id))['ship'].reason).toMatchObject({ kind: 'approved', comment: 'go' });
  });

  test('prints a question as an event that is stored already', async ({ box }) => {
    const running = box.start(['run', box.write('w.yaml', beside), '--id', box.id, '--json']);
    await until('the question', () => running.stdout().includes('"approval_requested"'));
    box.open();
    const { code, stdout } = await running.ended;
    expect(code).toBe(5);
    const last = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
    await expectDocument(box, 'run_record', last);
    expect([last.state, last.exit_code]).toEqual(['running', null]);
  });

  test('and is killed keeps what was answered, and waits for what was not', async ({ box }) => {
    const running = await asking(box, beside);
    await box.traced('wait');
    running.kill('SIGKILL');
    await running.ended;
    expect((await box.json('show', box.id)).value.shown_state).toBe('interrupted');
    expect((await box.cli('approve', box.id, 'ship')).code).toBe(0);
    box.open();
    expect((await box.cli('resume', box.id)).code).toBe(0);
    expect(box.trace()).toEqual(['wait', 'publish']);
    await expectSoundHistory(box, box.id, { publish: ['ship'] });
  });

  test('and is killed while an answer comes gives every answer exactly once', async ({ box }) => {
    const running = await asking(box, beside);
    await box.traced('wait');
    const answer = box.cli('approve', box.id, 'ship');
    running.kill('SIGKILL');
    await running.ended;
    expect((await answer).code).toBe(0);
    box.open();
    expect((await box.cli('resume', box.id)).code).toBe(0);
    expect(box.trace()).toEqual(['wait', 'publish']);
    const answered = (await trail(box, box.id)).filter((event) => event.payload.reason?.kind === 'approved');
    expect(answered).toHaveLength(1);
  });
});

describe.concurrent('a question with a time limit', () => {
  test('keeps the run going, and counts as its default says', async ({ box }) => {
    const { code } = await box.cli('run', box.write('w.yaml', timed('approve', '200ms')), '--id', box.id);
    expect([code, box.trace()]).toEqual([0, ['publish']]);
    expect((await box.steps(box.id))['ship']).toMatchObject({
      state: 'succeeded',
      reason: { kind: 'approved', comment: null, byDefault: true },
    });
    const rejected = await box.cli('run', box.write('r.yaml', timed('reject', '100ms')));
    expect(rejected.code).toBe(1);
    expect(rejected.stderr).toContain('because nobody answered in time');
  });

  test('keeps its deadline across a kill, and takes no answer after it', async ({ box }) => {
    const running = await asking(box, timed('reject', '1500ms'));
    running.kill('SIGKILL');
    await running.ended;
    const { value } = await box.json('show', box.id);
    const asked = (await trail(box, box.id)).find((event) => event.kind === 'approval_requested');
    expect(value.steps[0].answer_by).toBe(asked.payload.answer_by);
    const answerBy = Date.parse(asked.payload.answer_by);
    await until('the deadline', () => Date.now() > answerBy);
    const late = await box.json('approve', box.id, 'ship');
    expect([late.code, late.value.error.message]).toEqual([7, expect.stringContaining('its default counts now (reject)')]);
    expect((await box.cli('resume', box.id)).code).toBe(1);
    expect((await box.steps(box.id))['ship'].reason).toEqual({ kind: 'rejected', comment: null, byDefault: true });
    expect(box.trace()).toEqual([]);
  });
});

describe.concurrent('a workflow with questions', () => {
  test('is planned with a person as the tool, no attempts, and the time limit as the worst case', async ({ box }) => {
    const { code, value } = await box.json('plan', box.write('w.yaml', timed('reject', '2h')));
    expect(code).toBe(0);
    await expectDocument(box, 'plan_report', value);
    expect(value.steps[0]).toMatchObject({ tool: 'person', max_attempts: 0, attempt_timeout_ms: null, worst_case_ms: 7_200_000 });
    expect(value.max_attempts).toBe(1);
  });

  test('fails the step whose question cannot be made, without asking', async ({ box }) => {
    const text =
      "name: x\nparams: { v: { type: string, default: '{' } }\nsteps: { ship: { approve: 'Ship ${{ fromJSON(params.v) }}?' } }\n";
    const { code } = await box.cli('run', box.write('w.yaml', text), '--id', box.id);
    expect(code).toBe(1);
    expect((await box.steps(box.id))['ship']).toMatchObject({
      state: 'failed',
      reason: { kind: 'expressionFailed', field: 'approve' },
      attempts: 0,
    });
  });
});
