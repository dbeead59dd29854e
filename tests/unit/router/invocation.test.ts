import { describe, expect, test } from 'vitest';
import { invocationOf } from '../../../router/invocation.ts';
import type { Invocation, InvocationParts } from '../../../router/invocation.ts';
import { completeRequest } from '../../../router/request.ts';
import type { Adapter, App } from '../../../schemas/router-config.ts';
import { requestOf } from './route-fixture.ts';

const ids = { requestId: '01K00000000000000000000000', projectId: 'shop', createdBy: 'me', createdAt: '2026-01-01T00:00:00Z' };

function partsWith(
  more: Partial<InvocationParts> & { readonly scope?: Partial<InvocationParts['request']['resource_scope']> } = {},
) {
  const { scope, ...parts } = more;
  const draft = requestOf({ task_kind: 'code_edit' });
  const request = completeRequest(
    { ...draft, resource_scope: { ...draft.resource_scope, ...scope } },
    { ...ids, promptId: null },
  );
  return {
    toolId: 'alpha',
    promptText: '# OBJECTIVE\n\nGo.\n',
    promptFile: '/a/prompt.md',
    requestFile: '/a/request.json',
    request,
    ...parts,
  };
}

const appWith = (args: readonly string[], adapter: Adapter = {}): App => ({
  kind: 'tool',
  command: 'tools/edit it',
  args: [...args],
  capabilities: {},
  adapter,
});

function called(app: App, parts = partsWith()): Invocation {
  const made = invocationOf(app, parts);
  if ('problem' in made) throw new Error(made.problem);
  return made;
}

const problemOf = (app: App, parts = partsWith()) => {
  const made = invocationOf(app, parts);
  return 'problem' in made ? made.problem : null;
};

describe('the call of a tool', () => {
  test('is its program as one word, its arguments as they are, its files and its variables', () => {
    const parts = partsWith();
    expect(called(appWith(['--yes', '$HOME; {nothing} {{x}} {Prompt}']), parts)).toEqual({
      argv: ['tools/edit it', '--yes', '$HOME; {nothing} {{x}} {Prompt}'],
      files: { 'prompt.md': parts.promptText, 'request.json': `${JSON.stringify(parts.request, null, 2)}\n` },
      stdin: null,
      env: {
        STATEYARD_PROMPT_FILE: '/a/prompt.md',
        STATEYARD_REQUEST_FILE: '/a/request.json',
        STATEYARD_TASK_KIND: 'code_edit',
        STATEYARD_TOOL_ID: 'alpha',
      },
    });
    expect(called({ kind: 'tool', command: 'make', capabilities: {} }, parts).argv).toEqual(['make']);
  });

  test('gives the prompt on standard input', () => {
    expect(called(appWith([], { prompt: 'stdin' })).stdin).toBe('prompt.md');
  });

  test('gives the prompt as one argument, whatever is in it', () => {
    const promptText = '$& {read} "it\'s"\n--flag {prompt_file}';
    expect(called(appWith(['-p', '{prompt}', 'x{prompt}'], { prompt: 'argument' }), partsWith({ promptText })).argv).toEqual([
      'tools/edit it',
      '-p',
      promptText,
      'x{prompt}',
    ]);
  });

  test('gives files by their paths, also inside of an argument, and no path is read again', () => {
    const parts = partsWith({ promptFile: '/a/$&{request_file}/prompt.md' });
    const app = appWith(['--message-file={prompt_file}', '{request_file}', '{prompt_file}:{request_file}'], { prompt: 'file' });
    expect(called(app, parts).argv.slice(1)).toEqual([
      '--message-file=/a/$&{request_file}/prompt.md',
      '/a/request.json',
      '/a/$&{request_file}/prompt.md:/a/request.json',
    ]);
  });

  test('gives each pattern of a scope as an argument of its own, nothing for none, and a dot for everything', () => {
    const parts = partsWith({ scope: { read: ['**'], write: ['src/a b.ts', 'src/{x,y}/**'], create: [] } });
    expect(called(appWith(['{read}', '--', '{write}', '{create}', 'x{write}']), parts).argv.slice(1)).toEqual([
      '.',
      '--',
      'src/a b.ts',
      'src/{x,y}/**',
      'x{write}',
    ]);
  });

  test('has the variables of the configuration, too', () => {
    const env = called(appWith([], { environment: { CI: '1', __proto__x: '2' } })).env;
    expect(env).toMatchObject({ CI: '1', __proto__x: '2', STATEYARD_TOOL_ID: 'alpha' });
  });

  test('has no prompt where there is none', () => {
    const { files, env } = called(appWith([]), partsWith({ promptText: '' }));
    expect(Object.keys(files)).toEqual(['request.json']);
    expect(env).not.toHaveProperty('STATEYARD_PROMPT_FILE');
  });
});

describe('a tool cannot be called', () => {
  test.each(['stdin', 'file', 'argument'] as const)('without a prompt, where it takes one: %s', (prompt) => {
    expect(problemOf(appWith(['{prompt}', '{prompt_file}'], { prompt }), partsWith({ promptText: '' }))).toContain(
      'there is none',
    );
  });

  test('where the prompt would not reach it', () => {
    expect(problemOf(appWith(['-p={prompt}'], { prompt: 'argument' }))).toContain('none of its args is "{prompt}"');
    expect(problemOf(appWith([], { prompt: 'file' }))).toContain('none of its args holds "{prompt_file}"');
  });

  test('with a prompt of more than 100 KiB as an argument, counted in bytes', () => {
    const app = appWith(['{prompt}'], { prompt: 'argument' });
    expect(problemOf(app, partsWith({ promptText: 'x'.repeat(100 * 1024) }))).toBeNull();
    expect(problemOf(app, partsWith({ promptText: 'x'.repeat(100 * 1024 + 1) }))).toContain('stdin or a file');
    expect(problemOf(app, partsWith({ promptText: 'é'.repeat(50 * 1024 + 1) }))).toContain('102402 bytes');
    expect(problemOf(appWith([], { prompt: 'stdin' }), partsWith({ promptText: 'x'.repeat(200 * 1024) }))).toBeNull();
  });

  test('with more than 1 MiB of arguments', () => {
    const read = Array.from({ length: 1200 }, (_, index) => `${index}${'x'.repeat(900)}`);
    expect(problemOf(appWith(['{read}']), partsWith({ scope: { read } }))).toContain('at most 1048576');
  });

  test('with a NUL character anywhere', () => {
    expect(problemOf(appWith(['a', 'b\0']))).toBe('its argument 2 holds a NUL character');
    expect(problemOf({ ...appWith([]), command: 'a\0' })).toBe('its command holds a NUL character');
    expect(problemOf(appWith([]), partsWith({ promptText: 'a\0' }))).toBe('the prompt holds a NUL character');
    expect(problemOf(appWith([], { environment: { A: '\0' } }))).toContain('"A" of its environment holds a NUL');
  });

  test('without a command, or with variables that cannot be', () => {
    expect(problemOf({ ...appWith([]), command: '' })).toBe('its command is empty');
    expect(problemOf(appWith([], { environment: { 'A=B': 'x' } }))).toContain('has a name that none can have');
    expect(problemOf(appWith([], { environment: { '': 'x' } }))).toContain('has a name that none can have');
    expect(problemOf(appWith([], { environment: { STATEYARD_OUTPUT: 'x' } }))).toContain("stateyard's own");
  });
});
