import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planReport } from '../../src/cli/plan-report.ts';
import { noRouting } from '../../src/routing/run-routing.ts';
import { loadWorkflow } from '../../src/workflow/load.ts';

const graceMs = 2000;

interface Made {
  readonly steps: readonly {
    readonly links: readonly number[];
    readonly seconds: number;
    readonly attempts: number;
    readonly asks: boolean;
  }[];
  readonly slots: number;
  /** How long each attempt takes, as a share of the longest time that it may. */
  readonly shares: readonly number[];
}

const made: fc.Arbitrary<Made> = fc.record({
  steps: fc.array(
    fc.record({
      links: fc.array(fc.nat(), { maxLength: 2 }),
      seconds: fc.integer({ min: 1, max: 9 }),
      attempts: fc.integer({ min: 1, max: 3 }),
      asks: fc.constantFrom(false, false, false, true),
    }),
    { minLength: 1, maxLength: 9 },
  ),
  slots: fc.integer({ min: 1, max: 4 }),
  shares: fc.array(fc.constantFrom(0.1, 0.5, 1, 1, 1), { minLength: 12, maxLength: 12 }),
});

const needsOf = ({ links }: Made['steps'][number], index: number): number[] =>
  index === 0 ? [] : [...new Set(links.map((link) => link % index))];

function reportOf({ steps, slots }: Made): ReturnType<typeof planReport> {
  const lines = steps.map((step, index) => {
    const needs = needsOf(step, index).map((need) => `s${String(need)}`);
    const action = step.asks
      ? 'approve: go on'
      : `run: "true", retry: { attempts: ${String(step.attempts)}, backoff: fixed, delay: 3s }`;
    return `  s${String(index)}: { ${action}, timeout: ${String(step.seconds)}s, needs: [${needs.join(', ')}] }`;
  });
  const text = `name: made\nmax_parallel: ${String(slots)}\nstop_grace: ${String(graceMs)}ms\nsteps:\n${lines.join('\n')}\n`;
  const loaded = loadWorkflow({ path: 'made.yaml', text });
  if (!loaded.ok) throw new Error(text);
  return planReport(loaded.workflow, loaded.plan, noRouting);
}

/** When the last step ends, if a step starts whenever it may and a slot is free; of those that may, the one that comes first in the file. */
function lastEndMs({ steps, slots, shares }: Made): number {
  const takesMs = steps.map(({ seconds, attempts, asks }, index) => {
    if (asks) return seconds * 1000;
    const attemptsMs = Array.from({ length: attempts }, (_, attempt) => {
      return (seconds * 1000 + graceMs) * (shares[(index + attempt) % shares.length] ?? 1);
    });
    return attemptsMs.reduce((sum, ms) => sum + ms, 0) + (attempts - 1) * 3000;
  });
  const endsMs = new Map<number, number>();
  let nowMs = 0;
  while (endsMs.size < steps.length) {
    const isFree = (): boolean =>
      [...endsMs].filter(([index, endMs]) => endMs > nowMs && steps[index]?.asks === false).length < slots;
    for (const [index, step] of steps.entries()) {
      const isReady = !endsMs.has(index) && needsOf(step, index).every((need) => (endsMs.get(need) ?? Infinity) <= nowMs);
      if (isReady && (step.asks || isFree())) endsMs.set(index, nowMs + (takesMs[index] ?? 0));
    }
    if (endsMs.size < steps.length) nowMs = Math.min(...[...endsMs.values()].filter((endMs) => endMs > nowMs));
  }
  return Math.max(...endsMs.values());
}

describe('the worst case of a plan', () => {
  test('is never passed by a run, however long its steps take within their bounds', () => {
    fc.assert(
      fc.property(made, (each) => {
        const report = reportOf(each);
        expect(lastEndMs(each)).toBeLessThanOrEqual(report.worst_case_ms ?? 0);
        expect(report.max_attempts).toBe(each.steps.reduce((sum, { asks, attempts }) => sum + (asks ? 0 : attempts), 0));
      }),
      { numRuns: 100 },
    );
  });

  test('is met by a chain of steps that all take as long as they may', () => {
    fc.assert(
      fc.property(made, (each) => {
        const chain = {
          ...each,
          shares: each.shares.map(() => 1),
          steps: each.steps.map((step, index) => ({ ...step, links: index === 0 ? [] : [index - 1] })),
        };
        expect(lastEndMs(chain)).toBeCloseTo(reportOf(chain).worst_case_ms ?? 0, -1);
      }),
      { numRuns: 10 },
    );
  });
});
