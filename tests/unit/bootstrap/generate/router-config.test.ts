import fc from 'fast-check';
import { format } from 'prettier';
import { describe, expect, test } from 'vitest';
import { doesKind, worksIn } from '../../../../router/capability.ts';
import { configProblems } from '../../../../router/config-problems.ts';
import { decide } from '../../../../router/decide.ts';
import { ruleProblems } from '../../../../router/rule-problems.ts';
import { routerConfigSchema } from '../../../../schemas/router-config.ts';
import type { RouterConfig } from '../../../../schemas/router-config.ts';
import { generateRouterConfig, missingTaskKinds } from '../../../../src/bootstrap/generate/router-config.ts';
import type { FoundTool, Manifests, Survey } from '../../../../src/bootstrap/project.ts';
import { catalogue } from '../../../../src/bootstrap/tools/catalogue/catalogue.ts';
import { knownPrograms } from '../../../../src/bootstrap/tools/known-programs.ts';
import { shippedRouter } from '../../../../src/bootstrap/tools/shipped-tools.ts';
import { loadRouterConfig } from '../../../../src/routing/router-file.ts';
import { conditionsWith, requestOf } from '../../router/route-fixture.ts';

type Manifest<Key extends keyof Manifests> = Partial<NonNullable<Manifests[Key]>>;

interface Given {
  readonly files?: readonly string[];
  readonly languages?: readonly string[];
  readonly node?: Manifest<'node'>;
  readonly python?: Manifest<'python'>;
  readonly jvm?: NonNullable<Manifests['jvm']>;
  readonly targets?: readonly string[];
  readonly isGo?: boolean;
  readonly isRust?: boolean;
  readonly versionControl?: string | null;
}

function surveyOf(given: Given = {}): Survey {
  const { files = ['README.md'], languages = [], node, python, jvm = null, targets } = given;
  const empty = { name: null, dependencies: new Set<string>() };
  return {
    project: {
      root: '/somewhere/project',
      files: files.map((path) => ({ path, sizeBytes: 1 })),
      folders: [],
      rootEntries: files.filter((path) => !path.includes('/')),
      warnings: [],
      has: (path) => files.includes(path),
      readText: () => null,
      readStart: () => null,
    },
    name: 'project',
    manifests: {
      node: node ? { ...empty, scripts: {}, packageManager: 'npm', lockFile: null, hasWorkspaces: false, ...node } : null,
      python: python ? { ...empty, configuredTools: new Set(), buildBackend: null, ...python } : null,
      go: given.isGo === true ? { module: 'example.org/m', hasWorkspace: false } : null,
      rust: given.isRust === true ? { name: 'crate', hasWorkspace: false } : null,
      jvm,
      make: targets ? { file: 'Makefile', targets: new Set(targets) } : null,
      problems: [],
    },
    languages: languages.map((language) => ({ language, kind: 'programming', bytes: 1, fileCount: 1, percentage: 1 })),
    frameworks: [],
    directories: { src_dirs: [], test_dirs: [], doc_dirs: [], config_dirs: [], script_dirs: [] },
    existingCi: null,
    versionControl: given.versionControl === undefined ? 'git' : given.versionControl,
    inferred: { tests_must_pass: true, lint_required: true, patch_only: true, ascii_only: true },
  };
}

function toolsOf(...commands: readonly string[]): readonly FoundTool[] {
  return commands.map((command) => ({
    toolId: command,
    command,
    path: `/opt/secret/${command}`,
    version: '1.2.3',
    capabilities: [],
  }));
}

/** Checked but for the patterns of its tools: those are all compiled once, below. */
function configOf(survey: Survey, ...commands: readonly string[]): RouterConfig {
  const config = routerConfigSchema.parse(JSON.parse(generateRouterConfig(survey, toolsOf(...commands)).text));
  expect(ruleProblems(config)).toEqual([]);
  return config;
}

