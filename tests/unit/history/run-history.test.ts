import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRunHistory } from '../../../src/history/open-run-history.ts';
import { shownState } from '../../../src/history/run-state.ts';
import { stepStatuses } from '../../../src/history/step-status.ts';
import { followRun } from '../../../src/history/follow-run.ts';
import { startChangeFeed } from '../../../src/history/change-feed.ts';
import { endOfRun, sampleStore } from '../cli/sample-store.ts';
import type { SampleStore } from '../cli/sample-store.ts';

let sample: SampleStore;

beforeAll(async () => {
  sample = await sampleStore();
});

afterAll(() => sample.remove());

describe('RunHistory', () => {
  it('reads a run that has ended', async () => {
    const history = await openRunHistory(sample.layout, await sample.failedRun(1));
    expect(history.run()).toMatchObject({
      state: 'failed',
      phase_id: 'default',
      origin: { trigger_type: 'manual' },
      counters: { errors: 2 },
      metadata: {},
    });
    expect(history.definition()).toMatchObject({ workflowName: 'sample', params: { who: 'world' } });
    expect(history.steps().map((step) => [step.stepId, step.state])).toEqual([
      ['build', 'succeeded'],
      ['unit', 'failed'],
      ['ship', 'skipped'],
    ]);
    expect(history.attempts('unit').map((attempt) => attempt.attempt)).toEqual([1, 2]);
    expect(history.attempts()[2]?.document.metadata).toEqual({
      step_id: 'unit',
      attempt: 2,
      outcome: { kind: 'exitNonZero', exitCode: 3 },
    });
    expect(history.chart()).toEqual({ state: 'failed', stepsDone: 3 });
    expect(history.stepsTotal()).toBe(3);
    const last = history.lastSequence();
    expect(history.events(last - 1).map((event) => event.sequence)).toEqual([last]);
    expect(history.events(0, 2)).toHaveLength(2);
    await history.close();
  });

  it('moves with a run that goes on', async () => {
    const { runId, store } = await sample.openRun(1, 'paused');
    const history = await openRunHistory(sample.layout, runId);
    expect(history.chart()).toEqual({ state: 'running.paused', stepsDone: 0 });
    store.transact(endOfRun(runId));
    await store.durable();
    expect(await history.refresh()).toBe(true);
    expect(history.chart()).toEqual({ state: 'succeeded', stepsDone: 1 });
    expect(await history.refresh()).toBe(false);
    await history.close();
    await store.close();
  });
});

describe('followRun', () => {
  it('gives what was recorded just before the owner went away', async () => {
    const { runId, store, append } = await sample.openRun(2);
    const history = await openRunHistory(sample.layout, runId);
    const signal = new AbortController().signal;
    const kinds: string[] = [];
    const isOwned = async (): Promise<boolean> => {
      append('note', { text: 'the last word' });
      await store.close();
      return false;
    };
    const end = await followRun(history, (events) => void kinds.push(...events.map((event) => event.document.kind)), 2, {
      isOwned,
      feed: startChangeFeed(history.reader, signal),
      signal,
    });
    expect([end, kinds]).toEqual(['unowned', ['tool_call_started', 'note']]);
    await history.close();
  });

  it('rejects with what the reader of the events throws, and leaves the reader to its owner', async () => {
    const { runId, store } = await sample.openRun(3);
    const history = await openRunHistory(sample.layout, runId);
    const signal = new AbortController().signal;
    const feed = startChangeFeed(history.reader, signal);
    const follow = followRun(history, () => Promise.reject(new Error('no paper')), 0, {
      isOwned: async () => true,
      feed,
      signal,
    });
    await expect(follow).rejects.toThrow('no paper');
    await history.close();
    await store.close();
  });
});

describe('shownState', () => {
  it.each([
    ['running', 'running.active', true, 'running'],
    ['running', 'running.active', false, 'interrupted'],
    ['pending', 'pending', false, 'interrupted'],
    ['pending', 'pending', true, 'pending'],
    ['running', 'running.paused', true, 'paused'],
    ['running', 'running.paused', false, 'paused'],
    ['running', 'running.awaitingPerson', true, 'awaiting'],
    ['running', 'running.awaitingPerson', false, 'awaiting'],
    ['succeeded', 'succeeded', false, 'succeeded'],
    ['quarantined', null, true, 'quarantined'],
  ])('%s, chart %s, owned %s: %s', (stored, chart, owned, shown) => {
    expect(shownState(stored, chart, owned)).toBe(shown);
  });
});

describe('stepStatuses', () => {
  const row = {
    stepId: 'a',
    position: 0,
    state: 'attempting.executing',
    reason: null,
    toolId: 'shell',
    attempts: 1,
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: null,
    outputs: null,
  };
  const context = { nowMs: Date.UTC(2026, 0, 1, 0, 0, 5), runEnded: false, questions: new Map(), describeReason: String };

  it('counts a running step up to now, and calls a step without a row waiting', () => {
    const defined = [
      { id: 'a', index: 0, needs: [] },
      { id: 'b', index: 1, needs: ['a'] },
    ];
    const statuses = stepStatuses(defined, [row], context);
    expect(statuses.map((step) => [step.step_id, step.state, step.duration_ms, step.needs])).toEqual([
      ['a', 'attempting.executing', 5000, []],
      ['b', 'waiting', null, ['a']],
    ]);
    expect(stepStatuses(defined, [row], { ...context, runEnded: true })[1]?.state).toBe('canceled');
  });

  it('tells what a step asks, as long as it waits for the answer', () => {
    const questions = new Map([['a', { question: 'Go on?', answerBy: '2026-01-01T01:00:00.000Z' }]]);
    const asking = { ...row, state: 'awaitingApproval', attempts: 0 };
    const [waits] = stepStatuses([], [asking], { ...context, questions });
    expect(waits).toMatchObject({ question: 'Go on?', answer_by: '2026-01-01T01:00:00.000Z' });
    const [answered] = stepStatuses([], [{ ...asking, state: 'succeeded' }], { ...context, questions });
    expect(answered).toMatchObject({ question: null, answer_by: null });
  });

  it('keeps rows that the definition does not know', () => {
    expect(stepStatuses([], [row], context).map((step) => step.step_id)).toEqual(['a']);
  });
});
