import { describe, expect, it } from 'vitest';
import type { RouteDecision } from '../../../schemas/route-decision.ts';
import type { RunEvent } from '../../../schemas/run-event.ts';
import { eventLine } from '../../../src/cli/event-line.ts';
import {
  breakerCell,
  costCell,
  describeDecision,
  formatCost,
  formatRate,
  routingChange,
} from '../../../src/cli/render-routing.ts';
import { changeWords } from '../../../src/cli/render/change-words.ts';
import { RunProgress } from '../../../src/cli/render/run-progress.ts';

const decision: RouteDecision = {
  tool_id: 'eslint',
  rule: 'lint',
  strategy: 'fixed',
  candidates: ['eslint', 'ruff'],
  cut: [{ tool_id: 'ruff', why: 'not_installed', detail: 'the program "ruff" was not found on PATH' }],
  because: 'rule "lint"; fixed takes the first that is left, eslint',
  waits: false,
  validators: [],
  validators_required: false,
  current: null,
  turn: null,
  seed: null,
  figures: {},
};

describe('describeDecision', () => {
  it.each<[Partial<RouteDecision>, string]>([
    [{}, 'tool eslint: rule lint, fixed: first of 2; cut: ruff (not installed)'],
    [{ current: 'eslint', cut: [] }, 'tool eslint: rule lint, goes on with it'],
    [{ rule: null, candidates: ['eslint'], cut: [] }, 'tool eslint: no rule matches, fixed: the only one'],
    [{ tool_id: 'e', candidates: ['a', 'b', 'c', 'd', 'e'], strategy: 'auto', cut: [] }, 'tool e: rule lint, auto: 5th of 5'],
    [{ tool_id: null, waits: true }, 'no tool yet: rule lint; cut: ruff (not installed)'],
    [{ tool_id: null, rule: null, candidates: [], cut: [] }, 'no tool: no rule matches, no candidates'],
    [
      { cut: [{ tool_id: 'ruff', why: 'sold_out' as never, detail: '' }], rule: 'a\x1b[31mb' },
      'tool eslint: rule ab, fixed: first of 2; cut: ruff (sold out)',
    ],
  ])('%j: %s', (more, words) => {
    expect(describeDecision({ ...decision, ...more })).toBe(words);
  });
});

function event(kind: string, payload: object): RunEvent {
  return {
    event_id: '01KX0000000000000000000001',
    run_id: '01KX0000000000000000000002',
    step_attempt_id: null,
    ts: '2026-01-02T03:04:05.006Z',
    kind,
    payload,
  } as unknown as RunEvent;
}

const opened = { tool_id: 'eslint', from: 'half_open', to: 'open', reopens_at: '2026-01-02T03:05:05.006Z' };
const checked = { step_id: 'lint', attempt: 1, check: 'tests' };
const unverified = { kind: 'verificationFailed', check: 'tests', exitCode: 1, message: 'it ended with exit code 1' };

describe('a line of `events`', () => {
  it.each<[string, object, string]>([
    [
      'route_decided',
      { step_id: 'lint', attempt: 2, request_id: '01KX0000000000000000000003', decision },
      'lint route_decided attempt 2: tool eslint: rule lint, fixed: first of 2; cut: ruff (not installed)',
    ],
    [
      'breaker_changed',
      opened,
      '- breaker_changed breaker of eslint: half open -> open, lets a probe through from 2026-01-02 03:05:05Z',
    ],
    [
      'breaker_changed',
      { ...opened, from: 'half_open', to: 'closed', reopens_at: null },
      '- breaker_changed breaker of eslint: half open -> closed',
    ],
    ['tool_call_started', { ...checked, tool_id: 'vitest' }, 'lint tool_call_started attempt 1 check tests vitest'],
    [
      'tool_call_completed',
      { step_id: 'lint', attempt: 1, exit_code: 0, duration_ms: 1500, cost_usd: 0.0123 },
      'lint tool_call_completed attempt 1 in 1.5s cost 0.0123 US dollars',
    ],
    [
      'tool_call_error',
      { ...checked, exit_code: 1, duration_ms: 20, outcome: unverified },
      'lint tool_call_error attempt 1 check tests after 20ms (check tests failed: it ended with exit code 1)',
    ],
    ['step_state_changed', { step_id: 'lint', from: null, to: 'routing' }, 'lint step_state_changed routing (asks for a tool)'],
    [
      'step_state_changed',
      { step_id: 'lint', from: 'routing', to: 'held' },
      'lint step_state_changed routing -> held (waits, because the budget of the run is used up)',
    ],
    [
      'step_state_changed',
      { step_id: 'lint', from: 'attempting.executing', to: 'routing', reason: { kind: 'exitNonZero', exitCode: 2 } },
      'lint step_state_changed attempting.executing -> routing (exit code 2)',
    ],
    ['of_a_newer_release', {}, '- of_a_newer_release'],
  ])('%s %j', (kind, payload, words) => {
    expect(eventLine(event(kind, payload), false)).toBe(`2026-01-02T03:04:05.006Z ${words}\n`);
  });
});

