import { describe, expect, it } from 'vitest';
import { asksForJson, parseArguments } from '../../../src/cli/parse.ts';
import { UserError } from '../../../src/errors.ts';

function options(...argv: string[]): unknown {
  const request = parseArguments(argv);
  return request.kind === 'call' ? request.options : request;
}

function failure(...argv: string[]): { code: string; message: string; hint: string | null } {
  try {
    parseArguments(argv);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.exitCode).toBe(2);
    return { code: error.code, message: error.message, hint: error.hint };
  }
  throw new Error(`accepted: ${argv.join(' ')}`);
}

const runDefaults = {
  file: 'f.yaml',
  param: [],
  params: null,
  maxParallel: null,
  router: null,
  phase: null,
  id: null,
  origin: 'manual',
  dryRun: false,
  store: null,
  json: false,
  quiet: false,
};

describe('what is read', () => {
  it.each<[string[], object]>([
    [['run', 'f.yaml'], {}],
    [['run', '-p', 'a.b=1', 'f.yaml', '-p', 'c=2'], { param: ['a.b=1', 'c=2'] }],
    [['run', '--param', 'a=1', '--param=b=x=y', 'f.yaml'], { param: ['a=1', 'b=x=y'] }],
    [['run', '-p=a=1', 'f.yaml'], { param: ['a=1'] }],
    [['run', 'f.yaml', '-p', 'a='], { param: ['a='] }],
    [['run', 'f.yaml', '-p', 'text="quoted"'], { param: ['text="quoted"'] }],
    [['run', 'f.yaml', '--max-parallel', '3'], { maxParallel: 3 }],
    [['run', 'f.yaml', '--max-parallel=12'], { maxParallel: 12 }],
    [['run', 'f.yaml', '--id', '01234567890123456789012345'], { id: '01234567890123456789012345' }],
    [['run', 'f.yaml', '--id', '1e5'], { id: '1e5' }],
    [['run', 'f.yaml', '--origin', 'ci'], { origin: 'ci' }],
    [['run', 'f.yaml', '--dry-run', '--json', '-q'], { dryRun: true, json: true, quiet: true }],
    [['--json', '--store', 'S', 'run', 'f.yaml'], { json: true, store: 'S' }],
    [['--store=S', 'run', 'f.yaml'], { store: 'S' }],
    [['run', '--json', '--json', 'f.yaml'], { json: true }],
    [['run', '--', 'f.yaml'], {}],
    [['run', '--', '--json'], { file: '--json' }],
    [['run', '--json', 'true'], { json: true, file: 'true' }],
    [['run', '-q', 'false'], { quiet: true, file: 'false' }],
    [['run', '007'], { file: '007' }],
    [['run', '-'], { file: '-' }],
  ])('%j', (argv, expected) => {
    expect(options(...argv)).toEqual({ ...runDefaults, ...expected });
  });

  it('gives the optional and the repeated arguments', () => {
    expect(options('logs', '01A', 'build', '-f', '--attempt', '2')).toMatchObject({
      run: '01A',
      step: 'build',
      follow: true,
      attempt: 2,
    });
    expect(options('events', '-fq', 'true')).toMatchObject({ run: 'true', follow: true, quiet: true });
    expect(options('logs', '@latest')).toMatchObject({ run: '@latest', step: null, follow: false, attempt: null });
    expect(options('validate', 'a', 'b', 'c')).toMatchObject({ files: ['a', 'b', 'c'] });
    expect(options('ls')).toMatchObject({ state: null, limit: 20 });
    expect(options('resume')).toMatchObject({ run: null, all: false });
    expect(options('quarantine', 'r', '--reason=-because')).toMatchObject({ run: 'r', reason: '-because' });
  });

  it('knows help, version and nothing', () => {
    expect(options()).toEqual({ kind: 'nothing' });
    expect(options('--version')).toEqual({ kind: 'version' });
    expect(options('-V')).toEqual({ kind: 'version' });
    expect(options('--help')).toEqual({ kind: 'help', verb: null });
    expect(options('run', '--help')).toMatchObject({ kind: 'help', verb: { name: 'run' } });
    expect(options('run', '--unknown', '-h')).toMatchObject({ kind: 'help', verb: { name: 'run' } });
    expect(options('help', 'ls')).toMatchObject({ kind: 'help', verb: { name: 'ls' } });
    expect(options('help')).toEqual({ kind: 'help', verb: null });
  });

  it('finds --json only where it is a flag', () => {
    expect(asksForJson(['run', '--json'])).toBe(true);
    expect(asksForJson(['run', '--', '--json'])).toBe(false);
  });
});

