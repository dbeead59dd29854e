import { describe, expect, test } from 'vitest';
import { breakerMachine } from '../../../machines/breaker.ts';
import {
  changeOf,
  moveBreaker,
  newBreaker,
  refusalInWords,
  restoreBreaker,
  storeBreaker,
} from '../../../src/routing/breakers.ts';
import { noonMs } from './route-fixture.ts';

const settings = { failureThreshold: 1, recoveryTimeoutMs: 60_000, halfOpenMaxCalls: 2 };
const closed = newBreaker('a', settings);
const failed = { type: 'FAILED', key: 'x', nowMs: noonMs } as const;
const open = moveBreaker(closed, failed) ?? closed;
const call = (minutes: number) =>
  ({ type: 'CALL', key: 'y', nowMs: noonMs + minutes * 60_000, expiresAtMs: noonMs + 3_600_000 }) as const;
const restored = (breaker: typeof closed, now: typeof settings | null = settings) => {
  const result = restoreBreaker(storeBreaker(breaker), now);
  if ('problem' in result) throw new Error(result.problem);
  return result.breaker;
};

describe('a breaker', () => {
  test('comes back from its stored form as it was, and goes on from there', () => {
    expect(storeBreaker(restored(open))).toEqual(storeBreaker(open));
    const half = moveBreaker(restored(open), call(1)) ?? closed;
    expect(half.value).toBe('half_open');
    expect(moveBreaker(restored(half), { type: 'SUCCEEDED', key: 'y', nowMs: noonMs })?.value).toBe('closed');
  });

  test('that is restored has the settings of today, or keeps its own', () => {
    const today = { failureThreshold: 3, recoveryTimeoutMs: 120_000, halfOpenMaxCalls: 1 };
    expect(restored(open, today).context).toMatchObject({ ...today, reopensAtMs: noonMs + 120_000 });
    expect(restored(open, null).context).toEqual(open.context);
  });

  test('does not take what its chart has no transition for', () => {
    expect(moveBreaker(open, call(0))).toBeNull();
    expect(moveBreaker(open, failed)).toBeNull();
  });

  test('says what has changed, and why it lets nothing through', () => {
    const half = moveBreaker(open, call(1)) ?? closed;
    expect(changeOf(closed, open)).toEqual({ toolId: 'a', from: 'closed', to: 'open', reopensAt: '2026-05-01T12:01:00.000Z' });
    expect(changeOf(open, half)).toEqual({ toolId: 'a', from: 'open', to: 'half_open', reopensAt: null });
    expect(changeOf(half, half)).toBeNull();
    expect(refusalInWords(open)).toBe('its breaker is open until 2026-05-01T12:01:00.000Z');
    expect(refusalInWords(half)).toBe('its breaker is half open, and 1 of 2 probes are under way');
  });

  const { snapshot, version } = storeBreaker(open);
  test.each([
    ['of another version', '9.9.9', snapshot, 'it is of breaker 9.9.9, this is breaker 1.0.0'],
    ['that is not JSON', version, snapshot.slice(1), 'it is damaged: Unexpected'],
    ['in a state that the chart does not have', version, snapshot.replace('"open"', '"ajar"'), 'it is damaged: value'],
    ['whose memory does not fit its state', version, snapshot.replace('"open"', '"closed"'), 'does not fit the state'],
    ['of another shape', version, '{"status":"active","value":"open"}', 'it is damaged: context'],
  ])('%s is not restored', (_, stored, text, problem) => {
    expect(restoreBreaker({ version: stored, snapshot: text }, settings)).toEqual({
      problem: expect.stringContaining(problem) as string,
    });
  });

  test('is stored as XState stores it', () => {
    const persisted: unknown = JSON.parse(JSON.stringify(breakerMachine.getPersistedSnapshot(open)));
    expect(persisted).toMatchObject(JSON.parse(snapshot) as object);
  });
});
