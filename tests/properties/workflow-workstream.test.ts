import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sequenceBarriers, sequenceOf } from '../../src/workflow/documents/task-sequence.ts';
import { loadWorkflow } from '../../src/workflow/load.ts';
import type { Plan } from '../../src/workflow/model.ts';

interface MadeTask {
  readonly needs: readonly number[];
  readonly parallel: boolean | undefined;
}

// Without a cycle, but listed in any order: needs go to tasks of a lower rank, wherever these stand.
const madeTasks: fc.Arbitrary<readonly MadeTask[]> = fc.integer({ min: 1, max: 14 }).chain((count) =>
  fc
    .tuple(
      fc.shuffledSubarray(
        Array.from({ length: count }, (_, index) => index),
        { minLength: count, maxLength: count },
      ),
      fc.array(fc.uniqueArray(fc.nat(count - 1), { maxLength: 3 }), { minLength: count, maxLength: count }),
      fc.array(fc.constantFrom(true, false, undefined), { minLength: count, maxLength: count }),
    )
    .map(([rank, needs, parallel]) =>
      needs.map((list, index) => ({
        needs: list.filter((need) => (rank[need] ?? 0) < (rank[index] ?? 0)),
        parallel: parallel[index],
      })),
    ),
);

function documentOf(tasks: readonly MadeTask[]) {
  return {
    workstream_id: 'w',
    project_id: 'p',
    phase_id: 'h',
    name: 'made',
    objective: 'o',
    tasks: tasks.map(({ needs, parallel }, index) => ({
      task_id: `t${index}`,
      name: 'n',
      kind: 'k',
      ...(needs.length === 0 ? {} : { depends_on: needs.map((need) => `t${need}`) }),
      ...(parallel === undefined ? {} : { allow_parallel: parallel }),
    })),
  };
}

function planOf(tasks: readonly MadeTask[]): Plan {
  const result = loadWorkflow({ path: 'w.json', text: JSON.stringify(documentOf(tasks)) });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.plan;
}

/** For each step all that must have ended before it starts. */
function ancestors(plan: Plan): ReadonlySet<number>[] {
  const found: Set<number>[] = plan.ids.map(() => new Set());
  for (const position of plan.levels.flat()) {
    for (const need of plan.needs[position] ?? []) {
      found[position]?.add(need);
      for (const earlier of found[need] ?? []) found[position]?.add(earlier);
    }
  }
  return found;
}

describe('a workstream of any tasks', () => {
  it('is planned so that a task starts after all that it depends on, and beside no task that does not allow it', () => {
    fc.assert(
      fc.property(madeTasks, (tasks) => {
        const plan = planOf(tasks);
        const before = ancestors(plan);
        const early = tasks.flatMap(({ needs }, index) => needs.filter((need) => before[index]?.has(need) !== true));
        const beside = tasks.flatMap(({ parallel }, index) =>
          parallel === true
            ? []
            : tasks.flatMap((_, other) =>
                other === index || before[index]?.has(other) === true || before[other]?.has(index) === true
                  ? []
                  : [[index, other]],
              ),
        );
        const twice = plan.needs.filter((needs) => new Set(needs).size < needs.length);
        expect({ early, beside, twice }).toEqual({ early: [], beside: [], twice: [] });
      }),
      { numRuns: 100 },
    );
  });

  it('waits for nothing but its needs where every task may run beside others', () => {
    fc.assert(
      fc.property(madeTasks, (tasks) => {
        const free = planOf(tasks.map(({ needs }) => ({ needs, parallel: true })));
        expect(free.needs.map((list) => [...list])).toEqual(tasks.map(({ needs }) => [...needs]));
      }),
      { numRuns: 50 },
    );
  });

  it('keeps the order of the list where that agrees with what tasks depend on', () => {
    fc.assert(
      fc.property(madeTasks, (tasks) => {
        const needs = tasks.map((task) => task.needs);
        const order = sequenceOf(needs);
        expect([...order].sort((a, b) => a - b)).toEqual(tasks.map((_, index) => index));
        const place = new Map(order.map((task, at) => [task, at]));
        const late = needs.flatMap((list, task) => list.filter((need) => (place.get(need) ?? 0) > (place.get(task) ?? 0)));
        expect(late).toEqual([]);
        const forward = needs.map((list, task) => list.filter((need) => need < task));
        expect(sequenceOf(forward)).toEqual(tasks.map((_, index) => index));
      }),
      { numRuns: 150 },
    );
  });

  it('may be long', () => {
    const count = 50_000;
    const chain = Array.from({ length: count }, (_, index) => (index + 1 < count ? [index + 1] : []));
    const order = sequenceOf(chain);
    expect(order[0]).toBe(count - 1);
    expect(sequenceBarriers(order, chain, () => false).flat()).toEqual([]);
    const free = chain.map(() => []);
    expect(sequenceBarriers(sequenceOf(free), free, (task) => task % 2 === 0).flat()).toHaveLength(count - 1);
  });
});
