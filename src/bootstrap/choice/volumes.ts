import type { Survey } from '../project.ts';

/** How much there is of what, in bytes. */
export interface Volumes {
  /** Of programming languages and SQL, by the profile that they speak for; languages of no profile are under `other`. */
  readonly code: ReadonlyMap<string, number>;
  /** Of pages: texts that are more than the usual files of a root. */
  readonly pages: number;
  /** Of records, where there is no code: then the data are what the project is. */
  readonly dataSets: number;
  /** Of YAML and templates of a project that is operated, see {@link volumesOf}. */
  readonly manifests: number;
  /** All of these. */
  readonly total: number;
}

/** Languages as GitHub's linguist names them. */
const profileOfLanguage: Readonly<Record<string, string>> = {
  Python: 'software-dev-python',
  Cython: 'software-dev-python',
  JavaScript: 'software-dev-node',
  TypeScript: 'software-dev-node',
  TSX: 'software-dev-node',
  Vue: 'software-dev-node',
  Svelte: 'software-dev-node',
  Astro: 'software-dev-node',
  CoffeeScript: 'software-dev-node',
  Go: 'software-dev-go',
  Rust: 'software-dev-rust',
  Java: 'software-dev-jvm',
  Kotlin: 'software-dev-jvm',
  Scala: 'software-dev-jvm',
  Groovy: 'software-dev-jvm',
  Clojure: 'software-dev-jvm',
  SQL: 'data-pipeline',
  PLpgSQL: 'data-pipeline',
  PLSQL: 'data-pipeline',
  TSQL: 'data-pipeline',
  R: 'data-pipeline',
  'Jupyter Notebook': 'data-pipeline',
  HCL: 'operations',
  Shell: 'operations',
  PowerShell: 'operations',
  Dockerfile: 'operations',
  Puppet: 'operations',
  Nix: 'operations',
  Bicep: 'operations',
  Jsonnet: 'operations',
  SaltStack: 'operations',
};

/** Languages of records; what configures a tool is mostly written in others. */
const languagesOfRecords: ReadonlySet<string> = new Set(['CSV', 'JSON', 'TSV', 'Turtle', 'XML']);

// A notebook holds its outputs, often pictures, beside its code.
const codeOfNotebook = 0.1;
// Scripts are a part of every kind of project, so they say little about one.
const purposeOfScripts = 0.5;

/**
 * Code, pages and manifests of a project. Pages are files of prose without the usual ones in the root (README and the like),
 * tests and `.github`; where there is no code at all every text is a page, and every record is data. YAML counts only where `isOperated` says that the
 * project is operated by it, and without CI, tests and lock files: elsewhere it is data.
 */
export function volumesOf(survey: Survey, isOperated: boolean): Volumes {
  const code = new Map<string, number>();
  for (const { language, kind, bytes } of survey.languages) {
    const profileId = profileOfLanguage[language];
    if (kind !== 'programming' && profileId === undefined) continue;
    const counted =
      language === 'Jupyter Notebook' ? bytes * codeOfNotebook : language === 'Shell' ? bytes * purposeOfScripts : bytes;
    code.set(profileId ?? 'other', (code.get(profileId ?? 'other') ?? 0) + counted);
  }
  const codeBytes = [...code.values()].reduce((sum, bytes) => sum + bytes, 0);
  const prose = survey.languages.filter(({ kind }) => kind === 'prose').reduce((sum, { bytes }) => sum + bytes, 0);
  const manifests = isOperated ? bytesOf(survey, (path) => manifestFile.test(path) && !beside.test(path)) : 0;
  const isTextOnly = codeBytes + manifests === 0;
  const records = survey.languages.filter(({ language }) => languagesOfRecords.has(language));
  const dataSets = isTextOnly ? records.reduce((sum, { bytes }) => sum + bytes, 0) : 0;
  const pages = isTextOnly
    ? prose
    : bytesOf(survey, (path) => pageFile.test(path) && !usualFile.test(path) && !beside.test(path));
  return { code, pages, dataSets, manifests, total: codeBytes + pages + dataSets + manifests };
}

const pageFile = /\.(md|mdx|markdown|rst|adoc|asciidoc|asc|tex|org|qmd)$/i;
const usualFile =
  /^(readme|changelog|changes|history|news|contributing|license|licence|copying|code_of_conduct|security|authors|maintainers|todo)\b[^/]*$/i;
const manifestFile = /\.(ya?ml|j2|tpl|gotmpl)$/i;
const beside =
  /(^|\/)(\.github|\.circleci|tests?|testdata|__tests__|fixtures|spec)\/|(^|\/)(pnpm-lock\.yaml|openapi[^/]*|\.[^/]*\.ya?ml|mkdocs\.ya?ml|_config\.ya?ml|\.gitlab-ci\.yml)$/;

function bytesOf(survey: Survey, counts: (path: string) => boolean): number {
  return survey.project.files.reduce((sum, { path, sizeBytes }) => (counts(path) ? sum + sizeBytes : sum), 0);
}
