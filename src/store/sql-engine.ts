import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import type { InitSqlJsStatic, SqlJsStatic } from 'sql.js';

/**
 * Roughly how many bytes of wasm a function runs before V8 optimises it. At V8's own 1.8 million the start of SQLite sets the
 * optimiser to work for longer than a short run lasts; at this figure only long runs reach it.
 */
const tieringBudget = 100_000_000;

let engine: Promise<SqlJsStatic> | null = null;

/** Loads sql.js once a process. `STATEYARD_WASM_TIERING=off` leaves V8's settings alone. */
export function loadSqlEngine(): Promise<SqlJsStatic> {
  engine ??= startEngine();
  return engine;
}

/** Tells V8 when to optimise wasm, unless the environment asks to leave it alone; gives back whether it did. */
export function setTieringBudget(environment: NodeJS.ProcessEnv): boolean {
  if (environment.STATEYARD_WASM_TIERING === 'off') return false;
  setFlagsFromString(`--wasm-tiering-budget=${tieringBudget}`);
  return true;
}

async function startEngine(): Promise<SqlJsStatic> {
  setTieringBudget(process.env);
  const require = createRequire(import.meta.url);
  // sql.js is CommonJS; `import()` of it would start Node's loader for modules, 10 ms.
  const start = require('sql.js') as InitSqlJsStatic;
  const wasmBinary = await readFile(require.resolve('sql.js/dist/sql-wasm.wasm'));
  const { buffer, byteOffset, byteLength } = wasmBinary;
  return start({ wasmBinary: buffer.slice(byteOffset, byteOffset + byteLength) });
}
