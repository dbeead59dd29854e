import { readFile } from 'node:fs/promises';
import { defineConfig } from 'vitest/config';
import type { Plugin } from 'vitest/config';

/** `import text from './x.sql'` (or `./x.yaml`) gives the file's text, as the build does it (scripts/build.mjs). */
const filesAsText: Plugin = {
  name: 'files-as-text',
  enforce: 'pre',
  async load(id) {
    const file = id.split('?')[0] ?? id;
    if (!/\.(sql|yaml)$/.test(file)) return null;
    return `export default ${JSON.stringify(await readFile(file, 'utf8'))};`;
  },
};

export default defineConfig({
  plugins: [filesAsText],
  test: {
    include: ['tests/**/*.test.ts'],
    globals: false,
    pool: 'forks',
    // One for each core: much of a test's time is waiting for processes.
    maxWorkers: 2,
    testTimeout: 30_000,
    // Many tests meet real processes, which a shared machine may stall for seconds. What fails twice is a fault; locally once is.
    retry: process.env['CI'] === undefined ? 0 : 1,
    restoreMocks: true,
    unstubEnvs: true,
    coverage: {
      provider: 'v8',
      include: ['machines/**/*.ts', 'router/**/*.ts', 'schemas/**/*.ts', 'src/**/*.ts'],
      exclude: ['**/*.d.ts'],
      reporter: ['text-summary', 'json', 'html'],
      reportOnFailure: true,
      // The parts that decide what happened to a run: a branch that no test takes there is a promise that nobody checked.
      thresholds: {
        'machines/**': { branches: 95 },
        'src/engine/scheduler.ts': { branches: 95 },
        'src/store/**': { branches: 95 },
      },
    },
  },
});
