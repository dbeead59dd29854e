import type { BootstrapContext } from '../../machines/bootstrap-model.ts';
import type { BootstrapReport } from '../../schemas/bootstrap-report.ts';
import type { BootstrapEnd } from './run-bootstrap.ts';

type Steps = NonNullable<BootstrapReport['next_steps']>;

/** A command for a shell, and what it is for as a comment of the shell: the whole line can be pasted. */
const step = (command: string, why: string): string => `${command}  # ${why}`;

/** What to do after a bootstrap that ended so, for a person and for an agent. `folder` is the project as the person named it; `.` is where they are. */
export function nextSteps(end: BootstrapEnd, context: BootstrapContext, folder: string): Required<Steps> {
  const init = folder === '.' ? 'stateyard init' : `stateyard init ${shellWord(folder)}`;
  if (end === 'ready' || end === 'partial') return afterSuccess(context, folder);
  if (end === 'previewed') {
    return { for_human: [step(init, 'writes these files')], for_ai_agent: [step(`${init} --json`, 'writes these files')] };
  }
  if (end === 'needsHuman') {
    const look = step(`${init} --dry-run`, 'shows how the files differ');
    return {
      for_human: [look, step(`${init} --force`, 'replaces them')],
      for_ai_agent: [
        step(`${init} --dry-run --json`, 'shows how the files differ'),
        'ask a person before files are replaced with --force',
      ],
    };
  }
  const again = end === 'canceled' ? 'goes through all of it again' : 'when what is named above has been put right';
  return { for_human: [step(init, again)], for_ai_agent: [step(`${init} --json`, again)] };
}

function afterSuccess({ files }: BootstrapContext, folder: string): Required<Steps> {
  const enter = folder === '.' ? [] : [step(`cd ${shellWord(folder)}`, 'the commands below are meant from there')];
  const workflow = files.find(({ type }) => type === 'workflow')?.path;
  const profile = files.find(({ type }) => type === 'project_profile')?.path ?? 'PROJECT_PROFILE.yaml';
  const constraints = `read ${profile}: its constraints bound every change`;
  if (workflow === undefined) {
    const schema = step('stateyard schema workflow', 'what a workflow of your own can say');
    return { for_human: [...enter, schema, tools('')], for_ai_agent: [...enter, constraints, schema, tools(' --json')] };
  }
  return {
    for_human: [
      ...enter,
      step(`stateyard plan ${workflow}`, 'what would run, and in which order'),
      step(`stateyard run ${workflow}`, 'runs the checks of the project'),
      tools(''),
    ],
    for_ai_agent: [
      ...enter,
      constraints,
      step(`stateyard plan ${workflow} --json`, 'what would run, and in which order'),
      step(`stateyard run ${workflow} --json`, 'runs the checks of the project'),
      step('stateyard explain @latest --json', 'why the run ended as it did'),
      tools(' --json'),
    ],
  };
}

function tools(flag: string): string {
  return step(`stateyard tools${flag}`, 'which tools tasks can be given to');
}

/** A word of a command line as every shell of the POSIX family reads it. */
function shellWord(text: string): string {
  const safe = text.startsWith('-') ? `./${text}` : text;
  return /^[\w./@%+=:,-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", String.raw`'\''`)}'`;
}
