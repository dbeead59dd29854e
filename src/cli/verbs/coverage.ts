import { exitCodes } from '../../errors.ts';
import { defineVerb } from '../command.ts';

/** `stateyard coverage`. */
export const coverageVerb = defineVerb({
  name: 'coverage',
  summary: 'say which transitions of state charts tests, or the runs in the store, have taken',
  description: [
    'Tests leave records where STATEYARD_COVERAGE names a folder: those that `generate-tests` wrote by themselves, others with a few lines (docs/coverage.md). Runs tell by their events which transitions they and their steps took. A transition counts if it can be taken at all, whatever guards say; those that were never taken are named.',
    'Without MACHINE all of ours that something is known of; a MACHINE is one of ours (run, step, breaker, bootstrap), or a file as `machines` takes it. Only run and step have a history. For some transitions a run stores no event; with --from history these do not count.',
    'table is for people; json is what --json prints; lcov a tracefile for genhtml, editors and services, in which a transition is a function and a branch of its line; mermaid the chart of one machine with how often each transition was taken.',
  ],
  positionals: [
    { name: 'machines', value: 'MACHINE', summary: 'names of our machines, or files', list: true, completes: 'machine' },
  ],
  options: {
    from: {
      type: 'string',
      value: 'SOURCE',
      choices: ['tests', 'history', 'all'],
      default: 'tests',
      summary: 'what to count: the records of tests, the runs in the store, or both',
    },
    records: {
      type: 'string',
      value: 'FOLDER',
      completes: 'folder',
      summary: 'where tests left their records; else STATEYARD_COVERAGE, else coverage/charts',
    },
    run: { type: 'string', value: 'RUN', completes: 'run', summary: 'counts this run alone' },
    min: {
      type: 'integer',
      minimum: 0,
      value: 'N',
      summary: 'fails when less than N percent of the transitions of a machine were taken, up to 100',
    },
    reporter: {
      type: 'string',
      value: 'REPORTER',
      choices: ['table', 'json', 'lcov', 'mermaid'],
      summary: 'the form of the result; table unless it is given',
    },
    out: {
      type: 'string',
      short: 'o',
      value: 'FILE',
      completes: 'file',
      summary: 'writes the result into this file, over what it holds',
    },
  },
  examples: [
    {
      command: 'stateyard coverage src/door.ts --min 100',
      text: 'whether the tests, run with STATEYARD_COVERAGE, take every transition',
    },
    { command: 'stateyard coverage --from history', text: 'what the runs of this project have never done' },
    {
      command: 'stateyard coverage src/door.ts --reporter lcov --out coverage/charts.info',
      text: 'a tracefile, beside that of the code',
    },
  ],
  exitCodes: [
    { code: exitCodes.succeeded, meaning: 'done; with --min: no machine is below it' },
    { code: exitCodes.failed, meaning: 'a machine is below --min, or a file cannot be read or written' },
    { code: exitCodes.invalidDefinition, meaning: 'a record is no record, or a file holds no machine or cannot be loaded' },
    { code: exitCodes.notFound, meaning: 'there are no records, or there is no such machine, file or run' },
  ],
  json: { documents: ['coverage_report'], lines: 'never' },
});
