#!/usr/bin/env node
// Writes review.md, in Markdown, from its prompt, which it is given as a file: each line of the prompt that begins with "- " is an
// entry. Entries are sorted, so that the page does not depend on who was asked first. With REPORT_MARK="*" it begins them with another
// mark, which is Markdown too but not how prettier writes it: so one can see a validator refuse a result.
import { appendFile, readFile, writeFile } from 'node:fs/promises';

const [promptFile = ''] = process.argv.slice(2);
const { REPORT_MARK: mark = '-', STATEYARD_OUTPUT = '' } = process.env;

const prompt = await readFile(promptFile, 'utf8');
const entries = prompt.split('\n').flatMap((line) => /^- (?<entry>.+ ended: .+)$/.exec(line)?.groups?.entry ?? []);
if (entries.length === 0) {
  console.log('the prompt has no line such as "- NAME ended: succeeded"');
  process.exitCode = 64;
} else {
  await writeFile('review.md', ['# Review', '', ...entries.toSorted().map((entry) => `${mark} ${entry}`), ''].join('\n'));
  await appendFile(STATEYARD_OUTPUT, `entries=${entries.length}\n`);
  console.log(`review.md: ${entries.length} entries`);
}
