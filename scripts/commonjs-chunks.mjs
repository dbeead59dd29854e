/**
 * Chunks of a bundle as CommonJS, that load each other by `loadChunk` (src/cli/start/chunks.ts). esbuild splits ES modules alone, and Node loads a CommonJS file in about half the time of a module: no asynchronous
 * linking, and the loader for modules is not started at all.
 */
import { transform } from 'esbuild';

/** An `import()` of another chunk; one of a file of the user stays what it is. */
const chunkImport = /\bimport\("\.\/([^"]+)"\)/g;

/** What is left of `import()`: Node's own modules, and modules of the user. */
const otherImport = /\bawait import\(/g;

/** A static import of another chunk, as esbuild makes it CommonJS. */
const chunkRequire = /\brequire\("\.\/((?:[\w.-]+)-[A-Z0-9]{8}\.js)"\)/g;

/**
 * One chunk as CommonJS text. What a chunk exports stays a live binding.
 * @param {string} text an ES module, as esbuild writes it
 * @returns {Promise<string>}
 */
export async function commonJsChunk(text) {
  const { code } = await transform(
    text.replaceAll(chunkImport, (_, name) => `Promise.resolve().then(() => loadChunk(${JSON.stringify(name)}))`),
    { format: 'cjs', platform: 'node', target: 'node20.19', define: { 'import.meta.url': 'moduleUrl' }, legalComments: 'none' },
  );
  const linked = code
    .replaceAll(otherImport, 'await module.import(')
    .replaceAll(chunkRequire, (_, name) => `loadChunk(${JSON.stringify(name)})`);
  if (!linked.includes('moduleUrl')) return linked;
  return `const moduleUrl = require('node:url').pathToFileURL(__filename).href;\n${linked}`;
}
