/** tests/paths/generated/NAME.test.ts: for every machine of ours the test that `stateyard generate-tests` writes. */
import { importTypeScript } from '../import-typescript.mjs';

/**
 * @param {string} root
 * @returns {Promise<readonly (readonly [string, string])[]>}
 */
export async function generate(root) {
  /** @type {typeof import('../../src/charts/cover/path-tests.ts')} */
  const { pathTests } = /** @type {any} */ (await importTypeScript(root, 'src/charts/cover/path-tests.ts'));
  return await pathTests(root);
}
