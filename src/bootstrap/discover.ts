import { basename } from 'node:path';
import type { DiscoveryReport } from '../../machines/bootstrap-model.ts';
import { bootstrapDiscoverySchema, type BootstrapDiscovery } from '../../schemas/bootstrap-discovery.ts';
import { invariant } from '../errors.ts';
import type { BootstrapParts } from './parts.ts';
import type { FoundTool, ProfileChoice, Survey } from './project.ts';

/** All that the later states of a bootstrap work with. It stays in memory: only the report of it is JSON. */
export interface Discovered {
  readonly survey: Survey;
  readonly tools: readonly FoundTool[];
  /** The profile that fits best. */
  readonly choice: ProfileChoice;
  readonly report: DiscoveryReport;
}

/** As many characters as the name of a project may have in its documents. */
const longestName = 200;

/**
 * Looks at a project and at the programs of the machine. The report is a bootstrap_discovery document, checked against its schema, without a time: the same
 * project and the same machine give the same document.
 */
export async function discover(
  parts: BootstrapParts,
  { root, searchPath, signal }: { readonly root: string; readonly searchPath: string | undefined; readonly signal: AbortSignal },
): Promise<Discovered> {
  const survey = parts.surveyProject(root);
  const tools = await parts.findTools({ searchPath, projectRoot: survey.project.root, signal });
  const choice = parts.chooseProfile(survey);
  const discovery = bootstrapDiscoverySchema.safeParse(documentOf(parts, { survey, tools, choice }));
  invariant(discovery.success, `the discovery does not fit its schema: ${discovery.error?.message ?? ''}`);
  const warnings = [...survey.project.warnings, ...survey.manifests.problems];
  return { survey, tools, choice, report: { discovery: discovery.data, warnings } };
}

/** The name of a project as its documents can hold it. */
export function projectNameOf(name: string, root: string): string {
  return name.trim().slice(0, longestName) || basename(root).slice(0, longestName) || 'project';
}

function documentOf(
  parts: BootstrapParts,
  { survey, tools, choice }: Pick<Discovered, 'survey' | 'tools' | 'choice'>,
): BootstrapDiscovery {
  const { inferred, project } = survey;
  const profile = parts.loadProfile(choice.profileId);
  return {
    project_root: project.root,
    project_name: projectNameOf(survey.name, project.root),
    domain: profile.document.domain ?? 'mixed',
    domain_confidence: choice.confidence,
    languages: survey.languages.map(({ language, percentage, fileCount }) => ({
      language,
      percentage,
      file_count: fileCount,
    })),
    frameworks: survey.frameworks.map(({ framework, indicator }) => ({ framework, indicator })),
    resource_types: parts.presentResourceTypes(survey, profile).map(({ type }) => type),
    available_tools: tools.map(({ toolId, path, version }) => ({
      tool_id: toolId,
      detected_via: path,
      ...(version === null ? {} : { version }),
    })),
    existing_ci: survey.existingCi,
    vcs: survey.versionControl,
    inferred_constraints: {
      tests_must_pass: inferred.tests_must_pass,
      lint_required: inferred.lint_required,
      patch_only: inferred.patch_only,
    },
    directory_structure: {
      src_dirs: [...survey.directories.src_dirs],
      test_dirs: [...survey.directories.test_dirs],
      doc_dirs: [...survey.directories.doc_dirs],
      config_dirs: [...survey.directories.config_dirs],
      script_dirs: [...survey.directories.script_dirs],
    },
  };
}
