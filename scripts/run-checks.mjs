/** Runs checks side by side, in the order of their needs. */
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/**
 * @typedef {import('./checks.mjs').Check} Check
 * @typedef {{ readonly check: Check, readonly state: 'passed' | 'failed' | 'skipped', readonly output: string, readonly durationMs: number }} Result
 */

/**
 * Runs every check, `parallel` at a time; one whose need did not pass is skipped. `ended` is called as each one ends.
 * Never throws for a check that fails.
 * @param {readonly Check[]} checks
 * @param {{ readonly parallel: number, readonly command: (check: Check) => readonly string[], readonly ended: (result: Result) => void }} options
 * @returns {Promise<Result[]>} in the order in which they ended
 */
export async function runChecks(checks, options) {
  /** @type {Result[]} */
  const results = [];
  const waiting = [...checks];
  /** @type {Map<Check, Promise<void>>} */
  const running = new Map();
  /** @param {Result} result */
  const end = (result) => {
    results.push(result);
    options.ended(result);
  };
  while (waiting.length > 0 || running.size > 0) {
    for (const check of waiting.slice()) {
      const verdict = readiness(check, checks, results);
      if (verdict === 'wait' || (verdict === 'start' && running.size >= options.parallel)) continue;
      waiting.splice(waiting.indexOf(check), 1);
      if (verdict === 'skip') end({ check, state: 'skipped', output: '', durationMs: 0 });
      else
        running.set(
          check,
          runOne(check, options.command(check))
            .then(end)
            .finally(() => running.delete(check)),
        );
    }
    if (running.size > 0) await Promise.race(running.values());
    else if (waiting.length > 0 && waiting.every((check) => readiness(check, checks, results) === 'wait')) {
      throw new Error(`these checks wait for each other: ${waiting.map((check) => check.name).join(', ')}`);
    }
  }
  return results;
}

/**
 * A need that is not among the checks to be run counts as passed: whoever asks for one check alone has built before.
 * @param {Check} check
 * @param {readonly Check[]} checks
 * @param {readonly Result[]} results
 * @returns {'start' | 'wait' | 'skip'}
 */
function readiness(check, checks, results) {
  const needs = check.after.filter((name) => checks.some((other) => other.name === name));
  const states = needs.map((name) => results.find((result) => result.check.name === name)?.state);
  if (states.some((state) => state === 'failed' || state === 'skipped')) return 'skip';
  return states.every((state) => state === 'passed') ? 'start' : 'wait';
}

/**
 * @param {Check} check
 * @param {readonly string[]} command
 * @returns {Promise<Result>}
 */
function runOne(check, command) {
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const [file = '', ...args] = command;
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    /** @param {'passed' | 'failed'} state */
    const finish = (state) => resolve({ check, state, output, durationMs: performance.now() - startedMs });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => (output += text));
    }
    child.on('error', (error) => {
      output += `${error.message}\n`;
      finish('failed');
    });
    child.on('close', (code, signal) => {
      if (signal !== null) output += `ended by ${signal}\n`;
      finish(code === 0 ? 'passed' : 'failed');
    });
  });
}
