import { describe, expect, it } from 'vitest';
import { diagnosticAt } from '../../../../src/workflow/documents/diagnostic-at.ts';

const file = {
  path: 'w.yaml',
  text: 'name: x\nsteps:\n  a:\n    task: lint\n    allowed_tools: [one, two]\n    resource_scope:\n      write:\n        - src/**\n    prompt: |\n      Do it.\n',
};
const problem = { code: 'files_scope_violation', message: 'm', hint: 'h' };

describe('a mistake that is found after a file was loaded', () => {
  it.each([
    ['a text in a list', ['steps', 'a', 'allowed_tools', 1], '5:26-29'],
    ['a list on one line', ['steps', 'a', 'allowed_tools'], '5:20-30'],
    ['a text of a list in block style', ['steps', 'a', 'resource_scope', 'write', 0], '8:11-17'],
    ['a mapping by its key', ['steps', 'a', 'resource_scope'], '6:5-19'],
    ['a step by its id', ['steps', 'a'], '3:3-4'],
    ['the nearest ancestor of what does not exist', ['steps', 'a', 'constraints', 'patch', 'max_lines_changed'], '3:3-4'],
    ['the start of the file where nothing of the path exists', ['tasks', 0], '1:1-2'],
    ['the file as a whole', [], '1:1-2'],
  ])('is shown at %s', (_, path, expected) => {
    const { line, column, endColumn, ...rest } = diagnosticAt(file, path, problem);
    expect(`${line}:${column}-${endColumn}`).toBe(expected);
    expect(rest).toMatchObject({ ...problem, file: 'w.yaml' });
  });

  it('has the lines of its place, and nothing more of what it was made from', () => {
    const found = diagnosticAt(file, ['steps', 'a', 'task'], { ...problem, from: 'task' } as typeof problem);
    expect(found.context).toEqual({ before: '  a:', at: '    task: lint' });
    expect(Object.keys(found).sort()).toEqual(['code', 'column', 'context', 'endColumn', 'file', 'hint', 'line', 'message']);
  });

  it('is shown at the start of a file that cannot be read', () => {
    for (const text of ['a: [', '', `steps:\n${'  a: { run: x }\n'.repeat(1_005)}`]) {
      expect(diagnosticAt({ path: 'w.yaml', text }, ['a'], problem)).toMatchObject({ line: 1, column: 1 });
    }
  });
});
