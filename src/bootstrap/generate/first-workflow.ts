import type { GeneratedFile } from '../artifact.ts';
import type { ProjectCheck, ProjectChecks, Survey } from '../project.ts';
import { commentText, yamlList, yamlText } from './yaml-text.ts';

/** How long an attempt may take. Generous: it is there to end what hangs, not to press what works on a slow machine. */
const timeouts: Readonly<Record<ProjectCheck['type'], string>> = {
  setup: '30m',
  format: '10m',
  lint: '20m',
  types: '20m',
  build: '30m',
  test: '1h',
  docs: '30m',
  data: '30m',
  validation: '15m',
};

const lineWidth = 130;

/**
 * `stateyard.yaml`: a workflow of the checks, a step each, which go on when one fails. Checks that lack a program stand in it as
 * comments. Null where there is no check that can run. The words of a command are never part of a script, and no word is an
 * expression.
 */
export function generateWorkflow(survey: Survey, { checks, missing }: ProjectChecks): GeneratedFile | null {
  if (checks.length === 0) return null;
  const lines = [
    `# The checks of ${commentText(survey.name)}, as \`stateyard init\` found them. Edit this file as you like: init asks before it replaces it.`,
    '#   stateyard plan stateyard.yaml    shows what would run',
    '#   stateyard run stateyard.yaml     runs it',
    'name: checks',
    '# Many tools stop asking questions, and stop watching files, where this is set.',
    "env: { CI: 'true' }",
    '# A check that fails does not keep the others from running; the run still fails.',
    'on_failure: continue',
    'steps:',
    ...checks.flatMap(stepLines),
    ...missingLines(missing),
  ];
  return { path: 'stateyard.yaml', type: 'workflow', text: `${lines.join('\n')}\n` };
}

function stepLines(check: ProjectCheck): readonly string[] {
  const { id, type, command, needs, reason } = check;
  return [
    `  # ${commentText(reason)}`,
    `  ${yamlText(id)}:`,
    ...(needs.length === 0 ? [] : [`    needs: ${needs.length === 1 ? yamlText(needs[0] ?? '') : yamlList(needs)}`]),
    ...commandLines(command),
    `    timeout: ${timeouts[type]}`,
  ];
}

function commandLines(command: readonly string[]): readonly string[] {
  const words = command.map(literal);
  const oneLine = `    command: ${yamlList(words)}`;
  if (oneLine.length <= lineWidth) return [oneLine];
  return ['    command:', ...words.map((word) => `      - ${yamlText(word)}`)];
}

/** In a workflow `${{` begins an expression, wherever it stands. */
function literal(word: string): string {
  return word.replaceAll('${{', "${{ '${{' }}");
}

function missingLines(missing: ProjectChecks['missing']): readonly string[] {
  if (missing.length === 0) return [];
  return [
    '',
    '# Left out, because their program was not found on PATH. Install it, then repeat `stateyard init`:',
    ...missing.map(({ check, program }) => `#   ${commentText(`${check.id}: ${program} (${check.reason})`)}`),
  ];
}