/** The tool for the work, then those that would be tried after it. */
function routeOf(config: RouterConfig, task_kind: string, domain = ''): readonly string[] {
  const { tool_id, candidates, cut } = decide(config, requestOf({ task_kind, domain }), null, conditionsWith());
  const left = candidates.filter((toolId) => !cut.some((each) => each.tool_id === toolId));
  expect(left[0] ?? null).toBe(tool_id);
  return left;
}

const python = surveyOf({ languages: ['Python'], python: {}, files: ['app.py'] });

describe('Python', () => {
  test('lints and formats with ruff, and tests with pytest, then unittest', () => {
    const config = loadRouterConfig(generateRouterConfig(python, toolsOf('ruff', 'pytest', 'python3', 'git', 'npm', 'make')));
    expect(Object.keys(config.apps)).toEqual(['ruff', 'ruff-format', 'pytest', 'git', 'python-unittest']);
    expect(routeOf(config, 'lint', 'python')).toEqual(['ruff']);
    expect(routeOf(config, 'format', 'python')).toEqual(['ruff-format']);
    expect(routeOf(config, 'test', 'python')).toEqual(['pytest', 'python-unittest']);
    expect(routeOf(config, 'test')).toEqual(['pytest', 'python-unittest']);
    expect(routeOf(config, 'validation')).toEqual(['git', 'ruff']);
  });

  test('leaves ruff out where the project has chosen others, and takes those that it has chosen alone', () => {
    const survey = surveyOf({ python: { configuredTools: new Set(['flake8', 'mypy']), dependencies: new Set(['black']) } });
    const config = configOf(survey, 'ruff', 'flake8', 'mypy', 'black', 'pylint');
    expect(Object.keys(config.apps)).toEqual(['flake8', 'mypy', 'black']);
    expect(routeOf(config, 'lint', 'python')).toEqual(['flake8', 'mypy']);
    expect(routeOf(config, 'format', 'python')).toEqual(['black']);
  });

  test('keeps ruff beside others where it is configured', () => {
    const survey = surveyOf({ python: { configuredTools: new Set(['ruff', 'flake8', 'black']) } });
    expect(routeOf(configOf(survey, 'ruff', 'flake8', 'black'), 'lint', 'python')).toEqual(['ruff', 'flake8']);
  });
});

describe('JavaScript', () => {
  test('takes tools behind npx that the project depends on, and its scripts', () => {
    const node = { dependencies: new Set(['eslint', 'typescript']), scripts: { lint: 'eslint .', test: 'x', build: 'x' } };
    const survey = surveyOf({ languages: ['TypeScript'], node, files: ['package.json', 'tsconfig.json'] });
    const config = configOf(survey, 'node', 'npm', 'npx');
    expect(Object.keys(config.apps)).toEqual(['eslint', 'npm-test', 'npm', 'npm-lint', 'tsc']);
    expect(routeOf(config, 'lint', 'typescript')).toEqual(['eslint', 'npm-lint', 'tsc']);
    expect(routeOf(config, 'test', 'javascript')).toEqual(['npm-test']);
    expect(routeOf(config, 'build')).toEqual(['npm']);
    expect(config.routing.rules?.some(({ match }) => match.task_kind?.includes('format'))).toBe(false);
  });

  test('runs scripts by the package manager of the project', () => {
    const node = { packageManager: 'pnpm', scripts: { test: 'x', build: 'x' } } as const;
    const config = configOf(surveyOf({ node }), 'npm', 'pnpm', 'npx');
    expect(Object.keys(config.apps)).toEqual(['pnpm-test', 'pnpm-build']);
    expect(routeOf(config, 'test', 'typescript')).toEqual(['pnpm-test']);
  });
});

