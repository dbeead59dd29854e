/**
 * The table of languages that the survey of a project works with, from the data of GitHub's linguist (package linguist-languages).
 *
 * The package is one module a language: loading it takes a quarter of a second, the table 2 ms. A language that linguist counts as part
 * of another of the same kind (TSX of TypeScript) stands under that one's name.
 */
import * as linguist from 'linguist-languages';
import { format, resolveConfig } from 'prettier';
import path from 'node:path';

const file = 'src/bootstrap/survey/languages/languages.json';

/** @typedef {{ kind: string, extensions: string[], fileNames: string[], interpreters: string[] }} Row */

/**
 * @param {readonly string[]} names
 * @returns {string} sorted, with one space between two
 */
function joined(names) {
  const spaced = names.find((name) => /\s/.test(name));
  if (spaced !== undefined) throw new Error(`linguist names a file with a space, which the table cannot hold: ${spaced}`);
  return [...new Set(names)].toSorted().join(' ');
}

/**
 * @param {object} language
 * @param {string} field
 * @returns {readonly string[]} none where the language has no such field
 */
function listed(language, field) {
  return /** @type {Record<string, readonly string[] | undefined>} */ (language)[field] ?? [];
}

/** @returns {Map<string, Row>} */
function rows() {
  const languages = new Map(Object.values(linguist).map((language) => [language.name, language]));
  /** @type {Map<string, Row>} */
  const table = new Map();
  for (const language of languages.values()) {
    const group = 'group' in language ? languages.get(language.group) : undefined;
    const name = group?.type === language.type ? group.name : language.name;
    const row = table.get(name) ?? { kind: language.type, extensions: [], fileNames: [], interpreters: [] };
    row.extensions.push(...listed(language, 'extensions'));
    row.fileNames.push(...listed(language, 'filenames'));
    row.interpreters.push(...listed(language, 'interpreters'));
    table.set(name, row);
  }
  return table;
}

/** @param {string} root */
export async function generate(root) {
  const entries = [...rows()].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const languages = Object.fromEntries(
    entries.map(([name, row]) => [name, [row.kind, joined(row.extensions), joined(row.fileNames), joined(row.interpreters)]]),
  );
  const target = path.join(root, file);
  const text = await format(JSON.stringify(languages), { ...(await resolveConfig(target)), filepath: target });
  return [[file, text]];
}
