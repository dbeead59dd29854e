import { describe, expect, test } from 'vitest';
import { createActor, fromPromise, type AnyStateMachine } from 'xstate';
import { runMachine } from '../../../machines/run.ts';
import { stepMachine } from '../../../machines/step.ts';
import type { RunInput } from '../../../machines/run-model.ts';
import type { StepInput } from '../../../machines/step-model.ts';
import { runSnapshotSchema, stepSnapshotSchema } from '../../../schemas/snapshot.ts';

const stepInput: StepInput = {
  stepId: 'a',
  toolId: 'shell',
  nowMs: 1000,
  attemptTimeoutMs: null,
  stepTimeoutMs: 500,
  retry: { attempts: 2, backoff: 'fixed', delayMs: 10, maxDelayMs: 10, jitter: false, onExitCodes: [1] },
  declaresOutputs: true,
  onInterrupted: 'rerun',
  continueOnError: false,
  approval: null,
  checks: [{ id: 'lint', required: true }],
  obstacle: null,
};

const runInput: RunInput = {
  runId: 'run',
  total: 2,
  maxParallel: 2,
  onFailure: 'continue',
  timeoutMs: 5000,
  meters: [{ toolId: 'claude', unit: 'cost', limit: 2.5, allowed: 5, used: 2.6 }],
};

const never = <Input, Output>() => fromPromise<Output, Input>(() => new Promise(() => undefined));

/** A snapshot as it is stored, with some of it replaced. */
function stored(machine: AnyStateMachine, input: object, change: { value?: unknown; context?: object } = {}): object {
  const quiet = machine.provide({
    actors: Object.fromEntries(Object.keys(machine.implementations.actors).map((name) => [name, never()])),
  });
  const snapshot = JSON.parse(JSON.stringify(createActor(quiet, { input }).start().getPersistedSnapshot())) as {
    context: object;
  };
  return { ...snapshot, ...change, context: { ...snapshot.context, ...change.context } };
}

const ofStep = (input: Partial<StepInput>, change: { value?: unknown; context?: object } = {}): object =>
  stored(stepMachine, { ...stepInput, ...input }, change);
const problemsOf = (snapshot: object): string[] =>
  stepSnapshotSchema.safeParse(snapshot).error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];

const approval = { timeoutMs: null, byDefault: 'reject' } as const;
const verifying = { attempting: 'verifying' };

describe('the snapshot of a step', () => {
  test('fits as it is stored: at work, asking a person, asking for a tool', () => {
    const inputs = [{}, { approval }, { toolId: null }];
    expect(inputs.map((input) => problemsOf(ofStep(input)))).toEqual([[], [], []]);
  });

  test('has exactly the memory of the chart', () => {
    const { context } = ofStep({}) as { context: Record<string, unknown> };
    for (const field of Object.keys(context)) {
      const { [field]: _, ...rest } = context;
      expect(problemsOf({ ...ofStep({}), context: rest }), field).not.toEqual([]);
    }
    expect(problemsOf(ofStep({}, { context: { more: 1 } }))).toEqual(['context Unrecognized key: "more"']);
  });

  test.each([
    ['attempting.executing', { attempting: 'executing' }],
    ['backoff', 'backoff'],
    ['canceling', 'canceling'],
  ])('has made an attempt in %s', (_, value) => {
    expect(problemsOf(ofStep({}, { value, context: { attempt: 1 } }))).toEqual([]);
    expect(problemsOf(ofStep({}, { value, context: { attempt: 0 } }))).toEqual(['context.attempt does not fit the state']);
  });

  test.each(['routing', 'held'])('may have made none in %s, where its tool is picked', (value) => {
    for (const attempt of [0, 3]) expect(problemsOf(ofStep({ toolId: null }, { value, context: { attempt } }))).toEqual([]);
    expect(problemsOf(ofStep({}, { value, context: { attempt: 1 } }))).toEqual(['context.routed does not fit the state']);
  });

  test('has made none while it asks a person, and asks something', () => {
    const value = 'awaitingApproval';
    expect(problemsOf(ofStep({ approval }, { value, context: { attempt: 1 } }))).toEqual([
      'context.attempt does not fit the state',
    ]);
    expect(problemsOf(ofStep({}, { value, context: { attempt: 0 } }))).toEqual(['context.attempt does not fit the state']);
  });

  test('names the tool of an attempt', () => {
    const value = { attempting: 'executing' };
    expect(problemsOf(ofStep({ toolId: null }, { value, context: { attempt: 1 } }))).toEqual([
      'context.toolId does not fit the state',
    ]);
  });

  test.each(['verifying', 'stoppingCheck'])('names a check that there is in %s', (state) => {
    const value = { attempting: state };
    const problem = ['context.check does not fit the state'];
    expect(problemsOf(ofStep({}, { value, context: { check: 0, checkRun: 4 } }))).toEqual([]);
    expect(problemsOf(ofStep({}, { value, context: { check: 0, checkRun: 0 } }))).toEqual(problem);
    expect(problemsOf(ofStep({}, { value, context: { check: 1, checkRun: 2 } }))).toEqual(problem);
  });

  test('counts from zero', () => {
    for (const field of ['attempt', 'interruptions', 'spentAttempts', 'check', 'checkRun']) {
      const snapshot = ofStep({}, { value: verifying, context: { checkRun: 1, [field]: -1 } });
      expect(
        problemsOf(snapshot).some((problem) => problem.startsWith(`context.${field} `)),
        field,
      ).toBe(true);
    }
  });
});

describe('the snapshot of a run', () => {
  const ofRun = (context: object = {}): object => stored(runMachine, runInput, { context });
  const isGood = (context: object): boolean => runSnapshotSchema.safeParse(ofRun(context)).success;

  test('fits as it is stored, with what it may spend and has let through', () => {
    const grants = [{ stepId: 'a', toolId: 'claude' }];
    expect(runSnapshotSchema.safeParse(ofRun({ held: ['b'], grants })).error?.issues).toBeUndefined();
  });

  test('has exactly the memory of the chart', () => {
    const { context } = ofRun() as { context: Record<string, unknown> };
    for (const field of Object.keys(context)) {
      const { [field]: _, ...rest } = context;
      expect(runSnapshotSchema.safeParse({ ...ofRun(), context: rest }).success, field).toBe(false);
    }
    expect(isGood({ more: 1 })).toBe(false);
  });

  test('has meters that can be raised, and grants of a step and a tool', () => {
    const [meter] = runInput.meters;
    const bad = [
      { meters: [{ ...meter, limit: 0 }] },
      { meters: [{ ...meter, used: -1 }] },
      { meters: [{ ...meter, unit: 'hours' }] },
      { meters: [{ ...meter, more: 1 }] },
      { grants: [{ stepId: 'a' }] },
      { grants: [{ stepId: 'a', toolId: 'claude', more: 1 }] },
      { held: [1] },
    ];
    expect(bad.filter(isGood)).toEqual([]);
    expect(isGood({ meters: [{ ...meter, toolId: null, unit: 'calls', used: 0 }] })).toBe(true);
  });
});
