import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const codeFolders = ['machines', 'router', 'schemas', 'src', 'scripts', 'tests', 'examples', 'bench'];
const documents = [
  'README.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  ...filesIn('docs').filter((file) => file.endsWith('.md')),
];
const code = codeFolders.flatMap(filesIn).filter((file) => /\.(ts|mjs)$/.test(file) && !file.includes('/fixtures/'));
const sources = code.filter((file) => /^(machines|router|schemas|src)\//.test(file) && !file.endsWith('.d.ts'));

function filesIn(folder: string): string[] {
  const absolute = path.join(root, folder);
  if (!existsSync(absolute)) return [];
  const entries = readdirSync(absolute, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
}

function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** Lines that hold code: neither blank nor only a comment. */
function codeLines(text: string): number {
  const plain = text.replace(/^[ \t]*\/\*[\s\S]*?\*\/[ \t]*$/gm, '');
  return plain.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('//')).length;
}

/** GitHub's anchor of a heading. */
function anchor(heading: string): string {
  const words = heading.trim().toLowerCase().replaceAll('`', '');
  return words.replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
}

function withoutFences(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```/gm, '');
}

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

interface LockedPackage {
  readonly version: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(read('package.json')) as Manifest;
const lock = JSON.parse(read('package-lock.json')) as { readonly packages: Readonly<Record<string, LockedPackage>> };
const installed = Object.entries(lock.packages).filter(([name]) => name !== '');
const shipped = installed.filter(([, entry]) => entry.dev !== true && entry.devOptional !== true);

describe('files', () => {
  it('are small: at most 400 lines of code, a chart 700 because it is one literal', () => {
    const most = (file: string): number => (file.startsWith('machines/') ? 700 : 400);
    const written = code.filter((file) => !file.startsWith('tests/paths/generated/'));
    const large = written.map((file) => ({ file, lines: codeLines(read(file)) })).filter(({ file, lines }) => lines > most(file));
    expect(large).toEqual([]);
  });

  it('are named in kebab-case after what they hold, never utils, helpers, manager or types', () => {
    const names = code.map((file) => ({
      file,
      name: path.basename(file).replace(/(\.(property\.test|test|d|config))?\.(ts|mjs)$/, ''),
    }));
    const bad = names.filter(
      ({ name }) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || /(^|-)(utils?|helpers?|managers?|types?)(-|$)/.test(name),
    );
    expect(bad.map(({ file }) => file)).toEqual([]);
  });

  it('leave nothing for later', () => {
    // Cut in two, so that this file does not hold them itself.
    const words = ['TO-DO', 'FIX-ME', 'X-XX'].map((word) => word.replace('-', ''));
    const marks = new RegExp(`\\b(${words.join('|')})\\b`);
    const others = ['package.json', '.ci/run', 'tsconfig.json', ...documents];
    expect([...code, ...others].filter((file) => existsSync(path.join(root, file)) && marks.test(read(file)))).toEqual([]);
  });
});

describe('sources', () => {
  it('have a docstring on every export', () => {
    const bare = sources.flatMap((file) => undocumentedExports(read(file)).map((name) => `${file}: ${name}`));
    expect(bare).toEqual([]);
  });

  it('import one way: schemas before machines and router, these before src', () => {
    const allowed: Readonly<Record<string, readonly string[]>> = {
      schemas: ['schemas'],
      machines: ['machines', 'schemas'],
      router: ['router', 'schemas'],
      src: ['src', 'machines', 'router', 'schemas', 'package.json'],
    };
    const wrong = sources.flatMap((file) => {
      const folder = file.split('/')[0] ?? '';
      const targets = localImports(file).filter((target) => !allowed[folder]?.includes(target.split('/')[0] ?? ''));
      return targets.map((target) => `${file} imports ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it('keep the engine unknown to store, tools, workflow and logs, but for its ports, and the command line unknown to all of them', () => {
    const wrong = sources.flatMap((file) => {
      const part = /^src\/(store|tools|workflow|logs|engine)\//.exec(file)?.[1];
      if (part === undefined) return [];
      const known = (target: string) =>
        target === 'src/engine/ports.ts' || (part === 'engine' && target.startsWith('src/engine/'));
      const targets = localImports(file).filter((target) => /^src\/(engine|cli)\//.test(target) && !known(target));
      return targets.map((target) => `${file} imports ${target}`);
    });
    expect(wrong).toEqual([]);
  });
});

/** Names of exports that no docstring stands directly before. */
function undocumentedExports(text: string): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const name = /^export (?:declare )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type) (\w+)/.exec(
      line,
    )?.[1];
    if (name === undefined) return [];
    const overload = lines.slice(0, index).some((earlier) => earlier.startsWith(`export function ${name}(`));
    return overload || lines[index - 1]?.trimEnd().endsWith('*/') ? [] : [name];
  });
}

