/**
 * The checks that `npm test` makes, each an npm script that can be run alone. A check starts when those in `after` have
 * passed. The longest come first.
 *
 * @typedef {object} Check
 * @property {string} name the npm script
 * @property {string} what one line for the reader
 * @property {readonly string[]} after
 * @property {boolean} printed whether its output is shown even when it passes
 */

/** @type {readonly Check[]} */
export const checks = [
  { name: 'build', what: 'the command line is bundled', after: [], printed: false },
  { name: 'test:all', what: 'every test, with coverage', after: ['build'], printed: true },
  { name: 'lint', what: 'rules of the house', after: [], printed: false },
  { name: 'types', what: 'types', after: [], printed: false },
  { name: 'dead-code', what: 'no unused file, export or dependency', after: [], printed: false },
  { name: 'format', what: 'formatting', after: [], printed: false },
  { name: 'generated', what: 'generated files are fresh', after: ['build'], printed: false },
  { name: 'package', what: 'the package can be published', after: ['build'], printed: false },
  { name: 'tour', what: "the README's commands do what it says", after: ['build'], printed: false },
];
