import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { test } from './sandbox.ts';

const hasSqlite = spawnSync('sqlite3', ['--version']).status === 0;

function ask(database: string, sql: string): string[] {
  return execFileSync('sqlite3', ['-readonly', database, sql], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '');
}

// Needs the sqlite3 program; where it is missing these are reported as skipped.
describe.skipIf(!hasSqlite)('the databases of a run that has ended, opened by the sqlite3 program', () => {
  test('are whole, with the documented tables and the rows of the run', async ({ box }) => {
    const { id } = box;
    expect((await box.cli('run', box.use('pipeline'), '--id', id)).code).toBe(0);
    const run = join(box.store, 'runs', id, 'run.db');
    expect(ask(run, 'pragma integrity_check')).toEqual(['ok']);
    expect(ask(run, "select name from sqlite_master where type = 'table' order by name")).toEqual([
      'definitions',
      'documents',
      'meta',
      'run_events',
      'runs',
      'signals',
      'snapshots',
      'step_attempts',
      'steps',
    ]);
    expect(ask(run, 'select run_id, state, exit_code from runs')).toEqual([`${id}|succeeded|0`]);
    expect(ask(run, 'select step_id, state, attempts from steps order by position')).toEqual([
      'greet|succeeded|1',
      'count|succeeded|1',
      'twice|succeeded|1',
      'last|succeeded|1',
    ]);
    expect(ask(run, 'select count(*) = max(sequence) from run_events')).toEqual(['1']);
    expect(ask(run, "select json_extract(outputs, '$.greeting') from steps where step_id = 'greet'")).toEqual(['hello world']);
    const index = join(box.store, 'index.db');
    expect(ask(index, 'pragma integrity_check')).toEqual(['ok']);
    expect(ask(index, 'select run_id, workflow_name, state, steps_total from runs')).toEqual([`${id}|pipeline|succeeded|4`]);
    const columns = ask(run, "select name from pragma_table_info('step_attempts') order by cid");
    expect(columns.slice(0, 6)).toEqual(['step_attempt_id', 'run_id', 'sequence', 'step_id', 'attempt', 'tool_id']);
  });
});
