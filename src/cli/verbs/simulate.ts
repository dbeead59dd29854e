import { exitCodes } from '../../errors.ts';
import { defineVerb } from '../command.ts';
import { phaseOption, routerOption } from './routing.ts';

/** `stateyard simulate`. */
export const simulateVerb = defineVerb({
  name: 'simulate',
  summary: 'run a workflow in virtual time, without starting a tool',
  description: [
    'Carries a run of FILE to its end with the engine, the store and the charts that `run` uses, but with a virtual clock, a disk in memory and simulated tools. Prints the schedule in virtual time, the end, the totals, the critical path and a verdict. No tool is started and no file is written. How long attempts take and what they write as outputs is drawn from the seed where no flag says it; attempts fail only where --fail says so, checks of results find nothing wrong, questions are approved, and every tool of the router configuration counts as installed. The same file, seed and flags give the same output.',
    'With --crash-everywhere the engine crashes at each persisted transition, twice: as soon as it is on disk, and again when all that follows from it has begun. Each time a new engine takes the run up, as `resume` does, and must bring it to the same end: the same state and outputs of each step, and no attempt that had begun made again. An end may be another where the workflow says so: by `on_interrupted: fail`, or because the call that was cut short used up a budget. On a terminal a line says how long the rest may take.',
  ],
  positionals: [{ name: 'file', value: 'FILE', summary: 'the workflow file', required: true, completes: 'file' }],
  options: {
    seed: { type: 'integer', minimum: 0, value: 'S', default: 1, summary: 'what is drawn is drawn from this number' },
    fail: {
      type: 'string',
      list: true,
      value: 'STEP=P',
      summary: 'each attempt of the step fails with this probability, from 0 to 1; * stands for every step',
    },
    duration: {
      type: 'string',
      list: true,
      value: 'STEP=TIME',
      summary: 'each attempt of the step takes so long, or the answer to its question does; such as 90s',
    },
    output: { type: 'string', list: true, value: 'STEP.NAME=VALUE', summary: 'what the step writes as this output' },
    approve: { type: 'string', list: true, value: 'STEP=yes|no', summary: 'how the question of the step is answered' },
    param: { type: 'string', list: true, short: 'p', value: 'KEY=VALUE', summary: 'sets one parameter of the workflow' },
    params: {
      type: 'string',
      value: 'FILE',
      completes: 'file',
      summary: 'takes parameters from a YAML or JSON file; -p wins over it',
    },
    'max-parallel': {
      type: 'integer',
      minimum: 1,
      value: 'N',
      summary: 'how many steps may run at the same time; wins over the file; 4 where neither says it',
    },
    router: routerOption,
    phase: phaseOption,
    'crash-everywhere': {
      type: 'boolean',
      summary: 'crashes the engine at every persisted transition, and compares the ends',
    },
  },
  examples: [
    { command: 'stateyard simulate release.yaml --seed 7', text: 'the schedule of one possible run' },
    {
      command: 'stateyard simulate release.yaml --fail tests=0.5 --duration build=20m',
      text: 'what a slow build and a flaky test do',
    },
    { command: 'stateyard simulate release.yaml --crash-everywhere', text: 'whether a crash could change how it ends' },
  ],
  exitCodes: [
    { code: exitCodes.succeeded, meaning: 'the simulated run succeeded, and no crash changed that' },
    { code: exitCodes.failed, meaning: 'the simulated run did not succeed, or a crash changes how it ends' },
    { code: exitCodes.invalidDefinition, meaning: 'the file, a parameter, the router configuration or the phase is invalid' },
    { code: exitCodes.notFound, meaning: 'a file that is named does not exist' },
  ],
  json: { documents: ['simulate_report'], lines: 'never' },
});
