import type { FoundTool, ProjectCheck, Survey } from '../project.ts';

/** A check before its id is unique, and before it is known whether its programs are there. */
export interface CheckDraft {
  readonly id: string;
  readonly type: ProjectCheck['type'];
  readonly command: ProjectCheck['command'];
  /** Ids of drafts, of any ecosystem; an id that no draft has is no need. */
  readonly needs?: readonly string[];
  /** The programs without which it cannot run; the first word of the command where this is not given. */
  readonly requires?: readonly string[];
  readonly reason: string;
}

/** What the finders of checks ask: the survey, indexed, and the programs that are there. */
export interface Clues {
  readonly survey: Survey;
  /** Whether a regular file of the project has this path. */
  has(path: string): boolean;
  /** The first of the paths that is a file of the project; null: none. */
  firstOf(paths: readonly string[]): string | null;
  /** The text of a file; the empty text where it cannot be read. */
  text(path: string): string;
  /** Paths of the files with this base name, sorted. */
  named(name: string): readonly string[];
  /** Paths of the files whose base name ends with this extension (without its dot), sorted. */
  withExtension(extension: string): readonly string[];
  /** Whether a program was found on PATH. */
  canRun(program: string): boolean;
  /** Whether the project's CI files or its pre-commit configuration speak of a program. */
  mentions(program: string): boolean;
}

const ciFiles = [
  '.gitlab-ci.yml',
  '.travis.yml',
  '.pre-commit-config.yaml',
  'azure-pipelines.yml',
  '.circleci/config.yml',
  'bitbucket-pipelines.yml',
  '.drone.yml',
];
const mostWorkflows = 30;

/** The clues of a survey. What is costly to know is found out at the first question. */
export function cluesOf(survey: Survey, tools: readonly FoundTool[]): Clues {
  const { project } = survey;
  const programs = new Set(tools.map(({ command }) => command));
  const index = once(() => indexFiles(project.files.map(({ path }) => path)));
  const ciText = once(() => {
    const workflows = project.files.map(({ path }) => path).filter((path) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path));
    return [...ciFiles, ...workflows.slice(0, mostWorkflows)].map((path) => project.readText(path) ?? '').join('\n');
  });
  return {
    survey,
    has: (path) => project.has(path),
    firstOf: (paths) => paths.find((path) => project.has(path)) ?? null,
    text: (path) => project.readText(path) ?? '',
    named: (name) => index().byName.get(name) ?? [],
    withExtension: (extension) => index().byExtension.get(extension) ?? [],
    canRun: (program) => (program.startsWith('./') ? project.has(program.slice(2)) : programs.has(program)),
    mentions: (program) => ciText().includes(program),
  };
}

interface FileIndex {
  readonly byName: ReadonlyMap<string, readonly string[]>;
  readonly byExtension: ReadonlyMap<string, readonly string[]>;
}

function indexFiles(paths: readonly string[]): FileIndex {
  const byName = new Map<string, string[]>();
  const byExtension = new Map<string, string[]>();
  for (const path of paths) {
    // A name that is not Unicode cannot be written into a file as text, so nothing could find it again.
    if (/[\p{Surrogate}\uFFFD]/u.test(path)) continue;
    const name = path.slice(path.lastIndexOf('/') + 1);
    add(byName, name, path);
    const dot = name.lastIndexOf('.');
    if (dot !== -1) add(byExtension, name.slice(dot + 1), path);
  }
  return { byName, byExtension };
}

function add(map: Map<string, string[]>, key: string, path: string): void {
  const paths = map.get(key);
  if (paths === undefined) map.set(key, [path]);
  else paths.push(path);
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
