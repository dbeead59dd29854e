import { describe, expect, it } from 'vitest';
import { recogniseDocument } from '../../../../src/workflow/document-kind.ts';
import { loadWorkflow } from '../../../../src/workflow/load.ts';
import { Problems } from '../../../../src/workflow/problems.ts';
import { SourceText } from '../../../../src/workflow/source-text.ts';
import { parseYaml } from '../../../../src/workflow/yaml-document.ts';
import { mistakesOf } from './document-texts.ts';

function kindOf(text: string): string {
  const root = parseYaml(new SourceText('d', text), new Problems());
  if (root === null) throw new Error('cannot be read');
  return recogniseDocument(root).kind;
}

describe('what a file is', () => {
  it.each([
    ['steps: {}', 'workflow'],
    ['{ workstream_id: a, steps: {} }', 'workflow'],
    ['workstream_id: a', 'workstream_spec'],
    ['{ name: a, tasks: [] }', 'workstream_spec'],
    ['task_id: a', 'task_spec'],
    ['{ phase_id: a, acceptance: {} }', 'phase_spec'],
    ['{ apps: {}, routing: {} }', 'router_config'],
    ['{ name: a, kind: b, depends_on: [c] }', 'task_spec'],
    ['{ project_id: a, objective: b, name: c }', 'workstream_spec'],
    ['{ name: a, category: b, constraints: {} }', 'phase_spec'],
    ['{ version: 1.0.0, apps: {} }', 'router_config'],
    ['{ name: a, tasks: {} }', 'workflow'],
    ['{ name: a }', 'workflow'],
    ['{ nothing: known }', 'workflow'],
    ['[a]', 'workflow'],
    ['a', 'workflow'],
  ])('%s is a %s', (text, kind) => {
    expect(kindOf(text)).toBe(kind);
  });

  it('is a workflow where its mistakes are those of one', () => {
    expect(mistakesOf('name: a\ntasks: { b: { run: x } }\n')).toEqual([
      ['SY103 1 |n| "steps" is missing', 'expected a mapping of step ids to steps at "steps"'],
      ['SY102 2 |tasks| unknown key "tasks" in a workflow', 'here it is called "steps"'],
    ]);
  });

  it('is never run where it is a router configuration', () => {
    expect(mistakesOf('version: 1.0.0\napps: {}\nrouting: {}\n')).toEqual([
      [
        'SY101 1 |v| the file is a router configuration: it cannot be run',
        'name it with --router, beside a workflow, workstream, task or phase',
      ],
    ]);
  });

  it('decides which document is checked, so that every mistake of it is told', () => {
    const found = mistakesOf('task_id: a\nkind: [b]\nname: c\nmore: d\n').map(([line]) => line);
    expect(found).toEqual(['SY101 2 |[b]| "kind": expected a text, found a list', 'SY102 4 |more| unknown key "more" in a task']);
    const twice = loadWorkflow({ path: 'd', text: 'task_id: a\nkind: b\nname: c\nname: d\n' });
    expect(twice.ok ? [] : twice.diagnostics.map(({ code, line }) => `${code} ${line}`)).toEqual(['SY012 4']);
  });

  it('does not matter for the bound on mistakes', () => {
    const tasks = Array.from({ length: 1_005 }, () => '  - { task_id: a, name: n, kind: k }\n').join('');
    const head = 'workstream_id: w\nproject_id: p\nphase_id: h\nname: n\nobjective: o\ntasks:\n';
    expect(mistakesOf(head + tasks)).toHaveLength(1_000);
  });
});
