/** visualizations/NAME.{stately.ts,json,mmd,svg}: every machine of ours, from machines/. */
import { importTypeScript } from '../import-typescript.mjs';

/**
 * @param {string} root
 * @returns {Promise<readonly (readonly [string, string])[]>}
 */
export async function generate(root) {
  const module = await importTypeScript(root, 'src/charts/visualizations.ts');
  const { visualizations } = /** @type {{ visualizations: () => Promise<readonly (readonly [string, string])[]> }} */ (module);
  return await visualizations();
}
