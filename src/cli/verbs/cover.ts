import { exitCodes } from '../../errors.ts';
import { defineVerb } from '../command.ts';

/** `stateyard generate-tests`. */
export const generateTestsVerb = defineVerb({
  name: 'generate-tests',
  summary: 'write a test that takes every transition of a state chart',
  description: [
    'Writes a file for vitest that drives a real actor of MACHINE along few paths, which together take every transition that can be taken and have every guard say yes and no. After each event the value, the context, the transitions taken, the actors and what they were sent, and the actions are compared. Actors do nothing, their ends are events; actions that are functions are told by their names and not performed; time is simulated. The same machine gives the same text.',
    'A module says what its machine is tried with: `inputs` (a list) and `events` (a list, or a function from a snapshot to a list). Without `events` those of the chart are sent, with nothing but their type. Guards that a .json file only names are answered both ways.',
  ],
  positionals: [
    { name: 'machine', value: 'MACHINE', summary: 'a file, or one of our machines', required: true, completes: 'machine' },
  ],
  options: {
    out: { type: 'string', short: 'o', value: 'FILE', required: true, completes: 'file', summary: 'the test file (.ts)' },
    check: { type: 'boolean', summary: 'writes nothing; fails when FILE is not what would be written' },
  },
  examples: [{ command: 'stateyard generate-tests src/door.ts --out src/door.paths.test.ts', text: 'a test beside its machine' }],
  exitCodes: [
    { code: exitCodes.succeeded, meaning: 'the file is what it should be' },
    { code: exitCodes.failed, meaning: 'with --check: it is not; else: it cannot be written' },
    { code: exitCodes.invalidDefinition, meaning: 'a file holds no machine, cannot be loaded, or looks at a clock' },
    { code: exitCodes.notFound, meaning: 'there is no such machine or file' },
  ],
  json: { documents: ['generated_tests'], lines: 'never' },
});
