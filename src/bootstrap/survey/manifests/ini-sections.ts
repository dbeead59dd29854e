/** The sections of an INI file, each with its options as texts; the lines that continue an option (they are indented) are joined by line ends. What stands before the first section is under ``. */
export function iniSections(text: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let options = new Map<string, string>();
  let last: string | null = null;
  sections.set('', options);
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(?:[#;]|$)/.test(line)) continue;
    const section = /^\[([^\]]+)\]/.exec(line)?.[1]?.trim();
    if (section !== undefined) {
      options = sections.get(section) ?? new Map<string, string>();
      sections.set(section, options);
      last = null;
    } else if (/^\s/.test(line)) {
      if (last !== null) options.set(last, `${options.get(last) ?? ''}\n${line.trim()}`);
    } else {
      const cut = line.search(/[=:]/);
      last = (cut === -1 ? line : line.slice(0, cut)).trim();
      options.set(last, cut === -1 ? '' : line.slice(cut + 1).trim());
    }
  }
  return sections;
}
