import type { ValidateReport, ValidatedFile } from '../../../schemas/cli/validate-report.ts';
import type { FileText } from '../../documents/check-file.ts';
import { UserError, exitCodes } from '../../errors.ts';
import type { Diagnostic, ExitCode } from '../../errors.ts';
import { sanitiseLine } from '../../logs/sanitise-line.ts';
import { loadRouting } from '../../routing/load-routing.ts';
import type { FileKind } from '../../workflow/document-keys.ts';
import { canBeRun, loadWorkflow } from '../../workflow/load.ts';
import type { LoadResult } from '../../workflow/load.ts';
import { readWorkflowFile } from '../../workflow/read.ts';
import { diagnosticsJson } from '../diagnostics-json.ts';
import type { Io } from '../io.ts';
import { printJson } from '../json.ts';
import { locateStore } from '../locate-store.ts';
import { outputLook } from '../look.ts';
import type { ValidateOptions } from '../options.ts';
import { inFolder } from '../paths.ts';
import { renderDiagnostics } from '../render/diagnostics.ts';
import { useColor } from '../render/mode.ts';
import { paint } from '../render/style.ts';

/**
 * `stateyard validate FILE…`: checks all files before it answers, whatever document each holds, and the tasks of workflows against what would route
 * them; 3 when one is invalid, else 4 when one does not exist.
 */
export async function run(options: ValidateOptions, io: Io): Promise<ExitCode> {
  const files: ValidatedFile[] = [];
  let exitCode: ExitCode = exitCodes.succeeded;
  for (const file of options.files) {
    const { report, diagnostics, failedWith } = await check(file, options, io);
    files.push(report);
    if (failedWith === exitCodes.invalidDefinition || exitCode === exitCodes.succeeded) exitCode = failedWith;
    if (!options.json) print({ report, diagnostics }, options.quiet, io);
  }
  const report: ValidateReport = { valid: exitCode === exitCodes.succeeded, files };
  if (options.json) printJson(io, report);
  return exitCode;
}

interface Checked {
  readonly report: ValidatedFile;
  readonly diagnostics: readonly Diagnostic[];
}

type Answer = Checked & { readonly failedWith: ExitCode };

async function check(file: string, options: ValidateOptions, io: Io): Promise<Answer> {
  let document: FileKind | null = null;
  try {
    const text = await readWorkflowFile(inFolder(file, io.cwd));
    const loaded = loadWorkflow({ ...text, as: options.as });
    if (!loaded.ok) return await checkOther(file, text, loaded);
    const { name, steps } = loaded.workflow;
    document = loaded.workflow.document;
    await loadRouting(loaded.workflow, options, { cwd: io.cwd, storeFolder: locateStore(options, io).folder });
    if (document !== 'workflow') {
      const diagnostics = await checkHeader(text, document);
      if (diagnostics.length > 0) return invalid(file, diagnostics, { document });
    }
    const report = { ...blank(file), document, valid: true, workflow: name, steps: steps.length };
    return { report, diagnostics: [], failedWith: exitCodes.succeeded };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { code, message, hint, diagnostics, exitCode } = error;
    const reported = diagnostics.length > 0 ? null : { code, message, hint };
    return { ...invalid(file, diagnostics, { document, error: reported }), failedWith: exitCode };
  }
}

/** The answer to a file of which no workflow could be made: it is invalid, or another document. */
async function checkOther(file: string, text: FileText, loaded: LoadResult & { ok: false }): Promise<Answer> {
  const { recognition } = loaded;
  if (recognition === null) return invalid(file, loaded.diagnostics, {});
  const { kind: document, sure, keys } = recognition;
  const known = { document, guessed_from: sure ? null : [...keys] };
  if (canBeRun(document)) return invalid(file, loaded.diagnostics, known);
  const { checkFile } = await import('../../documents/check-file.ts');
  const diagnostics = await checkFile(text, document);
  if (diagnostics.length > 0) return invalid(file, diagnostics, known);
  return { report: { ...blank(file), ...known, valid: true }, diagnostics, failedWith: exitCodes.succeeded };
}

async function checkHeader(text: FileText, document: FileKind): Promise<readonly Diagnostic[]> {
  const { checkFileHeader } = await import('../../documents/check-file.ts');
  return checkFileHeader(text, document);
}

function blank(file: string): ValidatedFile {
  return {
    file,
    valid: false,
    document: null,
    guessed_from: null,
    workflow: null,
    steps: null,
    diagnostics: [],
    error: null,
  };
}

function invalid(file: string, diagnostics: readonly Diagnostic[], more: Partial<ValidatedFile>): Answer {
  const report = { ...blank(file), ...more, diagnostics: diagnosticsJson(diagnostics) };
  return { report, diagnostics, failedWith: exitCodes.invalidDefinition };
}

function print({ report, diagnostics }: Checked, quiet: boolean, io: Io): void {
  const { color } = outputLook(io);
  if (report.valid) {
    const what = report.workflow === null ? report.document : `${sanitiseLine(report.workflow)}, ${report.steps} steps`;
    if (!quiet) io.stdout(`${paint('ok', 'green', color)} ${report.file}: ${what}\n`);
  } else if (diagnostics.length > 0) {
    io.stderr(renderDiagnostics(diagnostics, { color: useColor({ env: io.env, isTTY: io.stderrIsTTY }) }));
    if (!quiet) io.stderr(guessNote(report));
  } else io.stderr(`stateyard: ${report.error?.message ?? report.file}\n${report.error?.hint ? `  ${report.error.hint}\n` : ''}`);
}

function guessNote({ file, document, guessed_from: keys }: ValidatedFile): string {
  if (keys === null) return '';
  const why = keys.length === 0 ? 'no key of it tells another document' : `it has ${keys.join(', ')}`;
  return `${file} was checked as ${document}: ${why}; --as NAME checks it as another document\n`;
}
