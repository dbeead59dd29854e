// Writes report.md from the files and the outputs of the steps before.
import process from 'node:process';
import { readJson, runStep, writeWhole } from './files.mjs';

/** @param {string} name */
function figure(name) {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
}

await runStep(async () => {
  /** @type {{ code: string, name: string, nearest: { code: string, similarity: number }[] }[]} */
  const nearest = await readJson('nearest.json');
  /** @type {string[]} */
  const route = await readJson('route.json');
  const nameOf = new Map(nearest.map(({ code, name }) => [code, name]));
  const rows = nearest.map(
    ({ name, nearest: others }) => `| ${name} | ${others.map(({ code }) => nameOf.get(code)).join(', ')} |`,
  );
  const lines = [
    '# The countries of the World Factbook',
    '',
    `${figure('PROFILES')} profiles, ${figure('WORDS')} words, ${figure('TERMS')} terms that two of them share.`,
    `Most alike: ${figure('PAIR')}.`,
    `Of ${figure('BORDERS')} borders, the longest way overland, ${figure('ROUTE')}, crosses ${figure('CROSSINGS')}:`,
    `${route.join(' - ')}.`,
    '',
    '| country | its profile is most like those of |',
    '|---|---|',
    ...rows,
    '',
  ];
  await writeWhole('report.md', lines.join('\n'));
  console.log(lines.slice(2, 6).join('\n'));
});
