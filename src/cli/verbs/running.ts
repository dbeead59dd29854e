import { exitCodes } from '../../errors.ts';
import { defineVerb } from '../command.ts';
import { endOfRun, interrupted, runNotFound } from './exit-meanings.ts';
import { phaseOption, routerOption } from './routing.ts';

/** `stateyard run`. */
export const runVerb = defineVerb({
  name: 'run',
  summary: 'run a workflow to its end',
  description: [
    'Checks FILE, stores a new run and executes its steps, several at a time where their needs allow it. Every transition is on disk before its effect, so a run that was interrupted in any way, kill -9 included, is taken up again by `stateyard resume`.',
    'An invalid file or parameter is reported with its place, and then nothing is stored or started. With --json each event is one line, printed after it was stored; the last line is the run record.',
  ],
  positionals: [{ name: 'file', value: 'FILE', summary: 'the workflow file (YAML or JSON)', required: true, completes: 'file' }],
  options: {
    param: {
      type: 'string',
      list: true,
      short: 'p',
      value: 'KEY=VALUE',
      summary: 'sets one parameter of the workflow; may be repeated',
    },
    params: { type: 'string', value: 'FILE', summary: 'takes parameters from a YAML or JSON file; -p wins', completes: 'file' },
    'max-parallel': {
      type: 'integer',
      minimum: 1,
      value: 'N',
      summary: 'how many steps may run at the same time; wins over the file',
    },
    router: routerOption,
    phase: phaseOption,
    id: { type: 'string', value: 'ULID', summary: 'the id of the new run; the same id again is refused' },
    origin: {
      type: 'string',
      value: 'ORIGIN',
      choices: ['manual', 'ci', 'error_pipeline', 'scheduled', 'other'],
      default: 'manual',
      summary: 'what started the run; stored with it',
    },
    'dry-run': { type: 'boolean', summary: 'checks the file and the parameters and prints the plan; stores and starts nothing' },
  },
  examples: [
    { command: 'stateyard run release.yaml', text: 'run it, with live progress on a terminal' },
    { command: 'stateyard run release.yaml -p version=1.2.0 -p workers=4', text: 'with parameters' },
    { command: 'stateyard run release.yaml --json | tail -n 1', text: 'the run record as JSON' },
  ],
  exitCodes: [
    ...endOfRun,
    {
      code: exitCodes.invalidDefinition,
      meaning:
        'the file, a parameter, the router configuration or the phase is invalid, or no tool may do a task; nothing was stored or started',
    },
    { code: exitCodes.notFound, meaning: 'a file that is named does not exist' },
    { code: exitCodes.refused, meaning: 'a run with the id of --id exists' },
    ...interrupted,
  ],
  json: { documents: ['run_event', 'run_record', 'plan_report'], lines: 'always' },
});

/** `stateyard resume`. */
export const resumeVerb = defineVerb({
  name: 'resume',
  summary: 'take interrupted runs up where they stood',
  description: [
    'Restores a run whose process has ended without ending the run, and carries it to its end. Steps that had finished do not run again; a step whose process still lives is waited for; only a step that neither ended nor lives is started again, or failed where its workflow says `on_interrupted: fail`.',
    'Without RUN the only interrupted run is taken; if there are several they are listed and nothing is done.',
  ],
  positionals: [
    { name: 'run', value: 'RUN', summary: 'a run id, an unambiguous prefix of one, @latest or @failed', completes: 'run' },
  ],
  options: { all: { type: 'boolean', summary: 'resumes every interrupted run, one after the other' } },
  examples: [
    { command: 'stateyard resume', text: 'the interrupted run' },
    { command: 'stateyard resume --all', text: 'after a power failure' },
  ],
  exitCodes: [
    ...endOfRun,
    runNotFound,
    { code: exitCodes.refused, meaning: 'another live process runs it, or it has ended' },
    ...interrupted,
  ],
  json: { documents: ['run_event', 'run_record'], lines: 'always' },
});
