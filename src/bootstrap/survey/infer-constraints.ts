import type { FoundFramework, Manifests, Project, ScannedFile, Survey } from '../project.ts';
import { isTestFile } from './find-directories.ts';
import { readProjectFile } from './read-project-file.ts';

/** Linters; formatters and type checkers are none. */
const linters: ReadonlySet<string> = new Set([
  'ruff',
  'flake8',
  'pylint',
  'eslint',
  'biome',
  'oxlint',
  'standard',
  'xo',
  'stylelint',
  'golangci-lint',
  'rubocop',
  'checkstyle',
  'sqlfluff',
  'vale',
  'markdownlint',
  'tflint',
  'yamllint',
  'hadolint',
  'shellcheck',
  'pre-commit',
]);

const linterFiles = [
  'clippy.toml',
  '.clippy.toml',
  '.ansible-lint',
  '.ansible-lint.yml',
  'detekt.yml',
  '.swiftlint.yml',
  '.clang-tidy',
];
const lintScripts = ['lint', 'check:lint'];

/** How much of a tree is looked at for other characters than those of ASCII. */
const sampledLanguages = 12;
const sampledFiles = 25;
const sampledBytes = 16 * 1024;

/** What was found of a project before anything is inferred from it. */
export interface Findings {
  readonly project: Project;
  readonly manifests: Manifests;
  readonly frameworks: readonly FoundFramework[];
  readonly testDirectories: readonly string[];
  readonly filesByLanguage: ReadonlyMap<string, readonly ScannedFile[]>;
  readonly versionControl: string | null;
}

/** What changes in the project will have to keep to, as far as its files show it. */
export function inferConstraints(findings: Findings): Survey['inferred'] {
  return {
    tests_must_pass: hasTests(findings),
    lint_required: hasLinter(findings),
    patch_only: findings.versionControl !== null,
    ascii_only: isAscii(findings),
  };
}

function hasTests({ project, manifests, testDirectories }: Findings): boolean {
  const script = manifests.node?.scripts['test'];
  const hasScript = script !== undefined && !script.includes('no test specified');
  return hasScript || testDirectories.length > 0 || project.files.some(({ path }) => isTestFile(path));
}

function hasLinter({ project, manifests, frameworks }: Findings): boolean {
  const { node, make } = manifests;
  const hasScript = lintScripts.some((name) => node?.scripts[name] !== undefined);
  const hasTarget = make?.targets.has('lint') === true;
  const isConfigured =
    frameworks.some(({ framework }) => linters.has(framework)) || linterFiles.some((file) => project.has(file));
  return hasScript || hasTarget || isConfigured;
}

/** Whether the first 16 KiB of the first 25 files of each of the twelve languages with most files hold nothing but ASCII. */
function isAscii({ project, filesByLanguage }: Findings): boolean {
  const languages = [...filesByLanguage.values()].toSorted((a, b) => b.length - a.length).slice(0, sampledLanguages);
  const sample = languages.flatMap((files) => files.slice(0, sampledFiles));
  return sample.every(({ path }) => {
    const start = readProjectFile(project.root, path, { maxBytes: sampledBytes, part: 'start' });
    return start === null || start.every((byte) => byte < 0x80);
  });
}
