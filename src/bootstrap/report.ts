import type { BootstrapContext, ProjectConfiguration, SelectionReport } from '../../machines/bootstrap-model.ts';
import { replacedPaths } from '../../machines/bootstrap-model.ts';
import type { BootstrapReport } from '../../schemas/bootstrap-report.ts';
import { projectNameOf } from './discover.ts';
import { nextSteps } from './next-steps.ts';
import type { BootstrapEnd, BootstrapOutcome } from './run-bootstrap.ts';

type Artifact = BootstrapReport['generated_artifacts'][number];
type Results = NonNullable<BootstrapReport['validation_results']>;

/** The status by how the bootstrap ended, and by nothing else. What was only previewed is not in place: partial. */
const statuses: Readonly<Record<BootstrapEnd, BootstrapReport['status']>> = {
  ready: 'ready',
  partial: 'partial',
  previewed: 'partial',
  needsHuman: 'needs_human',
  failed: 'failed',
  canceled: 'failed',
};

/**
 * What a bootstrap has to tell, as a bootstrap_report document. `folder` is the project as the person named it, for the commands of the next steps. It holds no
 * time, so that the same bootstrap gives the same report.
 */
export function bootstrapReport(
  { end, context }: BootstrapOutcome,
  { root, folder }: { readonly root: string; readonly folder: string },
): BootstrapReport {
  const { discovery, selection, configuration } = context;
  const isInPlace = end === 'ready' || end === 'partial';
  return {
    ...identityOf(context, root),
    status: statuses[end],
    ...given('selection', selection === null ? null : selectionOf(selection)),
    ...given('discovery_summary', discovery === null ? null : summaryOf(discovery)),
    generated_artifacts: context.files.map((file) => artifactOf(file, context)),
    directories_created: context.newFolders.filter((made) => context.written.some((path) => path.startsWith(`${made}/`))),
    configuration: configurationOf(configuration),
    validation_results: resultsOf(end, context),
    next_steps: nextSteps(end, context, folder),
    ready_for_workstreams: isInPlace,
  };
}

/** Also of a bootstrap that failed before it knew anything. */
function identityOf(
  { discovery, selection }: BootstrapContext,
  root: string,
): Pick<BootstrapReport, 'project_name' | 'domain' | 'profile_id' | 'profile_version'> {
  return {
    project_name: discovery?.project_name ?? projectNameOf('', root),
    domain: selection?.domain ?? discovery?.domain ?? 'mixed',
    profile_id: selection?.profileId ?? 'generic',
    ...given('profile_version', selection?.profileVersion),
  };
}

function selectionOf({ confidence, reasons, considered }: SelectionReport): NonNullable<BootstrapReport['selection']> {
  return {
    confidence,
    reasons: [...reasons],
    considered: considered.map(({ profileId, score }) => ({ profile_id: profileId, score })),
  };
}

function configurationOf(settled: ProjectConfiguration | null): BootstrapReport['configuration'] {
  return {
    ...given('patch_only_mode', settled?.patchOnly),
    ...given('test_requirement', settled?.testsMustPass),
    ...given('max_lines_per_patch', settled?.maxLinesChanged),
    available_tools: [...(settled?.toolIds ?? [])],
  };
}

function summaryOf(discovery: NonNullable<BootstrapContext['discovery']>): NonNullable<BootstrapReport['discovery_summary']> {
  const { languages, frameworks, vcs, existing_ci: ci } = discovery;
  return {
    languages: languages.map(({ language, percentage }) => `${language} ${percentage} %`).join(', '),
    ...given('version_control', vcs),
    ...given('ci_cd', ci),
    frameworks: (frameworks ?? []).map(({ framework, indicator }) => `${framework} (${indicator})`),
  };
}

function artifactOf({ path, type }: BootstrapContext['files'][number], context: BootstrapContext): Artifact {
  const change = context.changes.find((each) => each.path === path);
  const status = context.written.includes(path) ? 'created' : context.failedPaths.includes(path) ? 'failed' : 'validated';
  return {
    path,
    type,
    status,
    ...given('change', change?.change),
    ...given('diff', change?.diff),
  };
}

function resultsOf(end: BootstrapEnd, context: BootstrapContext): Results {
  const verdict = end === 'needsHuman' ? 'needs_human' : context.valid ? 'passed' : end === 'failed' ? 'failed' : null;
  return {
    ...given('validation_status', verdict),
    errors: [...context.errors],
    warnings: [...context.shortfalls, ...context.warnings],
    human_decisions_needed: end === 'needsHuman' ? replacedPaths(context.changes).length : 0,
  };
}

/** A key with its value; nothing where there is none. */
function given<Key extends string, Value>(key: Key, value: Value | null | undefined): { readonly [name in Key]?: Value } {
  return value === null || value === undefined ? {} : ({ [key]: value } as { readonly [name in Key]: Value });
}
