import { describe, expect, test } from 'vitest';
import { Scheduler, type NeedsStatus, type Verdict } from '../../../src/engine/scheduler.ts';
import { planOf } from './plan-fixture.ts';

const diamond = planOf([[], [0], [0], [1, 2]]);
const bySuccess = (_: number, status: NeedsStatus): Verdict => (status.success ? 'run' : 'skip');
const never = (): boolean => false;

/** A scheduler over `needs` in which `tolerated` steps may fail, with its first decisions made. */
function started(needs: readonly (readonly number[])[], tolerated: readonly number[] = []): Scheduler {
  const scheduler = new Scheduler(planOf(needs), { tolerates: (position) => tolerated.includes(position) });
  scheduler.decide(bySuccess);
  return scheduler;
}

/** Everything that is ready, taken. */
function takeAll(scheduler: Scheduler): number[] {
  const taken: number[] = [];
  for (let next = scheduler.take(); next !== undefined; next = scheduler.take()) taken.push(next);
  return taken;
}

describe('a scheduler', () => {
  test('of no steps has nothing to give', () => {
    const scheduler = started([]);
    expect([scheduler.take(), scheduler.next(), scheduler.waitingCount]).toEqual([undefined, undefined, 0]);
  });

  test('gives a step when all that it needs has ended', () => {
    const scheduler = started(diamond.needs);
    expect(takeAll(scheduler)).toEqual([0]);
    scheduler.settle(0, 'succeeded');
    scheduler.decide(bySuccess);
    expect(takeAll(scheduler)).toEqual([1, 2]);
    scheduler.settle(1, 'succeeded');
    scheduler.decide(bySuccess);
    expect(scheduler.take()).toBeUndefined();
    scheduler.settle(2, 'succeeded');
    scheduler.decide(bySuccess);
    expect([takeAll(scheduler), scheduler.waitingCount]).toEqual([[3], 0]);
  });

  test('gives the step with the longest chain behind it first, then the first of the file', () => {
    const scheduler = started([[], [], [], [1], [2], [4]]);
    expect(takeAll(scheduler)).toEqual([2, 1, 0]);
  });

  test('gives first what goes first, however short the chain behind it', () => {
    const scheduler = new Scheduler(planOf([[], [], [], [0], [3]]), {
      rank: (position) => Number(position === 1 || position === 2),
    });
    scheduler.decide(bySuccess);
    expect(takeAll(scheduler)).toEqual([1, 2, 0]);
  });

  test('counts what waits and says which step it would give next, without giving it', () => {
    const scheduler = started([[], [], [0]]);
    expect([scheduler.waitingCount, scheduler.next(), scheduler.next()]).toEqual([3, 0, 0]);
    scheduler.take();
    expect([scheduler.waitingCount, scheduler.next()]).toEqual([2, 1]);
    scheduler.take();
    expect([scheduler.waitingCount, scheduler.next()]).toEqual([1, undefined]);
  });

  test('says how a step ended', () => {
    const scheduler = started([[], []]);
    scheduler.take();
    scheduler.settle(0, 'failed');
    expect([scheduler.endOf(0), scheduler.endOf(1)]).toEqual(['failed', undefined]);
  });

  test('lets no step end twice', () => {
    const scheduler = started([[]]);
    scheduler.take();
    scheduler.settle(0, 'succeeded');
    expect(() => scheduler.settle(0, 'failed')).toThrow('position 0 has ended already');
  });
});

describe('steps after a failure', () => {
  test('are settled in one go down the chain, each with the need that keeps it from running', () => {
    const scheduler = started([[], [0], [1], [0]]);
    scheduler.take();
    scheduler.settle(0, 'failed');
    const settled = scheduler.decide(bySuccess);
    expect(settled.map(({ position, end, status }) => [position, end, status.blockedBy])).toEqual([
      [1, 'skipped', 0],
      [3, 'skipped', 0],
      [2, 'skipped', 1],
    ]);
    expect(settled.every(({ status }) => status.failure && !status.success)).toBe(true);
    expect(scheduler.waitingCount).toBe(0);
  });

  test('run when the failure is tolerated, and see no failure', () => {
    const seen: NeedsStatus[] = [];
    const scheduler = started([[], [0]], [0]);
    scheduler.take();
    scheduler.settle(0, 'failed');
    scheduler.decide((_, status) => {
      seen.push(status);
      return 'run';
    });
    expect(seen).toEqual([{ success: true, failure: false, blockedBy: null }]);
    expect(scheduler.take()).toBe(1);
  });

  test('see a failure through a step that was skipped', () => {
    const statuses = new Map<number, NeedsStatus>();
    const scheduler = started([[], [0], [1]]);
    scheduler.take();
    scheduler.settle(0, 'failed');
    scheduler.decide((position, status) => {
      statuses.set(position, status);
      return position === 2 ? 'run' : 'skip';
    });
    expect(statuses.get(2)).toEqual({ success: false, failure: true, blockedBy: 1 });
    expect(scheduler.take()).toBe(2);
  });

  test('can be canceled by the judge', () => {
    const scheduler = started([[], [0]]);
    scheduler.take();
    scheduler.settle(0, 'succeeded');
    expect(scheduler.decide(() => 'cancel')).toEqual([
      { position: 1, end: 'canceled', status: { success: true, failure: false, blockedBy: null } },
    ]);
  });
});

