/**
 * What an item has found: rows of samples, each with a ratio and a target where there is one. Targets are those of the issue that asked for the suite;
 * they are printed beside the figures and judged, and nothing else depends on them.
 */
import { median, medianRatio } from './statistics.mjs';

/** @typedef {'ms' | 's' | 'steps/s' | 'MiB' | 'bytes' | 'steps' | 'x'} Unit */
/** @typedef {{ readonly of: 'median' | 'ratio', readonly bound: 'at most' | 'at least', readonly value: number }} Target */
/**
 * @typedef {object} Row
 * @property {string} what
 * @property {Unit} unit
 * @property {readonly number[]} samples one a round
 * @property {{ readonly text: string, readonly value: number } | null} ratio
 * @property {readonly Target[]} targets
 */
/** @typedef {{ readonly what: string, readonly skipped: string }} Skipped what was not measured, and why */
/** @typedef {{ readonly item: string, readonly title: string, readonly rows: readonly (Row | Skipped)[], readonly failure: string | null }} Result */

/**
 * @param {string} what
 * @param {Unit} unit
 * @param {readonly number[]} samples
 * @param {{ ratio?: Row['ratio'], targets?: readonly Target[] }} [more]
 * @returns {Row}
 */
export function row(what, unit, samples, { ratio = null, targets = [] } = {}) {
  return { what, unit, samples, ratio, targets };
}

/**
 * At most so much, of the median.
 * @param {number} value
 * @returns {Target}
 */
export const atMost = (value) => ({ of: 'median', bound: 'at most', value });

/**
 * At least so much, of the median.
 * @param {number} value
 * @returns {Target}
 */
export const atLeast = (value) => ({ of: 'median', bound: 'at least', value });

/**
 * At most so many times what the row is compared with.
 * @param {number} value
 * @returns {Target}
 */
export const atMostTimes = (value) => ({ of: 'ratio', bound: 'at most', value });

/**
 * The median ratio, by rounds, of one thing to another.
 * @param {string} text what the ratio is to
 * @param {readonly number[]} samples
 * @param {readonly number[]} others
 */
export const ratioTo = (text, samples, others) => ({ text, value: medianRatio(samples, others) });

/**
 * Whether a target is met by what was measured.
 * @param {Row} measured
 * @param {Target} target
 */
export function isMet({ samples, ratio }, { of, bound, value }) {
  const found = of === 'ratio' ? (ratio?.value ?? Number.NaN) : median(samples);
  return bound === 'at most' ? found <= value : found >= value;
}
