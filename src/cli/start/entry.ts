/** The file that Node executes: makes ready what loads the rest (build.mjs), and loads it. */
import { join } from 'node:path';
import { keepHeapSmall } from '../heap.ts';
import { setTieringBudget } from '../../store/wasm-tiering.ts';
import { chunkLoader } from './chunks.ts';
import { CodeCache, codeFileOf } from './code-cache.ts';

/** The chunk of src/cli/main.ts; its name changes with any change in any chunk. */
declare const mainChunk: string;
declare const require: NodeJS.Require;

/** Code is cached for the flags of V8 that it was compiled with, so they are set before the first chunk and once more before the code is kept. */
function setFlags(): void {
  keepHeapSmall(verb);
  setTieringBudget(process.env);
}

const [, , verb] = process.argv;
setFlags();
const cache = new CodeCache(codeFileOf(verb, mainChunk.replace(/^main-|\.js$/g, ''), process.env));
process.once('exit', () => {
  setFlags();
  // A word that is no verb has no chunk.
  cache.keep((names) => names.some((name) => name.startsWith(`${String(verb)}-`)));
});
chunkLoader(join(import.meta.dirname, 'chunks'), require, cache.compile.bind(cache))(mainChunk);
