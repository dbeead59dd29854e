/** What every item gets: the programs to measure, folders to work in, and how much of it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildBenchProgram, buildProduct } from './bundles.mjs';
import { runProgram, startProgram } from './run-program.mjs';
import { Scratch } from './scratch.mjs';

const root = path.resolve(import.meta.dirname, '..');

/** @typedef {{ readonly repeat: number, readonly quick: boolean, readonly signal: AbortSignal }} SuiteOptions */
/** @typedef {{ shape: 'fan-out' | 'chain', steps: number, atATime: number, runs?: number }} EngineRequest */
/** @typedef {{ wallMs: number, firstTenthMs: number, lastTenthMs: number, bytesAtEnd: number, bytesAfter: number, peakKib: number }} EngineReport */
/** @typedef {{ shape: 'fan-out' | 'chain', steps: number, atATime: number, folder: string }} ApiRequest */
/** @typedef {{ openMs: number, wallMs: number, firstTenthMs: number, lastTenthMs: number, peakKib: number }} ApiReport */

/** The programs under measurement, and the folders of one call of the suite. */
export class Suite {
  #scratch = new Scratch();
  /** @type {Promise<string> | null} */
  #product = null;
  /** @type {Promise<string> | null} */
  #engine = null;
  /** @type {Promise<string> | null} */
  #api = null;
  /** @type {string | null} */
  #built = null;
  /** @type {Promise<string> | null} */
  #fullStore = null;

  /** @param {SuiteOptions} options */
  constructor({ repeat, quick, signal }) {
    /** Rounds of each measurement. */
    this.rounds = repeat;
    this.quick = quick;
    this.signal = signal;
  }

  /**
   * How many steps: a tenth where a quick look will do.
   * @param {number} steps
   */
  size(steps) {
    return this.quick ? Math.ceil(steps / 10) : steps;
  }

  /** A new folder for files, on the disk that TMPDIR names. */
  folder() {
    return this.#scratch.make(tmpdir());
  }

  /**
   * Writes a file into a new folder; the path of the file.
   * @param {string} name
   * @param {string} text
   */
  file(name, text) {
    const file = path.join(this.folder(), name);
    writeFileSync(file, text);
    return file;
  }

  /**
   * Does something in a folder of its own, which is removed when the suite ends.
   * @template Result
   * @param {(folder: string) => Promise<Result>} work
   */
  async inFolder(work) {
    return work(this.folder());
  }

  /** Runs a program to its end. @param {readonly string[]} argv @param {{ cwd?: string, env?: Record<string, string> }} [options] */
  run(argv, { cwd = tmpdir(), env = {} } = {}) {
    return runProgram(argv, { cwd, env, signal: this.signal });
  }

  /** Starts Stateyard. @param {readonly string[]} args @param {Record<string, string>} [env] */
  async startProduct(args, env = {}) {
    return startProgram([process.execPath, await this.product(), ...args], { cwd: tmpdir(), env, signal: this.signal });
  }

  /** Runs Stateyard to its end. @param {readonly string[]} args @param {Record<string, string>} [env] */
  async runProduct(args, env = {}) {
    return (await this.startProduct(args, env)).ended;
  }

  /** The path of the command line: STATEYARD_TEST_BINARY, else built from the sources once. */
  product() {
    const given = process.env['STATEYARD_TEST_BINARY'];
    this.#product ??= given === undefined ? buildProduct(this.#buildFolder(), this.signal) : Promise.resolve(path.resolve(given));
    return this.#product;
  }

  /**
   * Runs no-op steps through the engine in a process of its own.
   * @param {EngineRequest} request
   * @param {string} folder the store
   */
  async runEngine({ runs = 1, ...request }, folder) {
    this.#engine ??= buildBenchProgram(this.#buildFolder(), 'engine-alone');
    const { stdout } = await this.run([process.execPath, await this.#engine, JSON.stringify({ ...request, runs, folder })]);
    return /** @type {EngineReport} */ (JSON.parse(stdout));
  }

  /**
   * Runs no-op functions through the public API in a process of its own.
   * @param {ApiRequest} request
   */
  async runApi(request) {
    this.#api ??= buildBenchProgram(this.#buildFolder(), 'api-steps');
    const { stdout } = await this.run([process.execPath, await this.#api, JSON.stringify(request)]);
    return /** @type {ApiReport} */ (JSON.parse(stdout));
  }

  /** A store with 100,000 finished steps in 100 runs (quick: 10,000), made once. */
  fullStore() {
    this.#fullStore ??= (async () => {
      const store = path.join(this.folder(), 'store');
      mkdirSync(store, { mode: 0o700 });
      await this.runEngine({ shape: 'fan-out', steps: this.size(1000), atATime: 64, runs: 100 }, store);
      return store;
    })();
    return this.#fullStore;
  }

  /** Removes everything that was made. */
  close() {
    this.#scratch.removeAll();
  }

  #buildFolder() {
    // Below node_modules, where the packages that stay outside a bundle are found.
    this.#built ??= this.#scratch.make(path.join(root, 'node_modules'));
    return this.#built;
  }
}
