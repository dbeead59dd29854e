import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { test, type Parsed, type Sandbox } from './sandbox.ts';
import { oneTask, writeTools } from './tool-box.ts';

/** The attempts of the latest run as [tool, check or null, outcome]. */
async function calls(box: Sandbox): Promise<[string, string | null, string][]> {
  const { value } = await box.json('show', '@latest');
  return value.attempts.map(({ tool_id: tool, metadata }: Parsed) => [tool, metadata.check ?? null, metadata.outcome.kind]);
}

/** The decisions of the latest run, in order. */
async function decisions(box: Sandbox): Promise<Parsed[]> {
  const { lines } = await box.json('events', '@latest');
  return events(lines)
    .filter(({ kind }: Parsed) => kind === 'route_decided')
    .map(({ payload }: Parsed) => payload.decision);
}

/** `events --json` prints one event a line or one list. */
function events(lines: Parsed[]): Parsed[] {
  return lines.flat();
}

/** The tool `a` works once the file `mended` is there; `b` always does. */
function breaking(box: Sandbox, breaker: object): void {
  writeTools(
    box,
    { a: { script: 'test -e "$FOLDER/mended"', app: { adapter: { breaker } } }, b: { script: 'exit 0' } },
    { routing: twoTools },
  );
}

const twoTools = { rules: [{ id: 'first', match: {}, select_from: ['a'], fallback_to: ['b'] }] };

describe.concurrent('a task', () => {
  test('goes to the tool of its rule, with its prompt and its request', async ({ box }) => {
    writeTools(
      box,
      {
        a: {
          script:
            'cat >> "$TRACE"; cp "$STATEYARD_REQUEST_FILE" "$FOLDER/request.json"; echo "$STATEYARD_TOOL_ID $STATEYARD_TASK_KIND $STATEYARD_PROMPT_FILE $*" >> "$FOLDER/told"',
          app: { args: ['--for', '{write}'], adapter: { prompt: 'stdin' } },
        },
      },
      { defaults: { timeout_seconds: 60 } },
    );
    const file = oneTask(
      box,
      `    prompt: Say \${{ params.word }}.\n    domain: words\n    resource_scope: { write: [src/x, src/y] }\n`,
    );
    box.write(file, `${box.read(file)}params: { word: { type: string, default: hello } }\n`);
    const { code, stderr } = await box.cli('run', file);
    expect(code, stderr).toBe(0);
    expect(box.read('trace')).toContain('Say hello.');
    const request = JSON.parse(box.read('request.json')) as Parsed;
    expect(request).toMatchObject({
      phase_id: 'default',
      task_kind: 'work',
      classification: { domain: 'words', complexity: 'moderate' },
      resource_scope: { write: ['src/x', 'src/y'] },
    });
    const { value } = await box.json('show', '@latest');
    const [attempt] = value.attempts;
    expect(attempt.execution_request_id).toBe(request.request_id);
    expect(attempt.prompt_id).toMatch(/^[0-9A-Z]{26}$/);
    const prompt = join(box.store, 'runs', value.run.run_id, 'attempts/it.1/prompt.md');
    expect(box.read('told').trim()).toBe(`a work ${prompt} --for src/x src/y`);
    expect(readFileSync(prompt, 'utf8')).toContain('src/x');
    const [decision] = await decisions(box);
    expect(decision).toMatchObject({ tool_id: 'a', rule: null, strategy: 'fixed', candidates: ['a'], cut: [] });
  });

  test('goes to the next tool when the attempts with the first are used up', async ({ box }) => {
    writeTools(box, { a: { script: 'exit 3' }, b: { script: 'exit 0' } }, { routing: twoTools, defaults: { max_attempts: 2 } });
    const { code, stderr } = await box.cli('run', oneTask(box, '    retry: { attempts: 2, delay: 10ms }\n'));
    expect(code, stderr).toBe(0);
    expect(await calls(box)).toEqual([
      ['a', null, 'exitNonZero'],
      ['a', null, 'exitNonZero'],
      ['b', null, 'succeeded'],
    ]);
    expect((await decisions(box)).map(({ tool_id: tool, cut }) => [tool, cut.map((each: Parsed) => each.why)])).toEqual([
      ['a', []],
      ['a', []],
      ['b', ['attempts_spent']],
    ]);
  });

  test('fails with what its last tool came to when no tool is left', async ({ box }) => {
    writeTools(box, { a: { script: 'exit 3' }, b: { script: 'exit 4' } }, { routing: twoTools });
    expect((await box.cli('run', oneTask(box))).code).toBe(1);
    expect((await box.steps())['it']).toMatchObject({
      state: 'failed',
      attempts: 2,
      reason: { kind: 'exitNonZero', exitCode: 4 },
    });
  });

  test('goes on at once with the next tool at a rate limit, and stops for good where the tool says no', async ({ box }) => {
    const outcomes = [
      { pattern: 'rate limit', means: 'try_another', because: 'rate limit' },
      { exit_codes: [9], means: 'never_retry', because: 'it found errors' },
    ];
    writeTools(
      box,
      {
        a: { script: 'echo "429: rate limit reached"; exit 1', app: { adapter: { outcomes } } },
        b: { script: 'exit 9', app: { adapter: { outcomes } } },
      },
      { routing: { rules: [{ id: 'all', match: {}, select_from: ['a', 'b'] }] }, defaults: { max_attempts: 3 } },
    );
    expect((await box.cli('run', oneTask(box, '    retry: { attempts: 3, delay: 10ms }\n'))).code).toBe(1);
    expect(await calls(box)).toEqual([
      ['a', null, 'judged'],
      ['b', null, 'judged'],
    ]);
    expect((await box.steps())['it'].reason).toMatchObject({ kind: 'judged', means: 'never_retry', because: 'it found errors' });
  });

  test('is done when its checks say so, whatever its tool says', async ({ box }) => {
    writeTools(
      box,
      { a: { script: 'echo bad > "$FOLDER/work"' }, b: { script: 'echo good > "$FOLDER/work"' } },
      { routing: twoTools },
    );
    const verify =
      '    verify:\n      - { id: right, run: grep good "$FOLDER/work" }\n      - { id: nice, run: exit 1, required: false }\n';
    const { code, stderr } = await box.cli('run', oneTask(box, verify));
    expect(code, stderr).toBe(0);
    expect(await calls(box)).toEqual([
      ['a', null, 'succeeded'],
      ['shell', 'right', 'verificationFailed'],
      ['b', null, 'succeeded'],
      ['shell', 'right', 'succeeded'],
      ['shell', 'nice', 'verificationFailed'],
    ]);
  });

  test('is checked by the validators of its rule', async ({ box }) => {
    const rules = [{ id: 'checked', match: {}, select_from: ['a'], validate_with: ['v'], required: true }];
    writeTools(
      box,
      {
        a: { script: 'exit 0' },
        v: { script: 'echo checking >> "$TRACE"; exit 1', app: { kind: 'validator', capabilities: { task_kinds: ['check'] } } },
      },
      { routing: { rules } },
    );
    expect((await box.cli('run', oneTask(box))).code).toBe(1);
    expect(box.trace()).toEqual(['checking']);
    expect((await box.steps())['it'].reason).toMatchObject({ kind: 'verificationFailed', check: 'validate_with.v' });
  });
});

