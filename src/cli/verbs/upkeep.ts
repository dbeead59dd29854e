import { exitCodes } from '../../errors.ts';
import { fileKinds } from '../../workflow/document-keys.ts';
import { defineVerb } from '../command.ts';
import { done } from './exit-meanings.ts';
import { phaseOption, routerOption } from './routing.ts';

/** `stateyard validate`. */
export const validateVerb = defineVerb({
  name: 'validate',
  summary: 'check workflows and other documents',
  description: [
    'Reports every mistake of every file at once, each with its line, column, code and a hint. Stores and starts nothing. A file is YAML or JSON; which document it holds shows in its keys, unless --as says it.',
    'The tasks of a workflow are checked against the router configuration that `run` would use, and against the phase of --phase: what they ask for must be allowed, and a tool must be left that can do it.',
  ],
  positionals: [
    { name: 'files', value: 'FILE', summary: 'workflows and other documents', required: true, list: true, completes: 'file' },
  ],
  options: {
    as: { type: 'string', value: 'NAME', choices: fileKinds, summary: 'the document that the files hold' },
    router: routerOption,
    phase: phaseOption,
  },
  examples: [
    { command: 'stateyard validate workflows/*.yaml', text: 'all of them, for example before a commit' },
    { command: 'stateyard validate PROJECT_PROFILE.yaml router_config.json', text: 'documents that are no workflow' },
  ],
  exitCodes: [
    { code: exitCodes.succeeded, meaning: 'all files are valid' },
    { code: exitCodes.invalidDefinition, meaning: 'a file is invalid, or what routes its tasks' },
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
    'A task shows its candidates in the order in which they are tried, and its attempts with all of them together.',
    'The verdict below the table says what is certain before any run: whether a run always ends, which steps can never run and why, and what becomes of the others if a step fails. With --format the steps are drawn, as Mermaid for Markdown or as SVG.',
  ],
  positionals: [{ name: 'file', value: 'FILE', summary: 'the workflow file', required: true, completes: 'file' }],
  options: {
    router: routerOption,
    phase: phaseOption,
    format: {
      type: 'string',
      value: 'FORMAT',
      choices: ['text', 'mermaid', 'svg'],
      summary: 'a picture of the steps instead of the table; text unless it is given',
    },
  },
  examples: [
    { command: 'stateyard plan release.yaml', text: 'the plan as a table, and the verdict' },
    { command: 'stateyard plan release.yaml --format svg > release.svg', text: 'a picture of the steps' },
  ],
  exitCodes: [
    done,
    { code: exitCodes.invalidDefinition, meaning: 'the file is invalid, or what routes its tasks' },
    { code: exitCodes.notFound, meaning: 'a file that is named does not exist' },
  ],
  json: { documents: ['plan_report'], lines: 'never' },
});

/** `stateyard schema`. */
export const schemaVerb = defineVerb({
  name: 'schema',
  summary: 'print the JSON Schema of a document',
  description: [
    'Without NAME lists the documents. The schemas are JSON Schema, draft 2020-12; all documents are closed. Those that a file can hold come with an example.',
  ],
  positionals: [{ name: 'name', value: 'NAME', summary: 'a document of the list', completes: 'document' }],
  options: {},
  examples: [{ command: 'stateyard schema workflow > workflow.schema.json', text: 'for the completion of an editor' }],
  exitCodes: [done, { code: exitCodes.notFound, meaning: 'there is no such document' }],
  json: { documents: ['schema_list'], lines: 'never' },
});

/** `stateyard gc`. */
export const gcVerb = defineVerb({
  name: 'gc',
  summary: 'remove old runs',
  description: [
    'Removes runs that have ended, with their history, logs and artifacts. With both flags a run goes only when it is older than --older-than and not among the --keep that ended last; with neither gc refuses, for there is no rule that suits everybody.',
    'A run that has not ended, that is paused or interrupted, that a live process has, or whose store cannot be read, never goes. A gc that is killed has removed a run or has not; the next gc deletes what it left.',
  ],
  positionals: [],
  options: {
    'older-than': { type: 'string', value: 'AGE', summary: 'only runs that ended longer ago, such as 12h, 30d or 8w' },
    keep: { type: 'integer', value: 'N', summary: 'never the N runs that ended last', minimum: 0 },
    'dry-run': { type: 'boolean', summary: 'only say what would go' },
  },
  examples: [
    { command: 'stateyard gc --older-than 30d --dry-run', text: 'what a month leaves' },
    { command: 'stateyard gc --older-than 7d --keep 50', text: 'keep a week, and 50 runs in any case' },
  ],
  exitCodes: [
    done,
    { code: exitCodes.failed, meaning: 'files of a removed run could not be deleted' },
    { code: exitCodes.refused, meaning: 'another process is removing runs of this store' },
  ],
  json: { documents: ['gc_report'], lines: 'never' },
});

/** `stateyard doctor`. */
export const doctorVerb = defineVerb({
  name: 'doctor',
  summary: 'check the store, its runs and the surroundings',
  description: [
    'Checks the permissions of the store, the journal and the database of every run (hash chain, checksums, SQLite itself, the one against the other), the index against the runs, the tool store, the router configuration beside the store and whether its tools are installed, what a crash has left (temporary files, removals, commands that nobody took, locks), processes that outlive their run, the shells on the PATH and the version of Node. Says for each problem what to do, and prints the head of every hash chain, so that a later run of doctor can be compared with this one.',
    'Changes nothing without --repair. A repair loses nothing that was acknowledged: it builds the index anew, brings removals to their end, closes permissions, cuts the end of a record that was never finished, and puts leftovers into a new folder .stateyard/aside-TIME, every byte kept. The store of a run that is damaged is never changed: doctor says which records can be read, and --set-aside takes the whole run out of the store, as it is.',
  ],
  positionals: [],
  options: {
    repair: { type: 'boolean', summary: 'repair what can be repaired without a loss' },
    'set-aside': {
      type: 'string',
      value: 'RUN',
      list: true,
      summary: 'with --repair: move a damaged run out of the store, every byte kept; may be given several times',
      completes: 'run',
    },
  },
  examples: [
    { command: 'stateyard doctor', text: 'check everything' },
    { command: 'stateyard doctor --repair', text: 'and repair what can be' },
  ],
  exitCodes: [
    { code: exitCodes.succeeded, meaning: 'no problem was found, or none is left' },
    { code: exitCodes.failed, meaning: 'there are problems' },
    { code: exitCodes.notFound, meaning: 'there is no such run as --set-aside names' },
    { code: exitCodes.refused, meaning: 'the run that --set-aside names is not damaged, or a live process has it' },
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
