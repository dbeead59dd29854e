/** Runs programs for the suite: timed, with their output kept for the case that they fail, and ended with the suite. */
import { spawn } from 'node:child_process';

/** As much of the output of a program as a failure shows. */
const keptOutput = 4096;
/** What a program has between TERM and KILL when the suite is interrupted, in milliseconds. */
const graceMs = 2000;

/** A program that ended otherwise than it should; the message holds the end of its output. */
export class ProgramFailed extends Error {}

/** The suite was told to stop. */
export class Interrupted extends Error {}

/** @typedef {{ cwd: string, env?: Record<string, string>, signal: AbortSignal }} ProgramOptions */
/** @typedef {{ wallMs: number, stdout: string }} Ended `wallMs`: from before the spawn to the end of the process and of its output */

/**
 * Starts a program; gives the process, and its end: rejects with {@link ProgramFailed} for any exit code but 0, and with {@link Interrupted} once the
 * suite is told to stop.
 * @param {readonly string[]} argv
 * @param {ProgramOptions} options
 */
export function startProgram([program = '', ...args], { cwd, env = {}, signal }) {
  if (signal.aborted) throw new Interrupted('interrupted');
  const from = performance.now();
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let tail = '';
  child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => (tail = `${tail}${text}`.slice(-keptOutput)));
  /** @type {NodeJS.Timeout | undefined} */
  let killing;
  const stop = () => {
    child.kill('SIGTERM');
    killing = setTimeout(() => child.kill('SIGKILL'), graceMs);
  };
  signal.addEventListener('abort', stop, { once: true });
  const ended = /** @type {Promise<Ended>} */ (
    new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, killedBy) => {
        const wallMs = performance.now() - from;
        signal.removeEventListener('abort', stop);
        clearTimeout(killing);
        if (signal.aborted) reject(new Interrupted('interrupted'));
        else if (code === 0) resolve({ wallMs, stdout });
        else {
          const how = killedBy === null ? `exit code ${code}` : killedBy;
          reject(new ProgramFailed(`${program} ${args.join(' ')}: ${how}\n${stdout.slice(-keptOutput)}${tail}`.trimEnd()));
        }
      });
    })
  );
  ended.catch(() => undefined);
  return { child, ended };
}

/**
 * Runs a program to its end; rejects as {@link startProgram} does.
 * @param {readonly string[]} argv
 * @param {ProgramOptions} options
 */
export function runProgram(argv, options) {
  return startProgram(argv, options).ended;
}
