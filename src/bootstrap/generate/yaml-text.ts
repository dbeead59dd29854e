/* YAML 1.2 written by hand, because a generated file is for people: with comments, and quotes only where they are needed. */

const plainWord = /^(--?)?[A-Za-z_][A-Za-z0-9_./=-]*$/;
// What YAML 1.1 or 1.2 reads as something other than a text.
const otherValue = /^[-.]*(true|false|yes|no|on|off|y|n|null|nan|inf|infinity)$/i;
const unprintable = /[\p{C}\p{Zl}\p{Zp}]/u;

/**
 * A text as a YAML value that reads back as the same text, in a list in brackets too. Lone surrogates, which no file can hold,
 * become U+FFFD.
 */
export function yamlText(text: string): string {
  if (plainWord.test(text) && !otherValue.test(text)) return text;
  const written = text.replace(/\p{Surrogate}/gu, '\uFFFD');
  if (!unprintable.test(written)) return `'${written.replaceAll("'", "''")}'`;
  // JSON is YAML, but it leaves characters as they are that YAML does not allow.
  return JSON.stringify(written).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escapeOf);
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase();
  return code > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}

/** Texts as one list in brackets. */
export function yamlList(texts: readonly string[]): string {
  return `[${texts.map(yamlText).join(', ')}]`;
}

const longestComment = 160;

/** Words for a comment: on one line, of printable characters, at most 160 of them. */
export function commentText(text: string): string {
  const line = text.replace(/[\p{C}\p{Zl}\p{Zp}\p{Zs}]+/gu, ' ').trim();
  const characters = Array.from(line);
  return characters.length <= longestComment ? line : `${characters.slice(0, longestComment - 1).join('')}…`;
}
