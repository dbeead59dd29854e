import type { FileProblem, ProjectConfiguration, ProposedFile, ValidationReport } from '../../machines/bootstrap-model.ts';
import { projectProfileSchema } from '../../schemas/project-profile.ts';
import { UserError, type Diagnostic } from '../errors.ts';
import { bindRouting } from '../routing/bind.ts';
import { loadRouterConfig } from '../routing/router-file.ts';
import { checkDocument } from '../workflow/check-document.ts';
import { loadPhase } from '../workflow/documents/phase.ts';
import { loadWorkflow } from '../workflow/load.ts';
import { Problems } from '../workflow/problems.ts';
import { SourceText } from '../workflow/source-text.ts';

/**
 * Checks each generated text as it will be read later, by the loaders that read it then; the workflow with the generated router configuration. `root` is the
 * folder in which they will stand. Pure.
 */
export function validateFiles(root: string, files: readonly ProposedFile[]): ValidationReport {
  const router = files.find(({ type }) => type === 'router_config') ?? null;
  let configuration: ProjectConfiguration | null = null;
  const problems = files.flatMap((file): FileProblem[] => {
    if (file.type === 'project_profile') {
      const checked = checkProfile(file);
      configuration = checked.configuration;
      return checked.problems;
    }
    if (file.type === 'workflow') return checkWorkflow(root, file, router);
    return problemsOf(file, () => (file.type === 'phase_spec' ? loadPhase(file) : loadRouterConfig(file)));
  });
  return { problems, configuration };
}

function checkProfile(file: ProposedFile): {
  readonly problems: FileProblem[];
  readonly configuration: ProjectConfiguration | null;
} {
  const source = new SourceText(file.path, file.text);
  const problems = new Problems();
  const checked = checkDocument(projectProfileSchema, source, problems, { what: 'a project profile' });
  if (checked === null || !problems.none)
    return { problems: toProblems(file, problems.toDiagnostics(source)), configuration: null };
  const { constraints, available_tools: tools } = checked.value;
  return {
    problems: [],
    configuration: {
      patchOnly: constraints.patch_only ?? null,
      testsMustPass: constraints.tests_must_pass ?? null,
      maxLinesChanged: constraints.max_lines_changed ?? null,
      toolIds: tools.map(({ tool_id: toolId }) => toolId),
    },
  };
}

function checkWorkflow(root: string, file: ProposedFile, router: ProposedFile | null): FileProblem[] {
  const loaded = loadWorkflow(file);
  if (!loaded.ok) return toProblems(file, loaded.diagnostics);
  const place = router === null ? null : { path: router.path, text: router.text, folder: root };
  return problemsOf(file, () => bindRouting(loaded.workflow, place, null));
}

function problemsOf(file: ProposedFile, check: () => unknown): FileProblem[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.diagnostics.length === 0) return [{ path: file.path, message: `${file.path}: ${error.message}` }];
    return toProblems(file, error.diagnostics);
  }
}

function toProblems({ path }: ProposedFile, diagnostics: readonly Diagnostic[]): FileProblem[] {
  return diagnostics.map(({ file, line, column, code, message }) => ({
    path,
    message: `${file}:${line}:${column}: ${code} ${message}`,
  }));
}
