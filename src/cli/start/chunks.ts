import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Script } from 'node:vm';

/** What makes a script of a chunk. */
type Compile = (name: string, source: string, filename: string) => Script;

interface ChunkModule {
  exports: object;
  /** The entry's own `import()`: a script has none that is both stable and can be cached. */
  readonly import: (specifier: string) => Promise<unknown>;
}

type ChunkFunction = (
  require: NodeJS.Require,
  module: ChunkModule,
  __filename: string,
  loadChunk: (name: string) => object,
) => void;

/** In the chunk's first line, so that lines have their own numbers in stack traces. */
const head = '(function (require, module, __filename, loadChunk) { ';

/**
 * Loads the chunks of this bundle, which scripts/commonjs-chunks.mjs has written: as Node loads CommonJS, but without looking for a file in several places, and compiled by `compile`.
 * A chunk's `require` is that of the entry. The result gives the exports of the chunk with this name, which is executed once.
 */
export function chunkLoader(folder: string, require: NodeJS.Require, compile: Compile): (name: string) => object {
  const modules = new Map<string, ChunkModule>();
  const loadChunk = (name: string): object => {
    const known = modules.get(name);
    if (known !== undefined) return known.exports;
    const filename = join(folder, name);
    const script = compile(name, `${head}${readFileSync(filename, 'utf8')}\n})`, filename);
    const module: ChunkModule = { exports: {}, import: (specifier) => import(specifier) };
    modules.set(name, module);
    (script.runInThisContext() as ChunkFunction)(require, module, filename, loadChunk);
    return module.exports;
  };
  return loadChunk;
}
