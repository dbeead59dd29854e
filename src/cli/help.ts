import type { OptionSpec, Verb } from './command.ts';
import { globalOptions } from './global-options.ts';
import { verbGroups } from './verbs.ts';

const maxWidth = 96;
const usageIndent = ' '.repeat(9);

/** `stateyard run FILE [-p KEY=VALUE]… [--dry-run]`: how a verb is called; null: the program itself. */
export function usageLine(verb: Verb | null): string {
  if (verb === null) return 'stateyard VERB [ARGUMENT]… [FLAG]…';
  const positionals = verb.positionals.map((spec) => {
    const name = `${spec.value}${spec.list ? '…' : ''}`;
    return spec.required ? name : `[${name}]`;
  });
  return ['stateyard', verb.name, ...positionals, ...Object.entries(verb.options).map(usageOfFlag)].join(' ');
}

/** The help of a verb, or of the program (null), cut to `columns` and at most 96 wide. Ends with a line end. */
export function renderHelp(verb: Verb | null, columns: number): string {
  const width = Math.max(40, Math.min(columns, maxWidth));
  return verb === null ? programHelp(width) : verbHelp(verb, width);
}

/** How a flag is written with its value: `-p, --param KEY=VALUE`. */
export function flagLabel([name, spec]: readonly [string, OptionSpec]): string {
  return `${spec.short ? `-${spec.short}, ` : ''}--${name}${spec.value ? ` ${spec.value}` : ''}`;
}

/** The summary of a flag with its choices and default. */
export function flagSummary(spec: OptionSpec): string {
  const choices = spec.choices ? ` (${spec.choices.join(', ')})` : '';
  return `${spec.summary}${choices}${spec.default === undefined ? '' : `; default ${spec.default}`}`;
}

/** Exit codes in rising order. */
export function byCode(codes: Verb['exitCodes']): Verb['exitCodes'] {
  return codes.toSorted((a, b) => a.code - b.code);
}

/** Breaks a text at spaces into lines of at most `width` characters; a longer word stays whole. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function usageOfFlag([name, spec]: readonly [string, OptionSpec]): string {
  const text = `${spec.short ? `-${spec.short}` : `--${name}`}${spec.value ? ` ${spec.value}` : ''}`;
  return `${spec.required ? text : `[${text}]`}${spec.list ? '…' : ''}`;
}

function programHelp(width: number): string {
  const groups = verbGroups.flatMap((group) => [
    '',
    `${group.title}:`,
    ...columnsOf(
      group.verbs.map((verb) => [verb.name, verb.summary]),
      width,
    ),
  ]);
  return lines([
    'Runs workflows as state charts: durable, explainable, from one small CLI, without a server.',
    '',
    ...wrapUsage(null, width),
    ...groups,
    '',
    'Flags of every verb:',
    ...flagColumns(globalOptions, width),
    '',
    'Examples:',
    '  stateyard run release.yaml      run a workflow',
    '  stateyard show @latest          see how it ended',
    '  stateyard run --help            all about one verb',
  ]);
}

function verbHelp(verb: Verb, width: number): string {
  const own = Object.keys(verb.options).length > 0;
  return lines([
    ...wrapUsage(verb, width),
    '',
    ...verb.description.flatMap((paragraph) => [...wrap(paragraph, width), '']),
    ...(verb.positionals.length > 0 ? ['Arguments:', ...columnsOf(verb.positionals.map(positionalRow), width), ''] : []),
    ...(own ? ['Flags:', ...flagColumns(verb.options, width), ''] : []),
    'Flags of every verb:',
    ...flagColumns(globalOptions, width),
    '',
    'Examples:',
    ...verb.examples.flatMap(({ command, text }) => [`  ${command}`, `      ${text}`]),
    '',
    'Exit codes:',
    ...columnsOf(
      byCode(verb.exitCodes).map(({ code, meaning }) => [String(code), meaning]),
      width,
    ),
    '  2, 70  wrong use of the command line; a fault of stateyard itself',
  ]);
}

function positionalRow({ value, summary, choices }: Verb['positionals'][number]): [string, string] {
  return [value, choices ? `${summary} (${choices.join(', ')})` : summary];
}

function flagColumns(flags: Readonly<Record<string, OptionSpec>>, width: number): string[] {
  return columnsOf(
    Object.entries(flags).map((entry) => [flagLabel(entry), flagSummary(entry[1])]),
    width,
  );
}

function columnsOf(rows: readonly (readonly [string, string])[], width: number): string[] {
  const label = Math.max(...rows.map(([name]) => name.length));
  return rows.flatMap(([name, text]) => {
    const [first = '', ...more] = wrap(text, Math.max(20, width - label - 4));
    return [`  ${name.padEnd(label)}  ${first}`, ...more.map((line) => `${' '.repeat(label + 4)}${line}`)];
  });
}

function wrapUsage(verb: Verb | null, width: number): string[] {
  const [first = '', ...more] = wrap(`Usage: ${usageLine(verb)}`.replaceAll(/\[[^\]]*\]/g, unbroken), width);
  const rest = more.length === 0 ? [] : wrap(more.join(' '), width - usageIndent.length);
  return [first, ...rest.map((line) => `${usageIndent}${line}`)].map((line) => line.replaceAll('\u00a0', ' '));
}

/** Keeps `[--max-parallel N]` together when the line is wrapped. */
function unbroken(text: string): string {
  return text.replaceAll(' ', '\u00a0');
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
