// Lists the borders that only one of the two profiles tells of.
import { readJson, runStep, writeWhole } from './files.mjs';

await runStep(async () => {
  /** @type {{ oneSided: { from: string, to: string, km: number }[] }} */
  const { oneSided } = await readJson('borders.json');
  const rows = oneSided.map(({ from, to, km }) => `| ${from} | ${to} | ${km} |`);
  const table = ['| the profile of | tells of a border with | km |', '|---|---|---|', ...rows].join('\n');
  await writeWhole('one-sided.md', `${table}\n`);
  console.log(table);
});