describe('stopping', () => {
  test('cancels every waiting step that may not run, ready or not, and leaves the running ones alone', () => {
    const scheduler = started([[], [], [0], [2]]);
    expect(scheduler.take()).toBe(0);
    const settled = scheduler.stop(never);
    expect(settled.map(({ position, end }) => [position, end])).toEqual([
      [1, 'canceled'],
      [2, 'canceled'],
      [3, 'canceled'],
    ]);
    expect([scheduler.waitingCount, scheduler.next(), scheduler.endOf(0)]).toEqual([0, undefined, undefined]);
    expect(scheduler.decide(() => 'run')).toEqual([]);
  });

  test('puts ready steps that may still run before the judge again', () => {
    const scheduler = started([[], []]);
    expect(scheduler.stop((position) => position === 1).map(({ position }) => position)).toEqual([0]);
    expect(scheduler.take()).toBeUndefined();
    expect(scheduler.decide(() => 'skip').map(({ position }) => position)).toEqual([1]);
  });

  test('starts cleanup only when all before it has ended, although what is between was canceled', () => {
    const scheduler = started([[], [0], [1]]);
    scheduler.take();
    expect(scheduler.stop((position) => position === 2).map(({ position }) => position)).toEqual([1]);
    expect(scheduler.decide(() => 'run')).toEqual([]);
    expect([scheduler.take(), scheduler.waitingCount]).toEqual([undefined, 1]);
    const seen: NeedsStatus[] = [];
    scheduler.settle(0, 'failed');
    scheduler.decide((_, status) => {
      seen.push(status);
      return 'run';
    });
    expect(seen).toEqual([{ success: false, failure: true, blockedBy: 1 }]);
    expect(scheduler.take()).toBe(2);
  });

  test('lets cleanup after a long canceled chain go on without running out of stack', () => {
    const length = 20_000;
    const scheduler = started(Array.from({ length }, (_, position) => (position === 0 ? [] : [position - 1])));
    scheduler.take();
    expect(scheduler.stop((position) => position === length - 1)).toHaveLength(length - 2);
    scheduler.settle(0, 'canceled');
    scheduler.decide(() => 'run');
    expect(scheduler.take()).toBe(length - 1);
  });
});

describe('restoring', () => {
  test('goes on where the ends and the running steps leave off', () => {
    const scheduler = new Scheduler(diamond);
    scheduler.restore(new Map([[0, 'succeeded'] as const, [1, 'succeeded'] as const]), [2]);
    expect(scheduler.decide(bySuccess)).toEqual([]);
    expect([scheduler.take(), scheduler.waitingCount]).toEqual([undefined, 1]);
    scheduler.settle(2, 'succeeded');
    scheduler.decide(bySuccess);
    expect(scheduler.take()).toBe(3);
  });

  test('judges a step whose needs had ended but which had not been judged', () => {
    const scheduler = new Scheduler(planOf([[], [0]]));
    scheduler.restore(new Map([[0, 'failed'] as const]), []);
    expect(scheduler.decide(bySuccess).map(({ position, end }) => [position, end])).toEqual([[1, 'skipped']]);
  });

  test('keeps cleanup waiting for a running step behind a canceled one', () => {
    const scheduler = new Scheduler(planOf([[], [0], [1]]));
    scheduler.restore(new Map([[1, 'canceled'] as const]), [0]);
    scheduler.decide(() => 'run');
    expect(scheduler.take()).toBeUndefined();
    scheduler.settle(0, 'canceled');
    scheduler.decide(() => 'run');
    expect(scheduler.take()).toBe(2);
  });
});
