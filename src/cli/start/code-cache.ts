import { isAbsolute, join } from 'node:path';
import { Script } from 'node:vm';
import { readCodeFile, writeCodeFile } from './code-file.ts';

/** Less source than this, in characters, is compiled anew each time: the file is not worth writing again for it. */
const leastMissing = 16 << 10;

/**
 * Keeps what V8 compiled for a verb, so that the next start of it need not: compiling is the larger part of loading. One file a verb, build and
 * version of Node, with the functions that had been called by the end of the process that wrote it. V8 itself refuses code of another version or with other flags.
 */
export class CodeCache {
  readonly #file: string | null;
  readonly #kept: ReadonlyMap<string, Buffer>;
  readonly #scripts = new Map<string, Script>();
  #missing = 0;

  /** `file`: null where nothing is to be kept. */
  constructor(file: string | null) {
    this.#file = file;
    this.#kept = file === null ? new Map() : readCodeFile(file);
  }

  /** The script of this chunk. */
  compile(name: string, source: string, filename: string): Script {
    const cachedData = this.#kept.get(name);
    const script = new Script(source, { filename, ...(cachedData && { cachedData }) });
    if (cachedData === undefined || script.cachedDataRejected === true) this.#missing += source.length;
    if (this.#file !== null) this.#scripts.set(name, script);
    return script;
  }

  /** Writes what has been compiled, where much of it was not there; `isWhole` says by the names of the loaded chunks whether they are worth keeping. */
  keep(isWhole: (names: readonly string[]) => boolean): void {
    if (this.#file === null || this.#missing < leastMissing || !isWhole([...this.#scripts.keys()])) return;
    const made = [...this.#scripts].map(([name, script]) => [name, script.createCachedData()] as const);
    writeCodeFile(this.#file, new Map([...this.#kept, ...made]));
  }
}

/**
 * Where the code of a verb is kept: under `$XDG_CACHE_HOME/stateyard`, else `~/.cache/stateyard`. Null for what is no verb's name, without a home, or with `STATEYARD_CODE_CACHE=off`.
 * @param build a name that no other build of ours has
 */
export function codeFileOf(verb: string | undefined, build: string, environment: NodeJS.ProcessEnv): string | null {
  if (verb === undefined || !/^[a-z][a-z-]{0,30}$/.test(verb) || environment['STATEYARD_CODE_CACHE'] === 'off') return null;
  const { XDG_CACHE_HOME: given = '', HOME: home = '' } = environment;
  const cache = isAbsolute(given) ? given : isAbsolute(home) ? join(home, '.cache') : null;
  return cache === null ? null : join(cache, 'stateyard', `${verb}.${build}-${process.version}-${process.arch}`);
}
