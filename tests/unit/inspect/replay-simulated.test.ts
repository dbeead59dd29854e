import { expect, it } from 'vitest';
import type { RunEventRow } from '../../../src/engine/run-event.ts';
import { SeededRandom } from '../../../src/simulate/seeded-random.ts';
import { simulateRun, simulatedRunId } from '../../../src/simulate/simulate-run.ts';
import { randomWorkflow } from '../../simulation/random-workflow.ts';
import { expectFaithful, storedRun } from './replayed.ts';

const runs = 16;
const place = { projectId: 'simulated', baseFolder: '/project', folder: '/simulated/run', graceMs: 0, requestedBy: null };

/** The history of a run of a random workflow, with failures, retries, questions and budgets; it is taken up again after each answer. */
async function history(seed: number) {
  const random = new SeededRandom(seed);
  const { workflow, plan, maxParallel, routing } = randomWorkflow(random.fork('workflow'));
  const executed = workflow.steps.filter(({ action }) => action.kind !== 'approve');
  const wishes = {
    failures: new Map(executed.map(({ id }) => [id, random.chance(0.5) ? 0.4 : 0])),
    durationsMs: new Map<string, number>(),
    outputs: new Map(),
    answers: new Map(workflow.steps.map(({ id }) => [id, random.chance(0.7)])),
  };
  const parts = { workflow, plan, maxParallel, routing, params: {}, ...place };
  const { events, state } = await simulateRun({ ...parts, seed, wishes });
  return { stored: storedRun({ ...parts, runId: simulatedRunId }, events), events, state };
}

const isKind =
  (kind: string, to?: string) =>
  (event: RunEventRow): boolean =>
    event.kind === kind && (to === undefined || event.payload['to'] === to);

it('agrees with the histories of many runs, whatever happens in them', async () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= runs; seed += 1) {
    const { stored, events, state } = await history(seed);
    seen.add(state);
    if (events.some(isKind('run_resumed'))) seen.add('resumed');
    if (events.some(isKind('step_state_changed', 'held'))) seen.add('held');
    if (events.some(isKind('step_state_changed', 'backoff'))) seen.add('retried');
    if (events.some(isKind('approval_requested'))) seen.add('asked');
    try {
      expectFaithful(stored);
    } catch (cause) {
      throw new Error(`seed ${String(seed)}`, { cause });
    }
  }
  expect([...seen].sort()).toEqual(
    expect.arrayContaining(['asked', 'failed', 'held', 'paused', 'resumed', 'retried', 'succeeded']),
  );
});
