import { describe, expect, test } from 'vitest';
import { createActor, type AnyStateMachine, type Snapshot } from 'xstate';
import { runMachine } from '../../../machines/run.ts';
import { stepMachine } from '../../../machines/step.ts';
import { runSnapshotSchema, stepSnapshotSchema } from '../../../schemas/snapshot.ts';
import { upgradeSnapshot } from '../../../src/engine/upgrade-snapshot.ts';
import { openReader } from '../../../src/store/reader.ts';

/* Snapshots as version 0.1.0 has written them: those of its stores, and those of states that its stores do not hold. */

interface Stored {
  readonly machine: 'run' | 'step';
  readonly snapshot: object;
}

const fixtures = new URL('../../compat/fixtures/0.1.0/store/runs/', import.meta.url);

/** The snapshots of a run of the fixture. */
async function storedIn(runId: string): Promise<Stored[]> {
  const reader = await openReader({ folder: new URL(runId, fixtures).pathname, name: 'run' });
  try {
    return reader.query('select machine, version, snapshot from snapshots order by actor_id').map((row) => {
      expect(row['version']).toBe('1.0.0');
      return { machine: row['machine'] as Stored['machine'], snapshot: JSON.parse(String(row['snapshot'])) as object };
    });
  } finally {
    reader.close();
  }
}

const sleeping = (untilMs: number | null) => ({
  snapshot: { status: 'active', input: { untilMs } },
  src: 'sleepUntil',
  syncSnapshot: false,
});

const stepContext = {
  stepId: 'build',
  toolId: 'shell',
  attemptTimeoutMs: 500,
  stepTimeoutMs: null,
  stepDeadlineMs: null,
  retry: { attempts: 3, backoff: 'exponential', delayMs: 1000, maxDelayMs: 300_000, jitter: true, onExitCodes: null },
  declaresOutputs: false,
  onInterrupted: 'rerun',
  continueOnError: false,
  approval: null,
  dispatchedAtMs: 1_795_451_130_352,
  attempt: 2,
  interruptions: 1,
  attemptStartedAtMs: 1_795_451_130_360,
  outcome: null,
  outputs: {},
  wakeAtMs: 0,
};

const stopping: Stored = {
  machine: 'step',
  snapshot: {
    status: 'active',
    value: { attempting: 'stopping' },
    historyValue: {},
    context: { ...stepContext, outcome: { kind: 'timedOut', timeoutMs: 500, scope: 'attempt' } },
    children: {
      stopAttempt: {
        snapshot: {
          status: 'active',
          input: {
            stepId: 'build',
            attempt: 2,
            toolId: 'shell',
            otherwise: { kind: 'timedOut', timeoutMs: 500, scope: 'attempt' },
          },
        },
        src: 'stopAttempt',
        syncSnapshot: false,
      },
    },
  },
};

const waiting: Stored = {
  machine: 'step',
  snapshot: {
    status: 'active',
    value: 'backoff',
    historyValue: {},
    context: { ...stepContext, outcome: { kind: 'exitNonZero', exitCode: 1 }, wakeAtMs: 1_795_451_131_360 },
    children: { backoff: sleeping(1_795_451_131_360) },
  },
};

const asking: Stored = {
  machine: 'step',
  snapshot: {
    status: 'active',
    value: 'awaitingApproval',
    historyValue: {},
    context: {
      ...stepContext,
      toolId: 'approval',
      attemptTimeoutMs: null,
      attempt: 0,
      interruptions: 0,
      approval: { timeoutMs: null, byDefault: 'reject' },
    },
    children: { approvalDeadline: sleeping(null) },
  },
};

const machines: Readonly<Record<Stored['machine'], AnyStateMachine>> = { run: runMachine, step: stepMachine };
const schemas = { run: runSnapshotSchema, step: stepSnapshotSchema };

async function everySnapshot(): Promise<Stored[]> {
  const ofStores = await Promise.all(
    ['01KC0000000000000000000002', '01KC0000000000000000000003', '01KC0000000000000000000004'].map(storedIn),
  );
  return [...ofStores.flat(), stopping, waiting, asking];
}

