import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { expectDocument } from './documents.ts';
import { fixtures, test, type Sandbox, type Parsed } from './sandbox.ts';

describe.concurrent('an invalid workflow file', () => {
  test('tells all its mistakes at once, in the order of the file, each with place, code and hint; nothing is stored', async ({
    box,
  }) => {
    copyFileSync(join(fixtures, 'invalid/mistakes.yaml'), join(box.folder, 'mistakes.yaml'));
    const { code, stdout, stderr } = await box.cli('run', 'mistakes.yaml');
    expect([code, stdout]).toEqual([3, '']);
    const places = [...stderr.matchAll(/mistakes\.yaml:(\d+):(\d+)/g)].map(([, line]) => Number(line));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(new Set(places)).toEqual(new Set([2, 4, 7, 8, 10, 12, 13]));
    for (const hint of ['max_parallel', 'integer', 'count', 'build'])
      expect(stderr).toMatch(new RegExp(`did you mean.*${hint}`, 'i'));
    expect(stderr).toContain('^');
    const { value, code: jsonCode } = await box.json('run', 'mistakes.yaml');
    await expectDocument(box, 'error_report', value);
    expect([jsonCode, value.error.diagnostics.map((each: Parsed) => each.line)]).toEqual([3, places]);
    const report = await box.json('validate', 'mistakes.yaml');
    await expectDocument(box, 'validate_report', report.value);
    expect([report.code, report.value.files[0].diagnostics]).toEqual([3, value.error.diagnostics]);
    expect((await box.cli('plan', 'mistakes.yaml')).code).toBe(3);
    expect(existsSync(box.store)).toBe(false);
  });

  test('what the format has but this release cannot run is refused, never ignored', async ({ box }) => {
    const steps = ['workflow: other.yaml', 'run: echo\n    matrix: { os: [a, b] }', 'run: echo\n    on_interrupted: ask'];
    for (const [at, step] of steps.entries()) {
      box.write(`later-${at}.yaml`, `name: later\nsteps:\n  it:\n    ${step}\n`);
      const { code, stderr } = await box.cli('run', `later-${at}.yaml`);
      expect([step, code]).toEqual([step, 3]);
      expect(stderr, step).toContain('SY401');
    }
    expect(existsSync(box.store)).toBe(false);
  });

  test('of JSON is read as well', async ({ box }) => {
    box.write('flow.json', JSON.stringify({ name: 'json', steps: { it: { run: 'echo from json' } } }));
    expect((await box.cli('run', 'flow.json')).code).toBe(0);
    expect(await box.log('it')).toBe('from json\n');
  });
});

const megabyte = 1_048_576;

function aliasBomb(): string {
  const levels = Array.from({ length: 12 }, (_, at) => `  v${at + 1}: &v${at + 1} [${`*v${at}, `.repeat(9)}*v${at}]`);
  return `name: bomb\nx:\n  v0: &v0 [a]\n${levels.join('\n')}\nsteps:\n  a: { run: echo }\n`;
}

function ring(size: number): string {
  const steps = Array.from({ length: size }, (_, at) => `  s${at}: { needs: s${(at + 1) % size}, run: echo }`);
  return `name: ring\nsteps:\n${steps.join('\n')}\n`;
}

/** Name, contents, and the one message that is expected. */
const hostileFiles: readonly (readonly [string, () => string | Uint8Array, RegExp])[] = [
  ['duplicate keys', () => 'name: x\nsteps:\n  a: { run: echo }\n  a: { run: echo }\n', /SY012/],
  ['__proto__', () => 'name: x\nsteps:\n  __proto__: { run: echo }\n  a: { run: echo }\n', /SY013/],
  ['alias bomb', aliasBomb, /SY0(07|11)/],
  ['alias of itself', () => 'name: x\nsteps: &a\n  b: *a\n', /SY011/],
  ['10 MB', () => `name: x\nsteps:\n  a: { run: echo } # ${'x'.repeat(10 * megabyte)}\n`, /SY001/],
  ['2 MB in one text', () => `name: x\nsteps:\n  a:\n    run: "${'x'.repeat(1.9 * megabyte)}"\n`, /SY008/],
  ['2 MB of brackets', () => `name: x\nsteps: ${'['.repeat(1.9 * megabyte)}`, /SY0(06|07)/],
  ['2 MB of list entries', () => `name: x\nsteps:\n${'- a\n'.repeat(450_000)}`, /SY0(07)|SY101/],
  ['deep nesting', () => `name: x\nsteps: ${'{ a: '.repeat(5_000)}1${' }'.repeat(5_000)}\n`, /SY006/],
  [
    'deep nesting by indentation',
    () => `name: x\n${Array.from({ length: 1_000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n')}\n`,
    /SY006/,
  ],
  [
    'invalid UTF-8',
    () => Buffer.concat([Buffer.from('name: x\nsteps:\n  a: { run: "'), Buffer.from([0xc3, 0x28]), Buffer.from('" }\n')]),
    /SY002/,
  ],
  ['NUL', () => 'name: x\0\nsteps:\n  a: { run: echo }\n', /SY003/],
  ['a cycle of 10,000', () => ring(10_000), /SY203/],
  [
    'a deep expression',
    () => `name: x\nsteps:\n  a:\n    if: \${{ ${'('.repeat(20_000)}1${')'.repeat(20_000)} }}\n    run: echo\n`,
    /SY301|SY105|SY008/,
  ],
  [
    'a slow pattern',
    () => `name: x\nparams:\n  p: { type: string, pattern: "(", default: ${'a'.repeat(50)} }\nsteps:\n  a: { run: echo }\n`,
    /SY107/,
  ],
  ['nothing', () => '', /SY004/],
  ['two documents', () => 'name: x\nsteps:\n  a: { run: echo }\n---\nname: y\n', /SY005/],
  ['a tag', () => 'name: !!js/function "x"\nsteps:\n  a: { run: echo }\n', /SY010/],
];

interface Usage {
  readonly peakKib: number;
  readonly cpuMs: number;
}

async function refused(box: Sandbox, contents: string | Uint8Array): Promise<{ stderr: string; usage: Usage }> {
  box.write('hostile.yaml', contents);
  const env = {
    NODE_OPTIONS: `--import=${join(import.meta.dirname, 'report-usage.mjs')}`,
    USAGE_FILE: join(box.folder, 'usage.json'),
  };
  const { code, stdout, stderr } = await box.start(['run', 'hostile.yaml'], { env }).ended;
  expect([code, stdout]).toEqual([3, '']);
  return { stderr, usage: JSON.parse(box.read('usage.json')) as Usage };
}

describe.concurrent('a hostile workflow file', () => {
  test.for(hostileFiles)(
    '%s: exit 3, one clear message, in little time and memory, nothing stored',
    async ([name, contents, message], { box }) => {
      const { stderr, usage } = await refused(box, contents());
      expect(stderr).toMatch(message);
      expect(stderr.match(/SY\d{3}/g), stderr.slice(0, 2_000)).toHaveLength(1);
      expect(stderr.length).toBeLessThan(3_000);
      expect(stderr).not.toMatch(/\n\s+at /);
      // The time of the processor, with room for a machine whose processors are shared: the wall clock would fail on a busy one.
      expect(usage.cpuMs).toBeLessThan(3_000);
      expect(usage.peakKib).toBeLessThan(150_000);
      expect(readdirSync(box.folder)).not.toContain('.stateyard');
      if (process.env['STATEYARD_PRINT_FIGURES'] === '1')
        console.log(`${name}: ${Math.round(usage.cpuMs)} ms, ${Math.round(usage.peakKib / 1024)} MiB`);
    },
  );
});
