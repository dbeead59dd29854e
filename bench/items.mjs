/** The items of the suite, in the order in which they are measured. */
import { disk } from './items/disk.mjs';
import { engine, linear } from './items/engine.mjs';
import { floors } from './items/floors.mjs';
import { fullStore } from './items/full-store.mjs';
import { inProcess } from './items/in-process.mjs';
import { memory } from './items/memory.mjs';
import { resume } from './items/resume.mjs';
import { startUp } from './items/start-up.mjs';
import { chain, fanOut } from './items/whole-commands.mjs';

/** @typedef {import('./result.mjs').Row} Row */
/** @typedef {import('./result.mjs').Skipped} Skipped */
/**
 * @typedef {object} Item
 * @property {string} name by which `--only` asks for it
 * @property {string} title
 * @property {(suite: import('./suite.mjs').Suite) => Promise<readonly (Row | Skipped)[]>} measure
 */

/** @type {readonly Item[]} */
export const items = [floors, startUp, fanOut, chain, fullStore, engine, linear, inProcess, memory, disk, resume];
