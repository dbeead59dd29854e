import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { findTools } from '../../../../src/bootstrap/tools/find-tools.ts';
import { newShelf, versionsOf } from './tool-shelf.ts';

describe('what is found', () => {
  test('finds programs by name, with their versions and what they can do, in the order of their ids', async () => {
    const shelf = await newShelf();
    const ruff = await shelf.put('ruff', 'echo "ruff 0.16.9"');
    await shelf.put('git', 'echo "git version 2.39.5"');
    await shelf.put('unheard-of', 'echo "unheard-of 1.0"');
    expect(await shelf.find()).toEqual([
      { toolId: 'git', command: 'git', path: expect.any(String), version: '2.39.5', capabilities: ['validation'] },
      { toolId: 'ruff', command: 'ruff', path: ruff, version: '0.16.9', capabilities: ['lint', 'validation', 'format'] },
    ]);
  });

  test('asks each program in its own way, and reads standard error too', async () => {
    const shelf = await newShelf();
    await shelf.put('java', '[ "$*" = -version ] && echo \'openjdk version "17.0.15" 2025-04-15\' >&2');
    await shelf.put('go', '[ "$*" = version ] && echo "go version go1.26.1 linux/amd64"');
    await shelf.put('kubectl', '[ "$*" = "version --client" ] && echo "Client Version: v1.32.4"');
    expect(versionsOf(await shelf.find())).toEqual(['go 1.26.1', 'java 17.0.15', 'kubectl 1.32.4']);
  });

  test('keeps a program that says no version, with null, and does not start one whose version is not asked', async () => {
    const shelf = await newShelf();
    const mark = path.join(shelf.root, 'mark');
    await shelf.put('make', 'echo hello');
    await shelf.put('dbt', `: > ${mark}`);
    expect(versionsOf(await shelf.find())).toEqual(['dbt null', 'make null']);
    expect(existsSync(mark)).toBe(false);
  });

  test('leaves out what cannot run: shims of what is not installed, crashes, broken interpreters, what is no program', async () => {
    const shelf = await newShelf();
    await shelf.put('ruff', 'echo "pyenv: ruff: command not found; it exists in 3.11.2" >&2; exit 127');
    await shelf.put('node', 'kill -SEGV $$');
    await shelf.put('cargo', '#!/nonexistent/interpreter\n');
    await shelf.put('git', 'echo "git version 2.39.5"', { mode: 0o644 });
    await shelf.makeFolder('bin/make');
    await shelf.link('nowhere', 'bin/mypy');
    expect(await shelf.find()).toEqual([]);
  });

  test('takes the program that stands first on PATH, and passes over what is not executable', async () => {
    const shelf = await newShelf();
    await shelf.put('make', 'echo 1.1', { folder: 'one', mode: 0o644 });
    await shelf.put('make', 'echo 2.2', { folder: 'two' });
    await shelf.put('make', 'echo 3.3', { folder: 'three' });
    const searchPath = ['none', 'one', 'two', 'three'].map((folder) => path.join(shelf.root, folder)).join(':');
    expect(versionsOf(await shelf.find({ searchPath }))).toEqual(['make 2.2']);
  });
});

describe('what is never started', () => {
  test('takes nothing from the project: not by an entry of PATH, not by a link to it or out of it', async () => {
    const shelf = await newShelf();
    const mark = path.join(shelf.root, 'mark');
    for (const name of ['eslint', 'prettier', 'make']) {
      await shelf.put(name, `: > ${mark}; echo 1.0`, { folder: 'project/node_modules/.bin' });
    }
    await shelf.link('project/node_modules/.bin', 'outside-link');
    await shelf.link('project/node_modules/.bin/make', 'bin/make');
    await shelf.put('jest', `: > ${mark}; echo 1.0`, { folder: 'elsewhere' });
    await shelf.link('elsewhere', 'project/inside-link');
    const entries = [
      'project/node_modules/.bin',
      'outside-link',
      'bin',
      'project/inside-link',
      'project/../project/node_modules/.bin',
    ];
    const searchPath = entries.map((entry) => `${shelf.root}/${entry}`).join(':');
    expect(await shelf.find({ searchPath })).toEqual([]);
    expect(existsSync(mark)).toBe(false);
  });

  test('goes on to the next entry where the first leads into the project', async () => {
    const shelf = await newShelf();
    await shelf.put('make', 'echo 1.1', { folder: 'project' });
    await shelf.link('project/make', 'bin/make');
    await shelf.put('make', 'echo 2.2', { folder: 'usr' });
    expect(versionsOf(await shelf.find({ searchPath: `${shelf.root}/bin:${shelf.root}/usr` }))).toEqual(['make 2.2']);
  });

  test('knows the project behind a link to it', async () => {
    const shelf = await newShelf();
    await shelf.put('make', 'echo 1.1', { folder: 'project/bin' });
    await shelf.link('project', 'alias');
    const projectRoot = path.join(shelf.root, 'alias');
    for (const entry of ['alias/bin', 'project/bin']) {
      expect(await findTools({ searchPath: path.join(shelf.root, entry), projectRoot })).toEqual([]);
    }
  });

  test.each(['', ':', '.', 'bin:./bin::../bin'])('finds nothing on the relative PATH "%s"', async (searchPath) => {
    const shelf = await newShelf();
    await shelf.put('make', 'echo 1.1');
    expect(await shelf.find({ searchPath })).toEqual([]);
  });
});

