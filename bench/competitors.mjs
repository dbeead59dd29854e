/** The same work by Stateyard and by others, whole commands: what each is measured against. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { makefileText, workflowText } from './workflow-texts.mjs';

/** @typedef {import('./suite.mjs').Suite} Suite */
/** @typedef {import('./workflow-texts.mjs').Shape} Shape */
/** @typedef {import('./interleave.mjs').Contestant} Contestant */
/** @typedef {import('./result.mjs').Skipped} Skipped */

/** The programs of bench/programs, by their paths. */
export const programs = {
  nodePool: fileURLToPath(new URL('./programs/node-pool.mjs', import.meta.url)),
  shellPool: fileURLToPath(new URL('./programs/shell-pool.mjs', import.meta.url)),
  xstateExport: fileURLToPath(new URL('./programs/xstate-export.mjs', import.meta.url)),
  reportPeak: fileURLToPath(new URL('./programs/report-peak.cjs', import.meta.url)),
};

/**
 * Why a program cannot take part, or null when it is installed.
 * @param {string} program
 */
export function whyAbsent(program) {
  // Any answer will do: the xargs of some systems knows no --version.
  const { error } = spawnSync(program, ['--version'], { stdio: 'ignore', input: '' });
  return error === undefined ? null : `${program} is not installed`;
}

/**
 * Stateyard, as `run --quiet` with a new store each time.
 * @param {Suite} suite
 * @param {string} file
 * @returns {Contestant}
 */
export function stateyard(suite, file) {
  const measure = () =>
    suite.inFolder(async (folder) => {
      const store = path.join(folder, 'store');
      return (await suite.runProduct(['run', file, '--quiet', '--store', store])).wallMs;
    });
  return { name: 'stateyard', measure };
}

/**
 * All who do `steps` times /bin/true in a shape, Stateyard first, and those who cannot.
 * @param {Suite} suite
 * @param {Shape} shape
 * @param {number} steps
 * @returns {{ contestants: Contestant[], absent: Skipped[] }}
 */
export function wholeCommands(suite, shape, steps) {
  const jobs = shape === 'chain' ? 1 : 8;
  const makefile = suite.file('Makefile', makefileText(shape, steps));
  const words = suite.file('words', Array.from({ length: steps }, (_, at) => `s${at}\n`).join(''));
  const timed = (/** @type {readonly string[]} */ argv) => async () => (await suite.run(argv)).wallMs;
  const join = shape === 'chain' ? '' : ' && /bin/true';
  const xargs = ['/bin/sh', '-c', `xargs -P ${jobs} -n 1 /bin/true <"$1"${join}`, 'sh', words];
  const exporting = () =>
    suite.inFolder(async (folder) => {
      const argv = [process.execPath, programs.xstateExport, shape, String(steps), String(jobs), folder];
      return (await suite.run(argv)).wallMs;
    });
  const candidates = [
    { ...stateyard(suite, suite.file('workflow.yaml', workflowText(shape, steps))), needs: null },
    { name: `make -j${jobs}`, needs: 'make', measure: timed(['make', '-s', `-j${jobs}`, '-f', makefile]) },
    { name: `xargs -P${jobs}`, needs: 'xargs', measure: timed(xargs) },
    {
      name: 'bare Node pool',
      needs: null,
      measure: timed([process.execPath, programs.nodePool, String(steps), String(jobs)]),
    },
    { name: 'XState + sql.js export', needs: null, measure: exporting },
  ];
  const judged = candidates.map(({ needs, ...candidate }) => ({ candidate, why: needs === null ? null : whyAbsent(needs) }));
  return {
    contestants: judged.flatMap(({ candidate, why }) => (why === null ? [candidate] : [])),
    absent: judged.flatMap(({ candidate, why }) => (why === null ? [] : [{ what: candidate.name, skipped: why }])),
  };
}
