import type { OptionSpec } from './command.ts';

/** The flags of every verb. */
export const globalOptions: Readonly<Record<string, OptionSpec>> = {
  store: {
    type: 'string',
    value: 'DIR',
    summary: 'the store folder; else STATEYARD_STORE, else .stateyard of the project',
    completes: 'folder',
  },
  json: { type: 'boolean', summary: 'prints JSON on standard output, errors too' },
  quiet: { type: 'boolean', short: 'q', summary: 'prints results and errors alone' },
  help: { type: 'boolean', short: 'h', summary: 'explains the verb' },
  version: { type: 'boolean', short: 'V', summary: 'prints the version' },
};
