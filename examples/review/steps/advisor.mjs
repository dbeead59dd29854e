#!/usr/bin/env node
// A reviewer of our own. Its prompt comes on standard input and says what it looks for: "deeper than N levels" and "longer than N
// characters" are its words for it. Which files, the execution request says. Like many services it has a quota: it answers
// ADVISOR_QUOTA calls of a run and refuses those after them, until someone removes its count from the run's artifacts.
import { appendFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';

const exitRefused = 75;
const exitMisused = 64;
const dollarsPerFile = 0.001;

/**
 * Counts this call; how many there were before it.
 *
 * @param {string} file
 */
async function countCall(file) {
  const earlier = await readFile(file, 'utf8').catch(() => '');
  await appendFile(file, 'call\n');
  return earlier.split('\n').length - 1;
}

/**
 * The number that a sentence of the prompt names, such as the 3 of "deeper than 3 levels"; null where it does not.
 *
 * @param {string} prompt
 * @param {RegExp} sentence
 */
function limitOf(prompt, sentence) {
  const number = sentence.exec(prompt)?.[1];
  return number === undefined ? null : Number(number);
}

/**
 * What is to be said of one source. A level is two blanks of indentation.
 *
 * @param {string} name
 * @param {string} source
 * @param {{ depth: number | null, length: number | null }} limits
 */
function remarksOn(name, source, { depth, length }) {
  return source.split('\n').flatMap((line, index) => {
    const levels = Math.floor(line.search(/\S|$/) / 2);
    const place = `${name}:${index + 1}`;
    const isDeep = depth !== null && levels > depth && !line.trim().startsWith('}');
    const isLong = length !== null && line.length > length;
    return [
      ...(isDeep ? [`${place} stands ${levels} levels deep`] : []),
      ...(isLong ? [`${place} has ${line.length} characters`] : []),
    ];
  });
}

async function advise() {
  const { ADVISOR_QUOTA = 'none', STATEYARD_ARTIFACTS = '', STATEYARD_REQUEST_FILE = '' } = process.env;
  const earlier = await countCall(path.join(STATEYARD_ARTIFACTS, 'advisor-calls'));
  if (ADVISOR_QUOTA !== 'none' && earlier >= Number(ADVISOR_QUOTA)) {
    console.log(`429: a run has ${ADVISOR_QUOTA} calls, and this is one more`);
    return exitRefused;
  }
  const prompt = await text(process.stdin);
  const limits = { depth: limitOf(prompt, /deeper than (\d+) levels/), length: limitOf(prompt, /longer than (\d+) characters/) };
  if (limits.depth === null && limits.length === null) {
    console.log('the prompt names no limit: "deeper than N levels" or "longer than N characters"');
    return exitMisused;
  }
  /** @type {{ resource_scope: { read: string[] } }} */
  const request = JSON.parse(await readFile(STATEYARD_REQUEST_FILE, 'utf8'));
  const files = request.resource_scope.read;
  const remarks = [];
  for (const file of files) remarks.push(...remarksOn(file, await readFile(file, 'utf8'), limits));
  const result = remarks.length === 0 ? 'nothing to say' : remarks.join('; ');
  console.log(JSON.stringify({ result, cost_usd: dollarsPerFile * files.length }));
  return 0;
}

process.exitCode = await advise();