describe('what is refused', () => {
  it.each<[string[], string, RegExp, RegExp | null]>([
    [['rnu'], 'unknown_verb', /no verb "rnu"/, /did you mean `run`/],
    [['zzzzzz'], 'unknown_verb', /no verb "zzzzzz"/, /lists the verbs/],
    [['help', 'shwo'], 'unknown_verb', /shwo/, /show/],
    [['--json'], 'usage', /verb is missing/, null],
    [['run'], 'missing_argument', /FILE is missing/, /usage: stateyard run FILE/],
    [['run', ''], 'missing_argument', /FILE is empty/, null],
    [['run', 'f', 'g'], 'unexpected_argument', /"g"/, null],
    [['run', 'f', '--', '-x'], 'unexpected_argument', /"-x"/, null],
    [['run', 'f', '--jsno'], 'unknown_flag', /no flag --jsno of `run`/, /did you mean --json/],
    [['run', 'f', '--no-json'], 'unknown_flag', /--no-json/, null],
    [['run', 'f', '--maxParallel', '2'], 'unknown_flag', /--maxParallel/, /--max-parallel/],
    [['run', 'f', '-x'], 'unknown_flag', /-x/, null],
    [['run', '-pa=1', 'f'], 'unknown_flag', /-a/, null],
    [['run', 'f', '--_=g'], 'unknown_flag', /--_/, null],
    [['run', 'f', '--$0=g'], 'unknown_flag', /\$0/, null],
    [['run', 'f', '--__proto__=g'], 'unknown_flag', /proto/, null],
    [['run', 'f', '--constructor'], 'unknown_flag', /constructor/, null],
    [['run', 'f', '--param.a', 'b'], 'unknown_flag', /param\.a/, null],
    [['run', 'f', '--json=yes'], 'unexpected_value', /--json takes no value/, null],
    [['run', 'f', '--id'], 'missing_value', /--id needs a value \(ULID\)/, null],
    [['run', 'f', '-p'], 'missing_value', /--param needs a value/, null],
    [['run', 'f', '--params', '--json'], 'missing_value', /--params needs a value/, /--params=VALUE/],
    [['run', 'f', '--store='], 'missing_value', /--store needs a value/, null],
    [['run', 'f', '-p', ''], 'missing_value', /--param needs a value/, null],
    [['run', 'f', '--id', 'a', '--id', 'b'], 'repeated_flag', /--id is given 2 times/, null],
    [['run', 'f', '--max-parallel', '0'], 'wrong_value', /at least 1, not "0"/, null],
    [['run', 'f', '--max-parallel', '1.5'], 'wrong_value', /whole number/, null],
    [['run', 'f', '--max-parallel', '0x10'], 'wrong_value', /whole number/, null],
    [['run', 'f', '--max-parallel', '-1'], 'wrong_value', /whole number/, null],
    [['run', 'f', '--origin', 'cii'], 'wrong_choice', /--origin is one of manual, ci/, /did you mean ci/],
    [['ls', '--state', 'done'], 'wrong_choice', /--state is one of/, null],
    [['completion', 'tcsh'], 'wrong_choice', /SHELL is one of bash, zsh, fish/, null],
    [['quarantine', 'r'], 'missing_argument', /--reason TEXT is missing/, null],
    [['show', 'a', 'b'], 'unexpected_argument', /"b"/, null],
  ])('%j', (argv, code, message, hint) => {
    const refused = failure(...argv);
    expect(refused.code).toBe(code);
    expect(refused.message).toMatch(message);
    if (hint) expect(refused.hint).toMatch(hint);
  });
});
