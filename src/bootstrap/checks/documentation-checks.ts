import type { CheckDraft, Clues } from './clues.ts';
import { depthOf, folderOf, pathWord, shellCommand } from './command-words.ts';
import { pythonRun } from './python-environment.ts';

// What a site generator writes goes into the folder that is kept with the run, never into the project.
const mkdocsScript = 'exec "$@" build --strict --site-dir "$STATEYARD_ARTIFACTS/site"';
const sphinxScript =
  'source=$1; shift; exec "$@" -W --keep-going -q -b html -d "$STATEYARD_ARTIFACTS/doctrees" "$source" "$STATEYARD_ARTIFACTS/html"';
const hugoScript = 'exec hugo --noBuildLock --destination "$STATEYARD_ARTIFACTS/site"';
const mdbookScript = 'exec mdbook build --dest-dir "$STATEYARD_ARTIFACTS/book" "$1"';
const jekyllScript = 'exec bundle exec jekyll build --destination "$STATEYARD_ARTIFACTS/site"';

/**
 * Builds of the documentation by mkdocs, Sphinx, Hugo, mdBook and Jekyll, with warnings as errors where the tool can do that.
 * Those of Node are scripts of package.json.
 */
export function documentationChecks(clues: Clues): readonly CheckDraft[] {
  return [...mkdocs(clues), ...sphinx(clues), ...hugo(clues), ...mdbook(clues), ...jekyll(clues)];
}

function mkdocs(clues: Clues): readonly CheckDraft[] {
  const config = clues.firstOf(['mkdocs.yml', 'mkdocs.yaml']);
  if (config === null) return [];
  const { command, needs, requires } = pythonRun(clues, { package: 'mkdocs' }, ['mkdocs']);
  return [
    { id: 'mkdocs', type: 'docs', command: shellCommand(mkdocsScript, 'mkdocs', command), needs, requires, reason: config },
  ];
}

const mostDeepConfig = 3;

function sphinx(clues: Clues): readonly CheckDraft[] {
  const configs = clues.named('conf.py').filter((path) => depthOf(path) <= mostDeepConfig && !/(^|\/)tests?\//.test(path));
  const config = configs.find((path) => /^\s*extensions\s*=|sphinx|^html_theme\s*=/m.test(clues.text(path)));
  if (config === undefined) return [];
  const { command, needs, requires } = pythonRun(clues, { package: 'sphinx' }, ['sphinx-build']);
  const words = [pathWord(folderOf(config)), ...command];
  return [{ id: 'sphinx', type: 'docs', command: shellCommand(sphinxScript, 'sphinx', words), needs, requires, reason: config }];
}

function hugo(clues: Clues): readonly CheckDraft[] {
  const own = clues.firstOf([
    'hugo.toml',
    'hugo.yaml',
    'hugo.yml',
    'hugo.json',
    'config/_default/hugo.toml',
    'config/_default/hugo.yaml',
  ]);
  // Older sites call it config, as others do, but no other one has a base URL and a folder `content`.
  const { folders } = clues.survey.project;
  const old = ['config.toml', 'config.yaml'].find(
    (path) => clues.has(path) && folders.includes('content') && /^baseurl\s*[:=]/im.test(clues.text(path)),
  );
  const config = own ?? old;
  if (config === undefined) return [];
  return [{ id: 'hugo', type: 'docs', command: shellCommand(hugoScript, 'hugo'), requires: ['hugo'], reason: config }];
}

function mdbook(clues: Clues): readonly CheckDraft[] {
  const config = clues.named('book.toml').find((path) => depthOf(path) <= 2);
  if (config === undefined) return [];
  const folder = pathWord(folderOf(config));
  const command = shellCommand(mdbookScript, 'mdbook', [folder]);
  return [{ id: 'mdbook', type: 'docs', command, requires: ['mdbook'], reason: config }];
}

function jekyll(clues: Clues): readonly CheckDraft[] {
  if (!clues.has('_config.yml') || !/\bjekyll\b|github-pages/.test(clues.text('Gemfile'))) return [];
  return [
    {
      id: 'jekyll',
      type: 'docs',
      command: shellCommand(jekyllScript, 'jekyll'),
      needs: ['ruby-setup'],
      requires: ['bundle'],
      reason: '_config.yml',
    },
  ];
}
