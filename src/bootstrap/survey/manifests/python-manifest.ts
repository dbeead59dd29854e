import type { Project, PythonManifest } from '../../project.ts';
import { mapping, mappingAt, textOrNull } from './data-file.ts';
import type { Mapping } from './data-file.ts';
import { iniSections } from './ini-sections.ts';
import { normalName, requirementLines, requirementNames } from './python-requirements.ts';

/** Files in the root that are nothing but the configuration of one tool. */
const toolFiles: readonly (readonly [string, string])[] = [
  ['ruff.toml', 'ruff'],
  ['.ruff.toml', 'ruff'],
  ['pytest.ini', 'pytest'],
  ['.pytest.ini', 'pytest'],
  ['conftest.py', 'pytest'],
  ['mypy.ini', 'mypy'],
  ['.mypy.ini', 'mypy'],
  ['pyrightconfig.json', 'pyright'],
  ['.flake8', 'flake8'],
  ['.pylintrc', 'pylint'],
  ['pylintrc', 'pylint'],
  ['.isort.cfg', 'isort'],
  ['.coveragerc', 'coverage'],
  ['.bandit', 'bandit'],
  ['tox.ini', 'tox'],
  ['tox.toml', 'tox'],
  ['noxfile.py', 'nox'],
  ['uv.lock', 'uv'],
  ['poetry.lock', 'poetry'],
  ['pdm.lock', 'pdm'],
  ['Pipfile', 'pipenv'],
];

/** Sections of setup.cfg and tox.ini that configure a tool, with the tool's name where it differs. */
const iniTools: ReadonlyMap<string, string> = new Map([
  ['tool:pytest', 'pytest'],
  ['pytest', 'pytest'],
  ['flake8', 'flake8'],
  ['mypy', 'mypy'],
  ['isort', 'isort'],
  ['pycodestyle', 'pycodestyle'],
  ['pydocstyle', 'pydocstyle'],
  ['pylint', 'pylint'],
  ['coverage:run', 'coverage'],
  ['coverage:report', 'coverage'],
  ['tox', 'tox'],
  ['testenv', 'tox'],
  ['bdist_wheel', 'setuptools'],
]);

const requirementsFile = /^(?:requirements|test-requirements|dev-requirements)[\w.-]*\.(?:txt|in)$/;

/** Whether the root holds a manifest of Python. */
export function hasPythonManifest(project: Project): boolean {
  const files = ['pyproject.toml', 'setup.cfg', 'setup.py', 'tox.ini', 'tox.toml', 'noxfile.py', 'Pipfile'];
  return files.some((file) => isPythonFile(project, file)) || requirementsFiles(project).length > 0;
}

/** Whether a file is there and of Python: setup.cfg and tox.ini may belong to anything. */
function isPythonFile(project: Project, file: string): boolean {
  if (!project.has(file)) return false;
  return file !== 'setup.cfg' || iniSections(project.readText(file) ?? '').size > 1;
}

/** What the manifests of Python in the root say; `pyproject` and `pipfile` are the parsed files, empty where they are not there or broken. setup.py is not read: it is a program. */
export function pythonManifest(project: Project, pyproject: Mapping, pipfile: Mapping): PythonManifest {
  const tools = mapping(pyproject.get('tool'));
  const setupCfg = iniSections(project.readText('setup.cfg') ?? '');
  const toxIni = iniSections(project.readText('tox.ini') ?? '');
  const inis = [setupCfg, toxIni];
  return {
    name:
      textOrNull(mappingAt(pyproject, 'project').get('name')) ??
      textOrNull(mappingAt(tools, 'poetry').get('name')) ??
      textOrNull(setupCfg.get('metadata')?.get('name')),
    configuredTools: new Set([
      ...tools.keys(),
      ...inis
        .flatMap((sections) =>
          [...sections.keys()].map((section) => iniTools.get(section.split(/[:.]/)[0] === 'pylint' ? 'pylint' : section)),
        )
        .filter((tool) => tool !== undefined),
      ...toolFiles.filter(([file]) => project.has(file)).map(([, tool]) => tool),
    ]),
    dependencies: new Set([
      ...projectDependencies(pyproject),
      ...poetryDependencies(mappingAt(tools, 'poetry')),
      ...[...mapping(mappingAt(tools, 'pdm').get('dev-dependencies')).values()].flatMap(requirementNames),
      ...requirementNames(mappingAt(tools, 'uv').get('dev-dependencies')),
      ...setupDependencies(setupCfg),
      ...[...toxIni].flatMap(([, options]) => requirementLines(options.get('deps') ?? '')),
      ...['packages', 'dev-packages'].flatMap((field) => [...mapping(pipfile.get(field)).keys()].map(normalName)),
      ...requirementsFiles(project).flatMap((file) => requirementLines(project.readText(file) ?? '')),
    ]),
    buildBackend: textOrNull(mappingAt(pyproject, 'build-system').get('build-backend')),
  };
}

/** PEP 621 and PEP 735: dependencies, extras and groups. */
function projectDependencies(pyproject: Mapping): readonly string[] {
  const project = mapping(pyproject.get('project'));
  const groups = [
    ...mapping(project.get('optional-dependencies')).values(),
    ...mapping(pyproject.get('dependency-groups')).values(),
  ];
  return [project.get('dependencies'), ...groups].flatMap(requirementNames);
}

function poetryDependencies(poetry: Mapping): readonly string[] {
  const groups = [...mapping(poetry.get('group')).values()].map((group) => mapping(group).get('dependencies'));
  const tables = [poetry.get('dependencies'), poetry.get('dev-dependencies'), ...groups];
  return tables.flatMap((table) => [...mapping(table).keys()].map(normalName)).filter((name) => name !== 'python');
}

function setupDependencies(setupCfg: ReadonlyMap<string, ReadonlyMap<string, string>>): readonly string[] {
  const options = setupCfg.get('options');
  const extras = [...(setupCfg.get('options.extras_require')?.values() ?? [])];
  const texts = [options?.get('install_requires') ?? '', options?.get('tests_require') ?? '', ...extras];
  return texts.flatMap(requirementLines);
}

function requirementsFiles(project: Project): readonly string[] {
  const inFolder = ['requirements/base.txt', 'requirements/dev.txt', 'requirements/test.txt', 'requirements/tests.txt'];
  const inRoot = project.rootEntries.filter((name) => requirementsFile.test(name));
  return [...inRoot, ...inFolder].filter((file) => project.has(file));
}
