import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonValue, RunEvent, Stateyard, StepCall, WorkflowObject } from '../../../src/api/contract.ts';
import { openStateyard, UserError } from '../../../src/api/index.ts';

const folders: string[] = [];
const yards: Stateyard[] = [];

async function open(onEvents: (events: readonly RunEvent[]) => void = () => undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'stateyard-api-'));
  folders.push(folder);
  const yard = await openStateyard({ folder: join(folder, 'store'), onEvents });
  yards.push(yard);
  return { yard, folder, store: join(folder, 'store') };
}

const attemptsOf = (store: string, runId: string): string[] => readdirSync(join(store, 'runs', runId, 'attempts'));

afterEach(async () => {
  await Promise.all(yards.splice(0).map((yard) => yard.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('a step that calls a function', () => {
  it('is given its input with values, and its outputs reach the steps that need it', async () => {
    const { yard } = await open();
    const inputs: JsonValue[] = [];
    yard.register('double', ({ input }: StepCall<{ n: number }>) => {
      inputs.push(input);
      return { twice: input.n * 2, text: 'a\r\nb=\n' };
    });
    const outputs = { twice: 'integer', text: 'string' } as const;
    const { runId, state } = await yard.run({
      params: { n: 4 },
      workflow: {
        name: 'double',
        params: { n: { type: 'integer' } },
        steps: {
          first: { function: 'double', with: { n: '${{ params.n }}', list: ['n is ${{ params.n }}', null] }, outputs },
          second: { needs: 'first', function: 'double', with: { n: '${{ steps.first.outputs.twice }}' }, outputs },
        },
      },
    });
    expect(state).toBe('succeeded');
    expect(inputs).toEqual([{ n: 4, list: ['n is 4', null] }, { n: 8 }]);
    const [, second] = await yard.steps(runId);
    expect(second).toEqual({
      stepId: 'second',
      state: 'succeeded',
      attempts: 1,
      outputs: { twice: 16, text: 'a\r\nb=\n' },
      reason: null,
    });
  });

  it('touches no file where it declares no outputs and prints nothing', async () => {
    const { yard, store } = await open();
    yard.register('noop', () => ({ ignored: true }));
    const { runId } = await yard.run({ workflow: { name: 'noop', steps: { a: { function: 'noop' } } } });
    expect(attemptsOf(store, runId)).toEqual([]);
  });

  it('is on disk before the function is called', async () => {
    const seen: string[] = [];
    const { yard } = await open((events) => seen.push(...events.map(({ kind }) => kind)));
    let before: string[] = [];
    yard.register('look', () => void (before = [...seen]));
    await yard.run({ workflow: { name: 'look', steps: { a: { function: 'look' } } } });
    expect(before).toContain('step_state_changed');
  });

  it('fails when its function throws, is tried again, and keeps the words in the log alone', async () => {
    const events: RunEvent[] = [];
    const { yard, store } = await open((more) => events.push(...more));
    const keys = new Set<string>();
    yard.register('flaky', ({ attempt, idempotencyKey, log }) => {
      keys.add(idempotencyKey);
      log(`attempt ${attempt}`);
      if (attempt === 1) throw new TypeError('the words');
    });
    const steps = { a: { function: 'flaky', retry: { attempts: 2, delay: '1ms' } } };
    const { runId, state } = await yard.run({ workflow: { name: 'flaky', steps } });
    expect(state).toBe('succeeded');
    expect(keys.size).toBe(1);
    expect(attemptsOf(store, runId)).toEqual(['a.1', 'a.2']);
    expect(readFileSync(join(store, 'runs', runId, 'attempts', 'a.1', 'log'), 'utf8')).toMatch(
      /^attempt 1\nTypeError: the words\n/,
    );
    expect(JSON.stringify(events)).toContain('"error":"TypeError"');
    expect(JSON.stringify(events)).not.toContain('the words');
  });

  it('fails when what it returns is not what it declares', async () => {
    const { yard } = await open();
    yard.register('wrong', () => ({ n: Number.NaN, s: 3n }));
    const steps = { a: { function: 'wrong', outputs: { n: 'number', s: 'string', b: 'boolean' } } } as const;
    const { runId } = await yard.run({ workflow: { name: 'wrong', steps } });
    const problems = ['output "n" is NaN, expected a number', 'output "s" is a bigint, expected a text', 'output "b" is missing'];
    expect((await yard.steps(runId))[0]?.reason).toEqual({ kind: 'outputInvalid', problems });
  });

  it('is told to stop by its signal when its time is over, and given up when it does not', async () => {
    const { yard, store } = await open();
    let late: () => void = () => undefined;
    yard.register(
      'obedient',
      ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
    );
    yard.register('deaf', () => new Promise<void>((resolve) => (late = resolve)));
    const { runId } = await yard.run({
      workflow: {
        name: 'late',
        stop_grace: '20ms',
        on_failure: 'continue',
        steps: { obedient: { function: 'obedient', timeout: '20ms' }, deaf: { function: 'deaf', timeout: '20ms' } },
      },
    });
    late();
    const reason = { kind: 'timedOut', timeoutMs: 20, scope: 'attempt' };
    expect((await yard.steps(runId)).map((step) => step.reason)).toEqual([reason, reason]);
    expect(readFileSync(join(store, 'runs', runId, 'attempts', 'deaf.1', 'log'), 'utf8')).toContain('it is given up');
  });
});

describe('a yard', () => {
  const broken: readonly (readonly [string, WorkflowObject | string, string])[] = [
    ['a function that nobody registered', { name: 'x', steps: { a: { function: 'nobody' } } }, 'function_not_registered'],
    ['a step with a mistake', { name: 'x', steps: { a: { function: 'noop', wth: {} } } }, 'workflow_invalid'],
    ['a cycle of objects', { name: 'x', steps: {}, env: cyclic() }, 'workflow_invalid'],
    ['a file that is not there', '/nowhere/flow.yaml', 'file_not_found'],
  ];

  it.each(broken)('refuses %s before anything is stored', async (_, workflow, code) => {
    const { yard, store } = await open();
    yard.register('noop', () => undefined);
    const refusal: unknown = await yard.run({ workflow }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(UserError);
    expect(refusal).toMatchObject({ code });
    expect(existsSync(store)).toBe(false);
  });

  it('lets its runs go when it is closed, and another one takes them up without what has ended', async () => {
    const { yard, store } = await open();
    const calls: string[] = [];
    let begun: () => void = () => undefined;
    const beginning = new Promise<void>((resolve) => (begun = resolve));
    yard.register('work', ({ stepId, signal }) => {
      calls.push(stepId);
      if (stepId !== 'second') return undefined;
      begun();
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
    });
    const steps = { first: { function: 'work' }, second: { needs: 'first', function: 'work' } };
    const live = await yard.start({ workflow: { name: 'closed', steps } });
    await beginning;
    await yard.close();
    expect(await live.finished).toMatchObject({ state: 'interrupted' });
    await expect(yard.run({ workflow: { name: 'closed', steps } })).rejects.toMatchObject({ code: 'yard_closed' });

    const other = await openStateyard({ folder: store });
    yards.push(other);
    await expect(other.resume(live.runId)).rejects.toMatchObject({ code: 'function_not_registered' });
    other.register('work', ({ stepId }) => void calls.push(`${stepId} again`));
    expect(await other.resume(live.runId)).toMatchObject({ state: 'succeeded' });
    expect(calls).toEqual(['first', 'second', 'second again']);
  });

  it('mixes functions with processes and questions, and goes on after the answer', async () => {
    const { yard } = await open();
    const said: JsonValue[] = [];
    yard.register('say', ({ input }) => void said.push(input));
    const { runId, state, awaiting } = await yard.run({
      workflow: {
        text: [
          'name: mixed',
          'steps:',
          '  make: { run: "echo n=3 >> $STATEYARD_OUTPUT", outputs: { n: integer } }',
          '  ask: { needs: make, approve: "Go on?" }',
          '  say: { needs: [make, ask], function: say, with: { n: "${{ steps.make.outputs.n }}" } }',
        ].join('\n'),
      },
    });
    expect({ state, awaiting }).toEqual({ state: 'awaiting', awaiting: ['ask'] });
    expect(await yard.command(runId, { command: 'approve', step: 'ask' })).toMatchObject({ accepted: true });
    expect(await yard.resume(runId)).toMatchObject({ state: 'succeeded' });
    expect(said).toEqual([{ n: 3 }]);
  });

  it('keeps a run id for one run', async () => {
    const { yard } = await open();
    yard.register('noop', () => undefined);
    const request = { runId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', workflow: { name: 'once', steps: { a: { function: 'noop' } } } };
    await yard.run(request);
    await expect(yard.run(request)).rejects.toMatchObject({ code: 'run_exists' });
    expect(() => yard.register('noop', () => undefined)).toThrow('registered already');
  });
});

function cyclic(): Record<string, JsonValue> {
  const value: Record<string, JsonValue> = {};
  value['self'] = value;
  return value;
}
