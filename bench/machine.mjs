/** What the figures were measured on. */
import { closeSync, fdatasyncSync, openSync, readFileSync, realpathSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { median } from './statistics.mjs';

/**
 * @typedef {object} Machine
 * @property {number} cores
 * @property {string} model
 * @property {number} memoryMib
 * @property {string} kernel
 * @property {string} node
 * @property {string} fileSystem of the folder that is worked in, where the system tells
 * @property {number} syncMs one fdatasync of an appended KiB, median
 * @property {readonly number[]} load of the last 1, 5 and 15 minutes, before the suite
 */

/**
 * This machine, with a measured sync in `folder`.
 * @param {string} folder
 * @returns {Machine}
 */
export function describeMachine(folder) {
  return {
    cores: os.availableParallelism(),
    model: os.cpus()[0]?.model.trim() ?? 'unknown',
    memoryMib: Math.round(os.totalmem() / 1024 ** 2),
    kernel: `${os.type()} ${os.release()}`,
    node: process.version,
    fileSystem: fileSystemOf(folder),
    syncMs: measureSync(folder),
    load: os.loadavg(),
  };
}

/**
 * The median of 100 syncs, in milliseconds, each after one KiB was appended: what one record of a journal costs at least.
 * @param {string} folder
 */
export function measureSync(folder) {
  const handle = openSync(path.join(folder, 'sync'), 'a');
  const block = Buffer.alloc(1024, 'x');
  try {
    const times = [];
    for (let at = 0; at < 110; at += 1) {
      writeSync(handle, block);
      const from = performance.now();
      fdatasyncSync(handle);
      times.push(performance.now() - from);
    }
    return median(times.slice(10));
  } finally {
    closeSync(handle);
  }
}

/**
 * The type of the file system by the longest mount point above the folder.
 * @param {string} folder
 */
function fileSystemOf(folder) {
  try {
    const place = realpathSync(folder);
    const mounts = readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' '));
    const above = mounts.filter(([, point = '']) => point === '/' || place === point || place.startsWith(`${point}/`));
    const nearest = above.toSorted(([, a = ''], [, b = '']) => a.length - b.length).at(-1);
    return nearest?.[2] ?? 'unknown';
  } catch {
    return 'unknown';
  }
}
