/**
 * Makes a project of many files in several languages and prints what `stateyard init --dry-run` takes for it: `node bench/init.mjs [--files N]` (N: 100000;
 * STATEYARD_TEST_BINARY names another build than dist/stateyard.js). A tenth of the files is ignored by .gitignore files, half of them one by one. Each size is
 * measured with the programs on this PATH, which are asked for their versions, and with none.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const root = path.resolve(import.meta.dirname, '..');
const binary = process.env['STATEYARD_TEST_BINARY'] ?? path.join(root, 'dist/stateyard.js');
const { values } = parseArgs({ options: { files: { type: 'string', default: '100000' } } });
const most = Number(values.files);
const repeats = 5;
const filesInFolder = 50;

/** A file of each kind, by its extension, with the text that it holds. */
const kinds = [
  ['py', 'import os\n\n\ndef size(path: str) -> int:\n    return os.stat(path).st_size\n'],
  ['ts', "import { statSync } from 'node:fs';\n\nexport const size = (path: string): number => statSync(path).size;\n"],
  ['go', 'package size\n\nimport "os"\n\nfunc Exists(path string) bool { _, err := os.Stat(path); return err == nil }\n'],
  ['md', '# Size\n\nThe size of a file in bytes.\n'],
  ['sql', 'select path, size from files where size > 0;\n'],
  ['json', '{ "size": 0 }\n'],
  ['h', '#pragma once\nlong size_of(const char *path);\n'],
  ['yaml', 'size: 0\n'],
  ['png', '\u0089PNG'],
];

/**
 * Lays a tree of `count` files; of each ten, one is ignored.
 * @param {string} folder
 * @param {number} count
 */
function layTree(folder, count) {
  writeFileSync(path.join(folder, 'pyproject.toml'), '[project]\nname = "bench"\n\n[tool.ruff]\nline-length = 100\n');
  writeFileSync(path.join(folder, '.gitignore'), '*.log\n/out/\n');
  const folders = Math.ceil(count / filesInFolder);
  for (let at = 0; at < folders; at += 1) {
    // Every twentieth folder is ignored as a whole; in the others a twentieth of the files is ignored by name.
    const isOut = at % 20 === 19;
    const name = path.join(folder, isOut ? 'out' : `part-${at % 97}`, `group-${at % 11}`, `module-${at}`);
    mkdirSync(name, { recursive: true });
    if (at % 10 === 0) writeFileSync(path.join(name, '.gitignore'), 'local-*\n!local-keep.py\n');
    for (let file = 0; file < filesInFolder; file += 1) {
      const [extension = '', text = ''] = kinds[(at + file) % kinds.length] ?? [];
      writeFileSync(path.join(name, file % 20 === 0 ? `trace-${file}.log` : `file-${file}.${extension}`), text);
    }
  }
}

/**
 * Runs init once; the wall time in milliseconds and the peak of the memory in KiB.
 * @param {string} project
 * @param {string} searchPath
 */
async function measureOnce(project, searchPath) {
  const usageFile = `${project}.usage`;
  const child = spawn(process.execPath, [binary, 'init', project, '--dry-run', '--quiet'], {
    cwd: tmpdir(),
    env: {
      ...process.env,
      PATH: searchPath,
      NODE_OPTIONS: `--import=${path.join(root, 'tests/conformance/report-usage.mjs')}`,
      USAGE_FILE: usageFile,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const from = performance.now();
  /** @type {Promise<number | null>} */
  const closed = new Promise((resolve) => {
    child.on('close', resolve);
  });
  const code = await closed;
  const wallMs = performance.now() - from;
  if (code !== 0) throw new Error(`init ended with ${String(code)}`);
  const usage = /** @type {{ peakKib: number }} */ (JSON.parse(readFileSync(usageFile, 'utf8')));
  return { wallMs, peakKib: usage.peakKib };
}

/**
 * @param {number} count
 */
async function measure(count) {
  const folder = mkdtempSync(path.join(tmpdir(), 'stateyard-init-'));
  try {
    const project = path.join(folder, 'project');
    const nothing = path.join(folder, 'no-programs');
    mkdirSync(project);
    mkdirSync(nothing);
    layTree(project, count);
    for (const [name, searchPath] of [
      ['programs of this machine', process.env['PATH'] ?? ''],
      ['no programs', nothing],
    ]) {
      const runs = [];
      for (let run = 0; run < repeats; run += 1) runs.push(await measureOnce(project, searchPath ?? ''));
      const times = runs.map(({ wallMs }) => wallMs).toSorted((a, b) => a - b);
      const peakMib = Math.max(...runs.map(({ peakKib }) => peakKib)) / 1024;
      const seconds = (/** @type {number | undefined} */ ms) => ((ms ?? Number.NaN) / 1000).toFixed(2);
      console.log(
        `${count} files, ${name}: median ${seconds(times[Math.floor(repeats / 2)])} s, minimum ${seconds(times[0])} s, peak ${Math.round(peakMib)} MiB`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (!existsSync(binary)) throw new Error(`${binary} is missing: npm run build`);
await measure(1000);
await measure(most);
