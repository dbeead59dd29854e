import { exitCodes } from '../../errors.ts';
import { defineVerb } from '../command.ts';
import { done, runNotFound } from './exit-meanings.ts';

const run = {
  name: 'run',
  value: 'RUN',
  summary: 'a run id, an unambiguous prefix of one, @latest or @failed',
  required: true,
  completes: 'run',
} as const;

const step = { name: 'step', value: 'STEP', summary: 'the step that asks', required: true, completes: 'step' } as const;

const comment = { type: 'string', value: 'TEXT', summary: 'stored with the answer' } as const;

const reason = { type: 'string', value: 'TEXT', summary: 'why; stored with the run' } as const;

const refused = { code: exitCodes.refused, meaning: 'the state of the run does not allow it' } as const;

const json = { documents: ['command_answer'], lines: 'never' } as const;

/** `stateyard cancel`. */
export const cancelVerb = defineVerb({
  name: 'cancel',
  summary: 'stop a run for good',
  description: [
    'Stops the steps that are running (TERM, after a grace KILL), cancels the ones that wait, and ends the run as canceled. Works on a run that another process is running, and on an interrupted one.',
  ],
  positionals: [run],
  options: { reason },
  examples: [{ command: 'stateyard cancel @latest --reason "wrong branch"', text: 'cancel the newest run' }],
  exitCodes: [done, runNotFound, refused],
  json,
});

/** `stateyard pause`. */
export const pauseVerb = defineVerb({
  name: 'pause',
  summary: 'let a run start no further step',
  description: [
    'Steps that are running go on to their end; then the run waits, also across restarts, until `stateyard unpause`.',
  ],
  positionals: [run],
  options: {},
  examples: [{ command: 'stateyard pause @latest', text: 'pause the newest run' }],
  exitCodes: [done, runNotFound, refused],
  json,
});

/** `stateyard unpause`. */
export const unpauseVerb = defineVerb({
  name: 'unpause',
  summary: 'let a paused run go on',
  description: ['A run that has no process any more is only marked: take it up with `stateyard resume`.'],
  positionals: [run],
  options: {},
  examples: [{ command: 'stateyard unpause @latest', text: 'let the newest run go on' }],
  exitCodes: [done, runNotFound, refused],
  json,
});

/** `stateyard approve`. */
export const approveVerb = defineVerb({
  name: 'approve',
  summary: 'answer an approval with yes',
  description: [
    'The step that asks succeeds, and what needs it may start. The answer is recorded with its comment; a run that no process is running is taken up with `stateyard resume` afterwards.',
  ],
  positionals: [run, step],
  options: { comment },
  examples: [{ command: 'stateyard approve @latest ship --comment "checked by hand"', text: 'let the newest run ship' }],
  exitCodes: [done, runNotFound, refused],
  json,
});

/** `stateyard reject`. */
export const rejectVerb = defineVerb({
  name: 'reject',
  summary: 'answer an approval with no',
  description: ['The step that asks fails with the comment as its reason, and what needs it is skipped.'],
  positionals: [run, step],
  options: { comment },
  examples: [{ command: 'stateyard reject @latest ship --comment "wrong version"', text: 'do not ship' }],
  exitCodes: [done, runNotFound, refused],
  json,
});

/** `stateyard quarantine`. */
export const quarantineVerb = defineVerb({
  name: 'quarantine',
  summary: 'set a run aside, so that nothing touches it again',
  description: ['Its processes are stopped; its store is kept for inspection. The reason is stored and shown.'],
  positionals: [run],
  options: { reason: { ...reason, required: true } },
  examples: [{ command: 'stateyard quarantine 01J9 --reason "wrote to the wrong bucket"', text: 'set it aside' }],
  exitCodes: [done, runNotFound, refused],
  json,
});
