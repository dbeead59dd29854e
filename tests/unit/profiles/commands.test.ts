import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { invariant } from '../../../src/errors.ts';
import { loadProfile } from '../../../src/profiles/load-profiles.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'stateyard-profiles-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const recorder = '#!/bin/sh\necho "${0##*/} $*" >> "$TRACE"\n';

function program(file: string, script = recorder): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, script);
  chmodSync(file, 0o755);
}

function commandOf(profileId: string, phaseId: string, checkId: string): string {
  const template = loadProfile(profileId).templates.find(({ phase }) => phase.phase_id === phaseId);
  const command = template?.phase.acceptance.checks.find(({ id }) => id === checkId)?.command;
  invariant(command !== undefined, `${profileId} has no check ${phaseId}.${checkId}`);
  return command;
}

let count = 0;

/** Runs a command as a check is run, in a project of these files, where these programs record how they were started. */
function run(
  command: string,
  { files = [], wrappers = [], programs = [] }: Given,
): { status: number | null; trace: string[]; output: string } {
  const folder = path.join(scratch, String((count += 1)), 'project');
  const bin = path.join(folder, '../bin');
  mkdirSync(folder, { recursive: true });
  for (const file of files) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), '');
  }
  for (const name of wrappers) program(path.join(folder, name));
  for (const name of programs) program(path.join(bin, name));
  const trace = path.join(folder, '../trace');
  writeFileSync(trace, '');
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-euo', 'pipefail', '-c', command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: folder,
    env: { PATH: `${bin}:/usr/bin:/bin`, TRACE: trace, STATEYARD_ARTIFACTS: '/artifacts' },
    encoding: 'utf8',
  });
  return {
    status,
    trace: readFileSync(trace, 'utf8')
      .split('\n')
      .filter((line) => line !== ''),
    output: stdout + stderr,
  };
}

interface Given {
  readonly files?: readonly string[];
  readonly wrappers?: readonly string[];
  readonly programs?: readonly string[];
}

describe('a build for the Java virtual machine', () => {
  const command = commandOf('software-dev-jvm', 'check', 'build');

  test.each<[string, Given, string]>([
    [
      'the wrapper of Maven, before any Maven',
      { files: ['pom.xml'], wrappers: ['mvnw'], programs: ['mvn'] },
      'mvnw -B -ntp verify',
    ],
    [
      'the wrapper of Gradle, before any Gradle',
      { files: ['build.gradle'], wrappers: ['gradlew'], programs: ['gradle'] },
      'gradlew --console=plain check',
    ],
    [
      'Maven, where there is a pom.xml',
      { files: ['pom.xml', 'build.gradle'], programs: ['mvn', 'gradle'] },
      'mvn -B -ntp verify',
    ],
    [
      'Gradle, where its build is in Kotlin',
      { files: ['settings.gradle.kts'], programs: ['mvn', 'gradle'] },
      'gradle --console=plain check',
    ],
  ])('is made by %s', (_, given, started) => {
    expect(run(command, given)).toMatchObject({ status: 0, trace: [started] });
  });

  test('fails with a reason where there is nothing to build', () => {
    const { status, output } = run(command, { programs: ['mvn', 'gradle'] });
    expect(status).toBe(1);
    expect(output).toContain('no pom.xml');
  });
});

describe('a check', () => {
  test('passes over what the project is not set up for, and says so', () => {
    const { status, trace, output } = run(commandOf('documentation', 'check', 'style'), { programs: ['vale'] });
    expect({ status, trace }).toEqual({ status: 0, trace: [] });
    expect(output).toContain('no .vale.ini here');
  });

  test('fails, and names the program, where the project is set up for one that is missing', () => {
    const { status, output } = run(commandOf('documentation', 'check', 'style'), { files: ['.vale.ini'] });
    expect(status).toBe(127);
    expect(output).toContain('vale');
  });

  test('takes OpenTofu where there is no Terraform', () => {
    const given = { files: ['main.tf'], programs: ['tofu'] };
    expect(run(commandOf('operations', 'check', 'terraform-format'), given).trace).toEqual(['tofu fmt -check -diff -recursive']);
  });

  test('gives names with blanks and leading dashes to its program as they are', () => {
    const given = { files: ['a b.sh', '-x.sh', '.venv/skip.sh'], programs: ['shellcheck'] };
    const { trace } = run(commandOf('operations', 'check', 'shell'), given);
    expect(trace.flatMap((line) => line.split(' ./').slice(1)).sort()).toEqual(['-x.sh', 'a b.sh']);
  });

  test('asks for something that builds a site of documentation', () => {
    const command = commandOf('documentation', 'build', 'generator');
    expect(run(command, {}).status).toBe(1);
    expect(run(command, { files: ['docs/conf.py'] }).status).toBe(0);
  });

  test('tells which files of Go are not formatted, those that are vendored not among them', () => {
    const command = commandOf('software-dev-go', 'check', 'format');
    const gofmt = '#!/bin/sh\nshift\nprintf "%s\\n" "$@"\n';
    program(path.join(scratch, 'gofmt-bin/gofmt'), gofmt);
    const within = `PATH=${path.join(scratch, 'gofmt-bin')}:$PATH\n${command}`;
    const { status, output } = run(within, { files: ['a.go', 'vendor/b.go', 'x/testdata/c.go'] });
    expect(status).toBe(1);
    expect(output.trimEnd().split('\n').slice(1)).toEqual(['./a.go']);
  });
});
