/** docs/schemas/NAME.json, the JSON Schemas of the documents that a file can hold: what `stateyard schema NAME` prints. */
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { importTypeScript } from '../import-typescript.mjs';

/** @typedef {{ readonly name: string, readonly load: () => Promise<Record<string, unknown>> }} Entry */

/**
 * @param {string} root
 * @returns {Promise<readonly (readonly [string, string])[]>}
 */
export async function generate(root) {
  const module = await importTypeScript(root, 'schemas/registry.ts');
  const { fileDocuments } = /** @type {{ fileDocuments: readonly Entry[] }} */ (module);
  const options = await resolveConfig(path.join(root, 'docs', 'documents.md'));
  const schemaFile = async (/** @type {Entry} */ { name, load }) => {
    const text = await format(JSON.stringify(await load()), { ...options, parser: 'json', objectWrap: 'collapse' });
    return /** @type {const} */ ([`docs/schemas/${name}.json`, text]);
  };
  return await Promise.all(fileDocuments.map(schemaFile));
}
