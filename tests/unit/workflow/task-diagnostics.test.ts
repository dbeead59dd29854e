import { describe, expect, it } from 'vitest';
import { loadWorkflow } from '../../../src/workflow/load.ts';

const step = (fields: string) => `name: x\nsteps:\n  a:\n    ${fields}\n`;
const task = (field: string) => step(`task: lint\n    ${field}`);
const script = (field: string) => step(`run: x\n    ${field}`);

// [what, text, expected as CODE line:column-endColumn words of the message, hint of the first]
const cases: readonly (readonly [string, string, readonly string[], string | null])[] = [
  ['a kind that is no text', step('task: [lint]'), ['SY101 4:11-17 "task": expected a text, found a list'], null],
  ['an empty kind', step('task: ""'), ['SY101 4:11-13 expected a kind of task such as code_review'], null],
  [
    'an expression as the kind',
    step('task: "${{ run.id }}"'),
    ['SY304 4:12-15 "task" cannot hold an expression'],
    'the router reads it before anything runs; expressions are for "prompt", "env" and "verify"',
  ],
  ['an expression in the domain', task('domain: a-${{ run.id }}'), ['SY304 5:15-18 "domain" cannot hold'], null],
  [
    'expressions in the scope',
    task('resource_scope: { read: [a, "b/${{ run.id }}"], write: ["${{ run.id }}"] }'),
    ['SY304 5:36-39 "resource_scope" cannot hold', 'SY304 5:62-65 "resource_scope" cannot hold'],
    null,
  ],
  [
    'an expression in a constraint',
    task('constraints: { tests: { test_command: "${{ run.id }}" } }'),
    ['SY304 5:44-47 "constraints" cannot hold'],
    null,
  ],
  ['two actions', step('run: x\n    task: lint'), ['SY104 5:5-9 step "a" has both "run" and "task"'], 'keep one of them'],
  [
    'no action',
    step('description: x'),
    ['SY103 3:3-4 "run", "command", "function", "task" or "approve" is missing'],
    'such as `run: npm test`, `command: [npm, test]`, `function: resize`, `task: code_review` or `approve: Publish it?`',
  ],
  ['an input', step('run: x\n    with: { a: 1 }'), ['SY104 5:5-9 "with" is only for "function"'], null],
  ['an environment', step('function: f\n    env: { A: 1 }'), ['SY104 5:5-8 "env" has no meaning for "function"'], null],
  ['a shell', task('shell: sh'), ['SY104 5:5-10 "shell" is only for "run"'], null],
  ['an answer', task('default: approve'), ['SY104 5:5-12 "default" is only for "approve"'], null],
  ...[
    'domain: a',
    'risk_tier: a',
    'complexity: simple',
    'prompt: a',
    'allowed_tools: [a]',
    'preferred_tools: [a]',
    'strategy: fixed',
    'resource_scope: {}',
    'constraints: {}',
  ].map((field): (typeof cases)[number] => {
    const [key = ''] = field.split(':');
    const place = `SY104 5:5-${String(5 + key.length)}`;
    return [`${key} beside a script`, script(field), [`${place} "${key}" is only for "task": nothing else is routed`], null];
  }),
  ['verify for a question', step('approve: ok?\n    verify: x'), ['SY104 5:5-11 has no meaning for "approve"'], null],
  ['an unknown complexity', task('complexity: complx'), ['SY101 5:17-23 expected one of'], 'did you mean "complex"?'],
  ['an unknown priority', script('priority: hihg'), ['SY101 5:15-19 expected one of'], 'did you mean "high"?'],
  ['an unknown strategy', task('strategy: atuo'), ['SY101 5:15-19 expected one of'], 'did you mean "auto"?'],
  ['a bad tool id', task('allowed_tools: [a, "b c"]'), ['SY101 5:24-29 "allowed_tools": a tool id is letters'], null],
  ['no tool at all', task('allowed_tools: []'), ['SY101 5:20-22 expected at least one item'], null],
  [
    'an unknown section',
    task('prompt: { OBJECTIV: a }'),
    ['SY102 5:15-23 unknown key "OBJECTIV" in "prompt"'],
    'did you mean "OBJECTIVE"?',
  ],
  ['a section without words', task('prompt: { CONTEXT: "" }'), ['SY101 5:24-26 expected a text with words in it'], null],
  ['an unknown name in a prompt', task('prompt: a ${{ params.v }}'), ['SY302 5:19-27 unknown parameter "v"'], null],
  ['an unknown name in a section', task('prompt: { CONTEXT: "${{ params.v }}" }'), ['SY302 5:29-37 unknown parameter "v"'], null],
  [
    'an unknown name in a description that is the prompt',
    task('description: ${{ params.v }}'),
    ['SY302 5:22-30 unknown parameter "v"'],
    null,
  ],
  [
    'an unknown key of the scope',
    task('resource_scope: { writes: [a] }'),
    ['SY102 5:23-29 unknown key "writes" in "resource_scope"'],
    'did you mean "write"?',
  ],
  [
    'an unknown key of a constraint',
    task('constraints: { patch: { max_lines: 3 } }'),
    ['SY102 5:29-38 unknown key "max_lines" in "patch"'],
    'known are patch_required, max_lines_changed, max_files_changed',
  ],
  [
    'an unknown key of a budget',
    'name: x\nbudget: { tools: { a: { call: 1 } } }\nsteps: { a: { run: x } }\n',
    ['SY102 2:25-29 unknown key "call" in "a"'],
    'did you mean "calls"?',
  ],
  [
    'a wrong budget, and what is wrong after it',
    'name: x\nbudget: { calls: none }\nsteps: { a: { run: x, needs: b } }\n',
    ['SY101 2:18-22 "calls": expected a whole number from 1', 'SY201 3:30-31 unknown step "b"'],
    null,
  ],
  [
    'the name of another format',
    script('checks: x'),
    ['SY102 5:5-11 unknown key "checks" in a step'],
    'here it is called "verify"',
  ],
  ['the kind under another name', step('kind: lint'), ['SY103 3:3-4', 'SY102 4:5-9 unknown key "kind"'], null],
  [
    'an empty list of checks',
    script('verify: []'),
    ['SY101 5:13-15 "verify": expected at least one item, found an empty list'],
    null,
  ],
  ['a check that is a number', script('verify: [a, 1]'), ['SY101 5:17-18 "verify": expected a script, a list'], null],
  ['a word of a check that is a list', script('verify: [[a, [b]]]'), ['SY101 5:18-21 "verify": expected'], null],
  [
    'a check that checks nothing',
    script('verify: [{ id: b }]'),
    ['SY103 5:14-15 check "b" checks nothing'],
    'such as `run: npm test`',
  ],
  [
    'a check with two actions',
    script('verify: [a, { command: [b], run: c }]'),
    ['SY104 5:33-36 check "verify.2" has both "command" and "run"'],
    'keep one of them',
  ],
  [
    'an unknown key of a check',
    script('verify: [{ run: b, require: true }]'),
    ['SY102 5:24-31 unknown key "require" in a check of "verify"'],
    'did you mean "required"?',
  ],
  ['a bad id of a check', script('verify: [{ id: "a b", run: x }]'), ['SY101 5:20-25 "id": the id of a check is'], null],
  [
    'a check that is there twice',
    script('verify: [{ id: b, run: x }, { id: b, run: y }]'),
    ['SY012 5:39-40 the check "b" is there twice'],
    'give one of them another id',
  ],
  [
    'an id that another check has by its place',
    script('verify: [{ id: verify.2, run: x }, y]'),
    ['SY012 5:40-41 the check "verify.2" is there twice'],
    null,
  ],
  ['an unknown name in a check', script('verify: [[a, "${{ params.v }}"]]'), ['SY302 5:23-31 unknown parameter "v"'], null],
  ['an expression in single quotes', script(`verify: "echo '\${{ run.id }}'"`), ['SY307 5:20-30 inside single quotes'], null],
  [
    'the own results in a check',
    script('outputs: { v: string }\n    verify: test "${{ steps.a.outputs.v }}"'),
    ['SY303 6:23-40 step "a" reads its own results'],
    'they are not known before it has ended',
  ],
];

describe('mistakes of task steps, checks and budgets', () => {
  it.each(cases)('%s is reported at its place', (_, text, expected, hint) => {
    const result = loadWorkflow({ path: 'w.yaml', text });
    const found = result.ok ? [] : result.diagnostics;
    const short = found.map(({ code, line, column, endColumn, message }) => `${code} ${line}:${column}-${endColumn} ${message}`);
    expect(short, short.join('\n')).toHaveLength(expected.length);
    expected.forEach((want, index) => {
      const [code = '', place = '', ...words] = want.split(' ');
      expect(short[index]?.startsWith(`${code} ${place} `), `${short[index]} against ${want}`).toBe(true);
      expect(short[index]).toContain(words.join(' '));
    });
    if (hint !== null) expect(found[0]?.hint).toBe(hint);
  });
});
