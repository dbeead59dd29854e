/** One country's profile: which files hold one, and how to read its parts. */

/**
 * @typedef {object} Profile
 * @property {string} code the two-letter code of the country, unique
 * @property {string} region
 * @property {string} name
 * @property {string} text every text of the profile, a space between two
 * @property {string} borders the field "border countries", empty for an island
 */

/** The profiles that give no name: a union and five oceans. */
const otherNames = new Map([
  ['ee', 'European Union'],
  ['oo', 'Southern Ocean'],
  ['xo', 'Indian Ocean'],
  ['xq', 'Arctic Ocean'],
  ['zh', 'Atlantic Ocean'],
  ['zn', 'Pacific Ocean'],
]);

/** @param {string} file path below the data set */
export function isProfile(file) {
  return /^(?!meta|world)[a-z-]+\/[a-z]{2}\.json$/.test(file);
}

/**
 * @param {string} file path below the data set
 * @param {string} json
 * @returns {Profile}
 */
export function parseProfile(file, json) {
  const [region = '', base = ''] = file.split('/');
  const code = base.slice(0, 2);
  /** @type {Record<string, Record<string, any> | undefined>} */
  const document = JSON.parse(json);
  /** @type {Record<string, { text?: string }>} */
  const names = document['Government']?.['Country name'] ?? {};
  const name = ownName(names) ?? otherNames.get(code) ?? code;
  /** @type {string} */
  const borders = document['Geography']?.['Land boundaries']?.['border countries']?.text ?? '';
  return { code, region, name, text: texts(document).join(' '), borders };
}

/**
 * The short form where there is one, whatever its language, else the long form.
 * @param {Readonly<Record<string, { text?: string }>>} names
 */
function ownName(names) {
  const forms = ['short form', 'long form'].flatMap((form) => Object.keys(names).filter((key) => key.endsWith(form)));
  const texts = forms.map((key) => names[key]?.text?.split(/[;(]/)[0]?.trim() ?? '');
  return texts.find((text) => text !== '' && text !== 'none');
}

/**
 * @param {unknown} value
 * @returns {string[]}
 */
function texts(value) {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(texts);
}
