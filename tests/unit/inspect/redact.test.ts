import { describe, expect, it } from 'vitest';
import { isSecretName, redact, secretsAmong } from '../../../src/inspect/redact.ts';

describe('redact', () => {
  it.each(['GITHUB_TOKEN', 'apiKey', 'db.password', 'AWS_SECRET_ACCESS_KEY', 'Authorization', 'ssh-key', 'cookie'])(
    'takes %s for the name of a secret',
    (name) => expect(isSecretName(name)).toBe(true),
  );

  it.each(['stepId', 'toolId', 'author', 'tokenizer', 'key', 'outputs', 'monkey', 'passed', 'attempt'])(
    'takes %s for an ordinary name',
    (name) => expect(isSecretName(name)).toBe(false),
  );

  it('leaves out what stands under the name of a secret, at any depth', () => {
    const given = { outputs: { token: 'abc', size: 5 }, list: [{ password: { nested: 'x' } }], secret: null };
    expect(redact(given, [])).toEqual({
      outputs: { token: '[redacted]', size: 5 },
      list: [{ password: '[redacted]' }],
      secret: null,
    });
  });

  it('leaves out known secrets wherever they stand, in keys and numbers too', () => {
    const secrets = secretsAmong([
      ['DB_PASSWORD', 'hunter22'],
      ['SHORT_TOKEN', 'abc'],
      ['PIN_SECRET', '1234567'],
      ['OTHER', 'harmless'],
      ['DB_PASSWORD_OLD', 'hunter2222'],
      ['NO_TOKEN', undefined],
    ]);
    expect(secrets).toEqual(['hunter2222', 'hunter22', '1234567']);
    expect(redact({ reason: 'login hunter2222 or hunter22', hunter22: 1, pin: 1_234_567, plain: 'abc' }, secrets)).toEqual({
      reason: 'login [redacted] or [redacted]',
      '[redacted]': 1,
      pin: '[redacted]',
      plain: 'abc',
    });
  });

  it.each([
    [`push with ghp_${'a'.repeat(36)} done`, 'push with [redacted] done'],
    ['Authorization: Bearer abcdefgh.ijkl', 'Authorization: Bearer [redacted]'],
    ['https://me:pass@example.org/x', 'https://me:[redacted]@example.org/x'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', '[redacted]'],
    [`-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----`, '[redacted]'],
  ])('leaves out what has the form of a key: %s', (text, shown) => expect(redact(text, [])).toBe(shown));

  it('shortens texts and lists, outputs most of all, and ends at a depth', () => {
    expect(redact({ outputs: { text: 'x'.repeat(41) } }, [])).toEqual({
      outputs: { text: `${'x'.repeat(40)}… (41 characters)` },
    });
    expect(redact('y'.repeat(400), [])).toBe('y'.repeat(400));
    expect(redact('y'.repeat(401), [])).toBe(`${'y'.repeat(400)}… (401 characters)`);
    expect(
      redact(
        Array.from({ length: 201 }, () => 1),
        [],
      ),
    ).toHaveLength(201);
    expect(
      (
        redact(
          Array.from({ length: 300 }, () => 1),
          [],
        ) as unknown[]
      ).at(-1),
    ).toBe('… (300 entries)');
    let deep: unknown = 'end';
    for (let level = 0; level < 20; level += 1) deep = { deep };
    expect(JSON.stringify(redact(deep, []))).toContain('[nested too deeply]');
  });

  it('leaves what it is given as it was', () => {
    const given = Object.freeze({ outputs: Object.freeze({ token: 'abcdefg' }) });
    redact(given, ['abcdefg']);
    expect(given).toEqual({ outputs: { token: 'abcdefg' } });
  });
});
