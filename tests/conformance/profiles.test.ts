import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { loadProfile } from '../../src/profiles/load-profiles.ts';
import { profileIds } from '../../src/profiles/profile-ids.ts';
import type { PhaseTemplate } from '../../src/profiles/profile.ts';
import { startedBy } from './profile-commands.ts';
import { test, type Sandbox } from './sandbox.ts';

const templates = profileIds.flatMap((profileId) => loadProfile(profileId).templates);

/** Every command of a template: that of its tests, those of its checks, its post actions. */
function commandsOf({ phase }: PhaseTemplate): readonly string[] {
  const { tests } = phase.constraints;
  const { checks, post_actions: postActions = [] } = phase.acceptance;
  const testCommand = tests?.tests_must_run === true ? [tests.test_command ?? ''] : [];
  return [...testCommand, ...checks.map(({ command = '' }) => command), ...postActions];
}

const programs = [
  'actionlint ansible-lint ansible-playbook cargo dbt doc8 docker dvc git go gofmt golangci-lint govulncheck hadolint helm hugo kubectl',
  'lychee markdownlint-cli2 mdbook mkdocs nbstripout npm npx pre-commit python3 ruff shellcheck sphinx-build sqlfluff terraform tflint',
  'typos vale yamllint',
].flatMap((line) => line.split(' '));

const files = [
  '.golangci.yml mkdocs.yml docs/conf.py book.toml hugo.toml package.json .vale.ini typos.toml doc8.ini .markdownlint.yaml',
  '.pre-commit-config.yaml mypy.ini dbt_project.yml dvc.yaml .sqlfluff a.ipynb .yamllint infra/main.tf .tflint.hcl ansible.cfg',
  'chart/Chart.yaml Dockerfile run.sh .github/workflows/ci.yml base/kustomization.yaml playbooks/site.yml compose.yaml test_a.py a.go',
].flatMap((line) => line.split(' '));

// Only `git grep` may not succeed: it would have found something.
const recorder = '#!/bin/sh\necho "$STATEYARD_STEP_ID ${0##*/} $*" >> "$TRACE"\n[ "${0##*/} $1" != "git grep" ]\n';

function writeProgram(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, recorder);
  chmodSync(file, 0o755);
}

function writeProject(box: Sandbox): void {
  for (const file of files) {
    mkdirSync(path.dirname(path.join(box.folder, file)), { recursive: true });
    box.write(file, '');
  }
  for (const program of programs) writeProgram(path.join(box.folder, 'bin', program));
  for (const program of ['mvnw', 'node_modules/.bin/prettier']) writeProgram(path.join(box.folder, program));
}

describe.concurrent('the phase templates', () => {
  test('start the programs that they say, in a project that is set up for all of them', async ({ box }) => {
    writeProject(box);
    // One phase with each command once: many templates share them, and a run a template would take a minute.
    const commands = [...new Set(templates.flatMap(commandsOf))];
    const checks = commands.map((command, index) => ({ id: String(index), type: 'command', command }));
    const all = { phase_id: 'all', name: 'all', category: 'test', resource_scope: { type: 'files' }, constraints: {} };
    box.write('all.json', JSON.stringify({ ...all, acceptance: { mode: 'all', checks } }));
    const env = { PATH: `${path.join(box.folder, 'bin')}:/usr/bin:/bin` };
    const { code, stdout, stderr } = await box.start(['run', 'all.json', '--quiet'], { env }).ended;
    expect(code, stdout + stderr).toBe(0);
    const trace = box.trace().map((line) => line.replaceAll(/\S*\/artifacts\b/g, 'ARTIFACTS'));
    const startedFor = (command: string): readonly string[] => {
      const step = `accept-${commands.indexOf(command)} `;
      return trace.filter((line) => line.startsWith(step)).map((line) => line.slice(step.length).trim());
    };
    const started = templates.map((template) => [template.path, commandsOf(template).flatMap(startedFor)]);
    expect(Object.fromEntries(started)).toEqual(startedBy);
  });

  test('are run directly: that of any project finds conflict marks and stray blanks', async ({ box }) => {
    const check = loadProfile('generic').templates.find(({ phase }) => phase.phase_id === 'check');
    const git = (...args: readonly string[]): void =>
      void execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
        cwd: box.folder,
        stdio: 'ignore',
      });
    box.write('check.yaml', check?.text ?? '');
    box.write('a.txt', 'one\n');
    git('init');
    git('add', 'check.yaml', 'a.txt');
    git('commit', '-m', 'first');
    const whole = await box.cli('run', 'check.yaml');
    expect(whole.code, whole.stdout + whole.stderr).toBe(0);
    box.write('a.txt', '<<<<<<< ours\none \n');
    expect((await box.cli('run', 'check.yaml')).code).toBe(1);
    const failed = Object.values(await box.steps()).filter(({ state }) => state === 'failed');
    expect(failed.map(({ step_id: id }) => String(id)).sort()).toEqual(['accept-clean-diff', 'accept-conflict-marks']);
  });
});
