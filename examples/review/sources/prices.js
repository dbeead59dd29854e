/**
 * The price of a basket in cents, with what is taken off for buying many.
 *
 * @param {readonly import('./basket.js').Line[]} basket
 * @param {ReadonlyMap<string, number>} centsByArticle
 * @returns {number}
 */
export function priceOf(basket, centsByArticle) {
  let total = 0;
  for (const { article, count } of basket) {
    const cents = centsByArticle.get(article);
    if (cents === undefined) throw new Error(`there is no price for ${article}`);
    if (count >= 100) {
      total += Math.round(cents * count * 0.8);
    } else {
      if (count >= 10) {
        total += Math.round(cents * count * 0.9);
      } else {
        total += cents * count;
      }
    }
  }
  return total;
}

/**
 * A price as it is printed: `1234` is `12.34`.
 *
 * @param {number} cents
 * @returns {string}
 */
export function printed(cents) {
  return (cents / 100).toFixed(2);
}
