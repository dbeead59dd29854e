import { exitCodes } from '../../errors.ts';
import { defineVerb } from '../command.ts';
import { done, endOfRun, followingEnded, runNotFound } from './exit-meanings.ts';

const run = {
  name: 'run',
  value: 'RUN',
  summary: 'a run id, an unambiguous prefix of one, @latest or @failed',
  required: true,
  completes: 'run',
} as const;

const follow = { type: 'boolean', short: 'f', summary: 'goes on as the run does, until the run has ended' } as const;

/** `stateyard ls`. */
export const lsVerb = defineVerb({
  name: 'ls',
  summary: 'list runs, newest first',
  description: [
    'A run that is stored as running but that no live process owns is shown as interrupted: `stateyard resume` takes it up.',
    'Times are in UTC, as everywhere in the store.',
  ],
  positionals: [],
  options: {
    state: {
      type: 'string',
      value: 'STATE',
      choices: [
        'pending',
        'running',
        'paused',
        'awaiting',
        'interrupted',
        'succeeded',
        'failed',
        'canceled',
        'quarantined',
        'unreadable',
      ],
      summary: 'only runs in this state',
    },
    workflow: { type: 'string', value: 'NAME', summary: 'only runs of the workflow of this name' },
    project: { type: 'string', value: 'NAME', summary: 'only runs of this project' },
    limit: { type: 'integer', minimum: 1, value: 'N', default: 20, summary: 'at most so many' },
  },
  examples: [
    { command: 'stateyard ls', text: 'the newest 20 runs' },
    { command: 'stateyard ls --state failed --limit 5', text: 'the last five failures' },
    { command: "stateyard ls --json | jq -r '.runs[].run_id'", text: 'run ids for a script' },
  ],
  exitCodes: [done],
  json: { documents: ['run_list'], lines: 'never' },
});

/** `stateyard show`. */
export const showVerb = defineVerb({
  name: 'show',
  summary: 'show one run: its steps, attempts, reasons and outputs',
  description: [
    'Says what the run is, how each step stands and why, what the steps put out, and what can be done next.',
    'With --format svg the state chart of the run is drawn: where it stands is lit, with the steps that are under way there, and each transition says how often it was taken. With --format mermaid, or --of steps, the steps are drawn with their states.',
  ],
  positionals: [run],
  options: {
    format: {
      type: 'string',
      value: 'FORMAT',
      choices: ['text', 'mermaid', 'svg'],
      summary: 'a picture instead of the text; text unless it is given',
    },
    of: {
      type: 'string',
      value: 'WHAT',
      choices: ['chart', 'steps'],
      summary: 'what is drawn; the chart with svg, the steps with mermaid unless it is given',
    },
  },
  examples: [
    { command: 'stateyard show @failed', text: 'the latest failed run' },
    { command: 'stateyard show @latest --format svg > run.svg', text: 'where its chart stands, and which way it took' },
    { command: 'stateyard show @latest --format mermaid', text: 'its steps with their states, for Markdown' },
  ],
  exitCodes: [done, runNotFound],
  json: { documents: ['run_details'], lines: 'never' },
});

/** `stateyard events`. */
export const eventsVerb = defineVerb({
  name: 'events',
  summary: 'print the audit trail of a run',
  description: ['One line an event: time, step, what happened. Every change of state of the run and of its steps is there.'],
  positionals: [run],
  options: { follow },
  examples: [
    { command: 'stateyard events @latest', text: 'what happened' },
    { command: 'stateyard events @latest -f --json', text: 'a live feed for a program, one event a line' },
  ],
  exitCodes: [done, runNotFound, followingEnded],
  json: { documents: ['run_event'], lines: 'with --follow' },
});

/** `stateyard logs`. */
export const logsVerb = defineVerb({
  name: 'logs',
  summary: 'print the output of the steps of a run',
  description: [
    'Without STEP the last attempts of all steps, in the order in which they started, each line behind the name of its step. With STEP the output of its last attempt: byte for byte where standard output is not a terminal, without control codes where it is.',
  ],
  positionals: [run, { name: 'step', value: 'STEP', summary: 'one step of the run', completes: 'step' }],
  options: {
    attempt: { type: 'integer', minimum: 1, value: 'N', summary: 'another attempt than the last one' },
    check: { type: 'string', value: 'CHECK', summary: 'the output of a check of the attempt instead of that of its tool' },
    follow,
  },
  examples: [
    { command: 'stateyard logs @failed', text: 'all of it' },
    { command: 'stateyard logs @latest build -f', text: 'follow one step' },
    { command: 'stateyard logs @latest build --attempt 1 > build.log', text: 'the exact bytes of an earlier attempt' },
  ],
  exitCodes: [done, { code: exitCodes.notFound, meaning: 'there is no such run, step, attempt or check' }, followingEnded],
  json: { documents: ['log_line'], lines: 'always' },
});

/** `stateyard watch`. */
export const watchVerb = defineVerb({
  name: 'watch',
  summary: 'show the live progress of a run of another process',
  description: ['Shows what `run` would show, from the store alone, and ends with the run and with its exit code.'],
  positionals: [run],
  options: {},
  examples: [{ command: 'stateyard watch @latest', text: 'look at the newest run' }],
  exitCodes: [
    ...endOfRun,
    runNotFound,
    { code: exitCodes.refused, meaning: 'no live process runs it: it is interrupted and can be resumed' },
    followingEnded,
  ],
  json: { documents: ['run_event', 'run_record'], lines: 'always' },
});
