import { getStateNodes } from '@xstate/graph';
import { describe, expect, test } from 'vitest';
import type { SnapshotFrom } from 'xstate';
import { breakerMachine, type BreakerEvent } from '../../machines/breaker.ts';
import { breakerSnapshotSchema } from '../../schemas/breaker-snapshot.ts';
import {
  breakerEvents as events,
  breakerInputs as inputs,
  breakerKey as keyOf,
  callKeys as keys,
  callMs,
  callTimesMs as times,
  changedSettings as changed,
  minuteMs as minute,
} from '../../src/charts/territory/breaker-territory.ts';
import { writtenTransitions } from './chart-transitions.ts';
import { deadEnds, explore, type GivenEvent, type Place } from './explore.ts';
import { isJsonOnly, restoreSnapshot } from './restored.ts';

type BreakerSnapshot = SnapshotFrom<typeof breakerMachine>;

const { places, states, taken, said } = explore(breakerMachine, {
  inputs,
  events: () => events,
  keyOf,
});
const all = [...places.values()];
const written = writtenTransitions(breakerMachine);
const isClosed = (snapshot: BreakerSnapshot): boolean => snapshot.matches('closed');
const next = (place: Place<typeof breakerMachine>, event: BreakerEvent): BreakerSnapshot => {
  const found = place.leadsTo.find((step) => sameEvent(step.event, event));
  const snapshot = places.get(found?.key ?? '')?.snapshot;
  if (snapshot === undefined) throw new Error(`${JSON.stringify(event)} was not followed`);
  return snapshot;
};
const sameEvent = (a: GivenEvent, b: BreakerEvent): boolean => JSON.stringify(a) === JSON.stringify(b);
const call = (key: string, nowMs: number): BreakerEvent => ({ type: 'CALL', key, nowMs, expiresAtMs: nowMs + callMs });
const probeKeys = ({ context }: BreakerSnapshot): string[] => context.probes.map(({ key }) => key);

describe('the chart of a breaker, followed through every event from every configuration', () => {
  test('reaches every state', () => {
    expect([...states].sort()).toEqual(['breaker', 'breaker.closed', 'breaker.half_open', 'breaker.open']);
    expect(getStateNodes(breakerMachine as never)).toHaveLength(3);
    expect(all.length).toBeGreaterThan(100);
  });

  test('takes every transition that is written in it, and no other', () => {
    expect(written.map(({ text }) => text).join('\n')).toMatchInlineSnapshot(`
      "breaker: initial -> closed
      breaker: CONFIGURE -> itself
      breaker.closed: CALL -> closed
      breaker.closed: SUCCEEDED -> itself
      breaker.closed: FAILED [reachesThreshold] -> open
      breaker.closed: FAILED -> itself
      breaker.open: CALL [hasRecovered] -> half_open
      breaker.half_open: CALL [hasFreeProbe] -> itself
      breaker.half_open: SUCCEEDED [isProbe] -> closed
      breaker.half_open: FAILED [isProbe] -> open
      breaker.half_open: DROPPED [isProbe] -> itself"
    `);
    expect(written.filter(({ key }) => !taken.has(key)).map(({ text }) => text)).toEqual([]);
    const known: ReadonlySet<string> = new Set(written.map(({ key }) => key));
    expect([...taken].filter((key) => !known.has(key))).toEqual([]);
  });

  test('asks every guard so that it says yes and no', () => {
    const guarded = written.filter(({ guard }) => guard !== null);
    const unheard = guarded.flatMap(({ key, text }) =>
      ['true', 'false'].filter((answer) => !said.has(`${key} ${answer}`)).map((answer) => `${text} ${answer}`),
    );
    expect(unheard).toEqual([]);
    expect(guarded).toHaveLength(6);
  });

  test('can be closed again from every configuration', () => {
    expect(deadEnds(places, isClosed)).toEqual([]);
  });

  test('is JSON, fits the schema of its stored form, and comes back from it as it was', () => {
    for (const { snapshot } of all) {
      expect(isJsonOnly(snapshot.context)).toBe(true);
      const stored: unknown = JSON.parse(JSON.stringify(breakerMachine.getPersistedSnapshot(snapshot)));
      expect(breakerSnapshotSchema.safeParse(stored).error?.issues ?? []).toEqual([]);
      const restored = restoreSnapshot(breakerMachine, snapshot);
      expect([restored.value, restored.context]).toEqual([snapshot.value, snapshot.context]);
    }
  });
});

