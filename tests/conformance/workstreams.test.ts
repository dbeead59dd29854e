import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { test, type Parsed, type Sandbox } from './sandbox.ts';
import { writeTools } from './tool-box.ts';

const phase = {
  phase_id: 'build',
  name: 'Build',
  category: 'work',
  resource_scope: { type: 'files', read: ['**'], write: ['src/**'], create: ['src/**'], forbidden: ['src/secret/**'] },
  constraints: {
    patch: { max_files_changed: 5 },
    tests: { tests_must_run: true, tests_must_pass: true, test_command: 'echo tested >> "$TRACE"' },
  },
  allowed_tools: ['a', 'b'],
  disallowed_tools: ['b'],
  acceptance: {
    mode: 'all',
    checks: [{ id: 'whole', type: 'command', command: 'echo whole >> "$TRACE"' }],
    post_actions: ['echo after >> "$TRACE"'],
  },
};

function workstream(tasks: readonly object[], more: object = {}): object {
  return {
    workstream_id: 'ws-1',
    project_id: 'shop',
    phase_id: 'build',
    name: 'Basket',
    objective: 'Build the basket.',
    tasks,
    ...more,
  };
}

function writeDocuments(box: Sandbox, tasks: readonly object[], more: object = {}): void {
  writeTools(box, { a: { script: 'echo "$STATEYARD_STEP_ID" >> "$TRACE"' }, b: { script: 'exit 0' }, c: { script: 'exit 0' } });
  box.write('phase.json', JSON.stringify(phase, null, 2));
  box.write('ws.json', JSON.stringify(workstream(tasks, more), null, 2));
}

describe.concurrent('documents of work', () => {
  test('run directly: a workstream in a phase, in the order that its tasks say, each with the tests of the phase', async ({
    box,
  }) => {
    const tasks = [
      { task_id: 'draw', name: 'Draw it', kind: 'work' },
      { task_id: 'code', name: 'Code it', kind: 'work', depends_on: ['draw'] },
    ];
    writeDocuments(box, tasks, { acceptance: { checks: [{ id: 'last', type: 'command', command: 'echo last >> "$TRACE"' }] } });
    const { code, stderr } = await box.cli('run', 'ws.json', '--phase', 'phase.json');
    expect(code, stderr).toBe(0);
    expect(box.trace()).toEqual(['draw', 'tested', 'code', 'tested', 'last']);
    const { value } = await box.json('show', '@latest');
    expect(value.run).toMatchObject({ project_id: 'shop', phase_id: 'build', workstream_id: 'ws-1' });
    expect(value.attempts.map(({ tool_id: tool }: Parsed) => tool)).toEqual(['a', 'shell', 'a', 'shell', 'shell']);
  });

  test('run directly: a phase is its acceptance', async ({ box }) => {
    writeDocuments(box, [{ task_id: 'draw', name: 'Draw it', kind: 'work' }]);
    const { code, stderr } = await box.cli('run', 'phase.json');
    expect(code, stderr).toBe(0);
    expect(box.trace().sort()).toEqual(['after', 'tested', 'whole']);
    expect(box.trace().at(-1)).toBe('after');
  });

  test('run in the top folder of their project, wherever they lie', async ({ box }) => {
    mkdirSync(join(box.folder, 'phases', 'deep'), { recursive: true });
    const checks = [{ id: 'where', type: 'command', command: 'pwd >> "$TRACE"' }];
    const plain = { ...phase, constraints: {}, acceptance: { mode: 'all', checks } };
    box.write('phases/deep/phase.json', JSON.stringify(plain, null, 2));
    const { code, stderr } = await box.cli('run', 'phases/deep/phase.json');
    expect(code, stderr).toBe(0);
    expect(box.trace()).toEqual([realpathSync(box.folder)]);
  });

  test('run directly: a single task', async ({ box }) => {
    writeDocuments(box, [{ task_id: 'draw', name: 'Draw it', kind: 'work' }]);
    box.write('task.yaml', 'task_id: alone\nname: Draw it\nkind: work\n');
    const { code, stderr } = await box.cli('run', 'task.yaml');
    expect(code, stderr).toBe(0);
    expect(box.trace()).toEqual(['alone']);
  });

  test('are refused where a task wants what its phase forbids, each with its code and field, and nothing is stored', async ({
    box,
  }) => {
    const refusals: [object, string, string][] = [
      [{ resource_scope_delta: { write: ['docs/x'] } }, 'files_scope_violation', 'docs/x'],
      [{ resource_scope_delta: { write: ['src/secret/key'] } }, 'files_scope_violation', 'src/secret/key'],
      [{ constraints_delta: { patch: { max_files_changed: 9 } } }, 'constraint_weakened', 'max_files_changed'],
      [{ execution_request_template: { routing: { allowed_tools: ['b'] } } }, 'tool_not_permitted_for_phase', '"b"'],
      [{ kind: 'unheard_of' }, 'no_routable_tool_for_phase', 'unheard_of'],
    ];
    for (const [delta, code, what] of refusals) {
      writeDocuments(box, [{ task_id: 'draw', name: 'Draw it', kind: 'work', ...delta }]);
      const ended = await box.cli('run', 'ws.json', '--phase', 'phase.json');
      expect(ended.code, ended.stderr).toBe(3);
      expect(ended.stderr).toContain(code);
      expect(ended.stderr).toContain(what);
      expect(ended.stderr).toContain('ws.json:');
    }
    expect((await box.cli('run', 'ws.json')).stderr).toContain('phase_not_found');
    expect((await box.json('ls')).value.runs).toEqual([]);
  });
});
