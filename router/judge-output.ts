import type { Adapter } from '../schemas/router-config.ts';

type Format = NonNullable<Adapter['result']>['format'];

/** So much of a tool's output is looked at, in UTF-16 units; more is cut off at its beginning. */
export const longestTail = 65_536;

const mostLines = 200;
const longestLine = 2_000;
// What is no JSON costs much more to read than what is, and so it is given up after so many lines.
const mostJsonLines = 1_000;
// A JSON text over several lines is looked for from so many places where one could begin.
const mostBeginnings = 20;

/**
 * The lines of a tail that patterns are looked for in: at most the last 200, without escape codes of terminals, each cut at 2,000
 * characters. What a carriage return draws over is a line of its own; the first line may be the rest of one.
 */
export function lastLines(tail: string): readonly string[] {
  const lines = tail.trimEnd().split(/\r?\n|\r/);
  return lines.slice(-mostLines).map((line) => line.replace(terminalCode, '').slice(0, longestLine));
}

const escapeByte = '\\x1b';
const terminalCode = new RegExp(`${escapeByte}\\[[0-?]*[ -/]*[@-~]`, 'g');

/**
 * The JSON values that the end of a tool's output holds, the last first. `json`: one object, on one line or on several, whatever stands
 * around it; `json_lines`: every one of the last 1,000 lines that is an object or a list. Empty for a text, and where there is none.
 */
export function jsonValuesOf(tail: string, format: Format): readonly unknown[] {
  if (format !== 'json' && format !== 'json_lines') return [];
  const lines = tail.split(/\r?\n/);
  const single = () =>
    lines
      .slice(-mostJsonLines)
      .reverse()
      .flatMap((line) => parsed(line) ?? []);
  if (format === 'json_lines') return single();
  const object = parsed(tail) ?? objectOverLines(lines) ?? single().find(isObject);
  return isObject(object) ? [object] : [];
}

function objectOverLines(lines: readonly string[]): unknown {
  const end = lines.findLastIndex((line) => line.trim() === '}');
  const beginnings = [...lines.keys()].filter((index) => index < end && lines[index]?.startsWith('{') === true);
  for (const index of beginnings.slice(-mostBeginnings).reverse()) {
    const value = parsed(lines.slice(index, end + 1).join('\n'));
    if (value !== null) return value;
  }
  return null;
}

/** Null where the text is no object and no list of JSON. */
function parsed(text: string): object | null {
  const trimmed = text.trim();
  const isClosed = (trimmed.startsWith('{') && trimmed.endsWith('}')) || (trimmed.startsWith('[') && trimmed.endsWith(']'));
  if (!isClosed) return null;
  try {
    return JSON.parse(trimmed) as object;
  } catch {
    return null;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
