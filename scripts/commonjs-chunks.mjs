/**
 * Chunks of a bundle as CommonJS. esbuild splits ES modules alone, and Node loads a CommonJS file in about half the time of a module: no asynchronous
 * linking, and the loader for modules is not started at all.
 */
import { transform } from 'esbuild';

/** An `import()` of another chunk; one of a file of the user stays what it is. */
const chunkImport = /\bimport\(("\.\.?\/[^"]+")\)/g;

/**
 * One chunk as CommonJS text. What a chunk exports stays a live binding.
 * @param {string} text an ES module, as esbuild writes it
 * @returns {Promise<string>}
 */
export async function commonJsChunk(text) {
  const { code } = await transform(
    text.replaceAll(chunkImport, (_, file) => `Promise.resolve().then(() => require(${file}))`),
    { format: 'cjs', platform: 'node', target: 'node20.19', define: { 'import.meta.url': 'moduleUrl' }, legalComments: 'none' },
  );
  if (!code.includes('moduleUrl')) return code;
  return `const moduleUrl = require('node:url').pathToFileURL(__filename).href;\n${code}`;
}
