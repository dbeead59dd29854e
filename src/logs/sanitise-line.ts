import { cutToWidth, displayWidth } from './display-width.ts';

const printableAscii = /^[\x20-\x7e]*$/;
// Every class stops at the next character that could begin a sequence, so that hostile text costs linear time.
const controlSequence = '(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*[@-~]?';
const controlString = '(?:\\x1b[\\]PX^_]|[\\x90\\x98\\x9d-\\x9f])[^\\x07\\x1b\\x80-\\x9f]*(?:\\x07|\\x1b\\\\|\\x9c)';
const shortEscape = '\\x1b[ -/]*[0-~]?';
const escapeCodes = new RegExp(`${controlString}|${controlSequence}|${shortEscape}`, 'g');
// Joiners, direction overrides and variation selectors draw differently on each terminal, or disguise text: they are left out.
const unprintable = /[\p{Control}\p{Format}\p{Default_Ignorable_Code_Point}\p{Enclosing_Mark}]/gu;
const lineSeparators = /[\p{Line_Separator}\p{Paragraph_Separator}]/gu;
const loneSurrogates = /\p{Surrogate}/gu;
const skinTones = /(?<=\p{Extended_Pictographic})[\u{1f3fb}-\u{1f3ff}]/gu;
const piledMarks = /(\p{Nonspacing_Mark}{4})\p{Nonspacing_Mark}+/gu;
const tabStop = 8;

/** What stands on a terminal's line after carriage returns: the last part that is not blank. */
function lastOverwrite(text: string): string {
  if (!text.includes('\r')) return text;
  const parts = text.split('\r');
  return parts.findLast((part) => part.trim() !== '') ?? '';
}

/** A backspace takes back the character before it. */
function applyBackspaces(text: string): string {
  if (!text.includes('\b')) return text;
  const kept: string[] = [];
  for (const character of text) {
    if (character === '\b') kept.pop();
    else kept.push(character);
  }
  return kept.join('');
}

function expandTabs(text: string): string {
  if (!text.includes('\t')) return text;
  const [first = '', ...rest] = text.split('\t');
  let expanded = first;
  let width = displayWidth(first);
  for (const part of rest) {
    const spaces = tabStop - (width % tabStop);
    expanded += ' '.repeat(spaces) + part;
    width += spaces + displayWidth(part);
  }
  return expanded;
}

/**
 * One line of a tool's output (or any text from outside) as plain text that is safe to write to a terminal: no escape codes, no
 * control, formatting or direction characters, no line ends; tabs become spaces, a line drawn over with carriage returns its last
 * version. With `columns`, cut to that width and ending in `…` when cut. Takes time linear in the length of `text`.
 */
export function sanitiseLine(text: string, columns?: number): string {
  let clean = text;
  if (!printableAscii.test(clean)) {
    clean = lastOverwrite(clean.replace(escapeCodes, '').replaceAll('\n', ' '));
    clean = expandTabs(applyBackspaces(clean).replace(lineSeparators, ' ').normalize('NFC'));
    clean = clean.replace(unprintable, '').replace(loneSurrogates, '\ufffd').replace(skinTones, '').replace(piledMarks, '$1');
  }
  return columns === undefined ? clean : cutToWidth(clean, columns);
}
