import type { LanguageShare, Project, ScannedFile } from '../../project.ts';
import { mostUsed } from './ambiguous-names.ts';
import { readAttributes } from './git-attributes.ts';
import { LanguageFinder } from './language-of-file.ts';
import type { Candidates } from './language-of-file.ts';
import { languageTable } from './language-table.ts';
import { isNotCounted } from './not-counted.ts';

/**
 * What one file of data, prose or markup counts at most. Linguist leaves data and prose out altogether, but then a project that is documentation or SQL would have no
 * language; counted in full, one data set, notebook or dump would hide everything else.
 */
const plainFileBytes = 64 * 1024;

interface Sum {
  bytes: number;
  fileCount: number;
}

/** The files of one language, for those who look into them. */
export interface CountedLanguages {
  /** By bytes, the most first; then by name. */
  readonly shares: readonly LanguageShare[];
  readonly filesByLanguage: ReadonlyMap<string, readonly ScannedFile[]>;
}

/**
 * The languages of a project. Vendored and generated files do not count, nor what every project carries (licences); .gitattributes in the root is followed. A name that several
 * languages claim goes to the one of which the rest of the tree holds most (data formats have no say), else to the most used one.
 */
export function countLanguages(project: Project): CountedLanguages {
  const finder = new LanguageFinder(project);
  const attributesOf = readAttributes(project);
  const filesByLanguage = new Map<string, ScannedFile[]>();
  const undecided: { readonly file: ScannedFile; readonly candidates: Candidates }[] = [];
  const take = (language: string, file: ScannedFile): void => {
    const files = filesByLanguage.get(language);
    if (files === undefined) filesByLanguage.set(language, [file]);
    else files.push(file);
  };
  for (const file of project.files) {
    const attributes = attributesOf(file.path);
    if (!(attributes.counts ?? !isNotCounted(file.path))) continue;
    const given = attributes.language === undefined ? null : finder.named(attributes.language);
    const candidates = given === null ? finder.candidates(file) : [given];
    const [only] = candidates;
    if (only === undefined || (attributes.isDocumentation === true && languageTable().kindOf(only) !== 'prose')) continue;
    if (candidates.length === 1) take(only, file);
    else undecided.push({ file, candidates });
  }
  const decided = sumsOf(filesByLanguage);
  for (const { file, candidates } of undecided) take(decide(candidates, decided), file);
  return { shares: sharesOf(sumsOf(filesByLanguage)), filesByLanguage };
}

function sumsOf(filesByLanguage: ReadonlyMap<string, readonly ScannedFile[]>): ReadonlyMap<string, Sum> {
  const sums = new Map<string, Sum>();
  for (const [language, files] of filesByLanguage) {
    const most = languageTable().kindOf(language) === 'programming' ? Infinity : plainFileBytes;
    const bytes = files.reduce((sum, file) => sum + Math.min(file.sizeBytes, most), 0);
    sums.set(language, { bytes, fileCount: files.length });
  }
  return sums;
}

function decide(candidates: Candidates, decided: ReadonlyMap<string, Sum>): string {
  const bytes = (language: string): number =>
    languageTable().kindOf(language) === 'data' ? 0 : (decided.get(language)?.bytes ?? 0);
  const rank = (language: string): number => {
    const at = mostUsed.indexOf(language);
    return at === -1 ? mostUsed.length : at;
  };
  const [best = ''] = candidates.toSorted((a, b) => bytes(b) - bytes(a) || rank(a) - rank(b) || (a < b ? -1 : 1));
  return best;
}

function sharesOf(sums: ReadonlyMap<string, Sum>): readonly LanguageShare[] {
  const total = [...sums.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  const shares = [...sums].map(([language, { bytes, fileCount }]) => ({
    language,
    kind: languageTable().kindOf(language),
    bytes,
    fileCount,
    percentage: total === 0 ? 0 : Math.round((bytes / total) * 1_000) / 10,
  }));
  return shares.filter(({ bytes }) => bytes > 0).toSorted((a, b) => b.bytes - a.bytes || (a.language < b.language ? -1 : 1));
}
