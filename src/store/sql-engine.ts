import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { InitSqlJsStatic, SqlJsStatic } from 'sql.js';
import { setTieringBudget } from './wasm-tiering.ts';

let engine: Promise<SqlJsStatic> | null = null;

/** Loads sql.js once a process. `STATEYARD_WASM_TIERING=off` leaves V8's settings alone. */
export function loadSqlEngine(): Promise<SqlJsStatic> {
  engine ??= startEngine();
  return engine;
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
