import { documents } from '../../schemas/registry.ts';
import type { Verb } from './command.ts';
import { describeFields } from './docs-fields.ts';
import { globalOptions } from './global-options.ts';
import { byCode, flagLabel, flagSummary, usageLine } from './help.ts';
import { verbGroups } from './verbs.ts';

const outputsOfVerbs = new Set(
  verbGroups.flatMap((group) => group.verbs.flatMap((verb) => verb.json.documents)).concat('error_report'),
);

/** docs/cli.md: the reference of the command line, from the metadata of the verbs and the JSON Schemas. */
export async function cliReference(): Promise<string> {
  const sections = [
    '# The command line',
    'This file is generated from the metadata of the verbs (`src/cli/verbs/`) and the JSON Schemas (`schemas/`): `npm run generate` writes it anew.',
    '```console\n$ stateyard VERB [ARGUMENT]… [FLAG]…\n```',
    ...overview(),
    '## Where things are',
    'The store is the folder `.stateyard/` beside the nearest `stateyard.yaml`, `PROJECT_PROFILE.yaml`, `package.json` or `.git` upward from the working directory, else in the working directory. `--store DIR`, or the variable `STATEYARD_STORE`, names another one.',
    'A RUN is the id of a run, an unambiguous prefix of one, `@latest` (the newest run) or `@failed` (the newest failed run).',
    '## Output',
    'Results go to standard output; progress, warnings and errors to standard error. Colours follow `NO_COLOR` and `FORCE_COLOR`. Times are in UTC.',
    'Compiled code of this program is kept in `$XDG_CACHE_HOME/stateyard` (`~/.cache/stateyard`), so that a verb starts sooner the next time; `STATEYARD_CODE_CACHE=off` does without.',
    'With `--json` a verb prints one JSON value, on one line where standard output is not a terminal, or JSON Lines where it streams. An error is then `{"error": {"code", "message", "hint", …}}` on standard output ([error_report](#error_report)); the exit code is the same as without `--json`. The shapes are below; `stateyard schema NAME` prints the JSON Schema of each.',
    'A value that starts with a dash is written `--flag=VALUE`. What follows `--` is an argument, never a flag. A flag that is not a list may be given once.',
    '## Flags of every verb',
    flagTable(globalOptions),
    '## Exit codes',
    exitCodeTable(),
    ...verbGroups.flatMap((group) => [`## ${group.title}`, ...group.verbs.flatMap(verbSection)]),
    '## JSON documents',
    ...(await documentSections()),
  ];
  return `${sections.join('\n\n')}\n`;
}

function overview(): string[] {
  const rows = verbGroups.flatMap((group) =>
    group.verbs.map((verb) => [`[\`${verb.name}\`](#stateyard-${verb.name})`, verb.summary]),
  );
  return [table(['verb', 'does'], rows)];
}

function exitCodeTable(): string {
  return table(
    ['code', 'meaning'],
    [
      ['0', 'done; for `run`, `resume`, `watch`: the run succeeded'],
      ['1', 'the run failed; for `doctor`: there are problems'],
      ['2', 'wrong use of the command line'],
      ['3', 'a definition (workflow, router configuration, parameters) is invalid; nothing was stored or started'],
      ['4', 'not found (run, step, file, document)'],
      ['5', 'the run waits for a person (it is paused, or a step asks for approval) and nothing else can proceed'],
      ['6', 'the run was quarantined'],
      [
        '7',
        'refused: the run is owned by another live process or by none where one is needed, or its state chart does not have that transition',
      ],
      ['8', 'the run was canceled'],
      ['70', 'a fault of stateyard itself, or a store that is damaged or cannot be written; the run can be resumed'],
      ['130, 143', 'interrupted by SIGINT, SIGTERM; the run can be resumed'],
    ],
  );
}

function verbSection(verb: Verb): string[] {
  return [
    `### stateyard ${verb.name}`,
    `${capitalized(verb.summary)}.`,
    `\`\`\`console\n$ ${usageLine(verb)}\n\`\`\``,
    ...verb.description,
    ...(verb.positionals.length > 0 ? [positionalTable(verb)] : []),
    ...(Object.keys(verb.options).length > 0 ? [flagTable(verb.options)] : []),
    `Examples:\n\n${verb.examples.map(({ command, text }) => `- \`${command}\`: ${text}`).join('\n')}`,
    `With \`--json\`: ${jsonOutput(verb)}`,
    table(
      ['exit code', 'meaning'],
      byCode(verb.exitCodes).map(({ code, meaning }) => [String(code), meaning]),
    ),
  ];
}

function jsonOutput(verb: Verb): string {
  const links = verb.json.documents.map((name) => `[${name}](#${name})`);
  if (verb.json.lines === 'never') return `one value, ${links.join(' or ')}.`;
  if (verb.json.lines === 'always') return `JSON Lines of ${links.join(', ')}.`;
  return `one list of ${links.join(', ')}; with \`--follow\` JSON Lines.`;
}

function positionalTable(verb: Verb): string {
  const rows = verb.positionals.map((spec) => {
    const presence = spec.required ? (spec.list ? 'one or more' : 'required') : 'optional';
    return [`\`${spec.value}\``, presence, spec.choices ? `${spec.summary}: ${spec.choices.join(', ')}` : spec.summary];
  });
  return table(['argument', '', 'meaning'], rows);
}

function flagTable(flags: Verb['options']): string {
  const rows = Object.entries(flags).map((entry) => [
    `\`${flagLabel(entry)}\``,
    `${flagSummary(entry[1])}${entry[1].required ? '; required' : ''}`,
  ]);
  return table(['flag', 'meaning'], rows);
}

async function documentSections(): Promise<string[]> {
  const sections: string[] = [];
  for (const document of documents) {
    if (!outputsOfVerbs.has(document.name)) continue;
    const rows = describeFields(await document.load()).map((field) => [`\`${field.path}\``, field.type, field.meaning]);
    sections.push(`### ${document.name}`, `${capitalized(document.summary)}.`, table(['field', 'type', 'meaning'], rows));
  }
  return sections;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