describe.concurrent('tools of a store', () => {
  test('are not called more often at a time than they allow, over all live runs', async ({ box }) => {
    const script = 'echo in >> "$TRACE"; read go < "$GATE"; echo out >> "$TRACE"';
    writeTools(box, { a: { script, app: { limits: { max_parallel: 2 } } } });
    box.write(
      'many.yaml',
      `name: many\nmax_parallel: 4\nsteps:\n${['p', 'q', 'r'].map((id) => `  ${id}: { task: work }\n`).join('')}`,
    );
    const runs = [box.start(['run', 'many.yaml']), box.start(['run', 'many.yaml'])];
    await box.traced('in', 2);
    for (let done = 1; done <= 6; done++) {
      box.open();
      await box.traced('out', done);
    }
    for (const run of runs) expect((await run.ended).code).toBe(0);
    let inside = 0;
    for (const line of box.trace()) {
      inside += line === 'in' ? 1 : -1;
      expect(inside).toBeLessThanOrEqual(2);
    }
    expect(box.trace().length).toBe(12);
  });

  test('let other steps pass while theirs wait for a slot', async ({ box }) => {
    const script = 'echo in >> "$TRACE"; read go < "$GATE"';
    writeTools(box, { a: { script, app: { limits: { max_parallel: 1 } } } });
    const tasks = ['p', 'q', 'r'].map((id) => `  ${id}: { task: work, priority: high }\n`).join('');
    box.write('mixed.yaml', `name: mixed\nmax_parallel: 2\nsteps:\n${tasks}  free: { run: echo free >> "$TRACE" }\n`);
    const run = box.start(['run', 'mixed.yaml']);
    await box.traced('free');
    expect(box.trace().filter((line) => line === 'in').length).toBeLessThanOrEqual(1);
    box.open(3);
    expect((await run.ended).code).toBe(0);
  });

  test('are cut while their breaker is open', async ({ box }) => {
    breaking(box, { failure_threshold: 1, recovery_timeout_seconds: 3600 });
    const file = oneTask(box);
    expect((await box.cli('run', file)).code).toBe(0);
    expect((await calls(box)).map(([tool]) => tool)).toEqual(['a', 'b']);
    expect((await box.cli('run', file)).code).toBe(0);
    expect((await calls(box)).map(([tool]) => tool)).toEqual(['b']);
    expect((await decisions(box))[0].cut[0]).toMatchObject({ tool_id: 'a', why: 'breaker_open' });
  });

  test('get one probe when their breaker may close again', async ({ box }) => {
    breaking(box, { failure_threshold: 1, recovery_timeout_seconds: 1 });
    const file = oneTask(box);
    expect((await box.cli('run', file)).code).toBe(0);
    box.write('mended', '');
    let used: unknown[] = [];
    for (let tries = 0; tries < 100 && used[0] !== 'a'; tries++) {
      expect((await box.cli('run', file)).code).toBe(0);
      used = (await calls(box)).map(([tool]) => tool);
    }
    expect(used).toEqual(['a']);
    const moved = events((await box.json('events', '@latest')).lines).filter(({ kind }: Parsed) => kind === 'breaker_changed');
    expect(moved.map(({ payload }: Parsed) => [payload.from, payload.to])).toEqual([
      ['open', 'half_open'],
      ['half_open', 'closed'],
    ]);
  });

  test('take turns over the runs of a store', async ({ box }) => {
    writeTools(
      box,
      { a: { script: 'exit 0' }, b: { script: 'exit 0' }, c: { script: 'exit 0' } },
      { routing: { rules: [{ id: 'turns', match: {}, select_from: ['a', 'b', 'c'], strategy: 'round_robin' }] } },
    );
    const file = oneTask(box);
    const used: unknown[] = [];
    for (let run = 0; run < 4; run++) {
      expect((await box.cli('run', file)).code).toBe(0);
      used.push((await calls(box))[0]?.[0]);
    }
    expect(used).toEqual(['a', 'b', 'c', 'a']);
  });
});

