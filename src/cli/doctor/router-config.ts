import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DoctorCheck } from '../../../schemas/cli/doctor-report.ts';
import { UserError, type Diagnostic } from '../../errors.ts';
import type { StoreLayout } from '../../store/layout.ts';

const subject = 'router configuration';
const shownDiagnostics = 3;

/**
 * Checks the router configuration beside the store, which a workflow without one of its own would be routed by; where there is none nothing is looked
 * at, and the router is not loaded. A tool whose program cannot be started is told, but is no problem: the router passes over it.
 */
export async function checkRouterConfig({ root }: StoreLayout, cwd: string): Promise<DoctorCheck[]> {
  if (!existsSync(join(dirname(root), 'router_config.json'))) return [];
  const { loadRouterConfig, locateRouterFile } = await import('../../routing/router-file.ts');
  const { findMissingPrograms } = await import('../../routing/installed.ts');
  try {
    const source = await locateRouterFile({ given: null, workflowFile: null, storeFolder: root, cwd });
    // Removed in this instant.
    if (source.origin === 'shipped') return [];
    const config = loadRouterConfig(source);
    const toolIds = Object.keys(config.apps);
    const missing = findMissingPrograms(config, dirname(source.path))(toolIds);
    const count = toolIds.length === 1 ? '1 tool' : `${toolIds.length} tools`;
    return [
      { subject, ok: true, message: `${source.path} with ${count}`, advice: null },
      ...[...missing].map(([toolId, problem]) => missingTool(toolId, problem)),
    ];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [refused(error)];
  }
}

function missingTool(toolId: string, problem: string): DoctorCheck {
  const advice = 'it cannot be used until it is installed, or its command in the router configuration is corrected';
  return { subject: `tool ${toolId}`, ok: true, message: problem, advice };
}

function refused({ message, diagnostics }: UserError): DoctorCheck {
  if (diagnostics.length === 0) {
    const advice = 'no task can be routed here until it can be read; or name another file by --router';
    return { subject, ok: false, message, advice };
  }
  const shown = diagnostics.slice(0, shownDiagnostics).map(inWords);
  const more = diagnostics.length - shown.length;
  return {
    subject,
    ok: false,
    message: `${message}: ${[...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ')}`,
    advice: 'no task can be routed by it: correct it; stateyard tools shows each mistake with its line and a hint',
  };
}

function inWords({ code, line, column, message }: Diagnostic): string {
  return `line ${line}, column ${column}: ${message} (${code})`;
}
