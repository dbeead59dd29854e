import { exitCodes } from '../../errors.ts';
import { profileIds } from '../../profiles/profile-ids.ts';
import { defineVerb } from '../command.ts';

/** `stateyard init`. */
export const initVerb = defineVerb({
  name: 'init',
  summary: 'set a project up: profile, router configuration, first workflow',
  description: [
    'Looks at the project in DIR: its languages, frameworks, manifests, folders, CI and version control, and which programs are found on PATH. Takes the profile that fits best and says why. Generates PROJECT_PROFILE.yaml, router_config.json and, where the project has checks that can run here, stateyard.yaml, which runs them. All of it is checked before anything is written.',
    'Nothing of the project is executed, no link is followed out of it, nothing is looked up in the network, and what .gitignore leaves out is not looked at. Programs that are found outside of the project are asked for their version.',
    'A file that is there and differs is never merged: it is shown and replaced as a whole, after a person has said so or with --force. Without a terminal, and with --json, init asks nobody: it writes nothing and ends with exit code 5. The same project and the same programs give the same files, so that init can be repeated.',
  ],
  positionals: [
    { name: 'folder', value: 'DIR', summary: 'the project; the working directory where it is not given', completes: 'folder' },
  ],
  options: {
    force: { type: 'boolean', summary: 'replaces files that differ without asking' },
    'dry-run': { type: 'boolean', summary: 'writes nothing, shows what would be written as a diff' },
    phases: { type: 'boolean', summary: 'also writes the phase templates of the profile to phases/' },
    profile: {
      type: 'string',
      value: 'PROFILE',
      choices: profileIds,
      summary: 'takes this profile, not the one that fits best',
    },
  },
  examples: [
    { command: 'stateyard init --dry-run', text: 'what would be found and written' },
    { command: 'stateyard init && stateyard run stateyard.yaml', text: 'set up, then run the checks of the project' },
    { command: 'stateyard init ../api --profile software-dev-go --force', text: 'another folder, another profile, no question' },
  ],
  exitCodes: [
    { code: exitCodes.succeeded, meaning: 'the files are in place, or were previewed; the report says what is missing' },
    { code: exitCodes.failed, meaning: 'a generated file was invalid or could not be written' },
    { code: exitCodes.notFound, meaning: 'DIR does not exist' },
    {
      code: exitCodes.waitsForPerson,
      meaning: 'a file differs, and nobody has said that it may be replaced; nothing was written',
    },
    { code: exitCodes.interrupted, meaning: 'interrupted by SIGINT; every file is whole, and init can be repeated' },
    { code: exitCodes.terminated, meaning: 'interrupted by SIGTERM; every file is whole, and init can be repeated' },
  ],
  json: { documents: ['bootstrap_report'], lines: 'never' },
});