describe('what a breaker takes and refuses', () => {
  test('by state and event', () => {
    const answers = new Map<string, Set<boolean>>();
    for (const { snapshot } of all) {
      for (const event of events) {
        const pair = `${snapshot.value} ${event.type}`;
        answers.set(pair, (answers.get(pair) ?? new Set()).add(snapshot.can(event)));
      }
    }
    const words = [...answers].map(
      ([pair, said]) => `${pair}: ${said.size > 1 ? 'taken or refused' : said.has(true) ? 'taken' : 'refused'}`,
    );
    expect(words.sort()).toEqual([
      'closed CALL: taken',
      'closed CONFIGURE: taken',
      'closed DROPPED: refused',
      'closed FAILED: taken',
      'closed SUCCEEDED: taken',
      'half_open CALL: taken or refused',
      'half_open CONFIGURE: taken',
      'half_open DROPPED: taken or refused',
      'half_open FAILED: taken or refused',
      'half_open SUCCEEDED: taken or refused',
      'open CALL: taken or refused',
      'open CONFIGURE: taken',
      'open DROPPED: refused',
      'open FAILED: refused',
      'open SUCCEEDED: refused',
    ]);
  });

  test('a closed one lets every call through and remembers nothing of it', () => {
    for (const place of all.filter(({ snapshot }) => isClosed(snapshot))) {
      const after = next(place, call('a', 100 * minute));
      expect([after.value, after.context]).toEqual(['closed', place.snapshot.context]);
      expect(place.snapshot.context).toMatchObject({ reopensAtMs: null, probes: [] });
      expect(place.snapshot.context.failures).toBeLessThan(3);
    }
  });

  test('a closed one counts failures in a row, forgets them at a success, and opens at the threshold', () => {
    for (const place of all.filter(({ snapshot }) => isClosed(snapshot))) {
      const { failures, failureThreshold, recoveryTimeoutMs } = place.snapshot.context;
      const failed = next(place, { type: 'FAILED', key: 'a', nowMs: 100 * minute });
      expect(failed.context.failures).toBe(failures + 1);
      const opens = failures + 1 >= failureThreshold;
      expect([failed.value, failed.context.reopensAtMs]).toEqual(
        opens ? ['open', 100 * minute + recoveryTimeoutMs] : ['closed', null],
      );
      const succeeded = next(place, { type: 'SUCCEEDED', key: 'a', nowMs: 100 * minute });
      expect([succeeded.value, succeeded.context.failures]).toEqual(['closed', 0]);
    }
  });

  test('an open one lets nothing through until its time has come, then one probe', () => {
    const open = all.filter(({ snapshot }) => snapshot.matches('open'));
    expect(open.length).toBeGreaterThan(2);
    for (const place of open) {
      const reopensAtMs = place.snapshot.context.reopensAtMs ?? 0;
      for (const nowMs of times) {
        const lets = nowMs >= reopensAtMs || nowMs === 0;
        expect(place.snapshot.can(call('b', nowMs)), `${String(nowMs)} of ${String(reopensAtMs)}`).toBe(lets);
        if (!lets) continue;
        const after = next(place, call('b', nowMs));
        expect([after.value, after.context.probes, after.context.reopensAtMs]).toEqual([
          'half_open',
          [{ key: 'b', expiresAtMs: nowMs + callMs }],
          null,
        ]);
      }
    }
  });

  test('a half open one has at most so many probes at a time, each call one, and forgets those that expired', () => {
    const half = all.filter(({ snapshot }) => snapshot.matches('half_open'));
    for (const { snapshot } of half) {
      const { probes, halfOpenMaxCalls } = snapshot.context;
      expect(new Set(probeKeys(snapshot)).size).toBe(probes.length);
      for (const nowMs of times) {
        const others = probes.filter(
          ({ key, expiresAtMs }) => key !== 'c' && expiresAtMs > nowMs && expiresAtMs <= nowMs + callMs + minute,
        );
        expect(snapshot.can(call('c', nowMs))).toBe(others.length < halfOpenMaxCalls);
      }
    }
    expect(Math.max(...half.map(({ snapshot }) => snapshot.context.probes.length))).toBe(2);
    expect(half.some(({ snapshot }) => snapshot.context.probes.length === 0)).toBe(true);
  });

  test('a half open one is moved by its probes alone', () => {
    for (const place of all.filter(({ snapshot }) => snapshot.matches('half_open'))) {
      for (const key of keys) {
        const isProbe = probeKeys(place.snapshot).includes(key);
        const ends = (['SUCCEEDED', 'FAILED'] as const).map((type) => ({ type, key, nowMs: 100 * minute }));
        expect(ends.map((event) => place.snapshot.can(event))).toEqual([isProbe, isProbe]);
        expect(place.snapshot.can({ type: 'DROPPED', key })).toBe(isProbe);
        if (!isProbe) continue;
        const [succeeded, failed] = ends.map((event) => next(place, event));
        expect([succeeded?.value, succeeded?.context.failures, succeeded?.context.probes]).toEqual(['closed', 0, []]);
        expect([failed?.value, failed?.context.probes]).toEqual(['open', []]);
        expect(failed?.context.reopensAtMs).toBe(100 * minute + place.snapshot.context.recoveryTimeoutMs);
        const dropped = next(place, { type: 'DROPPED', key });
        expect([dropped.value, probeKeys(dropped)]).toEqual([
          'half_open',
          probeKeys(place.snapshot).filter((other) => other !== key),
        ]);
      }
    }
  });

  test('new settings count at once, also for one that is open, and move nothing', () => {
    for (const place of all) {
      const { value, context } = place.snapshot;
      const after = next(place, { type: 'CONFIGURE', ...changed });
      expect(after.value).toBe(value);
      expect(after.context).toMatchObject({ ...changed, failures: context.failures, probes: context.probes });
      const openedAtMs = context.reopensAtMs === null ? null : context.reopensAtMs - context.recoveryTimeoutMs;
      expect(after.context.reopensAtMs).toBe(openedAtMs === null ? null : openedAtMs + changed.recoveryTimeoutMs);
    }
  });
});
