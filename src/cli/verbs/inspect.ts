import { exitCodes } from '../../errors.ts';
import { defineVerb } from '../command.ts';
import { done, runNotFound } from './exit-meanings.ts';

/** `stateyard inspect`. */
export const inspectVerb = defineVerb({
  name: 'inspect',
  summary: 'replay a run to the Stately inspector, or as inspection events',
  description: [
    'With --stately a page is served on 127.0.0.1 alone, at an address with a random word in it that is printed. Opened in a browser, it hands the replay to the Stately inspector: the run and its steps as actors, each event, each snapshot, from the store. Nothing listens unless this verb was called, and nothing of the run can be changed.',
    'With --json the same events are printed, and nothing listens.',
    'Secrets are left out, and what steps have put out is shortened. The inspector is a page of stately.ai: it gets what is shown, in your browser.',
  ],
  positionals: [
    {
      name: 'run',
      value: 'RUN',
      summary: 'a run id, an unambiguous prefix of one, @latest or @failed',
      required: true,
      completes: 'run',
    },
  ],
  options: {
    stately: { type: 'boolean', summary: 'serve the replay to the Stately inspector, until Ctrl-C' },
    port: { type: 'integer', minimum: 1, value: 'N', summary: 'listen on this port instead of any that is free' },
    speed: { type: 'integer', minimum: 1, value: 'X', summary: 'X times as fast as the run went, instead of all at once' },
    step: { type: 'boolean', summary: 'one change at each press of a button on the page' },
    once: { type: 'boolean', summary: 'end when the replay was shown once' },
  },
  examples: [
    { command: 'stateyard inspect @latest --stately', text: 'look at the newest run in the Stately inspector' },
    { command: 'stateyard inspect @failed --stately --step', text: 'go through the latest failed run by hand' },
    { command: "stateyard inspect @latest --json | jq -r '.event.type // empty'", text: 'the events, for a program' },
  ],
  exitCodes: [
    done,
    runNotFound,
    { code: exitCodes.refused, meaning: 'the port of --port is not free' },
    { code: exitCodes.interrupted, meaning: 'the serving was ended by Ctrl-C' },
    { code: exitCodes.terminated, meaning: 'the serving was ended by SIGTERM' },
  ],
  json: { documents: ['inspect_report'], lines: 'always' },
});
