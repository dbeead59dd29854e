import type { Project, ScannedFile } from '../../project.ts';
import { settled } from './ambiguous-names.ts';
import { isToldByContents, languageOfContents } from './language-contents.ts';
import { languageTable } from './language-table.ts';

/** The languages in which a file may be written: one mostly, several where nothing in the file decides, none where it is of no known language. */
export type Candidates = readonly string[];

/** How many files of one extension (and how many without any) are opened to tell their language; those after them are judged by their names alone. */
const opensAtMost = 500;

/** Tells the languages of a project's files by name, extension, contents and interpreter, in this order. */
export class LanguageFinder {
  readonly #project: Project;
  readonly #table = languageTable();
  readonly #opened = new Map<string, number>();

  constructor(project: Project) {
    this.#project = project;
  }

  /** See {@link Candidates}. Files without extension are opened for their first line. */
  candidates(file: ScannedFile): Candidates {
    const name = file.path.slice(file.path.lastIndexOf('/') + 1);
    const named = this.#table.byFileName.get(name);
    if (named !== undefined) return named.slice(0, 1);
    const extensions = extensionsOf(name);
    if (extensions.length === 0) return this.#byInterpreter(file);
    for (const extension of extensions) {
      const claims = this.#table.byExtension.get(extension);
      if (claims !== undefined) return claims.length === 1 ? claims : this.#decide(file, extension, claims);
    }
    return [];
  }

  /** The language of a name that .gitattributes gives, whatever its case; null for one that is unknown. */
  named(name: string): string | null {
    return this.#table.named(name);
  }

  #decide(file: ScannedFile, extension: string, claims: Candidates): Candidates {
    const shown = isToldByContents(extension) ? languageOfContents(extension, this.#start(file, extension)) : null;
    if (shown !== null) return [shown];
    const language = settled.get(extension);
    return language === undefined ? claims : [language];
  }

  #byInterpreter(file: ScannedFile): Candidates {
    const [, program = ''] = /^#!\s*(?:\S*\/env\s+(?:-\S+\s+|\w+=\S*\s+)*)?(\S+)/.exec(this.#start(file, '')) ?? [];
    const interpreter = program.slice(program.lastIndexOf('/') + 1);
    const claims =
      this.#table.byInterpreter.get(interpreter) ?? this.#table.byInterpreter.get(interpreter.replace(/[\d.]+$/, ''));
    return claims ?? [];
  }

  #start(file: ScannedFile, extension: string): string {
    const opened = this.#opened.get(extension) ?? 0;
    if (file.sizeBytes === 0 || opened >= opensAtMost) return '';
    this.#opened.set(extension, opened + 1);
    return this.#project.readStart(file.path) ?? '';
  }
}

/** The extensions of a name in lower case, the longest first: `.tar.gz`, `.gz`. */
function extensionsOf(name: string): readonly string[] {
  const lower = name.toLowerCase();
  const found: string[] = [];
  for (let at = lower.indexOf('.'); at !== -1; at = lower.indexOf('.', at + 1)) found.push(lower.slice(at));
  return found.slice(-3);
}
