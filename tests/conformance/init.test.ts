import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import { expectDocument } from './documents.ts';
import { binary, test, type Ended, type Parsed, type Sandbox } from './sandbox.ts';

const names = ['PROJECT_PROFILE.yaml', 'router_config.json', 'stateyard.yaml'];
const edited = 'name: mine\nsteps:\n  test:\n    run: make test\n';

/** A project in the sandbox, `project`, from paths and texts, and beside it `bin`: programs that say a version and nothing more. */
function layOut(box: Sandbox, files: Readonly<Record<string, string>>, programs: readonly string[]): string {
  const project = join(box.folder, 'project');
  for (const [path, text] of Object.entries(files)) put(join(project, path), text);
  for (const name of programs) putProgram(join(box.folder, 'bin', name), `echo "${name} 1.2.3"`);
  return project;
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function putProgram(path: string, script: string): void {
  put(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

const pathOf = (box: Sandbox): string => join(box.folder, 'bin');

function init(box: Sandbox, ...args: readonly string[]): Promise<Ended> {
  return box.start(['init', ...args], { cwd: join(box.folder, 'project'), env: { PATH: pathOf(box) } }).ended;
}

async function initJson(
  box: Sandbox,
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly report: Parsed }> {
  const { code, stdout } = await init(box, ...args, '--json');
  const report: Parsed = JSON.parse(stdout);
  await expectReport(box, report);
  return { code, report };
}

let checked: Promise<unknown> = Promise.resolve();

/** One after the other: two tests that compile the same schema at a time would compile it twice, and one with an id can be compiled once. */
function expectReport(box: Sandbox, report: Parsed): Promise<void> {
  const check = checked.then(() => expectDocument(box, 'bootstrap_report', report));
  checked = check.catch(() => undefined);
  return check;
}

const pythonFiles = {
  'pyproject.toml': '[project]\nname = "demo"\ndependencies = []\n[tool.ruff]\nline-length = 100\n[tool.pytest.ini_options]\n',
  'src/demo/__init__.py': 'def one():\n    return 1\n',
  'tests/test_one.py': 'from demo import one\n\n\ndef test_one():\n    assert one() == 1\n',
};
const nodeFiles = {
  'package.json': JSON.stringify({ name: 'demo', scripts: { test: 'node --test', lint: 'eslint .' } }),
  'index.js': 'export const one = 1;\n',
  'test/one.test.js': "import 'node:test';\n",
};
const readAll = (folder: string): string[] => names.map((name) => readFileSync(join(folder, name), 'utf8'));

describe.concurrent('init', () => {
  test('sets a project in Python up, with files that validate, and finds nothing to do the second time', async ({ box }) => {
    const project = layOut(box, pythonFiles, ['python3', 'ruff', 'pytest']);
    const { code, report } = await initJson(box);
    expect([code, report.profile_id, report.domain]).toEqual([0, 'software-dev-python', 'software-dev']);
    expect(report.generated_artifacts.map(({ path, status }: Parsed) => `${path} ${status}`)).toEqual(
      names.map((name) => `${name} created`),
    );
    const files = readAll(project);
    expect(files[2]).toContain('ruff');
    expect(files.join('\n')).not.toContain(box.folder);
    expect((await box.cli('validate', ...names.map((name) => join(project, name)))).code).toBe(0);
    const again = await initJson(box);
    expect(again.code).toBe(0);
    expect(again.report.generated_artifacts.map(({ change }: Parsed) => change)).toEqual(['unchanged', 'unchanged', 'unchanged']);
    expect(readAll(project)).toEqual(files);
    expect(existsSync(join(project, '.stateyard'))).toBe(false);
  });

  test('leaves what a person edited until it is told to replace it, and shows the difference', async ({ box }) => {
    const project = layOut(box, nodeFiles, ['node', 'npm', 'npx']);
    put(join(project, 'stateyard.yaml'), edited);
    const left = () => [readdirSync(project).sort(), readFileSync(join(project, 'stateyard.yaml'), 'utf8')];
    const before = left();
    const refused = await initJson(box);
    expect([refused.code, refused.report.status, refused.report.profile_id]).toEqual([5, 'needs_human', 'software-dev-node']);
    const preview = await init(box, '--dry-run');
    expect(preview.code).toBe(0);
    expect(preview.stdout).toContain('--- a/stateyard.yaml\n+++ b/stateyard.yaml\n');
    expect(preview.stdout).toContain('-    run: make test\n');
    expect(left()).toEqual(before);
    const forced = await init(box, '--force', '--quiet', '--phases');
    expect(forced.code).toBe(0);
    expect(forced.stdout).toContain('  replaced      stateyard.yaml\n');
    expect(readFileSync(join(project, 'stateyard.yaml'), 'utf8')).toContain('npm');
    expect(readdirSync(join(project, 'phases')).length).toBeGreaterThan(3);
  });

  test('executes nothing of the project, follows no link out of it and names nothing that lies there', async ({ box }) => {
    const mark = join(box.folder, 'mark');
    const leave = `echo "$0" >> '${mark}'`;
    const project = layOut(
      box,
      {
        'package.json': JSON.stringify({
          name: 'demo',
          scripts: { preinstall: leave, prepare: leave, test: `${leave}; eslint .`, lint: leave, version: leave },
          devDependencies: { eslint: '9' },
        }),
        Makefile: `$(shell ${leave})\ntest:\n\t${leave}\n`,
        'setup.py': `import os\nos.system("${leave}")\n`,
        'conftest.py': `import os\nos.system("${leave}")\n`,
        'eslint.config.js': `require('child_process').execSync(${JSON.stringify(leave)});\n`,
        'build.gradle': `exec { commandLine 'sh', '-c', "${leave}" }\n`,
        '.git/config': `[core]\n\tfsmonitor = "${leave}"\n\thooksPath = .git/hooks\n`,
        '.git/HEAD': 'ref: refs/heads/main\n',
      },
      ['node', 'npm', 'make', 'git'],
    );
    const planted = [
      'node_modules/.bin/eslint',
      '.git/hooks/post-checkout',
      'gradlew',
      'tools/ruff',
      'tools/python3',
      'tools/git',
    ];
    for (const path of planted) putProgram(join(project, path), leave);
    const outside = join(box.folder, 'outside');
    put(join(outside, 'canary-b7f1.py'), 'canary = 1\n');
    symlinkSync(outside, join(project, 'away'));
    symlinkSync(join(outside, 'canary-b7f1.py'), join(project, 'near.py'));
    symlinkSync(join(project, 'tools/git'), join(box.folder, 'bin/python3'));
    const PATH = [join(project, 'node_modules/.bin'), join(project, 'tools'), 'tools', '', pathOf(box)].join(delimiter);
    const ended = await box.start(['init', '--json'], { cwd: project, env: { PATH } }).ended;
    expect(ended.code).toBe(0);
    await expectReport(box, JSON.parse(ended.stdout));
    expect(box.read('mark')).toBe('');
    const said = ended.stdout + ended.stderr + names.map((name) => readFileSync(join(project, name), 'utf8')).join('');
    expect(said).not.toContain('canary-b7f1');
    expect(JSON.parse(ended.stdout).configuration.available_tools).not.toContain('eslint');
  });

  test('writes through no link: nothing is written then', async ({ box }) => {
    const project = layOut(box, nodeFiles, ['node', 'npm']);
    put(join(box.folder, 'theirs'), 'theirs');
    symlinkSync(join(box.folder, 'theirs'), join(project, 'router_config.json'));
    const { code, stdout } = await init(box, '--force');
    expect(code).toBe(1);
    expect(stdout).toContain('error: router_config.json is a link');
    expect(box.read('theirs')).toBe('theirs');
    expect(existsSync(join(project, 'PROJECT_PROFILE.yaml'))).toBe(false);
  });

  test('says that there is no such folder, or no such profile', async ({ box }) => {
    layOut(box, nodeFiles, []);
    const [missing, file, profile] = await Promise.all([
      init(box, 'nowhere', '--json'),
      init(box, 'package.json'),
      init(box, '--profile', 'cobol'),
    ]);
    expect([missing.code, file.code, profile.code]).toEqual([4, 2, 2]);
    await expectDocument(box, 'error_report', JSON.parse(missing.stdout));
    expect(profile.stderr).toContain('operations');
  });

  test.for([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('leaves nothing half-written at %s', async ([signal, expected], { box }) => {
    const project = layOut(box, nodeFiles, ['npm']);
    // It answers when the test says so, that is after the signal: never.
    putProgram(
      join(box.folder, 'bin/node'),
      `echo asked >> '${join(box.folder, 'trace')}'; read line < '${join(box.folder, 'gate')}'`,
    );
    const running = box.start(['init'], { cwd: project, env: { PATH: pathOf(box) } });
    await box.traced('asked');
    running.kill(signal);
    const { code, stdout } = await running.ended;
    expect(code).toBe(expected);
    expect(stdout).toContain(`interrupted by ${signal}`);
    expect(readdirSync(project).sort()).toEqual(['index.js', 'package.json', 'test']);
  });

  test('asks a person on a terminal, shows the differences, and does as they say', async ({ box }) => {
    const project = layOut(box, nodeFiles, ['node', 'npm']);
    put(join(project, 'stateyard.yaml'), edited);
    const kept = await onTerminal(box, ['d', 'n']);
    expect(kept.code).toBe(5);
    expect(kept.screen).toContain('Replace it? [y/N/d]');
    expect(kept.screen).toContain('-    run: make test');
    expect(readFileSync(join(project, 'stateyard.yaml'), 'utf8')).toBe(edited);
    const replaced = await onTerminal(box, ['y']);
    expect(replaced.code).toBe(0);
    expect(readFileSync(join(project, 'stateyard.yaml'), 'utf8')).not.toBe(edited);
  });
});

/** Runs `init` on a terminal of its own (made by `script`), where a person answers each question with the next of these lines. */
function onTerminal(
  box: Sandbox,
  answers: readonly string[],
): Promise<{ readonly code: number | null; readonly screen: string }> {
  const env = {
    PATH: `${pathOf(box)}${delimiter}${process.env['PATH'] ?? ''}`,
    HOME: box.folder,
    LANG: 'C.UTF-8',
    TERM: 'xterm',
  };
  const child = spawn('script', ['-qfec', `'${process.execPath}' '${binary}' init`, '/dev/null'], {
    cwd: join(box.folder, 'project'),
    env: { ...env, NO_COLOR: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const left = [...answers];
  let screen = '';
  let asked = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    const questions = screen.split('[y/N/d]').length - 1;
    for (; asked < questions; asked += 1) child.stdin.write(`${left.shift() ?? ''}\n`);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, screen }));
  });
}
