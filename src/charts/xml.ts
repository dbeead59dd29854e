/** Text between tags, or in double quotes, of XML 1.0: a character that XML cannot hold at all becomes `\ufffd`. */
export function xmlText(text: string): string {
  return text.replace(/[&<>"'\t\n\r]|[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, (character) => {
    const entity = entities[character];
    if (entity !== undefined) return entity;
    return /[\t\n\r]/.test(character) ? `&#${String(character.codePointAt(0))};` : '\ufffd';
  });
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Attributes of a tag, each with a space before it; one whose value is null is left out. */
export function xmlAttributes(attributes: Readonly<Record<string, string | number | null>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => (value === null ? '' : ` ${name}="${xmlText(String(value))}"`))
    .join('');
}
