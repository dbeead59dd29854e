/**
 * What a customer takes home: an article and how many of it.
 *
 * @typedef {{ readonly article: string, readonly count: number }} Line
 */

/**
 * Puts an article into a basket; of one that is in it already, the count grows.
 *
 * @param {readonly Line[]} basket
 * @param {Line} added
 * @returns {readonly Line[]}
 */
export function addTo(basket, added) {
  if (!basket.some((line) => line.article === added.article)) return [...basket, added];
  return basket.map((line) => (line.article === added.article ? { ...line, count: line.count + added.count } : line));
}

/**
 * Takes an article out of a basket.
 *
 * @param {readonly Line[]} basket
 * @param {string} article
 * @returns {readonly Line[]}
 */
export function takeFrom(basket, article) {
  return basket.filter((line) => line.article !== article);
}
