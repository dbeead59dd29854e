import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { routerConfigCodes } from '../../../router/config-codes.ts';
import { requestCodes } from '../../../router/request-codes.ts';
import { workflowCodes } from '../../../src/workflow/codes.ts';
import { loadWorkflow } from '../../../src/workflow/load.ts';

const head = 'name: x\nsteps:\n';
const step = (fields: string) => `${head}  a:\n    run: x\n    ${fields}\n`;
const nested = (levels: number) => `name: ${'['.repeat(levels)}`;

// [what, text, expected as CODE line:column-endColumn words of the message]
const cases: readonly (readonly [string, string, readonly string[]])[] = [
  ['a file past the size limit', `name: ${'x'.repeat(2_100_000)}`, ['SY001 1:1-2 larger than 2 MiB']],
  ['a NUL', 'name: a\0b\n', ['SY003 1:8-9 a NUL character']],
  ['a control character', 'name: a\u0007b\n', ['SY003 1:8-9 U+0007']],
  ['an empty file', '', ['SY004 1:1-2 empty']],
  ['a file of comments', '# only\n', ['SY004 1:1-2 empty']],
  ['a second document', `${head}  a: { run: x }\n---\nname: y\n`, ['SY005 4:1-4 more than one document']],
  ['too many levels', nested(100), ['SY006 1:71-72 nested more than 64']],
  ['an alias bomb', bomb(), ['SY007 6:7-35 with aliases expanded']],
  ['aliases of aliases', ladder(), ['SY006 66:11-17 with aliases expanded']],
  ['too many tokens', `[${'a,'.repeat(200_000)}]`, ['SY007 1:200000- too many']],
  ['a long text', `name: ${'x'.repeat(300_000)}`, ['SY008 1:7-8 longer than 256 KiB']],
  ['a tab as indentation', `${head}\ta: 1\n`, ['SY009 3:1-2 a tab']],
  ['an unclosed bracket', 'name: [a\n', ['SY009 2:1- ']],
  ['an unknown tag', step('if: !success()'), ['SY010 5:9-19 unknown tag "!success()"']],
  ['a directive', '%YAML 1.1\n---\nname: x\n', ['SY010 1:1-10 directives']],
  ['an alias without anchor', step('env: *nothing'), ['SY011 5:10-18 no anchor &nothing']],
  ['an alias inside of its anchor', 'name: &a [*a]\n', ['SY011 1:11-13 part of what it stands for']],
  ['a duplicate key', step('run: y'), ['SY012 5:5-8 "run" is there twice']],
  [
    'a forbidden key',
    step('env: { __proto__: 1, constructor: 2 }'),
    ['SY013 5:12-21 "__proto__"', 'SY013 5:26-37 "constructor"'],
  ],
  ['a list as a key', '[a]: b\n', ['SY014 1:1-4 must be a text']],
  ['a root that is no mapping', '- a\n', ['SY101 1:1- expected a mapping with name and steps, found a list']],
  ['a wrong type', step('timeout: [1]'), ['SY101 5:14-17 expected a duration such as']],
  ['a wrong type in a list', step('needs: [1]'), ['SY101 5:13-14 "needs": expected a text, found 1']],
  ['a duration without unit', step('timeout: 10 minutes'), ['SY101 5:14-24 expected a duration']],
  ['an empty step', `${head}  a:\n`, ['SY101 3:3-4 found nothing']],
  ['no steps', 'name: x\nsteps: {}\n', ['SY101 2:8-10 at least one step']],
  ['an unknown key', step('neds: b'), ['SY102 5:5-9 unknown key "neds" in a step']],
  ['an unknown key of retry', step('retry: { attemps: 3 }'), ['SY102 5:14-21 unknown key "attemps" in retry']],
  ['a missing name', 'steps: { a: { run: x } }\n', ['SY103 1:1-2 "name" is missing']],
  ['a step without an action', `${head}  abc: { env: {} }\n`, ['SY103 3:3-6 does nothing']],
  ['both actions', step('command: [x]'), ['SY104 5:5-12 both "run" and "command"']],
  ['a question and a script', step('approve: ok?'), ['SY104 5:5-12 both "run" and "approve"']],
  [
    'three actions',
    `${head}  a: { approve: ok?, command: [x], run: y }\n`,
    ['SY104 3:22-29 both "approve" and "command"', 'SY104 3:36-39 both "approve" and "run"'],
  ],
  [
    'default without a timeout',
    `${head}  a: { approve: ok?, default: approve }\n`,
    ['SY103 3:22-29 "default" needs a "timeout"'],
  ],
  ['default for a script', step('default: approve'), ['SY104 5:5-12 "default" is only for "approve"']],
  [
    'a default that is no answer',
    `${head}  a: { approve: ok?, timeout: 1m, default: maybe }\n`,
    ['SY101 3:44-49 expected approve or reject'],
  ],
  ['an empty question', `${head}  a: { approve: " " }\n`, ['SY101 3:17-20 expected a question']],
  ['a question that is no text', `${head}  a: { approve: 1 }\n`, ['SY101 3:17-18 expected a text']],
  ['a question that is too long', `${head}  a: { approve: ${'x'.repeat(2_001)} }\n`, ['SY101 3:17-2018 at most 2000 characters']],
  [
    'an unknown name in a question',
    `${head}  a: { approve: "Ship \${{ params.v }}?" }\n`,
    ['SY302 3:27-35 unknown parameter "v"'],
  ],
  ['shell for a question', `${head}  a: { approve: ok?, shell: sh }\n`, ['SY104 3:22-27 "shell" is only for "run"']],
  ...[
    'env: {}',
    'working_directory: x',
    'step_timeout: 1m',
    'retry: 2',
    'outputs: {}',
    'on_interrupted: fail',
    'log_limit: 1MB',
  ].map((field): (typeof cases)[number] => {
    const [key = ''] = field.split(':');
    const place = `SY104 3:22-${String(22 + key.length)}`;
    return [
      `${key} for a question`,
      `${head}  a: { approve: ok?, ${field} }\n`,
      [`${place} "${key}" has no meaning for "approve"`],
    ];
  }),
  ['shell for a command', `${head}  a: { command: [x], shell: sh }\n`, ['SY104 3:22-27 "shell" is only for "run"']],
  ['a duration past a year', step('timeout: 366d'), ['SY105 5:14-18 at most 365 days']],
  ['a delay past its bound', step('retry: { delay: 2m, max_delay: 1m }'), ['SY105 5:36-38 shorter than "delay"']],
  ['a bad step id', `${head}  a b: { run: x }\n`, ['SY106 3:3-6 bad name "a b"']],
  ['a variable of ours', step('env: { STATEYARD_RUN_ID: x }'), ['SY106 5:12-28 cannot be set']],
  [
    'a bad pattern',
    `name: x\nparams: { p: { type: string, pattern: "(" } }\nsteps: { a: { run: x } }\n`,
    ['SY107 2:39-42 not a regular expression'],
  ],
  [
    'a default that does not fit',
    `name: x\nparams: { p: { type: string, default: 1.0 } }\nsteps: { a: { run: x } }\n`,
    ['SY108 2:39-42 expected a text'],
  ],
  ['an unknown need', step('needs: [b]'), ['SY201 5:13-14 unknown step "b"']],
  ['ids that differ in case', `${head}  a: { run: x }\n  A: { run: x }\n`, ['SY202 4:3-4 differs from "a" in case only']],
  [
    'a cycle',
    `${head}  a: { run: x, needs: b }\n  b: { run: x, needs: c }\n  c: { run: x, needs: a }\n`,
    ['SY203 3:23-24 cycle: a -> b -> c -> a'],
  ],
  ['a step that needs itself', step('needs: a'), ['SY204 5:12-13 needs itself']],
  ['a need named twice', `${head}  b: { run: x }\n  a: { run: x, needs: [b, b] }\n`, ['SY205 4:27-28 twice']],
  ['an empty expression', step('if: "${{ }}"'), ['SY301 5:14- empty']],
  ['an unclosed expression', step('env: { A: "x ${{ params" }'), ['SY301 5:18-21 not closed']],
  ['an expression that is none', step('if: run.id == = 1'), ['SY301 5:19-20 unexpected symbol']],
  ['text around a condition', step('if: "${{ true }} && x"'), ['SY301 5:10-26 one expression']],
  ['an unknown context', step('if: inputs.x'), ['SY302 5:9-15 unknown name "inputs"']],
  [
    'an unknown parameter in a script',
    `${head}  a:\n    run: |\n      true\n      echo "\${{  params.x }}"\n`,
    ['SY302 6:18-26 unknown parameter "x"'],
  ],
  [
    'an unknown parameter between escapes',
    `${head}  a: { command: ["\\x41\\t\${{ params.x }}"] }\n`,
    ['SY302 3:29-37 unknown parameter'],
  ],
  [
    'an unknown parameter between single quotes',
    `${head}  a: { command: ['it''s \${{ params.x }}'] }\n`,
    ['SY302 3:29-37 unknown parameter'],
  ],
  [
    'an unknown output',
    `${head}  b: { run: x }\n  a: { run: x, needs: b, if: steps.b.outputs.v }\n`,
    ['SY302 4:30-47 no output "v"'],
  ],
  [
    'a step that is not waited for',
    `${head}  b: { run: x }\n  a: { run: x, if: steps.b.state }\n`,
    ['SY303 4:20-33 does not wait for step "b"'],
  ],
  [
    'steps in the env of the workflow',
    `name: x\nenv: { A: "\${{ steps.a.state }}" }\nsteps: { a: { run: x } }\n`,
    ['SY304 2:16-29 inside a step'],
  ],
  ['success() outside of if', step('env: { A: "${{ success() }}" }'), ['SY304 5:20-27 only be used in "if"']],
  ['a computed name', step('if: params[run.id]'), ['SY305 5:9-15 cannot be computed']],
  ['an unknown function', step('if: contain(run.id)'), ['SY306 5:9-16 unknown function contain()']],
  ['a function of JavaScript', step('if: constructor(run.id)'), ['SY306 5:9-20 unknown function']],
  ['an expression in single quotes', `${head}  a:\n    run: echo '\${{ run.id }}'\n`, ['SY307 4:16-26 inside single quotes']],
  [
    'an expression for another shell',
    `${head}  a:\n    shell: fish\n    run: echo \${{ run.id }}\n`,
    ['SY307 5:15-25 script for "fish"'],
  ],
  ['matrix', step('if: matrix.os'), ['SY401 5:9-15 "matrix" is not available yet']],
];

