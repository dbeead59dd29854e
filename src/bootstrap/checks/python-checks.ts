import type { PythonManifest } from '../project.ts';
import type { CheckDraft, Clues } from './clues.ts';
import { pathLists } from './command-words.ts';
import { pythonItself, pythonRun, pythonSetup, usesPythonTool } from './python-environment.ts';
import { pythonTests } from './python-tests.ts';

interface PythonTool {
  readonly id: string;
  readonly type: CheckDraft['type'];
  /** Its name as a package and as a configured tool. */
  readonly name: string;
  readonly command: CheckDraft['command'];
  /** What must hold beside that the project uses the tool. */
  readonly onlyIf?: (clues: Clues) => boolean;
}

/** Tools by what shows that a project uses them. They only look: each has the option for it where it would write. */
const pythonTools: readonly PythonTool[] = [
  { id: 'ruff-format', type: 'format', name: 'ruff', command: ['ruff', 'format', '--check', '.'], onlyIf: formatsWithRuff },
  { id: 'black', type: 'format', name: 'black', command: ['black', '--check', '.'] },
  { id: 'isort', type: 'format', name: 'isort', command: ['isort', '--check-only', '.'] },
  { id: 'ruff-check', type: 'lint', name: 'ruff', command: ['ruff', 'check', '--no-fix', '.'] },
  { id: 'flake8', type: 'lint', name: 'flake8', command: ['flake8'] },
  { id: 'pylint', type: 'lint', name: 'pylint', command: ['pylint', '--recursive=y', '.'] },
  { id: 'bandit', type: 'lint', name: 'bandit', command: ['bandit', '-q', '-r', '.'], onlyIf: (clues) => clues.has('.bandit') },
  { id: 'basedpyright', type: 'types', name: 'basedpyright', command: ['basedpyright'] },
  { id: 'pyright', type: 'types', name: 'pyright', command: ['pyright'] },
  { id: 'ty', type: 'types', name: 'ty', command: ['ty', 'check'] },
  { id: 'pyrefly', type: 'types', name: 'pyrefly', command: ['pyrefly', 'check'] },
];

/**
 * The checks of a Python project: the tools that it is configured for or depends on, and its tests; where there is nothing of
 * that kind, the syntax.
 */
export function pythonChecks(clues: Clues): readonly CheckDraft[] {
  const manifest = clues.survey.manifests.python ?? noManifest;
  const files = clues.withExtension('py');
  if (clues.survey.manifests.python === null && files.length === 0) return [];
  const drafts = [
    ...pythonTools.flatMap((tool) => toolDraft(clues, manifest, tool)),
    ...mypy(clues, manifest),
    ...pythonTests(clues, manifest),
  ];
  const setup = pythonSetup(clues);
  const all = setup === null ? drafts : [setup, ...drafts];
  const isPlain = !drafts.some((draft) => (draft.requires ?? []).every((program) => clues.canRun(program)));
  return isPlain && isMainLanguage(clues) ? [...all, ...syntax(clues, files)] : all;
}

const noManifest: PythonManifest = { name: null, configuredTools: new Set(), dependencies: new Set(), buildBackend: null };

function toolDraft(clues: Clues, manifest: PythonManifest, tool: PythonTool): readonly CheckDraft[] {
  if (!usesPythonTool(manifest, tool.name) || tool.onlyIf?.(clues) === false) return [];
  const run = pythonRun(clues, { package: tool.name }, tool.command);
  return [{ id: tool.id, type: tool.type, ...run, reason: reasonOf(manifest, tool.name) }];
}

/** mypy takes what it checks from its configuration, or else from its arguments. */
function mypy(clues: Clues, manifest: PythonManifest): readonly CheckDraft[] {
  if (!usesPythonTool(manifest, 'mypy')) return [];
  const configs = ['mypy.ini', '.mypy.ini', 'pyproject.toml', 'setup.cfg'].map((path) => clues.text(path));
  const saysWhat = configs.some((text) => /^\[(tool\.)?mypy\]\n(?!\[)(?:(?!\[).*\n)*?(files|packages|modules)\s*=/m.test(text));
  const source = clues.survey.directories.src_dirs.includes('src') ? 'src' : '.';
  const run = pythonRun(clues, { package: 'mypy' }, saysWhat ? ['mypy'] : ['mypy', source]);
  return [{ id: 'mypy', type: 'types', ...run, reason: reasonOf(manifest, 'mypy') }];
}

/** Not everybody who lints with ruff formats with it: its configuration or its hook says so. */
function formatsWithRuff(clues: Clues): boolean {
  if (clues.mentions('ruff-format') || clues.mentions('ruff format')) return true;
  if (/^\[tool\.ruff\.format\]/m.test(clues.text('pyproject.toml'))) return true;
  return ['ruff.toml', '.ruff.toml'].some((path) => /^\[format\]/m.test(clues.text(path)));
}

function reasonOf(manifest: PythonManifest, name: string): string {
  return manifest.configuredTools.has(name) ? `configuration of ${name}` : `dependency ${name}`;
}

function isMainLanguage(clues: Clues): boolean {
  const programming = clues.survey.languages.filter(({ kind }) => kind === 'programming');
  return clues.survey.manifests.python !== null || programming[0]?.language === 'Python';
}

// Reads every file and parses it, without running it and without leaving a __pycache__ behind.
const parseFiles = [
  'import ast, sys',
  'for path in sys.argv[1:]:',
  '    with open(path, "rb") as file:',
  '        ast.parse(file.read(), path)',
].join('\n');

function syntax(clues: Clues, files: readonly string[]): readonly CheckDraft[] {
  const [list] = pathLists(files, 1);
  if (list === undefined) return [];
  const run = pythonItself(clues, ['-c', parseFiles, ...list]);
  return [{ id: 'python-syntax', type: 'validation', ...run, reason: `${counted(list.length, files.length)} of Python` }];
}

function counted(taken: number, all: number): string {
  const files = all === 1 ? '1 file' : `${all} files`;
  return taken === all ? files : `the first ${taken} of ${files}`;
}