describe('other languages', () => {
  test('gives Go rules of its own, and puts the main language first where the domain is not known', () => {
    const survey = surveyOf({ languages: ['Go', 'Python'], isGo: true, files: ['go.mod', 'x.py'], targets: ['test'] });
    const config = configOf(survey, 'go', 'gofmt', 'ruff', 'pytest', 'make');
    expect(routeOf(config, 'lint', 'go')).toEqual(['go-vet']);
    expect(routeOf(config, 'format', 'go')).toEqual(['gofmt']);
    expect(routeOf(config, 'test', 'go')).toEqual(['go-test', 'make-test']);
    expect(routeOf(config, 'test')).toEqual(['go-test', 'pytest', 'make-test']);
    expect(routeOf(config, 'build', 'go')).toEqual(['go-build', 'make']);
    const ids = config.routing.rules?.map(({ id }) => id).join(' ');
    const expected =
      'lint-python lint-go lint-any validation-any format-python format-go format-any test-python test-go test-any';
    expect(ids).toBe(`${expected} build-go build-any`);
  });

  test('takes the wrapper of the project, which need not be on PATH', () => {
    const config = configOf(surveyOf({ jvm: { build: 'gradle', wrapper: 'gradlew' } }), 'mvn');
    expect(config.apps['gradle-test']?.command).toBe('./gradlew');
    expect(routeOf(config, 'test', 'kotlin')).toEqual(['gradle-test']);
  });

  test('names the shell scripts of the project, and gives up where a name needs care or there are many', () => {
    const lint = (...files: readonly string[]) => configOf(surveyOf({ files }), 'shellcheck', 'git').apps['shellcheck']?.args;
    expect(lint('a.sh', 'my scripts/b.bash')).toEqual(['--format=gcc', '--color=never', '--', 'a.sh', 'my scripts/b.bash']);
    for (const name of ['-x.sh', '{prompt}.sh', 'a\nb.sh', '{read}/c.sh']) expect(lint('a.sh', name)).toBeUndefined();
    expect(lint(...Array.from({ length: 201 }, (_, index) => `${index}.sh`))).toBeUndefined();
  });
});

describe('agents', () => {
  test('cuts the rules to those that are there, without a validator that is not', () => {
    const [risky, edits, reviews] =
      configOf(surveyOf({ versionControl: 'mercurial' }), 'gemini', 'aider', 'git').routing.rules ?? [];
    expect(risky).toMatchObject({ id: 'risky-edits', select_from: ['gemini', 'aider'], strategy: 'auto' });
    expect(risky).not.toHaveProperty('fallback_to');
    expect(risky).not.toHaveProperty('validate_with');
    expect(risky).not.toHaveProperty('required');
    expect(edits?.select_from).toEqual(['gemini', 'aider']);
    expect(reviews?.select_from).toEqual(['gemini-review']);
  });

  test('has every shipped tool and agents’ rule as shipped where all is there and nothing is written yet', () => {
    const blank = surveyOf({ files: [], node: { dependencies: new Set(['eslint', 'prettier', 'vitest']) } });
    const config = configOf(blank, 'claude', 'codex', 'gemini', 'aider', 'ruff', 'pytest', 'npm', 'npx', 'make', 'git');
    expect(config.apps).toMatchObject(shippedRouter.apps);
    expect(config.routing.rules?.slice(0, 3)).toEqual(shippedRouter.routing.rules?.slice(0, 3));
    expect(config.routing.rules?.map(({ id }) => id)).toEqual(shippedRouter.routing.rules?.map(({ id }) => id));
  });

  test('says which kinds of tasks nobody can do', () => {
    const tools = toolsOf('ruff', 'pytest', 'git');
    const config = configOf(python, 'ruff', 'pytest', 'git');
    expect(missingTaskKinds(config, tools)).toEqual([
      'no tool can do code_edit, refactor, documentation, code_review, analysis, planning: none of the agents claude, codex, gemini, aider was found',
      'no tool can do build: none that this project uses was found',
    ]);
    const all = toolsOf('claude', 'ruff', 'pytest', 'git', 'make');
    const whole = surveyOf({ python: {}, targets: [] });
    expect(missingTaskKinds(configOf(whole, ...all.map(({ command }) => command)), all)).toEqual([]);
  });
});