describe.concurrent('a budget', () => {
  test('pauses the run when it is used up; to let the run go on grants as much again', async ({ box }) => {
    writeTools(box, { a: { script: 'echo called >> "$TRACE"' } });
    box.write(
      'spend.yaml',
      'name: spend\nmax_parallel: 1\nbudget: { calls: 2 }\nsteps:\n' + [1, 2, 3].map((n) => `  s${n}: { task: work }\n`).join(''),
    );
    const first = await box.cli('run', 'spend.yaml', '--id', box.id);
    expect(first.code, first.stderr).toBe(5);
    expect(first.stderr).toContain('the budget of 2 calls is used up');
    expect(box.trace()).toEqual(['called', 'called']);
    expect((await box.cli('resume', box.id)).code).toBe(5);
    expect((await box.cli('unpause', box.id)).code).toBe(0);
    const last = await box.cli('resume', box.id);
    expect(last.code, last.stderr).toBe(0);
    expect(box.trace()).toEqual(['called', 'called', 'called']);
  });

  test('counts what a tool reports to have cost', async ({ box }) => {
    writeTools(
      box,
      {
        a: {
          script: `echo '{"result": "fine", "total_cost_usd": 0.75}'`,
          app: { adapter: { result: { format: 'json', result_pointer: '/result', cost_pointer: '/total_cost_usd' } } },
        },
      },
      { budget: { tools: { a: { cost: 1 } } } },
    );
    box.write('cost.yaml', 'name: cost\nmax_parallel: 1\nsteps:\n' + [1, 2, 3].map((n) => `  s${n}: { task: work }\n`).join(''));
    const { code, stderr } = await box.cli('run', 'cost.yaml');
    expect(code).toBe(5);
    expect(stderr).toContain('1.50 US dollars so far');
    const { value } = await box.json('show', '@latest');
    expect(value.attempts.map(({ metadata }: Parsed) => [metadata.cost_usd, metadata.result])).toEqual([
      [0.75, 'fine'],
      [0.75, 'fine'],
    ]);
  });
});
