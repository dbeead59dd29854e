import { describe, expect, test } from 'vitest';
import {
  appOf,
  breakerSettingsOf,
  capabilitiesOf,
  commandOf,
  limitsOf,
  maxAttemptsOf,
  timeoutSecondsOf,
  toolsOf,
} from '../../../router/queries.ts';
import { configOf, requestOf, tool } from './route-fixture.ts';

const defaults = {
  max_attempts: 4,
  timeout_seconds: 300,
  breaker: { failure_threshold: 7, recovery_timeout_seconds: 30 },
};
const apps = {
  plain: tool(['lint']),
  bound: tool(['lint'], {
    command: 'bin/bound',
    args: ['--fix', '{prompt_file}'],
    capabilities: { task_kinds: ['lint', 'format'], domains: ['python'] },
    limits: { max_parallel: 2, timeout_seconds: 60 },
    adapter: { breaker: { failure_threshold: 2, half_open_max_calls: 3 } },
  }),
};
const config = configOf(apps);
const withDefaults = configOf(apps, [], { defaults });

describe('a tool of the configuration', () => {
  test('is found by its id alone, in order', () => {
    expect(toolsOf(config)).toEqual(['plain', 'bound']);
    expect(appOf(config, 'bound')).toBe(apps.bound);
  });

  test('is null where there is none, also for a name that every object has', () => {
    for (const toolId of ['unknown', 'constructor', '__proto__'])
      for (const query of [appOf, commandOf, capabilitiesOf, limitsOf, breakerSettingsOf])
        expect(query(config, toolId)).toBeNull();
  });

  test('has a command in words', () => {
    expect(commandOf(config, 'plain')).toEqual(['true']);
    expect(commandOf(config, 'bound')).toEqual(['bin/bound', '--fix', '{prompt_file}']);
  });

  test('has capabilities, null where it does not say', () => {
    expect(capabilitiesOf(config, 'plain')).toEqual({ taskKinds: ['lint'], domains: null });
    expect(capabilitiesOf(config, 'bound')).toEqual({ taskKinds: ['lint', 'format'], domains: ['python'] });
    expect(capabilitiesOf(configOf({ silent: tool(undefined) }), 'silent')).toEqual({ taskKinds: null, domains: null });
  });

  test('has limits of its own before the defaults', () => {
    expect(limitsOf(config, 'plain')).toEqual({ maxParallel: null, timeoutSeconds: null });
    expect(limitsOf(withDefaults, 'plain')).toEqual({ maxParallel: null, timeoutSeconds: 300 });
    expect(limitsOf(withDefaults, 'bound')).toEqual({ maxParallel: 2, timeoutSeconds: 60 });
  });

  test('has a breaker with each setting of its own, else the default, else the usual', () => {
    const usual = { failureThreshold: 5, recoveryTimeoutMs: 60_000, halfOpenMaxCalls: 1 };
    expect(breakerSettingsOf(config, 'plain')).toEqual(usual);
    expect(breakerSettingsOf(withDefaults, 'plain')).toEqual({ ...usual, failureThreshold: 7, recoveryTimeoutMs: 30_000 });
    expect(breakerSettingsOf(withDefaults, 'bound')).toEqual({
      failureThreshold: 2,
      recoveryTimeoutMs: 30_000,
      halfOpenMaxCalls: 3,
    });
  });
});

describe('the timeout of a call', () => {
  const asking = (timeout_seconds: number) => requestOf({ routing: { timeout_seconds } });

  test('is what the request says, but never more than the limit of the tool', () => {
    expect(timeoutSecondsOf(withDefaults, asking(20), 'bound')).toBe(20);
    expect(timeoutSecondsOf(withDefaults, asking(900), 'bound')).toBe(60);
    expect(timeoutSecondsOf(withDefaults, asking(900), 'plain')).toBe(900);
  });

  test('is the limit of the tool, else the default, else none', () => {
    expect(timeoutSecondsOf(withDefaults, requestOf(), 'bound')).toBe(60);
    expect(timeoutSecondsOf(withDefaults, requestOf(), 'plain')).toBe(300);
    expect(timeoutSecondsOf(config, requestOf(), 'plain')).toBeNull();
  });
});

describe('the attempts with one tool', () => {
  test('are what the request says, else the default, else 1', () => {
    expect(maxAttemptsOf(withDefaults, requestOf({ routing: { max_attempts: 2 } }))).toBe(2);
    expect(maxAttemptsOf(withDefaults, requestOf())).toBe(4);
    expect(maxAttemptsOf(config, requestOf())).toBe(1);
  });
});
