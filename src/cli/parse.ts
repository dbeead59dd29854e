import { Parser } from 'yargs/helpers';
import { UserError, exitCodes } from '../errors.ts';
import { Suggestion } from '../workflow/suggestion.ts';
import type { GlobalOptions, OptionSpec, PositionalSpec, Verb } from './command.ts';
import { globalOptions } from './global-options.ts';
import { usageLine } from './help.ts';
import { findVerb, verbs } from './verbs.ts';

/** What a command line asks for. `options` has the shape of `OptionsOf` the verb's metadata. */
export type Request =
  | { readonly kind: 'help'; readonly verb: Verb | null }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'version' }
  | { readonly kind: 'call'; readonly verb: Verb; readonly options: GlobalOptions & Readonly<Record<string, unknown>> };

// Everything that yargs does unasked is off: `--no-x`, `a.b` as a path, numbers out of ids, lists that swallow what follows them.
const configuration = {
  'boolean-negation': false,
  'camel-case-expansion': false,
  'dot-notation': false,
  'duplicate-arguments-array': true,
  'flatten-duplicate-arrays': false,
  'greedy-arrays': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'populate--': true,
} as const;

/** Reads the arguments (without node and script). Throws {@link UserError} with exit code 2 for wrong use. */
export function parseArguments(argv: readonly string[]): Request {
  const place = verbIndex(argv);
  const name = place === -1 ? null : (argv[place] as string);
  const rest = name === null ? argv : argv.filter((_, index) => index !== place);
  if (name === 'help') return helpRequest(rest.find((argument) => !argument.startsWith('-')));
  const verb = name === null ? null : requireVerb(name);
  const flags = { ...globalOptions, ...verb?.options };
  const parsed = tokenize(rest, flags, verb);
  if (parsed.given('help')) return { kind: 'help', verb };
  if (parsed.given('version')) return { kind: 'version' };
  if (parsed.problem) throw parsed.problem;
  if (verb === null) return noVerb(rest);
  const options: Record<string, unknown> = readPositionals(verb, parsed.positionals);
  for (const [flag, spec] of Object.entries(flags))
    options[camelCase(flag)] = readOption({ flag, spec, verb }, parsed.values(flag));
  delete options['help'];
  delete options['version'];
  return { kind: 'call', verb, options: options as GlobalOptions & Record<string, unknown> };
}

/** Whether errors should be JSON, answered even for a command line that cannot be parsed. */
export function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end === -1 ? argv.length : end).includes('--json');
}

function verbIndex(argv: readonly string[]): number {
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] as string;
    if (argument === '--') return -1;
    if (argument === '--store') index++;
    else if (!argument.startsWith('-')) return index;
  }
  return -1;
}

function helpRequest(name: string | undefined): Request {
  return { kind: 'help', verb: name === undefined ? null : requireVerb(name) };
}

function noVerb(rest: readonly string[]): Request {
  if (rest.length === 0) return { kind: 'nothing' };
  throw usageError(null, 'a verb is missing');
}

function requireVerb(name: string): Verb {
  const verb = findVerb(name);
  if (verb) return verb;
  const guess = new Suggestion().nearest(name, [...verbs.map((each) => each.name), 'help']);
  const hint =
    guess === null ? '`stateyard --help` lists the verbs' : `did you mean \`${guess}\`? \`stateyard --help\` lists the verbs`;
  throw new UserError(exitCodes.usage, 'unknown_verb', `there is no verb "${name}"`, { hint });
}

interface Tokens {
  readonly problem: UserError | null;
  readonly positionals: readonly string[];
  given(flag: string): boolean;
  values(flag: string): readonly string[];
}

function tokenize(args: readonly string[], flags: Readonly<Record<string, OptionSpec>>, verb: Verb | null): Tokens {
  const names = Object.keys(flags);
  const valued = names.filter((name) => flags[name]?.type !== 'boolean');
  const { argv, error } = Parser.detailed(spellOut(args, flags), {
    string: valued,
    boolean: names.filter((name) => flags[name]?.type === 'boolean'),
    narg: Object.fromEntries(valued.map((name) => [name, 1])),
    alias: Object.fromEntries(names.flatMap((name) => (flags[name]?.short ? [[name, flags[name].short]] : []))),
    configuration,
  });
  const found = argv as Readonly<Record<string, unknown>> & { readonly _: readonly string[]; readonly '--'?: readonly string[] };
  return {
    problem: unknownFlag(args, found, { flags, verb }) ?? misused(args, error, { flags, verb }),
    positionals: [...found._, ...(found['--'] ?? [])],
    given: (flag) => [found[flag] ?? false].flat().includes(true),
    values: (flag) => [found[flag] ?? []].flat().map(String),
  };
}

/** `--json` as `--json=true`, `-qf` as `--quiet=true --follow=true`: left alone, such a flag would swallow an argument `true` or `false`. */
function spellOut(args: readonly string[], flags: Readonly<Record<string, OptionSpec>>): string[] {
  const end = args.indexOf('--');
  const bare = new Map<string, string>();
  for (const [name, spec] of Object.entries(flags)) {
    if (spec.type !== 'boolean') continue;
    bare.set(`--${name}`, `--${name}=true`);
    if (spec.short) bare.set(`-${spec.short}`, `--${name}=true`);
  }
  return args.flatMap((argument, index) => {
    if (end !== -1 && index >= end) return [argument];
    const letters = /^-[A-Za-z]+$/.test(argument)
      ? argument
          .slice(1)
          .split('')
          .map((letter) => bare.get(`-${letter}`))
      : [];
    if (letters.length > 0 && letters.every((letter) => letter !== undefined)) return letters;
    return [bare.get(argument) ?? argument];
  });
}