describe('a snapshot of 1.0.0', () => {
  test('becomes one of the present version, which fits its schema and can be gone on from', async () => {
    const all = await everySnapshot();
    expect(all.length).toBeGreaterThanOrEqual(8);
    for (const { machine, snapshot } of all) {
      expect(schemas[machine].safeParse(snapshot).success).toBe(false);
      const upgraded = upgradeSnapshot(machine, '1.0.0', snapshot);
      expect(upgraded.version).toBe(machines[machine].version);
      expect(schemas[machine].safeParse(upgraded.snapshot).error?.issues).toBeUndefined();
      const bare = { ...upgraded.snapshot, children: {} } as unknown as Snapshot<unknown>;
      const actor = createActor(machines[machine], { snapshot: bare, input: undefined });
      const { value, context } = upgraded.snapshot as { value: unknown; context: unknown };
      expect(actor.getSnapshot()).toMatchObject({ value, context, status: 'active' });
    }
  });

  test('keeps all that it held, and is not changed itself', async () => {
    for (const { machine, snapshot } of await everySnapshot()) {
      const before = structuredClone(snapshot);
      expect(upgradeSnapshot(machine, '1.0.0', snapshot).snapshot).toMatchObject(before);
      expect(snapshot).toEqual(before);
    }
  });

  test('of a step names its tool itself and checks nothing, of a run spends nothing and holds no step', () => {
    const contextOf = ({ machine, snapshot }: Stored): unknown =>
      (upgradeSnapshot(machine, '1.0.0', snapshot).snapshot as { context: unknown }).context;
    expect(contextOf(waiting)).toEqual({
      ...(waiting.snapshot as { context: object }).context,
      routed: false,
      spentTools: [],
      spentAttempts: 0,
      requestId: null,
      promptId: null,
      checks: [],
      check: 0,
      checkRun: 0,
      checkStartedAtMs: 0,
      heldAtMs: 0,
    });
    expect(contextOf({ machine: 'run', snapshot: { context: { runId: 'r' } } })).toEqual({
      runId: 'r',
      held: [],
      meters: [],
      grants: [],
    });
  });

  test('of a step that was being stopped stops the attempt, and no check', () => {
    const { snapshot } = upgradeSnapshot('step', '1.0.0', stopping.snapshot);
    const inputOf = (of: object): object =>
      (of as { children: { stopAttempt: { snapshot: { input: object } } } }).children.stopAttempt.snapshot.input;
    expect(inputOf(snapshot)).toEqual({ ...inputOf(stopping.snapshot), check: null });
  });

  test('shares nothing with another one', () => {
    const [one, other] = [waiting, waiting].map(
      ({ snapshot }) => upgradeSnapshot('step', '1.0.0', snapshot).snapshot as { context: { checks: unknown[] } },
    );
    one?.context.checks.push('a check');
    expect(other?.context.checks).toEqual([]);
  });

  test('that is damaged stays damaged, for the check of its shape to find', () => {
    const damaged = [null as unknown as object, {}, { context: null }, { context: 'text' }, { context: [], children: [] }];
    for (const snapshot of damaged) {
      expect(upgradeSnapshot('run', '1.0.0', snapshot)).toEqual({ version: '1.1.0', snapshot });
      expect(upgradeSnapshot('step', '1.0.0', snapshot)).toEqual({ version: '1.1.0', snapshot });
    }
    const odd = { children: { stopAttempt: { snapshot: 'none' } } };
    expect(upgradeSnapshot('step', '1.0.0', odd).snapshot).toEqual(odd);
  });
});

describe('a snapshot of another version or machine', () => {
  test.each([
    ['run', '1.1.0'],
    ['step', '1.1.0'],
    ['step', '0.9.0'],
    ['step', '2.0.0'],
    ['patch', '1.0.0'],
  ])('is left alone: %s %s', (machine, version) => {
    const snapshot = { value: 'x', context: { runId: 'r' } };
    const upgraded = upgradeSnapshot(machine, version, snapshot);
    expect(upgraded).toEqual({ version, snapshot: { value: 'x', context: { runId: 'r' } } });
  });
});
