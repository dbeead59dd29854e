/* What the parts of the bootstrap hand to each other. Paths are relative to the root of the project, with `/`. */

/** A regular file of the project that the scan has seen: not ignored, not a link, not inside a folder that was left out. */
export interface ScannedFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/** The tree of a project, and the one way to look into its files. */
export interface Project {
  /** Absolute, every link resolved. */
  readonly root: string;
  /** Sorted by path, in the order of code units. */
  readonly files: readonly ScannedFile[];
  /** Every folder that was walked, without the root; sorted. */
  readonly folders: readonly string[];
  /** Names that stand directly in the root, whatever they are, hidden and ignored ones too; sorted. */
  readonly rootEntries: readonly string[];
  /** What a reader of the report should know: links that were not followed, folders that could not be read, a bound that was reached. */
  readonly warnings: readonly string[];
  /** Whether a file of {@link Project.files} has this path. */
  has(path: string): boolean;
  /**
   * The text of a file of {@link Project.files}; null for any other path, for one that is larger than `maxBytes` (512 KiB), that is not UTF-8 or that cannot
   * be read now. Never leaves the root, even when a folder was replaced by a link since the scan.
   */
  readText(path: string, maxBytes?: number): string | null;
  /** The first bytes of a file as text, for shebangs and the like; same limits, whatever its size. */
  readStart(path: string, maxBytes?: number): string | null;
}

/** What package.json in the root says. */
export interface NodeManifest {
  readonly name: string | null;
  /** Only scripts that are texts. */
  readonly scripts: Readonly<Record<string, string>>;
  /** Names of all dependencies, development and optional ones too. */
  readonly dependencies: ReadonlySet<string>;
  readonly packageManager: 'npm' | 'pnpm' | 'yarn' | 'bun';
  /** Null where there is no lock file in the root. */
  readonly lockFile: string | null;
  readonly hasWorkspaces: boolean;
}

/** What pyproject.toml, setup.cfg, setup.py, tox.ini, requirements*.txt and Pipfile in the root say. */
export interface PythonManifest {
  readonly name: string | null;
  /** The names of `[tool.X]` in pyproject.toml, of the sections of setup.cfg and tox.ini that configure a tool, and of files such as ruff.toml, pytest.ini, mypy.ini. */
  readonly configuredTools: ReadonlySet<string>;
  /** Names of all dependencies of every group, in lower case, `_` and `.` as `-` (PEP 503). */
  readonly dependencies: ReadonlySet<string>;
  readonly buildBackend: string | null;
}

/** What the manifests in the root say; null for an ecosystem that has none there. */
export interface Manifests {
  readonly node: NodeManifest | null;
  readonly python: PythonManifest | null;
  readonly go: { readonly module: string | null; readonly hasWorkspace: boolean } | null;
  readonly rust: { readonly name: string | null; readonly hasWorkspace: boolean } | null;
  readonly jvm: { readonly build: 'maven' | 'gradle'; readonly wrapper: 'mvnw' | 'gradlew' | null } | null;
  /** Targets that stand at the start of a line, without patterns, variables and targets that begin with a dot. */
  readonly make: { readonly file: string; readonly targets: ReadonlySet<string> } | null;
  /** Manifests that are there and cannot be read, in words, with the path first: `package.json: not valid JSON`. */
  readonly problems: readonly string[];
}

/** A language and its part of the project. */
export interface LanguageShare {
  /** As GitHub's linguist names it: `Python`, `TypeScript`, `HCL`. */
  readonly language: string;
  /** `programming`, `markup`, `data` or `prose`. */
  readonly kind: 'programming' | 'markup' | 'data' | 'prose';
  /** Of its files; one of data, prose or markup counts with at most 64 KiB, so that no data set hides the code. */
  readonly bytes: number;
  readonly fileCount: number;
  /** Of the bytes of all files in a language, 0 to 100, rounded to one tenth. */
  readonly percentage: number;
}

/** Something that the project is built with or for, and the file (or the entry of a file) that shows it. */
export interface FoundFramework {
  readonly framework: string;
  /** `pyproject.toml: tool.poetry`, `mkdocs.yml`, `package.json: dependency react`. */
  readonly indicator: string;
}

/** Folders by what they are for. */
export interface DirectoryStructure {
  readonly src_dirs: readonly string[];
  readonly test_dirs: readonly string[];
  readonly doc_dirs: readonly string[];
  readonly config_dirs: readonly string[];
  readonly script_dirs: readonly string[];
}

/** All that is found in the files of a project; nothing of it was executed. */
export interface Survey {
  readonly project: Project;
  /** From a manifest, else the name of the folder. */
  readonly name: string;
  readonly manifests: Manifests;
  /** By bytes, the most first. Vendored and generated files do not count, nor licences. */
  readonly languages: readonly LanguageShare[];
  readonly frameworks: readonly FoundFramework[];
  readonly directories: DirectoryStructure;
  /** `github-actions`, `gitlab-ci`, `jenkins`, …; null: none. */
  readonly existingCi: string | null;
  /** `git`, `mercurial`, `subversion`, …; null: none. */
  readonly versionControl: string | null;
  /** `ascii_only`: whether the first files of each language hold nothing but ASCII. */
  readonly inferred: {
    readonly tests_must_pass: boolean;
    readonly lint_required: boolean;
    readonly patch_only: boolean;
    readonly ascii_only: boolean;
  };
}

/** A program that was really found on PATH. */
export interface FoundTool {
  /** The tool's id: that of the shipped router configuration where it stands there, else the name of the program. */
  readonly toolId: string;
  readonly command: string;
  /** Absolute path of the program. */
  readonly path: string;
  /** As the program said it, such as `3.11.2`; null where it said none in time. */
  readonly version: string | null;
  readonly capabilities: readonly string[];
}

/** A check that the project itself defines (a script, a target) or that it is set up for (a configuration, tests). */
export interface ProjectCheck {
  /** Id of its step in the first workflow: lower case, letters, digits, `-`. */
  readonly id: string;
  readonly type: 'setup' | 'format' | 'lint' | 'types' | 'build' | 'test' | 'docs' | 'data' | 'validation';
  /** Program and arguments; the program is looked up on PATH, or begins with `./` for a wrapper of the project. */
  readonly command: readonly [string, ...string[]];
  /** Ids of checks that must have succeeded before. */
  readonly needs: readonly string[];
  /** Where it comes from: `package.json: script test`, `pyproject.toml: tool.ruff`. */
  readonly reason: string;
}

/** The checks of a project, and those that could be made if a program were there. */
export interface ProjectChecks {
  /** In an order in which needs come first. */
  readonly checks: readonly ProjectCheck[];
  readonly missing: readonly { readonly check: ProjectCheck; readonly program: string }[];
}

/** The profile that a project was found to be, JSON-only. */
export interface ProfileChoice {
  readonly profileId: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** In words, with what was found: the strongest first. */
  readonly reasons: readonly string[];
  /** Every profile with its score from 0 to 1, the best first. */
  readonly considered: readonly { readonly profileId: string; readonly score: number }[];
}