describe('what routing means to a display', () => {
  const progress = new RunProgress({ workflowName: 'w', runId: 'RUN', totalSteps: 1, stepIds: ['lint'] });
  const told = (kind: string, payload: object): [string | null, string, string] | null => {
    const change = routingChange(event(kind, payload));
    if (change === null) return null;
    const { stepId, what } = changeWords(change, progress);
    return [stepId, what.map(({ text }) => text).join(''), what[0]?.style ?? ''];
  };

  it.each<[string, object, [string | null, string, string] | null]>([
    [
      'route_decided',
      { step_id: 'lint', attempt: 1, decision },
      ['lint', 'tool eslint: rule lint, fixed: first of 2; cut: ruff (not installed)', 'plain'],
    ],
    [
      'route_decided',
      { step_id: 'lint', attempt: 1, decision: { ...decision, tool_id: null } },
      ['lint', 'no tool: rule lint; cut: ruff (not installed)', 'yellow'],
    ],
    ['route_decided', { step_id: 'lint', attempt: 1 }, null],
    [
      'breaker_changed',
      opened,
      [null, 'breaker of eslint: half open -> open, lets a probe through from 2026-01-02 03:05:05Z', 'yellow'],
    ],
    ['breaker_changed', {}, null],
    ['tool_call_started', { ...checked, tool_id: 'vitest' }, ['lint', 'check tests started', 'plain']],
    ['tool_call_started', { step_id: 'lint', attempt: 1, tool_id: 'vitest' }, null],
    ['tool_call_error', { ...checked, outcome: unverified }, ['lint', 'check tests failed: it ended with exit code 1', 'yellow']],
    [
      'tool_call_error',
      { ...checked, outcome: { kind: 'interrupted', message: '' } },
      ['lint', 'check tests failed: interrupted', 'yellow'],
    ],
    ['tool_call_completed', checked, null],
    ['note', { text: 'hello' }, null],
  ])('%s %j', (kind, payload, words) => {
    expect(told(kind, payload)).toEqual(words);
  });

  it('says how a step that is held goes on', () => {
    const { stepId, what } = changeWords({ kind: 'stepHeld', stepId: 'lint' }, progress);
    expect([stepId, what.map(({ text }) => text).join('')]).toEqual([
      'lint',
      'waits, because the budget of the run is used up  stateyard unpause RUN grants as much again',
    ]);
  });
});

describe('figures', () => {
  it('are short and exact enough', () => {
    expect([formatRate(null), formatRate(1), formatRate(2 / 3), formatRate(0)]).toEqual(['-', '100%', '66.7%', '0%']);
    expect([formatCost(0), formatCost(0.00421), formatCost(1.2)]).toEqual([
      '0.00 US dollars',
      '0.0042 US dollars',
      '1.20 US dollars',
    ]);
    expect([costCell(null), costCell(0), costCell(0.5)]).toEqual(['-', '-', '0.50']);
  });

  it('tell how long a breaker stays open', () => {
    const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5, 6);
    const cell = (state: string, reopensAt: string | null) => breakerCell({ state, reopens_at: reopensAt }, nowMs);
    expect(cell('closed', null)).toEqual({ text: 'closed', style: 'plain' });
    expect(cell('half_open', null)).toEqual({ text: 'half open', style: 'yellow' });
    expect(cell('open', opened.reopens_at)).toEqual({ text: 'open for 1m', style: 'red' });
    expect(cell('open', '2026-01-02T03:04:00.000Z')).toEqual({ text: 'open, a probe is due', style: 'red' });
  });
});