describe('how a program is asked', () => {
  test('starts it in an empty folder that is gone afterwards, without input, with neither secrets nor code', async () => {
    const shelf = await newShelf();
    const [seen, place] = [path.join(shelf.root, 'seen'), path.join(shelf.root, 'place')];
    vi.stubEnv('MY_TOKEN', 'hush');
    vi.stubEnv('NODE_OPTIONS', '--require /tmp/evil.js');
    vi.stubEnv('JAVA_TOOL_OPTIONS', '-javaagent:/tmp/evil.jar');
    vi.stubEnv('GIT_CONFIG_GLOBAL', '/tmp/evil');
    vi.stubEnv('npm_config_prefix', '/tmp/evil');
    vi.stubEnv('HOME', path.join(shelf.project, 'home'));
    vi.stubEnv('JAVA_HOME', '/opt/java');
    await shelf.put('make', `/usr/bin/env > ${seen}; { pwd; /bin/ls -A; /bin/cat; } > ${place}; echo 1.1`);
    const searchPath = `${shelf.project}/bin:${shelf.root}/bin:relative`;
    expect(versionsOf(await shelf.find({ searchPath }))).toEqual(['make 1.1']);
    const environment = readFileSync(seen, 'utf8').split('\n');
    const folder = readFileSync(place, 'utf8').trim();
    expect(environment).toEqual(
      expect.arrayContaining([`PATH=${shelf.root}/bin`, 'LANG=C.UTF-8', 'JAVA_HOME=/opt/java', `HOME=${folder}`]),
    );
    expect(environment.filter((line) => /hush|evil|project/.test(line))).toEqual([]);
    expect(path.isAbsolute(folder) && !folder.startsWith(shelf.project)).toBe(true);
    expect(existsSync(folder)).toBe(false);
  });

  test('kills a program that hangs, with its child; it stays', async () => {
    const shelf = await newShelf();
    const pids = path.join(shelf.root, 'pids');
    await shelf.put('make', `/bin/sleep 60 & echo $! $$ > ${pids}; echo "make 4.3"; wait`);
    expect(versionsOf(await shelf.find({ timeoutMs: 700 }))).toEqual(['make 4.3']);
    await expectGone(pids, 2);
  });

  test('kills a program that floods; it stays, with the version that it said first', async () => {
    const shelf = await newShelf();
    const pids = path.join(shelf.root, 'pids');
    await shelf.put('git', `echo $$ > ${pids}; echo "git version 2.39.5"; exec /usr/bin/yes`);
    expect(versionsOf(await shelf.find({ timeoutMs: 20_000 }))).toEqual(['git 2.39.5']);
    await expectGone(pids, 1);
  });

  test('leaves nothing of a program that has ended', async () => {
    const shelf = await newShelf();
    const pids = path.join(shelf.root, 'pids');
    await shelf.put('make', `/bin/sleep 60 & echo $! > ${pids}; echo "make 4.3"`);
    expect(versionsOf(await shelf.find())).toEqual(['make 4.3']);
    await expectGone(pids, 1);
  });

  test('stops what runs when it is aborted', async () => {
    const shelf = await newShelf();
    const pids = path.join(shelf.root, 'pids');
    await shelf.put('make', `echo $$ > ${pids}; exec /bin/sleep 60`);
    const controller = new AbortController();
    const finding = findTools({ searchPath: `${shelf.root}/bin`, projectRoot: shelf.project, signal: controller.signal });
    await vi.waitFor(() => expect(readFileSync(pids, 'utf8')).toMatch(/\d\n/), { interval: 5 });
    controller.abort(new Error('not wanted any more'));
    await expect(finding).rejects.toThrow('not wanted any more');
    await expectGone(pids, 1);
  });

  test('asks at most four at a time', async () => {
    const shelf = await newShelf();
    const log = path.join(shelf.root, 'log');
    const names = ['make', 'git', 'node', 'npm', 'go', 'cargo', 'ruff', 'mypy'];
    for (const name of names) await shelf.put(name, `echo + >> ${log}; /bin/sleep 0.05; echo - >> ${log}; echo 1.1`);
    expect(await shelf.find()).toHaveLength(names.length);
    let running = 0;
    const counts = readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((mark) => (running += mark === '+' ? 1 : -1));
    expect([2, 3, 4]).toContain(Math.max(...counts));
  });
});

/** A process that was killed is there until whoever has inherited it has looked. */
async function expectGone(file: string, count: number): Promise<void> {
  const pids = readFileSync(file, 'utf8').trim().split(' ');
  expect(pids).toHaveLength(count);
  for (let round = 0; round < 100 && pids.some(isRunning); round += 1) await pause(10);
  expect(pids.filter(isRunning)).toEqual([]);
}

function isRunning(pid: string): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
