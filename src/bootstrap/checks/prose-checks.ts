import type { CheckDraft, Clues } from './clues.ts';

interface ProseTool {
  readonly id: string;
  readonly command: CheckDraft['command'];
  readonly configs: readonly string[];
}

/** Linters of texts and of configuration files, by the configuration that shows that the project uses them. */
const proseTools: readonly ProseTool[] = [
  { id: 'vale', command: ['vale', '.'], configs: ['.vale.ini', '_vale.ini', 'vale.ini'] },
  { id: 'typos', command: ['typos'], configs: ['typos.toml', '_typos.toml', '.typos.toml'] },
  { id: 'codespell', command: ['codespell'], configs: ['.codespellrc'] },
  { id: 'lychee', command: ['lychee', '--offline', '--no-progress', '.'], configs: ['lychee.toml', '.lychee.toml'] },
  { id: 'yamllint', command: ['yamllint', '.'], configs: ['.yamllint', '.yamllint.yaml', '.yamllint.yml'] },
];

const markdownlintConfigs = [
  '.markdownlint-cli2.jsonc',
  '.markdownlint-cli2.yaml',
  '.markdownlint-cli2.cjs',
  '.markdownlint-cli2.mjs',
];
const sharedConfigs = ['.markdownlint.json', '.markdownlint.jsonc', '.markdownlint.yaml', '.markdownlint.yml', '.markdownlintrc'];

/** What is configured to read prose, YAML and the spelling of everything. A check of links stays off the network. */
export function proseChecks(clues: Clues): readonly CheckDraft[] {
  const drafts = proseTools.flatMap(({ id, command, configs }): readonly CheckDraft[] => {
    const reason = clues.firstOf(configs);
    return reason === null ? [] : [{ id, type: 'lint', command, reason }];
  });
  return [...drafts, ...codespell(clues, drafts), ...markdownlint(clues)];
}

function codespell(clues: Clues, found: readonly CheckDraft[]): readonly CheckDraft[] {
  const isConfigured = clues.survey.manifests.python?.configuredTools.has('codespell') === true;
  if (!isConfigured || found.some(({ id }) => id === 'codespell')) return [];
  return [{ id: 'codespell', type: 'lint', command: ['codespell'], reason: 'configuration of codespell' }];
}

function markdownlint(clues: Clues): readonly CheckDraft[] {
  const own = clues.firstOf(markdownlintConfigs);
  const reason = own ?? clues.firstOf(sharedConfigs);
  if (reason === null) return [];
  const id = 'markdownlint';
  // Both programs read the shared configuration; the older one takes folders instead of patterns.
  if (own === null && !clues.canRun('markdownlint-cli2') && clues.canRun('markdownlint')) {
    return [{ id, type: 'lint', command: ['markdownlint', '--ignore', 'node_modules', '.'], reason }];
  }
  const patterns: readonly string[] = own !== null && /"?globs"?\s*:/.test(clues.text(own)) ? [] : ['**/*.md', '#node_modules'];
  return [{ id, type: 'lint', command: ['markdownlint-cli2', ...patterns], reason }];
}
