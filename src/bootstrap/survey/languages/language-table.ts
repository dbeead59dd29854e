import type { LanguageShare } from '../../project.ts';
import languages from './languages.json' with { type: 'json' };

type LanguageKind = LanguageShare['kind'];

/** What is known of languages: linguist's data, made by scripts/generators/languages.mjs. A name leads to every language that claims it, in the order of the alphabet. */
export interface LanguageTable {
  kindOf(language: string): LanguageKind;
  /** The language of a name, whatever its case, with `-` for a space too; null for one that is unknown. */
  named(name: string): string | null;
  readonly byFileName: ReadonlyMap<string, readonly string[]>;
  /** In lower case, with the dot; some have two dots. */
  readonly byExtension: ReadonlyMap<string, readonly string[]>;
  readonly byInterpreter: ReadonlyMap<string, readonly string[]>;
}

let table: LanguageTable | null = null;

/** The table, made at its first use. */
export function languageTable(): LanguageTable {
  table ??= makeTable(languages);
  return table;
}

function makeTable(data: Readonly<Record<string, readonly string[]>>): LanguageTable {
  const kinds = new Map<string, LanguageKind>();
  const byExtension = new Map<string, string[]>();
  const byFileName = new Map<string, string[]>();
  const byInterpreter = new Map<string, string[]>();
  for (const [language, [kind, extensions = '', fileNames = '', interpreters = '']] of Object.entries(data)) {
    kinds.set(language, kind as LanguageKind);
    addAll(byExtension, extensions.toLowerCase(), language);
    addAll(byFileName, fileNames, language);
    addAll(byInterpreter, interpreters, language);
  }
  const plain = (name: string): string => name.toLowerCase().replaceAll(' ', '-');
  return {
    kindOf: (language) => kinds.get(language) ?? 'data',
    named: (name) => [...kinds.keys()].find((language) => plain(language) === plain(name)) ?? null,
    byExtension,
    byFileName,
    byInterpreter,
  };
}

function addAll(map: Map<string, string[]>, names: string, language: string): void {
  for (const name of names.split(' ')) {
    if (name === '') continue;
    const claims = map.get(name) ?? [];
    if (!claims.includes(language)) claims.push(language);
    map.set(name, claims);
  }
}
