import type { CheckDraft, Clues } from './clues.ts';
import { folderOf, idPart, pathWord } from './command-words.ts';
import { moduleFolders } from './modules.ts';
import { pythonRun } from './python-environment.ts';

/** What a project of data is set up for: SQLFluff, dbt, DVC and Frictionless; none of these checks needs a database. */
export function dataChecks(clues: Clues): readonly CheckDraft[] {
  return [...sqlfluff(clues), ...dbt(clues), ...dvc(clues), ...frictionless(clues)];
}

function sqlfluff(clues: Clues): readonly CheckDraft[] {
  const isConfigured = clues.survey.manifests.python?.configuredTools.has('sqlfluff') === true;
  if (!isConfigured && !clues.has('.sqlfluff')) return [];
  const run = pythonRun(clues, { package: 'sqlfluff' }, ['sqlfluff', 'lint', '.']);
  return [{ id: 'sqlfluff', type: 'lint', ...run, reason: clues.firstOf(['.sqlfluff']) ?? 'configuration of sqlfluff' }];
}

/** dbt reads and resolves all models without a connection; packages of others must be fetched before. */
function dbt(clues: Clues): readonly CheckDraft[] {
  return moduleFolders(clues, 'dbt_project.yml').flatMap((folder) => {
    const suffix = folder === '.' ? '' : `-${idPart(folder)}`;
    const inFolder = (name: string): string => (folder === '.' ? name : `${folder}/${name}`);
    const profiles = clues.has(inFolder('profiles.yml')) ? ['--profiles-dir', pathWord(folder)] : [];
    const place = ['--project-dir', pathWord(folder), ...profiles];
    const deps = pythonRun(clues, { package: 'dbt-core' }, ['dbt', 'deps', ...place]);
    const parse = pythonRun(clues, { package: 'dbt-core' }, ['dbt', 'parse', ...place]);
    const packages = clues.firstOf([inFolder('packages.yml'), inFolder('dependencies.yml')]);
    const parseDraft: CheckDraft = {
      id: `dbt-parse${suffix}`,
      type: 'data',
      ...parse,
      needs: [...parse.needs, `dbt-deps${suffix}`],
      reason: inFolder('dbt_project.yml'),
    };
    if (packages === null) return [parseDraft];
    return [{ id: `dbt-deps${suffix}`, type: 'setup', ...deps, reason: packages }, parseDraft];
  });
}

function dvc(clues: Clues): readonly CheckDraft[] {
  if (!clues.has('dvc.yaml')) return [];
  const run = pythonRun(clues, { package: 'dvc' }, ['dvc', 'stage', 'list', '--all']);
  return [{ id: 'dvc-stages', type: 'data', ...run, reason: 'dvc.yaml' }];
}

function frictionless(clues: Clues): readonly CheckDraft[] {
  const [descriptor] = clues.named('datapackage.json').filter((path) => folderOf(path) === '.' || folderOf(path) === 'data');
  if (descriptor === undefined) return [];
  const run = pythonRun(clues, { package: 'frictionless' }, ['frictionless', 'validate', pathWord(descriptor)]);
  return [{ id: 'frictionless', type: 'data', ...run, reason: descriptor }];
}
