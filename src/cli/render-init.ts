import type { BootstrapOutcome } from '../bootstrap/run-bootstrap.ts';
import type { BootstrapReport } from '../../schemas/bootstrap-report.ts';
import { sanitiseLine } from '../logs/sanitise-line.ts';
import type { Look } from './look.ts';
import { renderDiff } from './render-diff.ts';
import { paint, type Style } from './render/style.ts';

type Artifact = BootstrapReport['generated_artifacts'][number];

/** A language below this share says little about a project, and the list of them can be long. */
const leastShownPercentage = 1;
const mostShown = 12;

const headlines: Readonly<Record<BootstrapOutcome['end'], readonly [string, Style]>> = {
  ready: ['ready', 'green'],
  partial: ['ready, but something is missing (see below)', 'yellow'],
  previewed: ['a preview: nothing was written', 'cyan'],
  needsHuman: ['needs a person: files differ from what would be written; nothing was written', 'yellow'],
  failed: ['failed', 'red'],
  canceled: ['interrupted', 'yellow'],
};

/**
 * How a bootstrap went, as text for a person: what was found, the profile and why, the files, what is missing or wrong, and the next steps. Quiet: the files that
 * changed and what is wrong, nothing more.
 */
export function renderInit(
  report: BootstrapReport,
  outcome: BootstrapOutcome,
  { quiet, look }: { readonly quiet: boolean; readonly look: Look },
): string {
  const files = fileLines(report, outcome, look);
  const diffs = report.generated_artifacts.map(({ diff }) => renderDiff(diff ?? '', look.color));
  const errors = marked('error', 'red', report.validation_results?.errors ?? [], look);
  if (quiet) return [...files.filter(({ changed }) => changed).map(({ line }) => line), ...diffs, ...errors].join('');
  const warnings = marked('warning', 'yellow', report.validation_results?.warnings ?? [], look);
  const parts = [
    head(report, outcome, look),
    section('Found', found(report, outcome), look),
    section('Profile', profile(report), look),
    section('Files', files.map(({ line }) => line).join(''), look),
    diffs.join(''),
    [...errors, ...warnings].join(''),
    section('Next', steps(report, look), look),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function head(report: BootstrapReport, { end }: BootstrapOutcome, look: Look): string {
  const [words, style] = headlines[end];
  return `${paint(sanitiseLine(report.project_name), 'bold', look.color)}: ${paint(words, style, look.color)}\n`;
}

function section(title: string, body: string, look: Look): string {
  return body === '' ? '' : `${paint(title, 'bold', look.color)}\n${body}`;
}

function found({ discovery_summary: summary }: BootstrapReport, { context: { discovery } }: BootstrapOutcome): string {
  if (discovery === null) return '';
  const languages = discovery.languages
    .filter(({ percentage }) => percentage >= leastShownPercentage)
    .map(({ language, percentage }) => `${language} ${percentage} %`);
  const tools = discovery.available_tools.map(({ tool_id: id, version }) => (version === undefined ? id : `${id} ${version}`));
  return fields([
    ['languages', shortened(languages) || 'none'],
    ['frameworks', shortened((discovery.frameworks ?? []).map(({ framework }) => framework)) || 'none'],
    ['tools', tools.join(', ') || 'none'],
    ['CI', summary?.ci_cd ?? 'none'],
    ['VCS', summary?.version_control ?? 'none'],
  ]);
}

function profile({ profile_id: id, profile_version: version, domain, selection }: BootstrapReport): string {
  if (selection === undefined) return '';
  const reasons = selection.reasons.map((reason): [string, string] => ['because', reason]);
  return fields([
    ['profile', `${id} ${version ?? ''}, domain ${domain}`],
    ['confidence', `${Math.round(selection.confidence * 100)} %`],
    ...reasons.slice(0, mostShown),
  ]);
}

function fileLines(
  { generated_artifacts: artifacts }: BootstrapReport,
  { end }: BootstrapOutcome,
  look: Look,
): { readonly line: string; readonly changed: boolean }[] {
  return artifacts.map((artifact) => {
    const [words, style] = fileWords(artifact, end);
    return {
      line: `  ${paint(words.padEnd(13), style, look.color)} ${sanitiseLine(artifact.path)}\n`,
      changed: artifact.change !== 'unchanged',
    };
  });
}

function fileWords({ status, change }: Artifact, end: BootstrapOutcome['end']): [string, Style] {
  if (status === 'failed') return ['failed', 'red'];
  if (change === undefined) return ['not written', 'dim'];
  if (change === 'unchanged') return ['unchanged', 'dim'];
  if (status === 'created') return [change === 'new' ? 'created' : 'replaced', 'green'];
  if (end === 'previewed') return [change === 'new' ? 'would create' : 'would replace', 'cyan'];
  return change === 'new' ? ['not written', 'dim'] : ['kept', 'yellow'];
}

function steps({ next_steps: next }: BootstrapReport, look: Look): string {
  return (next?.for_human ?? [])
    .map((line) => {
      const [command = '', why] = sanitiseLine(line).split('  # ');
      const comment = why === undefined ? '' : paint(`  # ${why}`, 'dim', look.color);
      return `  ${command}${comment}\n`;
    })
    .join('');
}

function marked(mark: string, style: Style, lines: readonly string[], look: Look): string[] {
  return lines.map((line) => `${paint(mark, style, look.color)}: ${sanitiseLine(line)}\n`);
}

function fields(lines: readonly (readonly [string, string])[]): string {
  return lines.map(([name, value]) => `  ${name.padEnd(11)} ${sanitiseLine(value)}\n`).join('');
}

function shortened(words: readonly string[]): string {
  const shown = words.slice(0, mostShown);
  return [...shown, ...(words.length > shown.length ? [`${words.length - shown.length} more`] : [])].join(', ');
}
