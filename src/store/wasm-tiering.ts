import { setFlagsFromString } from 'node:v8';

/**
 * Roughly how many bytes of wasm a function runs before V8 optimises it. At V8's own 1.8 million the start of SQLite sets the
 * optimiser to work for longer than a short run lasts; at this figure only long runs reach it.
 */
const tieringBudget = 100_000_000;

/** Tells V8 when to optimise wasm, unless the environment asks to leave it alone (`STATEYARD_WASM_TIERING=off`); gives back whether it did. */
export function setTieringBudget(environment: NodeJS.ProcessEnv): boolean {
  if (environment.STATEYARD_WASM_TIERING === 'off') return false;
  setFlagsFromString(`--wasm-tiering-budget=${tieringBudget}`);
  return true;
}
