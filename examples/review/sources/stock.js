/**
 * Reads how many of each article there are: a line each, `ARTICLE COUNT`. Lines that are empty say nothing.
 *
 * @param {string} text
 * @returns {ReadonlyMap<string, number>}
 */
export function readStock(text) {
  const stock = new Map();
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const [article = '', count = ''] = line.trim().split(/\s+/);
    stock.set(article, parseInt(count));
  }
  return stock;
}

/**
 * The articles of which fewer are left than `least`, the fewest first.
 *
 * @param {ReadonlyMap<string, number>} stock
 * @param {number} least
 * @returns {readonly string[]}
 */
export function runningLow(stock, least) {
  const low = [...stock].filter(([, count]) => count < least);
  return low.sort((one, other) => one[1] - other[1]).map(([article]) => article);
}
