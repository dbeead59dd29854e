import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { parse } from 'yaml';
import { expectDocument } from './documents.ts';
import { fixtures, jsonLines, test, type Parsed } from './sandbox.ts';

const verbs = [
  'run',
  'resume',
  'cancel',
  'pause',
  'unpause',
  'quarantine',
  'ls',
  'show',
  'events',
  'logs',
  'watch',
  'validate',
  'plan',
  'schema',
  'doctor',
  'gc',
  'completion',
  'route',
  'tools',
  'stats',
  'explain',
  'init',
  'machines',
  'verify',
  'generate-tests',
  'coverage',
  'simulate',
  'inspect',
];

describe.concurrent('the verbs on a run that succeeded', () => {
  test('run --json: events, then the record; every line is what its schema says', async ({ box }) => {
    const { code, stdout, stderr } = await box.cli('run', box.use('pipeline'), '--json', '--origin', 'ci', '-p', 'who=all');
    expect([code, stderr]).toEqual([0, '']);
    const lines = jsonLines(stdout);
    const record = lines.pop();
    await expectDocument(box, 'run_record', record);
    expect(record).toMatchObject({ state: 'succeeded', exit_code: 0, origin: { trigger_type: 'ci' } });
    for (const event of lines) await expectDocument(box, 'run_event', event);
    expect(lines[0].kind).toBe('run_created');
    expect(lines.at(-1)).toMatchObject({ kind: 'run_state_changed', payload: { to: 'succeeded' } });
    const stored = await box.json('events', '@latest');
    expect(stored.value).toEqual(lines);
    const followed = await box.json('events', '@latest', '-f');
    expect(followed.lines).toEqual(lines);
    const watched = await box.json('watch', '@latest');
    expect([watched.code, watched.lines]).toEqual([0, [...lines, record]]);
  });

  test('ls, show, logs, doctor: plain and as documents', async ({ box }) => {
    const { id } = box;
    expect((await box.cli('run', box.use('pipeline'), '--id', id)).code).toBe(0);
    const list = await box.json('ls');
    await expectDocument(box, 'run_list', list.value);
    expect(list.value.runs).toMatchObject([
      { run_id: id, workflow: 'pipeline', state: 'succeeded', exit_code: 0, steps_total: 4 },
    ]);
    expect((await box.cli('ls')).stdout).toMatch(new RegExp(`${id}\\s+pipeline\\s+succeeded`));
    expect((await box.json('ls', '--state', 'failed')).value.runs).toEqual([]);
    const details = await box.json('show', id.slice(0, 12).toLowerCase());
    await expectDocument(box, 'run_details', details.value);
    expect(details.value.attempts).toHaveLength(4);
    for (const attempt of details.value.attempts) await expectDocument(box, 'step_attempt', attempt);
    const shown = (await box.cli('show', id)).stdout;
    for (const word of ['succeeded', 'greet', 'count', 'twice', 'last', 'greeting']) expect(shown).toContain(word);
    expect((await box.cli('logs', id, 'greet')).stdout).toBe('hello world\n');
    expect((await box.cli('logs', id)).stdout.split('\n').sort().join('\n')).toMatch(/greet.*hello world/);
    const lines = await box.json('logs', id);
    for (const line of lines.lines) await expectDocument(box, 'log_line', line);
    expect(lines.lines.filter((line) => line.step_id === 'count').map((line) => line.line)).toEqual(['hello world', '5']);
    const doctor = await box.json('doctor');
    await expectDocument(box, 'doctor_report', doctor.value);
    expect([doctor.code, doctor.value.ok]).toEqual([0, true]);
    expect(doctor.value.heads.map((head: Parsed) => head.store).sort()).toEqual([id, 'index']);
    expect((await box.cli('doctor')).code).toBe(0);
  });

  test('the store can be read by its owner alone', async ({ box }) => {
    expect((await box.cli('run', box.use('pipeline'))).code).toBe(0);
    const all = ['.', ...readdirSync(box.store, { recursive: true, encoding: 'utf8' })];
    const modes = all.map((name) => {
      const stat = statSync(join(box.store, name));
      return `${stat.isDirectory() ? 'folder' : 'file'} ${(stat.mode & 0o777).toString(8)}`;
    });
    expect([...new Set(modes)].sort()).toEqual(['file 600', 'folder 700']);
  });
});

describe.concurrent('the verbs that read no store', () => {
  test('validate, plan and run --dry-run store nothing', async ({ box }) => {
    const file = box.use('pipeline');
    const valid = await box.json('validate', file, box.use('failing'));
    await expectDocument(box, 'validate_report', valid.value);
    expect([valid.code, valid.value.valid, valid.value.files.map((each: Parsed) => each.steps)]).toEqual([0, true, [4, 4]]);
    expect((await box.cli('validate', file)).code).toBe(0);
    const plan = await box.json('plan', file);
    await expectDocument(box, 'plan_report', plan.value);
    const dry = await box.json('run', file, '--dry-run');
    expect(dry.value).toEqual(plan.value);
    const text = (await box.cli('plan', file)).stdout;
    for (const step of ['greet', 'count', 'twice', 'last']) expect(text).toContain(step);
    expect(readdirSync(box.folder)).not.toContain('.stateyard');
  });

  test('schema lists documents and prints each; the schema of a workflow takes the workflow files of these tests', async ({
    box,
  }) => {
    const { value } = await box.json('schema');
    await expectDocument(box, 'schema_list', value);
    const names: string[] = value.documents.map((each: Parsed) => each.name);
    for (const name of names) {
      const printed = await box.cli('schema', name);
      expect(printed, name).toMatchObject({ code: 0, stderr: '' });
      expect(JSON.parse(printed.stdout).$schema, name).toContain('2020-12');
    }
    for (const name of readdirSync(join(fixtures, 'workflows'))) {
      await expectDocument(box, 'workflow', parse(readFileSync(join(fixtures, 'workflows', name), 'utf8')));
    }
  });

  test('completion, --help and --version', async ({ box }) => {
    const { value } = await box.json('completion', 'bash');
    await expectDocument(box, 'completion_script', value);
    const help = await box.cli('--help');
    expect([help.code, help.stderr]).toEqual([0, '']);
    for (const verb of verbs) expect(help.stdout).toContain(verb);
    const each = await Promise.all(['run', 'resume'].map((verb) => box.cli(verb, '--help')));
    expect(each.map(({ code, stdout }) => [code, stdout.includes('130')])).toEqual([
      [0, true],
      [0, true],
    ]);
    expect((await box.cli('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('--quiet prints results and errors alone', async ({ box }) => {
    expect(await box.cli('run', box.use('pipeline'), '--quiet')).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const failed = await box.cli('run', box.use('failing'), '-q');
    expect([failed.code, failed.stdout]).toEqual([1, '']);
    expect(failed.stderr).toContain('bad: exit code 3');
  });

  test('a failed run tells its reason, the end of the output and the commands to go on', async ({ box }) => {
    const { code, stderr, stdout } = await box.cli('run', box.use('failing'));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('it went wrong');
    expect(stderr).toContain('exit code 3');
    expect(stderr).toMatch(/stateyard logs [0-7][0-9A-Z]{25} bad/);
    expect(stderr).toMatch(/stateyard show [0-7][0-9A-Z]{25}/);
  });
});
