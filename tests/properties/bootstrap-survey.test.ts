import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { scanProject } from '../../src/bootstrap/survey/scan-project.ts';
import { surveyProject } from '../../src/bootstrap/survey/survey-project.ts';

const scratch = realpathSync(mkdtempSync(path.join(tmpdir(), 'stateyard-survey-')));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const hasGit = spawnSync('git', ['--version']).status === 0;
/** Nothing of the machine's own configuration decides what is ignored. */
const environment = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };

const name = fc.constantFrom('a', 'a', 'b', 'b', 'ab', 'a.log', 'b.txt', '[a]', 'x y', '#a', '!b', 'A');
const file = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
const piece = fc.constantFrom('a', 'b', 'ab', '*', '?', '*.log', '**', 'b*', '[ab]', '[!a]', 'x y', String.raw`\[a]`, '[a-', 'A');
const pattern = fc
  .record({
    sign: fc.constantFrom('', '', '', '!', '#', String.raw`\!`, String.raw`\#`),
    start: fc.constantFrom('', '', '/', '**/'),
    pieces: fc.oneof(
      piece.map((each) => [each]),
      fc.array(piece, { minLength: 1, maxLength: 3 }),
    ),
    end: fc.constantFrom('', '', '/', '/**', ' ', String.raw`\ `),
  })
  .map(({ sign, start, pieces, end }) => sign + start + pieces.join('/') + end);
const patterns = fc.array(pattern, { minLength: 1, maxLength: 4 });
const tree = fc.record({
  files: fc.uniqueArray(file, { minLength: 5, maxLength: 20 }),
  rules: fc.uniqueArray(fc.tuple(fc.constantFrom('', 'a/', 'b/', 'a/b/'), patterns), {
    maxLength: 3,
    selector: ([folder]) => folder,
  }),
});

/** Writes what can be written: a name that is a file already cannot be a folder too. */
function put(root: string, relative: string, text: string): void {
  try {
    mkdirSync(path.dirname(path.join(root, relative)), { recursive: true });
    writeFileSync(path.join(root, relative), text);
  } catch (error) {
    if (!['EEXIST', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** What git would add: its own answer to the question which files are ignored. */
function filesOfGit(root: string): string[] {
  const args = ['-C', root, 'ls-files', '-z', '--others', '--cached', '--exclude-standard'];
  return execFileSync('git', args, { encoding: 'utf8', env: environment })
    .split('\0')
    .filter((each) => each !== '')
    .toSorted();
}

describe('the scan of any tree', () => {
  it.skipIf(!hasGit)('takes the files that git does not ignore', () => {
    let count = 0;
    // Many trees side by side in one repository: starting git costs more than all the rest.
    const forest = fc.array(tree, { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(forest, tree, fc.array(pattern, { maxLength: 2 }), (trees, top, exclude) => {
        const root = path.join(scratch, `tree-${(count += 1)}`);
        // A repository by hand: `git init` takes as long as ten cases.
        for (const folder of ['.git/objects', '.git/refs', '.git/info']) mkdirSync(path.join(root, folder), { recursive: true });
        writeFileSync(path.join(root, '.git/HEAD'), 'ref: refs/heads/main\n');
        // Patterns for the whole repository in every third case: they may well ignore all of it.
        if (count % 3 === 0) writeFileSync(path.join(root, '.git/info/exclude'), exclude.join('\n'));
        const places = [
          ...trees.map((each, index) => [`t${index}/`, each] as const),
          ...(count % 3 === 0 ? [['', top] as const] : []),
        ];
        for (const [place, { files, rules }] of places) {
          for (const [folder, lines] of rules) put(root, `${place}${folder}.gitignore`, lines.join('\n'));
          for (const each of files) put(root, place + each, 'x');
        }
        expect(scanProject(root).files.map((each) => each.path)).toEqual(filesOfGit(root));
      }),
      { numRuns: 12 },
    );
  });

  it('holds nothing of what links lead to', () => {
    const outside = path.join(scratch, 'outside');
    for (const each of ['package.json', '.gitignore', 'canary.py', 'docs/conf.py', 'Makefile'])
      put(outside, each, each === 'package.json' ? '{"name": "canary"}' : 'canary:\n');
    const link = fc.tuple(file, fc.constantFrom('', 'package.json', '.gitignore', 'canary.py', 'docs', 'Makefile', 'none'));
    let count = 0;
    fc.assert(
      fc.property(fc.array(file, { maxLength: 8 }), fc.array(link, { minLength: 1, maxLength: 5 }), (files, links) => {
        const root = path.join(scratch, `links-${(count += 1)}`);
        mkdirSync(root);
        for (const each of files) put(root, each, 'own');
        for (const [place, target] of [...links, ['package.json', 'package.json'], ['.gitignore', '.gitignore']] as const) {
          try {
            symlinkSync(path.join(outside, target), path.join(root, place));
          } catch {
            // Something stands there already, or its folder is missing.
          }
        }
        const survey = surveyProject(root);
        const texts = survey.project.files.map((each) => survey.project.readText(each.path));
        expect(
          JSON.stringify([survey.project.files, survey.name, survey.languages, survey.frameworks, survey.directories, texts]),
        ).not.toContain('canary');
        expect(survey.manifests.node).toBeNull();
      }),
      { numRuns: 30 },
    );
  });
});