describe('the file', () => {
  test('names git where nothing was found, so that it is valid, and says that all is missing', () => {
    const file = generateRouterConfig(surveyOf(), []);
    const config = loadRouterConfig(file);
    expect(Object.keys(config.apps)).toEqual(['git']);
    expect(routeOf(config, 'validation')).toEqual(['git']);
    expect(missingTaskKinds(config, []).join()).toContain('no tool can do lint, validation, format, test, build');
  });

  test('is the same whatever the order of the tools, and names no path of this machine', () => {
    const names = ['ruff', 'pytest', 'git', 'claude', 'make'];
    const file = generateRouterConfig(python, toolsOf(...names));
    expect(generateRouterConfig(python, toolsOf(...names.toReversed()))).toEqual(file);
    expect(file).toMatchObject({ path: 'router_config.json', type: 'router_config' });
    expect(file.text).not.toMatch(/secret|somewhere|1\.2\.3/);
  });

  test('is as Prettier writes it', async () => {
    const survey = surveyOf({
      files: ['go.mod', 'main.tf', ...Array.from({ length: 9 }, (_, index) => `scripts/${index}.sh`)],
      languages: ['Go', 'Python'],
      isGo: true,
      isRust: true,
      python: { configuredTools: new Set(['pylint', 'ruff']) },
    });
    const commands = ['claude', 'aider', 'go', 'cargo', 'golangci-lint', 'ruff', 'pylint', 'terraform', 'shellcheck', 'git'];
    const { text } = generateRouterConfig(survey, toolsOf(...commands));
    expect(await format(text, { parser: 'json' })).toBe(text);
  });
});

test('the catalogue has ids of its own, and nothing in it is wrong', () => {
  const ids = [...Object.keys(shippedRouter.apps), ...catalogue.map(({ toolId }) => toolId)];
  expect(new Set(ids).size).toBe(ids.length);
  const apps = { ...shippedRouter.apps, ...Object.fromEntries(catalogue.map(({ toolId, app }) => [toolId, app])) };
  expect(configProblems(routerConfigSchema.parse({ version: '1.0.0', apps, routing: {} }))).toEqual([]);
});

test('every configuration is valid, and whatever a rule matches one of its tools can do', () => {
  const commands = knownPrograms().map(({ command }) => command);
  const names = ['ruff', 'flake8', 'black', 'mypy', 'eslint', 'prettier', 'jest', '@biomejs/biome', 'typescript', 'sqlfluff'];
  const files = [
    'tsconfig.json',
    'main.tf',
    'tox.ini',
    'book.toml',
    '.yamllint',
    'a.sh',
    'dbt_project.yml',
    '.golangci.yml',
    'galaxy.yml',
  ];
  const given = fc.record<Given>({
    files: fc.subarray(files),
    languages: fc.subarray(['Python', 'Go', 'TypeScript', 'Shell', 'SQL', 'HCL']),
    node: fc.record({
      dependencies: fc.subarray(names).map((some) => new Set(some)),
      packageManager: fc.constantFrom('npm', 'pnpm', 'yarn', 'bun'),
      scripts: fc.subarray(['lint', 'test', 'build']).map((some) => Object.fromEntries(some.map((name) => [name, 'x']))),
    }),
    python: fc.record({ configuredTools: fc.subarray(names).map((some) => new Set(some)) }),
    targets: fc.subarray(['lint', 'test', 'check']),
    isGo: fc.boolean(),
    isRust: fc.boolean(),
    versionControl: fc.constantFrom(null, 'git', 'mercurial'),
  });
  fc.assert(
    fc.property(given, fc.subarray(commands), (survey, found) => {
      const config = configOf(surveyOf(survey), ...found);
      for (const { id, match, select_from = [], fallback_to = [] } of config.routing.rules ?? []) {
        const apps = [...select_from, ...fallback_to].map((toolId) => config.apps[toolId]);
        const able = (kind: string, domain: string) =>
          apps.some((app) => app !== undefined && doesKind(app, kind) && worksIn(app, domain));
        expect(
          match.task_kind?.filter((kind) => !(match.domain ?? ['']).some((domain) => able(kind, domain))),
          id,
        ).toEqual([]);
        expect(match.domain?.filter((domain) => !match.task_kind?.some((kind) => able(kind, domain))) ?? [], id).toEqual([]);
      }
    }),
    { numRuns: 30 },
  );
});
