import type { ValidateReport, ValidatedFile } from '../../../schemas/cli/validate-report.ts';
import { UserError, exitCodes } from '../../errors.ts';
import type { Diagnostic, ExitCode } from '../../errors.ts';
import { sanitiseLine } from '../../logs/sanitise-line.ts';
import { loadRouting } from '../../routing/load-routing.ts';
import { loadWorkflow } from '../../workflow/load.ts';
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
 * `stateyard validate FILE…`: checks all files before it answers, their tasks against what would route them; 3 when one is invalid, else 4
 * when one does not exist.
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

async function check(file: string, options: ValidateOptions, io: Io): Promise<Checked & { readonly failedWith: ExitCode }> {
  const plain = { file, valid: false, workflow: null, steps: null, diagnostics: [], error: null };
  const found = (diagnostics: readonly Diagnostic[], error: ValidatedFile['error']): Checked => ({
    report: { ...plain, diagnostics: diagnosticsJson(diagnostics), error },
    diagnostics,
  });
  try {
    const loaded = loadWorkflow(await readWorkflowFile(inFolder(file, io.cwd)));
    if (!loaded.ok) return { ...found(loaded.diagnostics, null), failedWith: exitCodes.invalidDefinition };
    await loadRouting(loaded.workflow, options, { cwd: io.cwd, storeFolder: locateStore(options, io).folder });
    const { name, steps } = loaded.workflow;
    return {
      report: { ...plain, valid: true, workflow: name, steps: steps.length },
      diagnostics: [],
      failedWith: exitCodes.succeeded,
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { code, message, hint, diagnostics } = error;
    return { ...found(diagnostics, diagnostics.length > 0 ? null : { code, message, hint }), failedWith: error.exitCode };
  }
}

function print({ report, diagnostics }: Checked, quiet: boolean, io: Io): void {
  const { color } = outputLook(io);
  if (report.valid) {
    if (!quiet)
      io.stdout(`${paint('ok', 'green', color)} ${report.file}: ${sanitiseLine(report.workflow ?? '')}, ${report.steps} steps\n`);
  } else if (diagnostics.length > 0) {
    io.stderr(renderDiagnostics(diagnostics, { color: useColor({ env: io.env, isTTY: io.stderrIsTTY }) }));
  } else io.stderr(`stateyard: ${report.error?.message ?? report.file}\n${report.error?.hint ? `  ${report.error.hint}\n` : ''}`);
}
