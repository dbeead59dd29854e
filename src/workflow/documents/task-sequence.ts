/**
 * An order of tasks that keeps to what they need: as they are listed, but a task that an earlier one needs is pulled forward, to before it. By
 * position; `needs` has no cycles. Without recursion, in time proportional to tasks and needs.
 */
export function sequenceOf(needs: readonly (readonly number[])[]): number[] {
  const order: number[] = [];
  const state = new Array<'open' | 'done' | undefined>(needs.length);
  needs.forEach((_, first) => {
    const path = [first];
    for (let task = path.at(-1); task !== undefined; task = path.at(-1)) {
      // A second visit finds all that was put above it done.
      if (state[task] === undefined) {
        state[task] = 'open';
        for (const need of (needs[task] ?? []).toReversed()) if (state[need] === undefined) path.push(need);
        continue;
      }
      path.pop();
      if (state[task] === 'done') continue;
      state[task] = 'done';
      order.push(task);
    }
  });
  return order;
}

/**
 * For each task the ones that must have ended before it, beside its needs: a task that is not `parallel` waits for all tasks before it in
 * `order`, and all after it wait for that task. Only the nearest ones are named: those before them have ended by then.
 */
export function sequenceBarriers(
  order: readonly number[],
  needs: readonly (readonly number[])[],
  parallel: (task: number) => boolean,
): number[][] {
  const barriers: number[][] = needs.map(() => []);
  let alone: number | null = null;
  let beside: number[] = [];
  for (const task of order) {
    const own = new Set(needs[task] ?? []);
    const last: number[] = alone === null ? [] : [alone];
    const before = parallel(task) || beside.length === 0 ? last : beside;
    barriers[task] = before.filter((other) => !own.has(other));
    if (parallel(task)) beside.push(task);
    else [alone, beside] = [task, []];
  }
  return barriers;
}
