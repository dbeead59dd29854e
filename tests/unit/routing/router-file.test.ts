import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { loadRouterConfig, locateRouterFile, type RouterLookup } from '../../../src/routing/router-file.ts';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'stateyard-router-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

const lookup = (more: Partial<RouterLookup> = {}): RouterLookup => ({
  given: null,
  workflowFile: join(base, 'flows', 'w.yaml'),
  storeFolder: join(base, '.stateyard'),
  cwd: base,
  ...more,
});

describe('the router configuration is found', () => {
  test('by --router, else beside the workflow file, else beside the store, else as shipped', async () => {
    const shipped = await locateRouterFile(lookup());
    expect([shipped.origin, loadRouterConfig(shipped).version]).toEqual(['shipped', expect.stringMatching(/^\d+\./)]);
    await writeFile(join(base, 'router_config.json'), 'store');
    expect(await locateRouterFile(lookup())).toEqual({ path: join(base, 'router_config.json'), text: 'store', origin: 'store' });
    await mkdir(join(base, 'flows'));
    await writeFile(join(base, 'flows', 'router_config.json'), 'workflow');
    const beside = { path: join(base, 'flows', 'router_config.json'), text: 'workflow', origin: 'workflow' };
    expect(await locateRouterFile(lookup())).toEqual(beside);
    expect(await locateRouterFile(lookup({ workflowFile: 'flows/w.yaml', storeFolder: '.stateyard' }))).toEqual(beside);
    expect((await locateRouterFile(lookup({ workflowFile: null }))).origin).toBe('store');
    await writeFile(join(base, 'own.json'), 'given');
    const given = { path: 'own.json', text: 'given', origin: 'option' };
    expect(await locateRouterFile(lookup({ given: 'own.json' }))).toEqual(given);
  });

  test('or not, where the one that is named is not there', async () => {
    const missing = locateRouterFile(lookup({ given: 'none.json' }));
    await expect(missing).rejects.toMatchObject({
      code: 'router_not_found',
      exitCode: 4,
      message: 'the router configuration none.json does not exist',
      hint: expect.stringContaining('--router') as string,
    });
  });

  test('or not, where there is one that cannot be read', async () => {
    await mkdir(join(base, 'router_config.json'));
    await expect(locateRouterFile(lookup())).rejects.toMatchObject({
      code: 'router_not_found',
      message: `the router configuration ${join(base, 'router_config.json')} is a folder`,
    });
  });

  test('or not, where it is no text', async () => {
    await writeFile(join(base, 'router_config.json'), Buffer.from([0x7b, 0xff]));
    await expect(locateRouterFile(lookup())).rejects.toMatchObject({
      code: 'router_invalid',
      exitCode: 3,
      diagnostics: [{ code: 'SY002', line: 1, column: 2 }],
    });
  });
});

function problemsOf(text: string): readonly string[] {
  try {
    loadRouterConfig({ path: 'router_config.json', text });
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect([error.code, error.exitCode]).toEqual(['router_invalid', 3]);
    expect(error.message).toBe(
      `${error.diagnostics.length} error${error.diagnostics.length === 1 ? '' : 's'} in router_config.json`,
    );
    return error.diagnostics.map(
      ({ code, line, column, message, hint }) => `${code} ${line}:${column} ${message} (${hint ?? ''})`,
    );
  }
}

describe('a router configuration', () => {
  const app = 'kind: tool, command: x, capabilities: { task_kinds: [lint] }';

  test('is JSON, or YAML with comments', () => {
    const yaml = `# ours\nversion: 1.0.0\napps:\n  a: { ${app} }\nrouting: {}\n`;
    expect(loadRouterConfig({ path: 'f', text: yaml })).toEqual({
      version: '1.0.0',
      apps: { a: { kind: 'tool', command: 'x', capabilities: { task_kinds: ['lint'] } } },
      routing: {},
    });
  });

  test('that does not fit the schema is refused with the places of all its mistakes', () => {
    expect(problemsOf('{\n  "version": "1.0",\n  "apps": { "a": {} },\n  "routing": {},\n  "default": {}\n}')).toEqual([
      expect.stringMatching(/^SY101 2:14 "version": expected a version such as 1.0.0/),
      expect.stringMatching(/^SY103 3:13 "kind" is missing in "a"/),
      expect.stringMatching(/^SY103 3:13 "command" is missing in "a"/),
      expect.stringMatching(/^SY103 3:13 "capabilities" is missing in "a"/),
      expect.stringMatching(/^SY102 5:3 unknown key "default" in a router configuration \(did you mean "defaults"\?\)/),
    ]);
  });

  test('that makes no sense is refused, with the name that was meant', () => {
    const rules = '\n  - { id: r, match: { task_kind: [lint] }, select_from: [a, lintr], fallback_to: [a] }';
    const found = problemsOf(`version: 1.0.0\napps: { a: { ${app} }, linter: { ${app} } }\nrouting:\n rules:${rules}\n`);
    expect(found).toEqual([
      expect.stringMatching(/^SY601 5:61 .*lintr.*\(did you mean "linter"\?\)$/),
      expect.stringMatching(/^SY605 5:83 /),
    ]);
  });

  test('with a key that is there twice is refused', () => {
    expect(problemsOf(`version: 1.0.0\nversion: 1.0.0\napps: { a: { ${app} } }\nrouting: {}`)).toEqual([
      expect.stringMatching(/^SY012 2:1 /),
    ]);
  });
});
