/** What every bundle of our sources has in common: that of the command line, the library, and the programs of bench/. */
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

/**
 * With a chunk for each dynamic import. sql.js stays outside, because it finds its wasm file beside itself. The build of yaml for Node looks at process.env once a token, a
 * tenth of the time that a large file takes.
 */
export const bundleOptions = /** @type {const} */ ({
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  loader: { '.sql': 'text', '.yaml': 'text' },
  external: /** @type {string[]} */ (['sql.js']),
  alias: { yaml: path.join(root, 'node_modules/yaml/browser/index.js') },
  logLevel: 'error',
});

/** For a bundle that is shipped: its chunks have names by their content, and what went into it is told instead of written. */
export const shippedOptions = /** @type {const} */ ({
  ...bundleOptions,
  chunkNames: 'chunks/[name]-[hash]',
  legalComments: 'none',
  metafile: true,
  write: false,
});

/** For a bundle that stays ES modules: what is CommonJS among the packages asks for modules of Node by `require`. */
export const requireBanner =
  "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);";
