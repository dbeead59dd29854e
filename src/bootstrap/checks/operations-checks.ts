import { ansibleChecks } from './ansible-checks.ts';
import type { CheckDraft, Clues } from './clues.ts';
import { depthOf, folderOf, pathLists, pathWord, shellCommand } from './command-words.ts';
import { isUsedFor } from './main-purpose.ts';
import { puppetChecks } from './puppet-checks.ts';
import { terraformChecks } from './terraform-checks.ts';

const mostCharts = 20;
const mostOverlays = 20;
const kustomizeNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/**
 * Checks of what is operated: Terraform, Ansible, Puppet, Packer, Helm, Kustomize, Compose files, Dockerfiles and workflows of GitHub
 * Actions. None reaches a cluster or a cloud.
 */
export function operationsChecks(clues: Clues): readonly CheckDraft[] {
  return [
    ...terraformChecks(clues),
    ...ansibleChecks(clues),
    ...puppetChecks(clues),
    ...packer(clues),
    ...helm(clues),
    ...kustomize(clues),
    ...compose(clues),
    ...hadolint(clues),
    ...actionlint(clues),
    ...checkov(clues),
  ];
}

function packer(clues: Clues): readonly CheckDraft[] {
  const folders = [
    ...new Set(
      clues
        .withExtension('hcl')
        .filter((path) => path.endsWith('.pkr.hcl'))
        .map(folderOf),
    ),
  ].slice(0, mostCharts);
  if (folders.length === 0) return [];
  const script = 'for folder; do packer validate -syntax-only "$folder" || exit; done';
  const command = shellCommand(script, 'packer', folders.map(pathWord));
  return [
    {
      id: 'packer-fmt',
      type: 'format',
      command: ['packer', 'fmt', '-check', '-recursive', '.'],
      reason: `${folders[0] ?? '.'}: *.pkr.hcl`,
    },
    { id: 'packer-validate', type: 'validation', command, requires: ['packer'], reason: `${folders[0] ?? '.'}: *.pkr.hcl` },
  ];
}

function helm(clues: Clues): readonly CheckDraft[] {
  // A chart below `charts` of another one is checked with it.
  const charts = clues.named('Chart.yaml').map(folderOf);
  const own = charts.filter(
    (chart) => !charts.some((other) => other !== chart && (other === '.' || chart.startsWith(`${other}/`))),
  );
  const folders = own.filter((folder) => !/(^|\/)(tests?|testdata|fixtures)(\/|$)/.test(folder)).slice(0, mostCharts);
  const [first] = folders;
  if (first === undefined) return [];
  const reason = first === '.' ? 'Chart.yaml' : `${first}/Chart.yaml`;
  return [{ id: 'helm-lint', type: 'lint', command: ['helm', 'lint', ...folders.map(pathWord)], reason }];
}

function kustomize(clues: Clues): readonly CheckDraft[] {
  const files = kustomizeNames.flatMap((name) => clues.named(name)).sort();
  // A component is only built as a part of what uses it.
  const built = files.filter((path) => !/^kind:\s*Component\b/m.test(clues.text(path))).slice(0, mostOverlays);
  const [first] = built;
  if (first === undefined) return [];
  const program = clues.canRun('kustomize') || !clues.canRun('kubectl') ? 'kustomize build' : 'kubectl kustomize';
  const script = `for folder; do ${program} "$folder" > /dev/null || exit; done`;
  const command = shellCommand(script, 'kustomize', built.map(folderOf).map(pathWord));
  return [{ id: 'kustomize', type: 'validation', command, requires: [program.split(' ')[0] ?? program], reason: first }];
}

function compose(clues: Clues): readonly CheckDraft[] {
  const file = clues.firstOf(['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml']);
  if (file === null) return [];
  return [
    {
      id: 'compose-config',
      type: 'validation',
      command: ['docker', 'compose', '--file', file, 'config', '--quiet'],
      reason: file,
    },
  ];
}

function hadolint(clues: Clues): readonly CheckDraft[] {
  const config = clues.firstOf(['.hadolint.yaml', '.hadolint.yml']);
  const files = [
    ...clues.named('Dockerfile'),
    ...clues.named('Containerfile'),
    ...clues.withExtension('Dockerfile'),
    ...clues.withExtension('dockerfile'),
  ];
  const [list] = pathLists([...new Set(files)].sort(), 1);
  if (list === undefined || (config === null && !isUsedFor(clues, 'hadolint'))) return [];
  return [{ id: 'hadolint', type: 'lint', command: ['hadolint', ...list], reason: config ?? list[0] ?? 'Dockerfile' }];
}

function actionlint(clues: Clues): readonly CheckDraft[] {
  const config = clues.firstOf(['.github/actionlint.yaml', '.github/actionlint.yml']);
  const workflow = clues
    .withExtension('yml')
    .concat(clues.withExtension('yaml'))
    .find((path) => path.startsWith('.github/workflows/') && depthOf(path) === 2);
  if (workflow === undefined || (config === null && !isUsedFor(clues, 'actionlint'))) return [];
  return [{ id: 'actionlint', type: 'lint', command: ['actionlint'], reason: config ?? workflow }];
}

function checkov(clues: Clues): readonly CheckDraft[] {
  const config = clues.firstOf(['.checkov.yaml', '.checkov.yml']);
  if (config === null) return [];
  return [
    { id: 'checkov', type: 'validation', command: ['checkov', '--directory', '.', '--compact', '--quiet'], reason: config },
  ];
}
