import type { PythonManifest } from '../project.ts';
import type { CheckDraft, Clues } from './clues.ts';

type Command = CheckDraft['command'];

/**
 * How a project keeps its dependencies: the command that installs what its lock file says, and what is put before a program to
 * run it there.
 */
interface Environment {
  readonly lockFile: string;
  readonly install: Command;
  readonly run: Command;
}

const environments: readonly Environment[] = [
  { lockFile: 'uv.lock', install: ['uv', 'sync', '--locked'], run: ['uv', 'run', '--locked'] },
  { lockFile: 'poetry.lock', install: ['poetry', 'install', '--no-interaction'], run: ['poetry', 'run'] },
  { lockFile: 'pdm.lock', install: ['pdm', 'install', '--frozen-lockfile'], run: ['pdm', 'run'] },
  { lockFile: 'Pipfile.lock', install: ['pipenv', 'sync', '--dev'], run: ['pipenv', 'run'] },
];

const setupId = 'python-setup';

/** The installation of what the lock file says; null without a lock file. */
export function pythonSetup(clues: Clues): CheckDraft | null {
  const environment = environmentOf(clues);
  if (environment === null) return null;
  return { id: setupId, type: 'setup', command: environment.install, reason: environment.lockFile };
}

/** How a Python program of the project is run. */
export interface PythonRun {
  readonly command: Command;
  readonly needs: readonly string[];
  readonly requires: readonly string[];
}

/**
 * Runs a program in the environment of the lock file where the project depends on it there; else as it is found on PATH. `module`
 * is for programs that are started as `python3 -m`, so that the folder of the project is where they look for modules.
 */
export function pythonRun(
  clues: Clues,
  program: { readonly package: string; readonly module?: string },
  words: Command,
): PythonRun {
  const environment = environmentOf(clues);
  const { module } = program;
  if (environment !== null && clues.survey.manifests.python?.dependencies.has(program.package) === true) {
    const started: Command = module === undefined ? words : ['python', '-m', module, ...words.slice(1)];
    return { command: [...environment.run, ...started], needs: [setupId], requires: [environment.run[0]] };
  }
  // The module is there where its program is: that is all that can be known without running Python.
  if (module !== undefined) {
    return { command: ['python3', '-m', module, ...words.slice(1)], needs: [], requires: ['python3', words[0]] };
  }
  return { command: words, needs: [], requires: [words[0]] };
}

/** Runs Python itself, in the environment of the lock file where there is one. */
export function pythonItself(clues: Clues, words: readonly string[]): PythonRun {
  const environment = environmentOf(clues);
  if (environment === null) return { command: ['python3', ...words], needs: [], requires: ['python3'] };
  return { command: [...environment.run, 'python', ...words], needs: [setupId], requires: [environment.run[0]] };
}

/** Whether the project is configured for a tool or depends on it. */
export function usesPythonTool(manifest: PythonManifest, name: string): boolean {
  return manifest.configuredTools.has(name) || manifest.dependencies.has(name);
}

function environmentOf(clues: Clues): Environment | null {
  return environments.find(({ lockFile }) => clues.has(lockFile)) ?? null;
}
