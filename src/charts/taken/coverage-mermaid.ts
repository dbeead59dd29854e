import type { MachineCoverage } from '../../../schemas/cli/coverage-report.ts';
import { transitionKey } from '../chart.ts';
import type { Chart, ChartTransition } from '../chart.ts';
import { chartMermaid } from '../formats/mermaid.ts';
import { transitionWords } from '../transition-words.ts';
import { timesTaken } from './machine-coverage.ts';

/**
 * The chart as a Mermaid state diagram in which each transition says how often it was taken, and NEVER TAKEN where it could have been and was not: Mermaid has
 * no styles for the arrows of a state diagram. Actions of transitions are left out.
 */
export function coverageMermaid(chart: Chart, { transitions }: MachineCoverage): string {
  const verdicts = new Map(
    transitions.map((transition) => {
      const count = timesTaken(transition);
      if (count > 0) return [transition.key, `taken ${String(count)} ${count === 1 ? 'time' : 'times'}`] as const;
      if (!transition.reachable) return [transition.key, 'cannot be taken'] as const;
      return [transition.key, transition.untold ? 'no event tells of it' : 'NEVER TAKEN'] as const;
    }),
  );
  return chartMermaid(chart, (transition: ChartTransition) => {
    const { trigger, guard } = transitionWords(transition);
    const verdict = `(${verdicts.get(transitionKey(transition)) ?? ''})`;
    return [trigger, guard, verdict].filter((part) => part !== null).join(' ');
  });
}
