import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { figuresTable, generate, placeTable, type Figure } from '../scripts/generators/figures.mjs';
import { readFigures } from '../scripts/figures.mjs';

const root = resolve(import.meta.dirname, '..');

async function stored(): Promise<readonly Figure[]> {
  return (JSON.parse(await readFile(join(root, 'docs/figures.json'), 'utf8')) as { figures: readonly Figure[] }).figures;
}

describe('the figures of the README', () => {
  it('are those of docs/figures.json: `npm run generate` writes the table', async () => {
    const fresh = new Map(await generate(root));
    expect(await readFile(join(root, 'README.md'), 'utf8')).toBe(fresh.get('README.md'));
  });

  it('are there, count something, and no promise was broken', async () => {
    const figures = await stored();
    expect(figures.map(({ name }) => name)).toContain('kill-and-resume');
    expect(figures.filter(({ counts }) => Object.values(counts).every((count) => count === 0))).toEqual([]);
    expect(figures.filter(({ violations }) => violations !== 0)).toEqual([]);
  });
});

describe('the table', () => {
  it('has a row a suite, in a fixed order, known ones first', () => {
    const figures = [
      { name: 'other-thing', counts: { triedThings: 12_345, slowestMs: 1_500, grownMib: -2 }, violations: 1 },
      { name: 'simulation', counts: { lives: 10_000, crashes: 7 }, violations: 0 },
    ];
    const lines = figuresTable(figures).split('\n').slice(2);
    expect(lines).toEqual([
      expect.stringMatching(/^\| Simulated lives .* \| 10,000 lives, 7 crashes \| 0 \|$/),
      '| other thing | 12,345 tried things, slowest 1,500 ms, grown -2 MiB | 1 |',
    ]);
  });

  it('takes the place of the old one, and needs its markers', () => {
    expect(placeTable('a\n<!-- figures -->\nold\n<!-- /figures -->\nb', 'new')).toBe(
      'a\n<!-- figures -->\n\nnew\n\n<!-- /figures -->\nb',
    );
    expect(() => placeTable('a', 'new')).toThrow('markers');
  });
});

describe('collecting figures', () => {
  let top: string;
  const good = { name: 'kill-and-resume', counts: { kills: 3 }, violations: 0 };
  const collect = (): Promise<{ code: number; out: string }> =>
    new Promise((done) => {
      execFile(process.execPath, [join(top, 'scripts/figures.mjs'), '--from', join(top, 'from')], (error, out, err) =>
        done({ code: error === null ? 0 : Number(error.code), out: out + err }),
      );
    });

  beforeAll(async () => {
    top = await mkdtemp(join(tmpdir(), 'stateyard-figures-test-'));
    await cp(join(root, 'scripts'), join(top, 'scripts'), { recursive: true });
    await symlink(join(root, 'node_modules'), join(top, 'node_modules'));
    for (const folder of ['docs', 'from']) await mkdir(join(top, folder));
    await writeFile(join(top, 'README.md'), '<!-- figures -->\n<!-- /figures -->\n');
  });
  afterAll(() => rm(top, { recursive: true, force: true }));

  it('refuses to write without figures', async () => {
    expect(await collect()).toEqual({ code: 1, out: 'figures: no suite wrote figures\n' });
    expect(await readFile(join(top, 'README.md'), 'utf8')).toBe('<!-- figures -->\n<!-- /figures -->\n');
  });

  it('refuses what is no figure, and adds up the parts of a suite', async () => {
    const folder = join(top, 'bad');
    await mkdir(folder);
    for (const bad of [{ ...good, counts: {} }, { ...good, counts: { kills: '3' } }, { ...good, violations: '0' }, null]) {
      await writeFile(join(folder, 'a.json'), JSON.stringify(bad));
      await expect(readFigures(folder)).rejects.toThrow('a.json holds no figures');
    }
    for (const name of ['a', 'b']) await writeFile(join(folder, `${name}.json`), JSON.stringify(good));
    const [sum] = await readFigures(folder);
    expect(sum).toEqual({ ...good, counts: { kills: 2 * good.counts.kills } });
  });

  it('stores them, those with violations too, and writes the table', async () => {
    await writeFile(join(top, 'from/a.json'), JSON.stringify({ ...good, violations: 2 }));
    expect(await collect()).toEqual({ code: 0, out: 'kill-and-resume: {"kills":3}, 2 violations\n' });
    expect(JSON.parse(await readFile(join(top, 'docs/figures.json'), 'utf8'))).toEqual({ figures: [{ ...good, violations: 2 }] });
    expect(await readFile(join(top, 'README.md'), 'utf8')).toMatch(/\n\| `kill -9` at random moments .*\| 3 kills +\| +2 \|\n/);
  });
});
