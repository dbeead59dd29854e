import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { format, resolveConfig } from 'prettier';
import { cliReference } from '../../../src/cli/docs.ts';
import { verbs } from '../../../src/cli/verbs.ts';

const path = join(import.meta.dirname, '..', '..', '..', 'docs', 'cli.md');

describe('docs/cli.md', () => {
  it('is fresh: `npm run generate` writes it', async () => {
    const fresh = await format(await cliReference(), { ...(await resolveConfig(path)), parser: 'markdown' });
    expect(await readFile(path, 'utf8')).toBe(fresh);
  });

  it('names every verb, flag and exit code of the metadata', async () => {
    const text = await readFile(path, 'utf8');
    for (const verb of verbs) {
      expect(text).toContain(`### stateyard ${verb.name}\n`);
      for (const flag of Object.keys(verb.options)) expect(text).toContain(`--${flag}`);
      for (const { meaning } of verb.exitCodes) expect(text).toContain(meaning);
    }
  });
});