interface Scope {
  readonly flags: Readonly<Record<string, OptionSpec>>;
  readonly verb: Verb | null;
}

function unknownFlag(args: readonly string[], found: object, { flags, verb }: Scope): UserError | null {
  const known = new Set([...Object.keys(flags), ...Object.values(flags).flatMap((spec) => spec.short ?? [])]);
  const end = args.indexOf('--');
  // `--_` and `--$0` would pass as keys that yargs itself sets.
  const disguised = args.slice(0, end === -1 ? args.length : end).find((argument) => /^--?(?:_|\$0)(?:=|$)/.test(argument));
  const key =
    disguised?.replace(/^-+|=.*$/gs, '') ?? Object.keys(found).find((name) => !known.has(name) && name !== '_' && name !== '--');
  if (key === undefined) return null;
  const flag = key.length === 1 && key !== '_' ? `-${key}` : `--${key}`;
  const guess = new Suggestion().nearest(key, Object.keys(flags));
  const hint = guess === null ? undefined : `did you mean --${guess}?`;
  return usageError(verb, `there is no flag ${flag}${verb ? ` of \`${verb.name}\`` : ''}`, { code: 'unknown_flag', hint });
}

function misused(args: readonly string[], error: Error | null, scope: Scope): UserError | null {
  return error ? missingValue(error, scope) : unexpectedValue(args, scope);
}

function missingValue(error: Error, { flags, verb }: Scope): UserError {
  const key = /: (\S+)$/.exec(error.message)?.[1] ?? '';
  const name = flags[key] ? key : Object.keys(flags).find((flag) => flags[flag]?.short === key);
  if (name === undefined) return usageError(verb, error.message);
  const hint = `a value that starts with a dash is written --${name}=VALUE`;
  return usageError(verb, `--${name} needs a value (${flags[name]?.value})`, { code: 'missing_value', hint });
}

function unexpectedValue(args: readonly string[], { flags, verb }: Scope): UserError | null {
  for (const argument of args) {
    if (argument === '--') return null;
    const name = /^--([^=]+)=/.exec(argument)?.[1];
    if (name !== undefined && flags[name]?.type === 'boolean') {
      return usageError(verb, `--${name} takes no value`, { code: 'unexpected_value' });
    }
  }
  return null;
}

function readPositionals(verb: Verb, given: readonly string[]): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  let next = 0;
  for (const spec of verb.positionals) {
    const values = spec.list ? given.slice(next) : given.slice(next, next + 1);
    next += values.length;
    if (spec.required && values.length === 0)
      throw usageError(verb, `${spec.value} is missing: ${spec.summary}`, { code: 'missing_argument' });
    for (const value of values) checkPositional(verb, spec, value);
    options[spec.name] = spec.list ? values : (values[0] ?? null);
  }
  const extra = given[next];
  if (extra !== undefined)
    throw usageError(verb, `there is nothing to do with the argument "${extra}"`, { code: 'unexpected_argument' });
  return options;
}

function checkPositional(verb: Verb, spec: PositionalSpec, value: string): void {
  if (value === '') throw usageError(verb, `${spec.value} is empty`, { code: 'missing_argument' });
  if (spec.choices) checkChoice(verb, spec.value, { choices: spec.choices, value });
}

function checkChoice(verb: Verb, name: string, { choices, value }: { choices: readonly string[]; value: string }): void {
  if (choices.includes(value)) return;
  const guess = new Suggestion().nearest(value, choices);
  const message = `${name} is one of ${choices.join(', ')}, not "${value}"`;
  throw usageError(verb, message, { code: 'wrong_choice', hint: guess === null ? undefined : `did you mean ${guess}?` });
}

function readOption({ flag, spec, verb }: { flag: string; spec: OptionSpec; verb: Verb }, given: readonly string[]): unknown {
  if (spec.type === 'boolean') return given.includes('true');
  if (given.includes(''))
    throw usageError(verb, `--${flag} needs a value (${spec.value}), and got an empty one`, { code: 'missing_value' });
  if (spec.list) return given;
  if (given.length > 1) throw usageError(verb, `--${flag} is given ${given.length} times`, { code: 'repeated_flag' });
  const value = given[0];
  if (value === undefined) {
    if (spec.required)
      throw usageError(verb, `--${flag} ${spec.value} is missing: ${spec.summary}`, { code: 'missing_argument' });
    return spec.default ?? null;
  }
  if (spec.choices) checkChoice(verb, `--${flag}`, { choices: spec.choices, value });
  return spec.type === 'integer' ? readInteger({ flag, spec, verb }, value) : value;
}

function readInteger({ flag, spec, verb }: { flag: string; spec: OptionSpec; verb: Verb }, value: string): number {
  const number = /^-?\d{1,15}$/.test(value) ? Number(value) : NaN;
  const minimum = spec.minimum ?? Number.MIN_SAFE_INTEGER;
  if (number >= minimum) return number;
  const bound = spec.minimum === undefined ? '' : ` of at least ${spec.minimum}`;
  throw usageError(verb, `--${flag} is a whole number${bound}, not "${value}"`, { code: 'wrong_value' });
}

function usageError(verb: Verb | null, message: string, more: { code?: string; hint?: string | undefined } = {}): UserError {
  const usage = `usage: ${usageLine(verb)} (more: stateyard ${verb ? `${verb.name} ` : ''}--help)`;
  const hint = more.hint === undefined ? usage : `${more.hint}\n${usage}`;
  return new UserError(exitCodes.usage, more.code ?? 'usage', message, { hint });
}

function camelCase(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