/** The files of this repository that a source imports, statically or not, for values or types. */
function localImports(file: string): string[] {
  const specifiers = read(file).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']*)'/g);
  return [...specifiers].map(([, specifier = '']) => path.posix.join(path.posix.dirname(file), specifier));
}

describe('documents', () => {
  it('have links that resolve, to files and to headings', () => {
    const broken = documents.flatMap((document) => {
      const links = [...withoutFences(read(document)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
      return links.filter((link) => !/^[a-z]+:/.test(link) && !resolves(document, link)).map((link) => `${document}: ${link}`);
    });
    expect(broken).toEqual([]);
  });

  it('name only npm scripts that exist', () => {
    const own = new Set([...Object.keys(manifest.scripts), 'ci', 'install']);
    const unknown = documents.flatMap((document) => {
      const names = [...read(document).matchAll(/\bnpm (?:run (?:--silent )?)?([a-z][\w:-]*)/g)].map(([, name = '']) => name);
      return names.filter((name) => !own.has(name) && name !== 'run').map((name) => `${document}: npm ${name}`);
    });
    expect(unknown).toEqual([]);
  });

  it('name only examples and folders that exist', () => {
    const missing = documents.flatMap((document) => {
      const named = [...read(document).matchAll(/(?<![\w/.-])((?:examples|docs|scripts|tests)\/[\w./-]*\w)/g)].map(
        ([, name = '']) => name,
      );
      return named.filter((name) => !existsSync(path.join(root, name))).map((name) => `${document}: ${name}`);
    });
    expect(missing).toEqual([]);
  });

  it('have a first table in ARCHITECTURE.md whose files exist', () => {
    const table = read('ARCHITECTURE.md')
      .split('\n')
      .filter((line) => line.startsWith('|'));
    const rows = table.slice(
      2,
      table.findIndex((line, index) => index > 2 && /^\| *(folder|where) /.test(line)),
    );
    const named = rows.flatMap((row) => [...(row.split('|')[2] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
    expect(named.length).toBeGreaterThanOrEqual(10);
    expect(named.filter((name) => !existsSync(path.join(root, name)))).toEqual([]);
  });

  it('have a folder table in ARCHITECTURE.md that names every folder of the sources and no other', () => {
    const text = read('ARCHITECTURE.md');
    const table = text.slice(text.indexOf('| folder'));
    const named = [...table.matchAll(/^\| `([^`]+)\/` +\|/gm)].map(([, name = '']) => name);
    const parts = readdirSync(path.join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const present = ['machines', 'router', 'schemas', ...parts.map((entry) => `src/${entry.name}`)];
    expect(named.filter((name) => !existsSync(path.join(root, name)))).toEqual([]);
    expect(present.filter((name) => !named.includes(name))).toEqual([]);
  });
});

/** Whether a relative link leads to a file or folder of the repository, and its `#anchor` to a heading of that file. */
function resolves(document: string, link: string): boolean {
  const [target = '', fragment] = link.split('#');
  const file = target === '' ? path.join(root, document) : path.resolve(root, path.dirname(document), target);
  if (!existsSync(file)) return false;
  if (fragment === undefined) return true;
  if (statSync(file).isDirectory()) return false;
  const headings = withoutFences(readFileSync(file, 'utf8')).matchAll(/^#{1,6} (.+)$/gm);
  return [...headings].some(([, heading = '']) => anchor(heading) === fragment);
}

describe('dependencies', () => {
  it('are pinned to exact versions', () => {
    const all = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it('are at most 25 packages in production', () => {
    expect(shipped.length).toBeGreaterThan(0);
    expect(shipped.length).toBeLessThanOrEqual(25);
  });

  it('run no install script in production', () => {
    expect(shipped.filter(([, entry]) => entry.hasInstallScript === true).map(([name]) => name)).toEqual([]);
  });

  it('are all in the lock file, those of other platforms too: npm 11 refuses to install without them', () => {
    const missing = installed.flatMap(([name, entry]) =>
      Object.keys(entry.optionalDependencies ?? {})
        .filter(
          (optional) => !(`node_modules/${optional}` in lock.packages) && !(`${name}/node_modules/${optional}` in lock.packages),
        )
        .map((optional) => `${name}: ${optional}`),
    );
    expect(missing).toEqual([]);
  });
});
