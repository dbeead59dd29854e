import { exitCodes } from '../../errors.ts';
import { defineVerb } from '../command.ts';
import { done } from './exit-meanings.ts';

/** `stateyard validate`. */
export const validateVerb = defineVerb({
  name: 'validate',
  summary: 'check workflow files',
  description: [
    'Reports every mistake of every file at once, each with its line, column, code and a hint. Stores and starts nothing.',
  ],
  positionals: [{ name: 'files', value: 'FILE', summary: 'workflow files', required: true, list: true, completes: 'file' }],
  options: {},
  examples: [{ command: 'stateyard validate workflows/*.yaml', text: 'all of them, for example before a commit' }],
  exitCodes: [
    { code: exitCodes.succeeded, meaning: 'all files are valid' },
    { code: exitCodes.invalidDefinition, meaning: 'a file is invalid' },
    { code: exitCodes.notFound, meaning: 'a file does not exist, and no other is invalid' },
  ],
  json: { documents: ['validate_report'], lines: 'never' },
});

/** `stateyard plan`. */
export const planVerb = defineVerb({
  name: 'plan',
  summary: 'show in which order a workflow would run, and its worst case',
  description: [
    'Lists the steps by level (what may run side by side), marks the critical path, and says for each step its tool, its needs, how many attempts it may take and how long at most. A step without a timeout has no worst case, nor has anything that waits for it.',
  ],
  positionals: [{ name: 'file', value: 'FILE', summary: 'the workflow file', required: true, completes: 'file' }],
  options: {},
  examples: [{ command: 'stateyard plan release.yaml', text: 'the plan as a table' }],
  exitCodes: [
    done,
    { code: exitCodes.invalidDefinition, meaning: 'the file is invalid' },
    { code: exitCodes.notFound, meaning: 'the file does not exist' },
  ],
  json: { documents: ['plan_report'], lines: 'never' },
});

/** `stateyard schema`. */
export const schemaVerb = defineVerb({
  name: 'schema',
  summary: 'print the JSON Schema of a document',
  description: ['Without NAME lists the documents. The schemas are JSON Schema, draft 2020-12; all documents are closed.'],
  positionals: [{ name: 'name', value: 'NAME', summary: 'a document of the list', completes: 'document' }],
  options: {},
  examples: [{ command: 'stateyard schema workflow > workflow.schema.json', text: 'for the completion of an editor' }],
  exitCodes: [done, { code: exitCodes.notFound, meaning: 'there is no such document' }],
  json: { documents: ['schema_list'], lines: 'never' },
});

/** `stateyard doctor`. */
export const doctorVerb = defineVerb({
  name: 'doctor',
  summary: 'check the store, its runs and the surroundings',
  description: [
    'Checks the permissions of the store, the journal and the database of every run (hash chain, checksums, SQLite itself), the index against the runs, files that a crash has left, the shells on the PATH and the version of Node. Says for each problem what to do, and prints the head of every hash chain, so that a later run of doctor can be compared with this one.',
    'Changes nothing without --repair.',
  ],
  positionals: [],
  options: { repair: { type: 'boolean', summary: 'builds a damaged or stale index anew from the runs; touches no run' } },
  examples: [{ command: 'stateyard doctor', text: 'check everything' }],
  exitCodes: [
    { code: exitCodes.succeeded, meaning: 'no problem was found' },
    { code: exitCodes.failed, meaning: 'there are problems' },
  ],
  json: { documents: ['doctor_report'], lines: 'never' },
});

/** `stateyard completion`. */
export const completionVerb = defineVerb({
  name: 'completion',
  summary: 'print a completion script for a shell',
  description: ['Completes verbs, flags, choices, run ids and step ids. Without SHELL the shell of $SHELL is taken.'],
  positionals: [{ name: 'shell', value: 'SHELL', summary: 'the shell', choices: ['bash', 'zsh', 'fish'] }],
  options: {},
  examples: [
    { command: 'source <(stateyard completion bash)', text: 'in ~/.bashrc' },
    { command: 'source <(stateyard completion zsh)', text: 'in ~/.zshrc, after compinit' },
    { command: 'stateyard completion fish | source', text: 'in ~/.config/fish/config.fish' },
  ],
  exitCodes: [done],
  json: { documents: ['completion_script'], lines: 'never' },
});
