/** The legal notices of the packages that a bundle holds. */
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

/**
 * @typedef {object} BundledPackage
 * @property {string} name
 * @property {string} version
 * @property {string} license the SPDX expression of its package.json
 * @property {readonly string[]} notices the texts of its licence and notice files
 * @property {string | null} source where its source text is: some licences (EPL-2.0) want that said beside a bundle
 */

/**
 * The packages that the given input files belong to, in order of name. Throws when one of them has no licence in its
 * package.json and no licence file: such a package must not be shipped.
 * @param {string} root folder of the repository
 * @param {readonly string[]} inputs paths relative to `root`
 * @returns {Promise<BundledPackage[]>}
 */
export async function bundledPackages(root, inputs) {
  const folders = new Set(inputs.map((input) => packageFolder(input)).filter((folder) => folder !== null));
  const packages = await Promise.all([...folders].map((folder) => readPackage(path.join(root, folder))));
  return packages.toSorted((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}

/**
 * The one text that is shipped beside the bundle.
 * @param {readonly BundledPackage[]} packages
 */
export function licenseText(packages) {
  const head = 'Stateyard is distributed together with parts of the packages below, under the terms that follow each name.\n';
  const parts = packages.map(({ name, version, license, notices, source }) => {
    const title = `${name} ${version} (${license})`;
    const place = source === null ? [] : [`Source: ${source}`];
    return [title, '-'.repeat(title.length), ...place, ...notices.map((notice) => notice.trim())]
      .join('\n\n')
      .replace('\n\n-', '\n-');
  });
  return `${[head.trim(), ...parts].join('\n\n\n')}\n`;
}

/**
 * `node_modules/a/lib/b.js` -> `node_modules/a`; null for a file of our own. The innermost package counts.
 * @param {string} input
 */
export function packageFolder(input) {
  const match = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input);
  return match === null ? null : match[0];
}

/**
 * @param {string} folder
 * @returns {Promise<BundledPackage>}
 */
async function readPackage(folder) {
  /** @type {{ name: string, version: string, license?: string, repository?: string | { url?: string } }} */
  const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const names = (await readdir(folder))
    .filter((name) => /^(licen[cs]e|copying|notice|third-?party-?notice(text)?)(\W|$)/i.test(name))
    .toSorted(compare);
  const notices = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
  if (manifest.license === undefined && notices.length === 0) throw new Error(`${manifest.name} states no licence`);
  const { name, version, license = 'see below', repository } = manifest;
  const source = (typeof repository === 'string' ? repository : repository?.url) ?? null;
  return { name, version, license, notices, source };
}

/**
 * @param {string} a
 * @param {string} b
 */
function compare(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
