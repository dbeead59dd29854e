import path from 'node:path';
import { importTypeScript } from '../../scripts/import-typescript.mjs';

type Simulation = typeof import('./simulation.ts');

let loaded: Promise<Simulation> | null = null;

/**
 * The simulation as one bundle, which plain node runs: nothing in it asks another process for a module, so nothing but virtual
 * time and microtasks decides what happens next.
 */
export function loadSimulation(): Promise<Simulation> {
  loaded ??= importTypeScript(
    path.resolve(import.meta.dirname, '../..'),
    'tests/simulation/simulation.ts',
  ) as Promise<unknown> as Promise<Simulation>;
  return loaded;
}
