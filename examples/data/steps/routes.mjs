// Walks the graph of borders from every country: which two are the most border crossings apart?
import { byCodeUnit, output, readJson, runStep, writeWhole } from './files.mjs';

/**
 * @param {ReadonlyMap<string, readonly string[]>} graph
 * @param {string} start
 * @returns {Map<string, string | null>} every country that can be reached -> the one before it on a shortest way
 */
function reach(graph, start) {
  /** @type {Map<string, string | null>} */
  const before = new Map([[start, null]]);
  for (const country of before.keys()) {
    for (const next of graph.get(country) ?? []) if (!before.has(next)) before.set(next, country);
  }
  return before;
}

/**
 * @param {ReadonlyMap<string, string | null>} before
 * @param {string} end
 */
function pathTo(before, end) {
  const way = [end];
  for (let at = before.get(end); at !== null && at !== undefined; at = before.get(at)) way.unshift(at);
  return way;
}

await runStep(async () => {
  /** @type {{ borders: { from: string, to: string }[] }} */
  const { borders } = await readJson('borders.json');
  /** @type {Map<string, string[]>} */
  const graph = new Map();
  for (const { from, to } of borders) {
    graph.set(from, [...(graph.get(from) ?? []), to]);
    graph.set(to, [...(graph.get(to) ?? []), from]);
  }
  for (const neighbours of graph.values()) neighbours.sort(byCodeUnit);
  /** @type {string[]} */
  let longest = [];
  for (const start of [...graph.keys()].sort(byCodeUnit)) {
    const before = reach(graph, start);
    const last = [...before.keys()].at(-1) ?? start;
    const way = pathTo(before, last);
    if (way.length > longest.length) longest = way;
  }
  await writeWhole('route.json', `${JSON.stringify(longest)}\n`);
  await output({ from: longest[0] ?? 'nowhere', to: longest.at(-1) ?? 'nowhere', crossings: longest.length - 1 });
});
