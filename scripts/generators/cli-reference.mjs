/** docs/cli.md, from the metadata of the verbs and the JSON Schemas. */
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { importTypeScript } from '../import-typescript.mjs';

/**
 * @param {string} root
 * @returns {Promise<readonly (readonly [string, string])[]>}
 */
export async function generate(root) {
  const module = await importTypeScript(root, 'src/cli/docs.ts');
  const { cliReference } = /** @type {{ cliReference: () => Promise<string> }} */ (module);
  const options = await resolveConfig(path.join(root, 'docs', 'cli.md'));
  return [['docs/cli.md', await format(await cliReference(), { ...options, parser: 'markdown' })]];
}