function ladder(): string {
  return Array.from({ length: 80 }, (_, index) => `k${index}: &a${index} [${index === 0 ? '' : `*a${index - 1}`}]\n`).join('');
}

function bomb(): string {
  const letters = [...'abcdefghijkl'];
  return letters
    .map(
      (letter, index) =>
        `${letter}: &${letter} [${Array.from({ length: 9 }, () => (index === 0 ? 'x' : `*${letters[index - 1]}`)).join(',')}]\n`,
    )
    .join('');
}

function diagnose(text: string) {
  const result = loadWorkflow({ path: 'w.yaml', text });
  return result.ok ? [] : result.diagnostics;
}

describe('diagnostics of a workflow file', () => {
  it.each(cases)('%s is reported at its place', (_, text, expected) => {
    const found = diagnose(text);
    const short = found.map(({ code, line, column, endColumn, message }) => `${code} ${line}:${column}-${endColumn} ${message}`);
    expect(short, short.join('\n')).toHaveLength(expected.length);
    expected.forEach((want, index) => {
      const [place = '', ...words] = want.replace(/^(\S+ \S+) /, '$1\u0000').split('\u0000');
      expect(short[index]?.startsWith(place), `${short[index]} against ${want}`).toBe(true);
      expect(short[index]).toContain(words.join(' '));
    });
  });

  it('every code but that of bytes has a case here, and every case a code', () => {
    const covered = new Set(cases.flatMap(([, , expected]) => expected.map((line) => line.slice(0, 5))));
    expect([...covered].sort()).toEqual(Object.keys(workflowCodes).filter((code) => code !== 'SY002'));
  });

  it('docs/errors.md lists every code with its title and explanation', () => {
    const text = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8').replaceAll(/ +/g, ' ');
    const codes = { ...workflowCodes, ...routerConfigCodes, ...requestCodes };
    for (const [code, { title, explanation }] of Object.entries(codes)) {
      expect(text).toContain(`| ${code} | ${title} | ${explanation.replaceAll('|', '\\|')} |`);
    }
    expect(text.match(/^\| (SY\d+|[a-z]+_[a-z_]+) /gm)).toHaveLength(Object.keys(codes).length);
  });

  it('reports all mistakes of a file at once, in its order, and none that follows from another', () => {
    const text = `nam: x\nparams: { v: { type: strin } }\nsteps:\n  a: 1\n  b: { run: x, needs: [a, c], if: params.v }\n  d: { rum: x, needs: b }\n`;
    expect(diagnose(text).map(({ code, line }) => `${code} ${line}`)).toEqual([
      'SY102 1',
      'SY103 1',
      'SY101 2',
      'SY101 4',
      'SY201 5',
      'SY103 6',
      'SY102 6',
    ]);
  });

  it.each([
    [step('neds: b'), 'did you mean "needs"?'],
    [step('depends_on: b'), 'here it is called "needs"'],
    [step('on_failure: continue'), '"on_failure" belongs to the workflow, at the left margin'],
    [step('on_interrupted: fial'), 'did you mean "fail"?'],
    [`${head}  build: { run: x }\n  a: { run: x, needs: biuld }\n`, 'did you mean "build"?'],
    [`${head}  b: { run: x }\n  a: { run: x, if: steps.b.state }\n`, 'add b to the needs of a'],
    [`${head}  b: { run: x }\n  a: { run: x, needs: b, if: steps.b.outcome }\n`, 'here it is called "state"'],
    [`name: x\nparams: { version: { type: string } }\nsteps: { a: { run: x, if: params.vresion } }\n`, 'did you mean "version"?'],
    [step('<<: { a: 1 }'), 'YAML 1.2 has no merge keys; use an alias for a whole value'],
    [`${head}  a: { run: x, if: \${{ run.id }} }\n`, 'inside `{ }` and `[ ]` an expression needs quotes around it'],
  ])('gives a hint for %j', (text, hint) => {
    expect(diagnose(text)[0]?.hint).toBe(hint);
  });

  it('names a cycle of 10,000 steps in a short message', () => {
    const steps = Array.from({ length: 10_000 }, (_, index) => `  s${index}: { run: x, needs: s${(index + 1) % 10_000} }\n`).join(
      '',
    );
    const [cycle, ...rest] = diagnose(head + steps);
    expect(rest).toEqual([]);
    expect(cycle).toMatchObject({ code: 'SY203', line: 3, column: 24 });
    expect(cycle?.message).toBe(
      'steps need each other in a cycle: s0 -> s1 -> s2 -> s3 -> … 9,994 more … -> s9998 -> s9999 -> s0',
    );
  });

  it('stops after 1,000 mistakes', () => {
    expect(diagnose(`${head}${'  a: { run: x }\n'.repeat(3_000)}`)).toHaveLength(1_000);
  });

  it('gives the two lines, without carriage returns', () => {
    const [found] = diagnose('name: x\r\nsteps: 1\r\n');
    expect(found?.context).toEqual({ before: 'name: x', at: 'steps: 1' });
  });
});
