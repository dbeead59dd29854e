import { describe, expect, it } from 'vitest';
import { phaseSpecSchema } from '../../../schemas/phase-spec.ts';
import { routerConfigSchema } from '../../../schemas/router-config.ts';
import { workstreamSpecSchema } from '../../../schemas/workstream-spec.ts';
import { checkDocument } from '../../../src/workflow/check-document.ts';
import { Problems } from '../../../src/workflow/problems.ts';
import { SourceText } from '../../../src/workflow/source-text.ts';

const app = 'kind: tool, command: x, capabilities: {}';

function check(text: string, schema: Parameters<typeof checkDocument>[0] = routerConfigSchema, what = 'a router configuration') {
  const source = new SourceText('file.json', text);
  const problems = new Problems();
  const checked = checkDocument(schema, source, problems, { what });
  const found = problems
    .toDiagnostics(source)
    .map(({ code, line, column, endColumn, message, hint }) => ({ at: `${code} ${line}:${column}-${endColumn}`, message, hint }));
  return { checked, found };
}

const config = (apps: string, more = '') => `version: 1.0.0\napps:\n  ${apps}\nrouting: {}\n${more}`;

describe('checkDocument', () => {
  it('gives the value of a document that fits, with its nodes', () => {
    const { checked, found } = check(config(`a: { ${app} }`));
    expect(found).toEqual([]);
    expect(checked?.value).toEqual({
      version: '1.0.0',
      apps: { a: { kind: 'tool', command: 'x', capabilities: {} } },
      routing: {},
    });
    expect(checked?.root.kind).toBe('mapping');
  });

  const cases: readonly (readonly [string, string, string, RegExp, RegExp | null])[] = [
    [
      'a key that a nearby one is meant by',
      config(`a: { ${app}, comand: y }`),
      'SY102 3:50-56',
      /unknown key "comand" in "a"/,
      /did you mean "command"/,
    ],
    [
      'a key that is like none',
      config(`a: { ${app} }`, 'zzz: 1\n'),
      'SY102 5:1-4',
      /unknown key "zzz" in a router configuration/,
      /known are meta, version, apps/,
    ],
    [
      'a key of a list entry',
      config(`a: { ${app} }`, 'defaults: { breaker: { threshold: 3 } }'),
      'SY102 5:24-33',
      /unknown key "threshold" in "breaker"/,
      /failure_threshold/,
    ],
    [
      'a missing key',
      config('a: { kind: tool, capabilities: {} }'),
      'SY103 3:3-4',
      /"command" is missing in "a"/,
      /expected a text at "apps.a.command"/,
    ],
    [
      'a word that is misspelled',
      config('a: { kind: tol, command: x, capabilities: {} }'),
      'SY101 3:14-17',
      /"kind": expected one of tool, validator, analyzer, found the text "tol"/,
      /did you mean "tool"/,
    ],
    [
      'a wrong type',
      config('a: { kind: tool, command: 1, capabilities: {} }'),
      'SY101 3:29-30',
      /"command": expected a text, found 1/,
      null,
    ],
    [
      'a wrong number in a list',
      config(`a: { ${app}, adapter: { outcomes: [{ exit_codes: [1, 300], means: retry }] } }`),
      'SY101 3:90-93',
      /entry 2 of "exit_codes": expected an exit code, found 300/,
      null,
    ],
    [
      'a branch of a union',
      'version: 1.0.0\napps: {}\nrouting: { rules: [{ id: a, match: { complexity: hard } }] }',
      'SY101 3:50-54',
      /"complexity": expected one of trivial/,
      null,
    ],
    ['a bad name', config(`"-a": { ${app} }`), 'SY106 3:3-7', /bad name "-a": a tool id is letters/, null],
    [
      'a file that is a list',
      '- 1',
      'SY101 1:1-4',
      /the file: expected a mapping with version, apps and routing, found a list/,
      null,
    ],
    ['an empty file', ' \n# nothing\n', 'SY004 1:1-2', /the file is empty/, /meant to hold a router configuration/],
    ['what is not YAML', 'a: [', 'SY009 1:5-6', /./, null],
    ['a merge key', config(`a: { ${app} }`, 'defaults: { <<: 1 }'), 'SY102 5:13-15', /unknown key "<<"/, /no merge keys/],
  ];
  it.each(cases)('notes %s', (...[, text, at, message, hint]) => {
    const { checked, found } = check(text);
    expect(checked).toBeNull();
    expect(found[0]?.at).toBe(at);
    expect(found[0]?.message).toMatch(message);
    if (hint !== null) expect(found[0]?.hint).toMatch(hint);
  });

  it('notes every mistake of a file', () => {
    const { found } = check(config(`a: { ${app}, x: 1 }`, 'budget: { calls: 0 }\ndefaults: 3\n'));
    expect(found.map(({ at }) => at.slice(0, 7))).toEqual(['SY102 3', 'SY101 5', 'SY101 6']);
  });

  it('puts what a schema says in the words of its library into ours', () => {
    const { found } = check('meta: { meta_version: a, doc_ulid: x, created_at: never }\nphase_id: p', phaseSpecSchema, 'a phase');
    const messages = found.map(({ message }) => message);
    expect(messages).toContain('"created_at": expected a time in UTC such as 2026-01-02T03:04:05Z, found the text "never"');
    expect(messages.join('\n')).not.toMatch(/Invalid|received/);
  });

  it('stops after a thousand mistakes', () => {
    const tasks = Array.from({ length: 2_000 }, () => '{ a: 1 }').join(',\n  ');
    const { checked, found } = check(`tasks: [${tasks}]`, workstreamSpecSchema, 'a workstream');
    expect(checked).toBeNull();
    expect(found).toHaveLength(1_000);
  });

  it('gives a value beside a key that is there twice', () => {
    const { checked, found } = check(config(`a: { ${app} }`, 'version: 2.0.0\n'));
    expect(found.map(({ at }) => at)).toEqual(['SY012 5:1-8']);
    expect(checked).not.toBeNull();
  });
});
