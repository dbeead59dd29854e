import type { ExecutionRequest } from '../schemas/execution-request.ts';
import type { App } from '../schemas/router-config.ts';

/** How a tool is called: its words, what is written for it beforehand, and what it reads. */
export interface Invocation {
  /** The program, then its arguments; no shell reads them. */
  readonly argv: readonly string[];
  /** Files of the attempt's folder, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** The one of `files` that is its standard input; null: it is empty. */
  readonly stdin: string | null;
  /** Variables beside those that every attempt has. */
  readonly env: Readonly<Record<string, string>>;
}

/** What a call is made from. */
export interface InvocationParts {
  readonly toolId: string;
  /** '' where there is no prompt. */
  readonly promptText: string;
  /** The paths at which the files `prompt.md` and `request.json` will be. */
  readonly promptFile: string;
  readonly requestFile: string;
  readonly request: ExecutionRequest;
}

const promptName = 'prompt.md';
const requestName = 'request.json';
// Linux gives one argument at most 128 KiB (MAX_ARG_STRLEN), and all of them with the environment usually 2 MiB (execve(2)).
const maxPromptArgumentBytes = 100 * 1024;
const maxArgumentsBytes = 1024 * 1024;

/**
 * The call of a tool for a request, as its configuration says. An argument that is `{prompt}`, `{prompt_file}` or `{request_file}` is replaced, one that is
 * `{read}`, `{write}` or `{create}` becomes one argument for each pattern of that scope (`.` for everything, none for nothing); the two paths may
 * also stand inside of an argument. Everything else is literal. `problem` says why the tool cannot be called so.
 */
export function invocationOf(app: App, parts: InvocationParts): Invocation | { readonly problem: string } {
  const mode = app.adapter?.prompt ?? 'none';
  const argv = [app.command, ...(app.args ?? []).flatMap((argument) => filled(argument, parts))];
  const own = app.adapter?.environment ?? {};
  const problem = modeProblem(app, parts) ?? promptProblem(app, parts) ?? argumentProblem(argv) ?? environmentProblem(own);
  if (problem !== null) return { problem };
  const hasPrompt = parts.promptText !== '';
  return {
    argv,
    files: {
      ...(hasPrompt && { [promptName]: parts.promptText }),
      [requestName]: `${JSON.stringify(parts.request, null, 2)}\n`,
    },
    stdin: mode === 'stdin' ? promptName : null,
    env: { ...own, ...environment(parts) },
  };
}

function filled(argument: string, { promptText, promptFile, requestFile, request }: InvocationParts): readonly string[] {
  const { read, write, create } = request.resource_scope;
  if (argument === '{prompt}') return [promptText];
  if (argument === '{read}') return read.map(asPath);
  if (argument === '{write}') return write.map(asPath);
  if (argument === '{create}') return create.map(asPath);
  const path = (word: string) => (word === '{prompt_file}' ? promptFile : requestFile);
  return [argument.replaceAll(/\{(?:prompt|request)_file\}/g, path)];
}

function asPath(pattern: string): string {
  return pattern === '**' ? '.' : pattern;
}

function environment({ toolId, promptText, promptFile, requestFile, request }: InvocationParts) {
  return {
    ...(promptText !== '' && { STATEYARD_PROMPT_FILE: promptFile }),
    STATEYARD_REQUEST_FILE: requestFile,
    STATEYARD_TASK_KIND: request.task_kind,
    STATEYARD_TOOL_ID: toolId,
  };
}

function modeProblem({ args = [], adapter }: App, { promptText }: InvocationParts): string | null {
  const mode = adapter?.prompt ?? 'none';
  if (mode !== 'none' && promptText === '') return 'it takes a prompt, and there is none';
  if (mode === 'argument' && !args.includes('{prompt}')) return 'its prompt is an argument, and none of its args is "{prompt}"';
  if (mode === 'file' && !args.some((argument) => argument.includes('{prompt_file}')))
    return 'its prompt is a file, and none of its args holds "{prompt_file}"';
  return null;
}

function promptProblem({ args = [] }: App, { promptText }: InvocationParts): string | null {
  if (promptText.includes('\0')) return 'the prompt holds a NUL character';
  const bytes = args.includes('{prompt}') ? Buffer.byteLength(promptText) : 0;
  if (bytes <= maxPromptArgumentBytes) return null;
  return `the prompt has ${bytes} bytes, which is too long for an argument: let the tool read it from stdin or a file`;
}

function argumentProblem(argv: readonly string[]): string | null {
  if (argv[0] === '') return 'its command is empty';
  const bad = argv.findIndex((argument) => argument.includes('\0'));
  if (bad !== -1) return bad === 0 ? 'its command holds a NUL character' : `its argument ${bad} holds a NUL character`;
  const bytes = argv.reduce((sum, argument) => sum + Buffer.byteLength(argument) + 1, 0);
  return bytes <= maxArgumentsBytes ? null : `its arguments have ${bytes} bytes, and at most ${maxArgumentsBytes} are possible`;
}

function environmentProblem(own: Readonly<Record<string, string>>): string | null {
  for (const [name, value] of Object.entries(own)) {
    const variable = `the variable ${JSON.stringify(name)} of its environment`;
    if (name === '' || /[=\0]/.test(name)) return `${variable} has a name that none can have`;
    if (name.startsWith('STATEYARD_')) return `${variable} is one of stateyard's own`;
    if (value.includes('\0')) return `${variable} holds a NUL character`;
  }
  return null;
}
