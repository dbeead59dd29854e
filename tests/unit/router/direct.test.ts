import { describe, expect, test } from 'vitest';
import { routeDirect } from '../../../router/direct.ts';

describe('the decision for a step that names its own tool', () => {
  test('is the shell of a script, or the usual one', () => {
    expect(routeDirect({ kind: 'run', shell: ['python3', '-u'] })).toEqual({ toolId: 'python3', candidates: ['python3'] });
    expect(routeDirect({ kind: 'run', shell: null })).toEqual({ toolId: 'shell', candidates: ['shell'] });
    expect(routeDirect({ kind: 'run', shell: [] })).toEqual({ toolId: 'shell', candidates: ['shell'] });
  });

  test('is the program of a command, as a text or as a template without expressions', () => {
    expect(routeDirect({ kind: 'command', argv: ['npm', 'publish'] }).toolId).toBe('npm');
    expect(routeDirect({ kind: 'command', argv: [['npm'], ['publish']] }).toolId).toBe('npm');
  });

  test('is a person for a question', () => {
    expect(routeDirect({ kind: 'approve' })).toEqual({ toolId: 'person', candidates: ['person'] });
  });

  test('says only that it is a command when an expression names the program, or nothing does', () => {
    const expression = { source: 'params.tool' };
    expect(routeDirect({ kind: 'command', argv: [[expression]] }).toolId).toBe('command');
    expect(routeDirect({ kind: 'command', argv: [['bin/', expression]] }).toolId).toBe('command');
    expect(routeDirect({ kind: 'command', argv: [[]] }).toolId).toBe('command');
    expect(routeDirect({ kind: 'command', argv: [] }).toolId).toBe('command');
  });
});
