import { invariant } from '../errors.ts';

/**
 * One cycle for each group of steps that wait for each other, given the levels of the steps that do not: positions in the order of
 * needing, starting with the lowest, ordered by that. Without recursion, in time proportional to steps and needs.
 */
export function findCycles(needs: readonly (readonly number[])[], levels: readonly (readonly number[])[]): number[][] {
  const settled = new Array<boolean>(needs.length).fill(false);
  for (const level of levels) for (const index of level) settled[index] = true;
  const group = findGroups(needs, settled);
  const seen = new Set<number>();
  const cycles: number[][] = [];
  needs.forEach((_, start) => {
    const mine = group[start] ?? -1;
    if (settled[start] || seen.has(mine)) return;
    const inGroup = (index: number) => (needs[index] ?? []).find((need) => group[need] === mine && !settled[need]);
    if (inGroup(start) === undefined) return;
    seen.add(mine);
    cycles.push(walkCycle(start, inGroup));
  });
  return cycles.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
}

// Every step of a group needs another one of it, so that following these must come back to a step that was passed.
function walkCycle(start: number, nextOf: (index: number) => number | undefined): number[] {
  const passed = new Map<number, number>();
  const path: number[] = [];
  let at: number | undefined = start;
  while (at !== undefined && !passed.has(at)) {
    passed.set(at, path.length);
    path.push(at);
    at = nextOf(at);
  }
  invariant(at !== undefined, 'a step of a cycle needs another step of it');
  const cycle = path.slice(passed.get(at));
  let lowest = 0;
  cycle.forEach((index, place) => {
    if (index < (cycle[lowest] ?? 0)) lowest = place;
  });
  return [...cycle.slice(lowest), ...cycle.slice(0, lowest)];
}

interface Visit {
  readonly node: number;
  next: number;
}

// Tarjan's strongly connected components, with a stack of our own: a chain of 10,000 steps would overflow the call stack.
function findGroups(needs: readonly (readonly number[])[], settled: readonly boolean[]): number[] {
  const order = new Array<number>(needs.length).fill(-1);
  const low = new Array<number>(needs.length).fill(0);
  const group = new Array<number>(needs.length).fill(-1);
  const pending: number[] = [];
  const visits: Visit[] = [];
  let count = 0;
  const enter = (node: number): void => {
    order[node] = low[node] = count;
    count += 1;
    pending.push(node);
    visits.push({ node, next: 0 });
  };
  const leave = (node: number): void => {
    visits.pop();
    const parent = visits.at(-1)?.node;
    if (parent !== undefined) low[parent] = Math.min(low[parent] ?? 0, low[node] ?? 0);
    if (low[node] !== order[node]) return;
    for (let member = pending.pop(); member !== undefined; member = pending.pop()) {
      group[member] = node;
      if (member === node) return;
    }
  };
  needs.forEach((_, root) => {
    if (settled[root] || order[root] !== -1) return;
    enter(root);
    for (let visit = visits.at(-1); visit !== undefined; visit = visits.at(-1)) {
      const { node } = visit;
      const need = needs[node]?.[visit.next];
      visit.next += 1;
      if (need === undefined) leave(node);
      else if (settled[need]) continue;
      else if (order[need] === -1) enter(need);
      else if (group[need] === -1) low[node] = Math.min(low[node] ?? 0, order[need] ?? 0);
    }
  });
  return group;
}
