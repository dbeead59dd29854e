import { eastAsianWidth } from 'get-east-asian-width';
import type { Json } from './machine-config.ts';

/** The width at which Prettier breaks the lines of this repository (.prettierrc). */
const lineWidth = 130;

/** From this width on Prettier writes a text that does not fit behind its key on a line of its own. */
const longKeyWidth = 5;

/** Where a value stands: how deep it is indented, in spaces, and how much of its first line is taken already, and will be after it. */
interface Room {
  readonly indent: number;
  readonly before: number;
  readonly after: number;
}

/**
 * A value of JSON as a TypeScript literal, laid out as Prettier lays it out with single quotes and 130 columns. An object that holds another object is
 * written over several lines, and so is the outermost.
 */
export function sourceLiteral(value: Json, indent = 0): string {
  return isObject(value) ? brokenObject(value, indent) : literal(value, { indent, before: indent, after: 0 });
}

/** A string in the quotes that need fewer escapes; single ones if that is the same. */
export function quoted(text: string): string {
  const escaped = JSON.stringify(text)
    .slice(1, -1)
    .replace(/[\u2028\u2029]/g, (character) => {
      return `\\u${(character.codePointAt(0) ?? 0).toString(16)}`;
    });
  const doubles = text.split('"').length;
  const singles = text.split("'").length;
  if (singles > doubles) return `"${escaped}"`;
  return `'${escaped.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** The key of a property: bare where it is an identifier. */
export function propertyKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key);
}

function literal(value: Json, room: Room): string {
  if (typeof value === 'string') return quoted(value);
  if (isList(value)) return listLiteral(value, room);
  return isObject(value) ? objectLiteral(value, room) : plain(value);
}

/** Prettier leaves the plus out of an exponent. */
function plain(value: number | boolean | null): string {
  return String(value).replace('e+', 'e');
}

function listLiteral(list: readonly Json[], room: Room): string {
  const line = onOneLine(list);
  if (!isBroken(list) && fits(line, room)) return line;
  const indent = room.indent + 2;
  if (list.every((item) => typeof item === 'number')) {
    return `[\n${filledLines(list.map(plain), indent)}${' '.repeat(room.indent)}]`;
  }
  const items = list.map((item) => `${' '.repeat(indent)}${literal(item, { indent, before: indent, after: 1 })},\n`);
  return `[\n${items.join('')}${' '.repeat(room.indent)}]`;
}

/** Numbers alone stand side by side, as many on a line as there is room for. */
function filledLines(numbers: readonly string[], indent: number): string {
  const lines: string[] = [];
  for (const number of numbers) {
    const longer = `${lines.at(-1) ?? ''} ${number},`;
    if (lines.length > 0 && indent + longer.length <= lineWidth) lines[lines.length - 1] = longer;
    else lines.push(`${number},`);
  }
  return lines.map((line) => `${' '.repeat(indent)}${line}\n`).join('');
}

function objectLiteral(value: { readonly [key: string]: Json }, room: Room): string {
  const line = onOneLine(value);
  return !isBroken(value) && fits(line, room) ? line : brokenObject(value, room.indent);
}

function brokenObject(value: { readonly [key: string]: Json }, outer: number): string {
  const indent = outer + 2;
  const lines = Object.entries(value).map(([key, item]) => {
    const start = `${' '.repeat(indent)}${propertyKey(key)}: `;
    const room = { indent, before: widthOf(start), after: 1 };
    const text = literal(item, room);
    const isMoved = typeof item === 'string' && !fits(text, room) && widthOf(propertyKey(key)) >= longKeyWidth;
    return isMoved ? `${start.trimEnd()}\n${' '.repeat(indent + 2)}${text},\n` : `${start}${text},\n`;
  });
  return lines.length === 0 ? '{}' : `{\n${lines.join('')}${' '.repeat(outer)}}`;
}

function onOneLine(value: Json): string {
  if (typeof value === 'string') return quoted(value);
  if (isList(value)) return `[${value.map(onOneLine).join(', ')}]`;
  if (!isObject(value)) return plain(value);
  const parts = Object.entries(value).map(([key, item]) => `${propertyKey(key)}: ${onOneLine(item)}`);
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
}

/** What never stands on one line: an object that holds one, and, as Prettier has it, a list of several objects of several properties. */
function isBroken(value: Json): boolean {
  if (isList(value)) {
    const isTable = value.length > 1 && value.every((item) => isObject(item) && Object.keys(item).length > 1);
    return isTable || value.some(isBroken);
  }
  return isObject(value) && Object.values(value).some((item) => isBroken(item) || isObject(item));
}

function fits(line: string, { before, after }: Room): boolean {
  return before + widthOf(line) + after <= lineWidth;
}

/** Columns of a terminal, as Prettier counts them. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += eastAsianWidth(character.codePointAt(0) ?? 0);
  return width;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !isList(value);
}
