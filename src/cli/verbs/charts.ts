import { chartFormats } from '../../charts/formats/format-names.ts';
import { exitCodes } from '../../errors.ts';
import { defineVerb } from '../command.ts';
import { done } from './exit-meanings.ts';

const whichMachine =
  'A MACHINE is one of ours (run, step, breaker, bootstrap), or the path of a file: a module (.ts, .js) that exports a machine of XState 5, as its default, by a name of its own or, where there are several, by the name after a # (lights.ts#crossing); or a .json file with the configuration of one. A module is run, with all that it imports.';

/** A machine cannot be read. */
const machineInvalid = { code: exitCodes.invalidDefinition, meaning: 'a file holds no machine, or cannot be loaded' } as const;

/** No machine answers to a name. */
const machineNotFound = { code: exitCodes.notFound, meaning: 'there is no such machine or file' } as const;

/** `stateyard machines`. */
export const machinesVerb = defineVerb({
  name: 'machines',
  summary: 'list the state charts, or show one in a format of your choice',
  description: [
    'Without MACHINE lists our own. With one, prints its chart: text is a tree of states with their transitions; mermaid a diagram for Markdown; svg a picture for light and dark pages; json a configuration that createMachine of XState takes; stately a TypeScript module for Stately Studio; scxml a document for any interpreter of SCXML; promela a model for SPIN with the properties to be proven.',
    whichMachine,
    'On a terminal what could steer it is left out of the text; in a file or a pipe the text is as it is.',
  ],
  positionals: [{ name: 'machine', value: 'MACHINE', summary: 'a name of the list, or a file', completes: 'machine' }],
  options: {
    format: { type: 'string', value: 'FORMAT', choices: chartFormats, summary: 'the form of the chart; text unless it is given' },
    out: {
      type: 'string',
      short: 'o',
      value: 'FILE',
      completes: 'file',
      summary: 'writes the chart into this file, over what it holds',
    },
  },
  examples: [
    { command: 'stateyard machines', text: 'what there is' },
    { command: 'stateyard machines run', text: 'the chart of a run, as a tree' },
    { command: 'stateyard machines src/door.ts --format svg --out door.svg', text: 'a picture of a machine of yours' },
  ],
  exitCodes: [
    done,
    {
      code: exitCodes.failed,
      meaning: 'the file of --out cannot be written, or the chart has too many configurations for promela',
    },
    machineInvalid,
    machineNotFound,
  ],
  json: { documents: ['machine_list', 'machine_chart'], lines: 'never' },
});

/** `stateyard verify`. */
export const verifyVerb = defineVerb({
  name: 'verify',
  summary: 'prove that state charts have no dead ends, and nothing that can never happen',
  description: [
    'Follows every event in every configuration of a chart, whatever its guards say: every state is entered and every transition taken, an end can be reached from everywhere (in a chart without an end, its start), final states have nothing that leaves them, and every turn ends. What is wrong is shown with the shortest way to it. Without MACHINE all of ours are verified.',
    'Guards are asked where it is known what with: of our own machines, and of a module that exports beside its machine `events` (a list, or a function from a snapshot to a list) and, where its machine takes input, `inputs` (a list). Then a guard that never says true is an error, one that never says false a warning. Actors are never started: their ends are events like others.',
    whichMachine,
  ],
  positionals: [
    { name: 'machines', value: 'MACHINE', summary: 'names of our machines, or files', list: true, completes: 'machine' },
  ],
  options: { pairs: { type: 'boolean', summary: 'says of every event in every state what becomes of it' } },
  examples: [
    { command: 'stateyard verify', text: 'our own machines' },
    { command: 'stateyard verify src/door.ts --pairs', text: 'a machine of yours, with what becomes of every event' },
    { command: "stateyard verify --json | jq '.findings[]'", text: 'what was found, for a program' },
  ],
  exitCodes: [
    { code: exitCodes.succeeded, meaning: 'every machine passed' },
    { code: exitCodes.failed, meaning: 'something is wrong with a machine, or it is too large to look at all of it' },
    machineInvalid,
    machineNotFound,
  ],
  json: { documents: ['verify_report'], lines: 'always' },
});
