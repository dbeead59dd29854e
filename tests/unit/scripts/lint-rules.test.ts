import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');

/** File -> a line that breaks one rule of the house there, and the rule. */
const offences: Readonly<Record<string, { readonly text: string; readonly rule: string }>> = {
  'machines/a-clock.ts': { text: 'export const a = Date.now();\n', rule: 'no-restricted-globals' },
  'machines/a-chance.ts': { text: 'export const a = Math.random();\n', rule: 'no-restricted-properties' },
  'machines/a-timer.ts': { text: 'setTimeout(() => undefined, 1);\n', rule: 'no-restricted-globals' },
  'machines/a-disk.ts': { text: "import { readFileSync } from 'node:fs';\nreadFileSync('x');\n", rule: 'no-restricted-imports' },
  'router/a-source.ts': { text: "import { b } from '../src/b.ts';\nb();\n", rule: 'no-restricted-imports' },
  'schemas/a-machine.ts': { text: "import { b } from '../machines/b.ts';\nb();\n", rule: 'no-restricted-imports' },
  'src/store/an-engine.ts': { text: "import { b } from '../engine/b.ts';\nb();\n", rule: 'no-restricted-imports' },
  'src/engine/a-command.ts': { text: "import { b } from '../cli/b.ts';\nb();\n", rule: 'no-restricted-imports' },
  'src/default.ts': { text: 'export default 1;\n', rule: 'no-default-export' },
  'src/any.ts': { text: 'export const a = (b: any): void => b;\n', rule: 'no-explicit-any' },
  'src/parameters.ts': {
    text: 'export const a = (...[]: never[]) => 1;\nexport function b(c: 1, d: 1, e: 1, f: 1, g: 1) {\n  return [c, d, e, f, g];\n}\n',
    rule: 'max-params',
  },
  'src/long-function.ts': {
    text: `export function a(b: number[]) {\n${'  b.push(1);\n'.repeat(61)}}\n`,
    rule: 'max-lines-per-function',
  },
  'src/long-file.ts': { text: Array.from({ length: 401 }, (_, n) => `export const a${n} = ${n};\n`).join(''), rule: 'max-lines' },
  'src/branches.ts': {
    text: `export function a(b: number) {\n${'  if (b > 1) return b;\n'.repeat(12)}  return 0;\n}\n`,
    rule: 'complexity',
  },
  'src/cycle-a.ts': { text: "import { b } from './cycle-b.ts';\nexport const a = () => b();\n", rule: 'no-cycle' },
};

const innocent: Readonly<Record<string, string>> = {
  'src/cycle-b.ts': "import { a } from './cycle-a.ts';\nexport const b = (): unknown => a();\n",
  'src/engine/ports.ts': 'export interface Clock {\n  nowMs(): number;\n}\n',
  'src/tools/a-port.ts': "import type { Clock } from '../engine/ports.ts';\nexport type A = Clock;\n",
};

describe('the lint rules', () => {
  let folder = '';
  let found: Map<string, string[]>;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'stateyard-lint-'));
    await copyFile(path.join(root, '.oxlintrc.json'), path.join(folder, '.oxlintrc.json'));
    const texts = { ...innocent, ...Object.fromEntries(Object.entries(offences).map(([file, { text }]) => [file, text])) };
    for (const [file, text] of Object.entries(texts)) {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
      await writeFile(path.join(folder, file), text);
    }
    found = await lint(folder);
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it.each(Object.entries(offences))('refuse %s', (file, { rule }) => {
    expect(found.get(file)?.some((code) => code.includes(`(${rule})`))).toBe(true);
  });

  it('let the ports of the engine be known everywhere', () => {
    expect(found.get('src/tools/a-port.ts')).toBeUndefined();
  });
});

/** Runs the linter on a folder: file -> codes of what it found there. */
async function lint(folder: string): Promise<Map<string, string[]>> {
  const oxlint = path.join(root, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const stdout = await new Promise<string>((resolve) => {
    execFile(process.execPath, [oxlint, '--format=json', '.'], { cwd: folder }, (_error, text) => resolve(text));
  });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] };
  const byFile = new Map<string, string[]>();
  for (const { code, filename } of diagnostics) byFile.set(filename, [...(byFile.get(filename) ?? []), code]);
  return byFile;
}
